import type {ContactLog} from '../domain/contact-log.js';
import type {Direction, MediaType} from '../domain/interaction.js';
import type {RecordDraft, RecordRef, SearchQuery} from '../domain/screen-pop.js';
import type {SessionCommands} from '../domain/session-commands.js';
import type {LogEntry, SliceName, Snapshot} from '../domain/snapshot.js';

/**
 * A CRM as the widgets see it: three verbs and what a host may add. Salesforce (Open CTI, LWC, Service Cloud Voice),
 * Dynamics (CIF, Xrm), HubSpot and the generic host are implementations; the rules that choose what to open are data
 * shared by all. Every call must settle: an adapter sets its own time limit where its host's library has none.
 */
export interface CrmAdapter {
  /** The host: `generic`, `salesforce`, `dynamics` … or a name of its own. */
  readonly name: string;
  /**
   * What the admin keeps in the host: call-centre settings, CIF custom parameters. Asked before `connect`, and only where
   * the page says `settings-from="host"`. Names and values are those of `SessionConfig`; `readHostSettings` reads texts.
   * @throws {AdapterError} `badConfig` naming the setting that cannot be read; `timeout`.
   */
  settings?(signal: AbortSignal): Promise<Readonly<Record<string, unknown>>>;
  /**
   * Loads what the host needs and resolves when records can be opened. May take tens of seconds: pops wait.
   * @throws {AdapterError} `notHere` when the page is not inside this host.
   */
  connect(context: AdapterContext): Promise<void>;
  /**
   * Shows a record in the host. If a tab already shows it, that tab gets the focus.
   * @throws {AdapterError} `notFound` when the host knows no such record: the plan then goes on.
   */
  open(record: RecordRef, signal: AbortSignal): Promise<void>;
  /** Looks records up without navigating. An empty list is an answer, not a failure. */
  search(query: SearchQuery, signal: AbortSignal): Promise<readonly RecordRef[]>;
  /** Opens the host's form for a new record with fields filled in. Never called while a call rings. */
  create(draft: RecordDraft, signal: AbortSignal): Promise<void>;
  /** Shows the host's own search page for several matches, where it has one. */
  showMatches?(query: SearchQuery, records: readonly RecordRef[], signal: AbortSignal): Promise<void>;
  /** Tells the host about a contact's state, for its panel, label and icon. */
  onCallState?(change: CallStateChange): void;
  /**
   * Writes the host's record of a contact that is over. Asked once per contact, of one page.
   * @returns the record, where the host tells it.
   */
  saveLog?(log: ContactLog, signal: AbortSignal): Promise<RecordRef | undefined>;
  disconnect(): void;
}

/** The generic adapter's host settings. */
export interface GenericCrmOptions {
  /** Entity → URL with `{id}`, and optionally `{name}`. `http(s)` or relative only; values are encoded. */
  readonly urls?: Readonly<Record<string, string>>;
  /** Entity → URL of a new record, with any field of the draft: `/contacts/new?email={email}`. */
  readonly newUrls?: Readonly<Record<string, string>>;
  /** Where a URL opens: this page (default), or a window of that name. */
  readonly urlTarget?: 'self' | 'top' | string;
  /** A host page that answers the message protocol of `docs/generic.md`. */
  readonly message?: {
    readonly target: 'self' | 'parent';
    /** The host's exact origin; `*` is refused. Default for `self`: the page's own; `parent` must name it. */
    readonly origin?: string;
    /** Default 3,000. */
    readonly timeoutMs?: number;
    /** The host also takes logs of contacts (method `log`). Default: false. */
    readonly log?: boolean;
  };
}

/** What the page gives an adapter. */
export interface AdapterContext {
  /** The agent did something in the host: this tab is the one in use. */
  readonly onHostActivity: () => void;
  /** The agent clicked a number in the host. */
  readonly onClickToDial: (request: ClickToDial) => void;
  /** The telephone, for hosts that have controls of their own: a toast with accept and reject, Service Cloud Voice. */
  readonly phone: HostPhone;
  /** Adds an entry to the diagnostics log: ids and codes, no customer data. */
  readonly note: (entry: Omit<LogEntry, 'at'>) => void;
  /** Ends with the page. */
  readonly signal: AbortSignal;
}

/** The part of the session that a host may use. */
export interface HostPhone {
  readonly agentId: string;
  readonly commands: SessionCommands;
  /**
   * Calls back at once with the present slice and then with every change, until the returned function is called. Subscribe
   * to a long list (`pops`) when you connect: it arrives some time after its first use, and its `asOf` is 0 until then.
   */
  subscribe<Name extends SliceName>(name: Name, callback: (slice: Snapshot[Name]) => void): () => void;
}

export interface ClickToDial {
  /** Customer data. */
  readonly number: string;
  readonly record?: RecordRef;
}

export type {ContactLog} from '../domain/contact-log.js';

export interface CallStateChange {
  readonly interactionId: string;
  readonly mediaType: MediaType;
  readonly direction: Direction;
  readonly state: 'ringing' | 'talking' | 'hold' | 'acw' | 'ended';
}

/**
 * `notHere`: the page is not inside this host; `timeout`: the host did not answer; `refused`: it said no; `notFound`: it
 * has no such record; `badReply`: its answer makes no sense; `badConfig`, `unsafeUrl`: a setting is wrong, or leads astray.
 */
export type AdapterErrorCode = 'notHere' | 'timeout' | 'refused' | 'notFound' | 'badReply' | 'badConfig' | 'unsafeUrl';

/** The one error class of adapters. `message` names the host and the call, never customer data. */
export class AdapterError extends Error {
  override readonly name = 'AdapterError';
  readonly code: AdapterErrorCode;
  constructor(code: AdapterErrorCode, message: string, options: {readonly cause?: unknown} = {}) {
    super(message, options.cause === undefined ? undefined : {cause: options.cause});
    this.code = code;
  }
}

/** Checked by shape: an adapter in another bundle has its own class. */
export const isAdapterError = (error: unknown): error is AdapterError =>
  error instanceof Error && error.name === 'AdapterError' && 'code' in error;
