import type {RecordDraft, RecordRef, SearchQuery} from '../domain/screen-pop.js';

/**
 * A CRM as the widgets see it: three verbs and two facts. Salesforce (Open CTI, LWC, Service Cloud Voice), Dynamics
 * (CIF, Xrm) and the generic host are implementations; the rules that choose what to open are data shared by all.
 * Every call must settle: an adapter sets its own time limit where its host's library has none.
 */
export interface CrmAdapter {
  /** The `crm` attribute's value: `generic`, `salesforce`, `dynamics`, or a host's own. */
  readonly name: string;
  /**
   * Loads what the host needs and resolves when records can be opened. May take tens of seconds: pops wait.
   * @throws {AdapterError} `notHere` when the page is not inside this host.
   */
  connect(context: AdapterContext): Promise<void>;
  /** Shows a record in the host; an open tab of it is focused, not doubled. */
  open(record: RecordRef, signal: AbortSignal): Promise<void>;
  /** Looks records up without navigating. An empty list is an answer, not a failure. */
  search(query: SearchQuery, signal: AbortSignal): Promise<readonly RecordRef[]>;
  /** Opens the host's form for a new record with fields filled in. Never called while a call rings. */
  create(draft: RecordDraft, signal: AbortSignal): Promise<void>;
  /** Shows the host's own search page for several matches, where it has one. */
  showMatches?(query: SearchQuery, records: readonly RecordRef[], signal: AbortSignal): Promise<void>;
  /** Lets the host follow: panel visible on ring, label and icon follow the state. */
  onCallState?(change: CallStateChange): void;
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
  };
}

/** What an adapter may tell the page. */
export interface AdapterContext {
  /** The agent did something in the host: this tab is the one in use. */
  readonly onHostActivity: () => void;
  /** The agent clicked a number in the host. */
  readonly onClickToDial: (request: ClickToDial) => void;
  /** Ends with the page. */
  readonly signal: AbortSignal;
}

export interface ClickToDial {
  /** Customer data. */
  readonly number: string;
  readonly record?: RecordRef;
}

export interface CallStateChange {
  readonly interactionId: string;
  readonly state: 'ringing' | 'talking' | 'hold' | 'acw' | 'ended';
}

export type AdapterErrorCode = 'notHere' | 'timeout' | 'refused' | 'badReply' | 'badConfig' | 'unsafeUrl';

/** The one error class of adapters. `message` names the host and the call, never customer data. */
export class AdapterError extends Error {
  override readonly name = 'AdapterError';
  readonly code: AdapterErrorCode;
  constructor(code: AdapterErrorCode, message: string, options: {readonly cause?: unknown} = {}) {
    super(message, options.cause === undefined ? undefined : {cause: options.cause});
    this.code = code;
  }
}

/** By shape: an adapter in a bundle of its own brings a class of its own. */
export const isAdapterError = (error: unknown): error is AdapterError =>
  error instanceof Error && error.name === 'AdapterError' && 'code' in error;
