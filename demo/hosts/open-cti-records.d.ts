import type {OrgRecord} from './open-cti-host.js';

export const PREFIXES: Readonly<Record<string, string>>;
export function recordId(prefix: string, number: number): string;
export function numberOf(record: OrgRecord): string | undefined;
export function sampleRecords(): OrgRecord[];
