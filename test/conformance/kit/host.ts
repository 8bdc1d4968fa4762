/** What rules call things; a host has names of its own. */
export type Entity = 'account' | 'contact';

/** A customer's record, in the words of the rules. */
export interface SampleRecord {
  readonly entity: Entity;
  /** Tells samples apart; the host makes an id of its own form of it. */
  readonly n: number;
  readonly name: string;
  readonly email?: string;
  readonly phone?: string;
}

/** What a host really did: the record it shows, the form it opened, the list it showed. */
export interface Navigation {
  readonly kind: 'open' | 'create' | 'matches';
  readonly entity?: string;
  readonly id?: string;
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** How a host behaves from now on. */
export interface Behaviour {
  /** `silent`: it never answers; `refuse`: it answers with its own form of an error. */
  readonly mode?: 'ok' | 'silent' | 'refuse';
  /** Every answer comes so much later, in ms. */
  readonly delayMs?: number;
  /** Its library is served, or its handshake answered, only so long after the page was opened, in ms. */
  readonly readyAfterMs?: number;
}

/** What a host's interface can do at all; scenarios that need more are left out, and counted as such. */
export interface Abilities {
  /** It opens, finds and makes the records that it is told to; without, it pops records by itself. */
  readonly records: boolean;
  /** It looks records up by e-mail address. Where not, callers of the scenarios are known by their number. */
  readonly email: boolean;
  /** It opens a form for a new record. */
  readonly create: boolean;
  /** It tells of numbers that were clicked. */
  readonly clickToDial: boolean;
  /** It takes logs of contacts. */
  readonly logs: boolean;
  /** Its frame and the page are of different sites: a foreign frame can be told from the host's. */
  readonly messages: boolean;
  /** It has call controls of its own, which ask the telephone and are told of calls. */
  readonly phone: boolean;
}

/** One tab of the host, with the widgets in it. */
export interface HostTab {
  setBehaviour(behaviour: Behaviour): Promise<void>;
  setRecords(records: readonly SampleRecord[]): Promise<void>;
  navigations(): Promise<readonly Navigation[]>;
  /** How many activity records the host has of an interaction. */
  logsOf(interactionId: string): Promise<number>;
  /** The agent clicks a number in a record. */
  clickToDial(number: string): Promise<void>;
  /** The agent does something in the host, which is not seen in the widgets' frame. */
  activity(): Promise<void>;
  /** The outcome that the panel shows of an interaction's screen pop; `undefined`: it is not listed. */
  outcome(interactionId: string): Promise<string | undefined>;
  /** The call controls' state of an interaction; `undefined`: it is not shown. */
  state(interactionId: string): Promise<string | undefined>;
  /** Presses a button of the call controls, once it may be pressed. */
  press(interactionId: string, action: string): Promise<void>;
  /** As `state`, in the host's own call controls. */
  hostState(interactionId: string): Promise<string | undefined>;
  /** Presses a button of the host's own call controls: `answer`, `hold`, `resume`, `release`. */
  pressInHost(interactionId: string, action: string): Promise<void>;
  /** Numbers of the `cxone-click-to-dial` events so far. */
  dialled(): Promise<readonly string[]>;
  /** Waits until the widgets are connected, and the adapter is ready unless `adapter` is false. */
  ready(options?: {readonly adapter?: boolean}): Promise<void>;
  /** Warnings that the banner shows, as codes. */
  warnings(): Promise<readonly string[]>;
  toFront(): Promise<void>;
  /** A frame of another site is put into the page and posts what a host or the widgets would, to everybody. */
  intrude(messages: readonly unknown[]): Promise<void>;
  /** What the frame of another site has heard. */
  overheard(): Promise<readonly unknown[]>;
  close(): Promise<void>;
}

/** A CRM, or a fake of one that speaks its wire format, as the scenarios use it. */
export interface ConformanceHost {
  readonly name: string;
  readonly can: Abilities;
  /** The host's own name of an entity: `Contact`. */
  entity(entity: Entity): string;
  /** The id that the host gives a sample record. */
  idOf(record: Pick<SampleRecord, 'entity' | 'n'>): string;
  /** The name of the field in which the host keeps this of a new record: `emailaddress1`. */
  field(entity: Entity, field: 'email' | 'phone'): string;
  /** Messages as this host's frame and the widgets send them, for an intruder to imitate. */
  readonly forgeries: readonly unknown[];
  /** @param settings the session's, over the page's. */
  openTab(options?: {
    readonly behaviour?: Behaviour;
    readonly records?: readonly SampleRecord[];
    readonly settings?: Readonly<Record<string, unknown>>;
  }): Promise<HostTab>;
}

/** The platform at the other end: the simulator's control API. */
export interface ConformancePlatform {
  ring(order: {
    readonly screenPop?: Readonly<Record<string, unknown>>;
    readonly from?: string;
    readonly acwSeconds?: number;
    readonly mediaType?: string;
  }): Promise<{readonly interactionId: string}>;
  end(interactionId: string): Promise<void>;
}
