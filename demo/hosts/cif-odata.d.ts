import type {DataverseRow} from '../dynamics/records.js';

export function keyOf(entity: string): string;
/** @throws for a query that Dataverse would refuse. */
export function query(
  records: readonly DataverseRow[],
  entity: string,
  options: string,
): Readonly<Record<string, string>>[];
