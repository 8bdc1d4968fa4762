/** A record of the org, by its own entity and field names. */
export interface OrgRecord {
  entity: string;
  id: string;
  name: string;
  fields: Record<string, string>;
}

export interface Navigation {
  readonly kind: 'open' | 'create' | 'matches';
  readonly entity: string;
  readonly id?: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly query?: string;
}

export class OpenCtiHost {
  constructor(
    frame: () => Window | null | undefined,
    origin: string,
    view?: Readonly<Record<string, (...args: never[]) => void>>,
  );
  records: OrgRecord[];
  behaviour: {mode: 'ok' | 'silent' | 'refuse'; delayMs: number; readyAfterMs: number};
  navigations: Navigation[];
  requests: {method: string; args: Readonly<Record<string, unknown>>}[];
  logs: Record<string, unknown>[];
  callCenter: Record<string, string>;
  dialling: boolean;
  panel: {visible: boolean; label: string; icon: string};
  find(id: string): OrgRecord | undefined;
  add(entity: string, fields: Readonly<Record<string, string>>): OrgRecord;
  clickToDial(number: string, record?: OrgRecord): void;
  activity(record?: OrgRecord): void;
  close(): void;
}
