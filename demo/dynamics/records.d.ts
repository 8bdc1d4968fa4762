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
