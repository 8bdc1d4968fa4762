import type {Navigation, OrgRecord} from './open-cti-host.js';

export interface ShownCall {
  readonly callId: string;
  readonly phoneNumber?: string;
  readonly state: string;
  readonly onHold: boolean;
  readonly parties: readonly {readonly callId?: string; readonly phoneNumber?: string; readonly state: string}[];
}

/** What the connector told, in its library's shapes; anything may be in it. */
export interface ScvEvent {
  readonly type: string;
  readonly payload?: unknown;
}

export class ScvHost {
  constructor(
    frame: () => Window | null | undefined,
    origin: string,
    view?: Readonly<Record<string, (...args: never[]) => void>>,
  );
  records: OrgRecord[];
  behaviour: {mode: 'ok' | 'silent' | 'refuse'; delayMs: number; readyAfterMs: number};
  navigations: Navigation[];
  events: ScvEvent[];
  log: {readonly eventType: string; readonly payload?: unknown; readonly isError: boolean}[];
  logs: Record<string, unknown>[];
  contactCenter: Record<string, string>;
  ready: Readonly<Record<string, unknown>> | undefined;
  calls: Map<string, ShownCall>;
  muted: boolean;
  statusId: string | undefined;
  setUp(): Promise<void>;
  send(type: string, data?: Readonly<Record<string, unknown>>): Promise<void>;
  stateOf(callId: string): 'ringing' | 'talking' | 'hold' | undefined;
  press(callId: string, action: string): Promise<void>;
  clickToDial(number: string): Promise<void>;
  activity(): void;
  close(): void;
}
