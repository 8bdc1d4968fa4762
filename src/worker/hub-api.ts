import type {CallAction, CommandParameters} from '../domain/actions.js';
import type {AgentStateName} from '../domain/agent-state.js';
import type {ContactLog, ContactLogResult} from '../domain/contact-log.js';
import type {ErrorCode} from '../domain/errors.js';
import type {CachedAnswer, PlannedStep, PopPayload, PopResult} from '../domain/screen-pop.js';
import type {HubConfigRequest} from '../domain/settings.js';
import type {ListChange} from '../domain/list-change.js';
import type {ListItem, ListSlice, ListSliceName, LogEntry, Problem, SliceName, Snapshot} from '../domain/snapshot.js';

/** Raised only when page and hub no longer understand each other. */
export const WIRE_VERSION = 2;

/** A worker's first message on a port: it runs. A worker that is closing stays silent. */
export const HELLO = 'cxone-hub';

/** What a page says about itself when it joins. It holds the Web Lock `page:<pageId>` before it calls. */
export interface JoinRequest {
  readonly pageId: string;
  readonly wireVersion: number;
  readonly config: HubConfigRequest;
  /** The page can hand over tokens (`tokenSource: 'host'`). */
  readonly canGiveTokens: boolean;
  readonly presence: PagePresence;
  /** The long lists that elements in the page use. */
  readonly follows: readonly ListSliceName[];
  /** The new hub replaces one that hangs or asked to be replaced. */
  readonly takesOver?: boolean;
}

/** What decides whether a page may pop and ring. Source: contract §6 "Exactly one tab pops". */
export interface PagePresence {
  readonly visible: boolean;
  readonly focused: boolean;
  /** Last became visible, was focused, touched, or saw activity of its host; epoch ms. */
  readonly activeAt: number;
  /** `host`: a CRM adapter is ready. `event`: no adapter, but the page's own script may handle the pop. */
  readonly adapter: 'host' | 'event' | 'none';
  /** Its adapter writes logs of contacts. */
  readonly logs?: boolean;
}

export interface JoinAnswer {
  /** The page queues on the Web Lock `hub:<instanceId>` (shared): when it is granted, the hub is gone. */
  readonly instanceId: string;
  readonly epoch: number;
  readonly snapshot: PageSnapshot;
  /** What the hub takes for now, epoch ms: it may have begun to count before the machine's clock was set. */
  readonly now?: number;
  /** How long a call of this hub may be waited for, in ms: it answers sooner, whatever happens. */
  readonly callLimitMs: number;
}

/** The snapshot without the lists that a page does not follow. */
export type PageSnapshot = Omit<Snapshot, ListSliceName> & Partial<Snapshot>;

export interface CommandRequest {
  /** Made by the page that was clicked; the same id never runs twice. */
  readonly commandId: string;
  readonly interactionId: string;
  readonly action: CallAction;
  readonly parameters: CommandParameters;
  /** When it was clicked, epoch ms. */
  readonly clickedAt: number;
}

export interface DialRequest {
  /** As in `CommandRequest`. */
  readonly commandId: string;
  /** A number or address. Customer data. */
  readonly target: string;
  /** Epoch ms. */
  readonly clickedAt: number;
}

/** Calls go page → hub, by Comlink. Every one may reject with a `CxoneError` whose code survives the wire. */
export interface HubApi {
  /** Fails with `OUT_OF_DATE` when the hub speaks an older wire version (it then retires), or the page does. */
  join(request: JoinRequest): Promise<JoinAnswer>;
  leave(pageId: string): Promise<void>;
  setPresence(pageId: string, presence: PagePresence): Promise<void>;
  /** Subscribes the page to a list. The full list is posted before this resolves. Repeated calls are allowed. */
  follow(pageId: string, name: ListSliceName): Promise<void>;

  /** Resolves once the platform has confirmed. */
  command(request: CommandRequest): Promise<void>;
  /** Calls somebody. Resolves once the platform has accepted it. */
  dial(request: DialRequest): Promise<void>;
  /** Resolves when it is done or queued; the agent slice tells which. */
  chooseStatus(choice: AgentStateName): Promise<void>;
  cancelPendingStatus(): Promise<void>;
  repairStatus(): Promise<void>;
  extendAcw(interactionId: string, seconds: number | undefined): Promise<void>;
  completeAcw(interactionId: string): Promise<void>;

  /** A page's answer to an offer; `false`: too late, do nothing. */
  acceptOffer(pageId: string, offerId: string): Promise<boolean>;
  /** What the host answered to a `look-up`. */
  reportAnswers(pageId: string, answers: readonly CachedAnswer[]): Promise<void>;
  /** Reports the outcome of a `go`. */
  reportPop(pageId: string, offerId: string, result: PopResult): Promise<void>;
  /** A page will write the contact's log: here it is. `undefined`: too late, do nothing. */
  acceptLog(pageId: string, contactId: string): Promise<ContactLog | undefined>;
  /** Reports the log's outcome. */
  reportLog(pageId: string, contactId: string, result: ContactLogResult): Promise<void>;
  /** The agent asks for a pop from this very page: answers with what to do; the page reports under the given offer id. */
  openPop(pageId: string, popId: string): Promise<PopGo>;

  /** Answers a `token-please`. */
  giveToken(requestId: string, reply: TokenGift): Promise<void>;
  reconnect(): Promise<void>;
  /** The agent has read a notice: no page shows it any longer. */
  dismissNotice(id: string): Promise<void>;
  /** The agent has read what changed during the last outage: no page shows it any longer. */
  dismissOutage(): Promise<void>;
  /** The agent's own choice, kept in this browser. */
  setRingTone(isOn: boolean): Promise<void>;
  log(): Promise<readonly LogEntry[]>;
  /** Adds an entry seen by the page (adapter failures and the like); ids only. */
  note(entry: Omit<LogEntry, 'at'>): Promise<void>;
  /** Closes the stream, wipes customer data, forgets the token, cancels a pending status. */
  signOut(): Promise<void>;
}

/** A token from the page's own source, or why there is none. */
export type TokenGift =
  | {readonly ok: true; readonly accessToken: string; readonly expiresInSeconds?: number; readonly scope?: string}
  | {readonly ok: false; readonly message: string};

/** What a page needs to carry out a pop. */
export interface PopGo {
  readonly offerId: string;
  readonly popId: string;
  readonly interactionId: string;
  readonly source: string;
  readonly payload: PopPayload;
  readonly steps: readonly PlannedStep[];
  /** Earlier answers to the plan's searches, for a host that does not answer in time. */
  readonly cached: readonly CachedAnswer[];
  /** A new-record form must not open now: a call is ringing. */
  readonly holdNewRecord: boolean;
  readonly lookupTimeoutMs: number;
  /** Answers from this time on (epoch ms) were looked up for this pop while it rang, so the host is not asked again. */
  readonly freshSince?: number;
}

/** What a page looks up while a pop waits for its moment, so that it opens at once then. Nothing is navigated. */
export interface PopLookUp {
  readonly popId: string;
  readonly steps: readonly PlannedStep[];
  readonly lookupTimeoutMs: number;
}

/** Facts for script users and for DOM events that no slice shows. */
export type HubNotice =
  | {readonly type: 'warning'; readonly problem: Problem}
  | {
      readonly type: 'commandError';
      readonly code: ErrorCode;
      readonly action: string;
      readonly interactionId?: string;
      readonly message: string;
    };

/** A small slice, or the whole of a list for a page that asked for it. */
export interface SliceWhole {
  readonly kind: 'slice';
  readonly name: SliceName;
  readonly slice: Snapshot[SliceName];
}

/** What changed in a list since the version before; a page that has another version asks for the whole. */
export interface ListChangeMessage {
  readonly kind: 'list-change';
  readonly name: ListSliceName;
  /** All of the slice but its items. */
  readonly rest: Omit<ListSlice, 'items'>;
  readonly change: ListChange<ListItem>;
}

/** A slice message to a page. */
export type SliceMessage = SliceWhole | ListChangeMessage;

/** Messages go hub → page, plain, on the same endpoint. Nothing that crosses is a callback, a port or a class instance. */
export type HubMessage =
  | SliceMessage
  | {readonly kind: 'offer'; readonly offerId: string}
  | {readonly kind: 'go'; readonly go: PopGo}
  | {readonly kind: 'look-up'; readonly lookUp: PopLookUp}
  /** To one page: will it write this contact's log into the CRM? */
  | {readonly kind: 'log-offer'; readonly contactId: string}
  | {readonly kind: 'token-please'; readonly requestId: string}
  /** To one page only: ring (tone, title, notification) until told to stop. */
  | {readonly kind: 'ring'; readonly interactionId: string | undefined}
  | {readonly kind: 'notice'; readonly notice: HubNotice}
  /** The hub is leaving on purpose; the page joins anew, or says that it is out of date. */
  | {readonly kind: 'retired'; readonly reason: 'newer-page' | 'signed-out' | 'idle' | 'fenced'};

/** Marks our messages among Comlink's on one endpoint. */
export interface HubEnvelope {
  readonly cxone: HubMessage;
  /** The hub's epoch: a message from a hub that was replaced is ignored. */
  readonly epoch: number;
}

/** Whether a message on the endpoint is one of ours. */
export function isHubEnvelope(data: unknown): data is HubEnvelope {
  return typeof data === 'object' && data !== null && 'cxone' in data && 'epoch' in data;
}
