/** A record of the account, by HubSpot's names. */
export interface HubSpotRecord {
  entity: string;
  id: string;
  name: string;
  fields: Record<string, string>;
}

export class HubSpotHost {
  constructor(frame: () => Window | null | undefined, origin: string);
  records: HubSpotRecord[];
  behaviour: {mode: 'ok' | 'silent' | 'refuse'; delayMs: number; readyAfterMs: number};
  navigations: Readonly<Record<string, unknown>>[];
  requests: {type: string; data: Readonly<Record<string, unknown>>}[];
  logs: {engagementId: number; externalCallId: string; properties?: Readonly<Record<string, unknown>>}[];
  widget: {
    loggedIn: boolean;
    available: boolean | undefined;
    size: Readonly<Record<string, number>> | undefined;
    errors: Readonly<Record<string, unknown>>[];
  };
  calls: Record<string, string[]>;
  greeted: boolean;
  sync: Record<string, unknown>;
  clickToDial(number: string, record?: HubSpotRecord): void;
  activity(): void;
  endCall(externalCallId?: string): void;
  send(type: string, data: unknown): void;
  close(): void;
}
