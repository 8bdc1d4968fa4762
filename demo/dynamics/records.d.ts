/** A row of a Dataverse table, by logical names. */
export interface DataverseRow {
  readonly entity: string;
  /** A GUID. */
  readonly id: string;
  readonly name: string;
  readonly fields: Readonly<Record<string, string>>;
}

export const USER_ID: string;
export function guidOf(number: string): string;
export function sampleRecords(): DataverseRow[];
export function numberOf(record: DataverseRow): string;
export function findRecord(records: readonly DataverseRow[], entity: string, id: string): DataverseRow | undefined;
export function addRecord(
  records: DataverseRow[],
  entity: string,
  fields: Readonly<Record<string, string>>,
): DataverseRow;
