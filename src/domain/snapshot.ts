import type {ActionAvailability, CallAction} from './actions.js';
import type {AgentStateName} from './agent-state.js';
import type {ErrorCode} from './errors.js';
import type {Direction, InteractionState, MediaType, Participant} from './interaction.js';
import type {PopOutcome, RecordDraft, RecordRef} from './screen-pop.js';

/** Where a slice's facts come from: pushed, read, or kept from before. */
export type SliceSource = 'stream' | 'poll' | 'cache';

/** Every slice says how fresh it is. */
export interface SliceHead {
  /** Grows by one with each change; a slice with a lower version is late and ignored. */
  readonly version: number;
  /** When the facts were true, epoch ms by our clock; 0 before anything is known. */
  readonly asOf: number;
  readonly source: SliceSource;
}

/** A state the agent may choose in the picker. */
export interface StateChoice extends AgentStateName {
  readonly allowed: boolean;
  readonly block?: 'noConnection' | 'waiting' | 'missingScope';
}

export interface AgentSlice extends SliceHead {
  readonly agentId: string;
  /** What is shown as current: the platform's presence. Absent before the first answer. */
  readonly presence?: AgentStateName;
  /** When presence changed, epoch ms, by the server's clock. */
  readonly presenceSince?: number;
  /** The routing state (`agentStatus`), where it was read. */
  readonly routing?: AgentStateName;
  /** A choice that was sent and is not confirmed yet. */
  readonly requested?: AgentStateName;
  /** A choice that waits for the protected sessions to end. */
  readonly pending?: AgentStateName & {readonly since: number; readonly waitsFor: number};
  readonly choices: readonly StateChoice[];
  /** Presence and routing disagree for longer than allowed ("phantom availability"). */
  readonly mismatch?: {readonly presence: AgentStateName; readonly routing: AgentStateName};
}

export interface InteractionView {
  readonly interactionId: string;
  readonly sessionId?: string;
  readonly state: InteractionState;
  readonly mediaType: MediaType;
  readonly direction: Direction;
  readonly muted: boolean;
  readonly from?: string;
  readonly to?: string;
  readonly skillId?: string;
  readonly participants: readonly Participant[];
  readonly consultOpen: boolean;
  /** Epoch ms by our clock: when it began, and when it entered `state`. */
  readonly startedAt: number;
  readonly stateSince: number;
  /** When the agent was first on the line, epoch ms by our clock. Absent until then, and if no hub of this browser saw it. */
  readonly answeredAt?: number;
  readonly actions: Readonly<Record<CallAction, ActionAvailability>>;
  /** The action that waits for the platform. */
  readonly waitingFor?: CallAction;
  /** A command whose outcome is not known yet; the hub is reading it. */
  readonly unknownOutcome?: CallAction;
}

export interface InteractionsSlice extends SliceHead {
  /** Oldest first, by when they began, so that a change of state moves none. Ended ones are removed. */
  readonly items: readonly InteractionView[];
  /** The one that matters most now: ringing comes before talking, hold and acw; of two, the newer. */
  readonly frontId?: string;
}

export interface AcwView {
  readonly interactionId: string;
  readonly sessionId: string;
  readonly mediaType: MediaType;
  readonly state: 'running' | 'overdue' | 'done';
  /** When it ends, epoch ms by our clock, worked out from the server's remaining time. */
  readonly endsAt: number;
  readonly durationSeconds: number;
  readonly reasonCode?: string;
  readonly extend: {readonly allowed: boolean; readonly block?: 'waiting' | 'noConnection' | 'notSupported' | 'done'};
  readonly complete: {
    readonly allowed: boolean;
    readonly block?: 'waiting' | 'noConnection' | 'notSupported' | 'enforced' | 'done';
  };
  /** How much one press of Extend adds, in seconds. */
  readonly extendBySeconds: number;
}

export interface AcwSlice extends SliceHead {
  /** The one that ends first comes first. `done` ones stay for `acwDoneShownMs`. */
  readonly items: readonly AcwView[];
}

export interface PopField {
  readonly name: string;
  /** As text, cut to 1 kB. Customer data. */
  readonly value: string;
}

export interface PopView {
  /** Interaction and assignment: the ledger's key. */
  readonly popId: string;
  readonly interactionId: string;
  readonly source: string;
  readonly priority?: string;
  /** Epoch ms by our clock. */
  readonly receivedAt: number;
  readonly outcome: PopOutcome;
  readonly fields: readonly PopField[];
  readonly records: readonly RecordRef[];
  readonly draft?: RecordDraft;
  readonly cached?: boolean;
  /** Why a waiting pop waits. `busy`: until the contact is answered, because the agent is or was in another one. */
  readonly waitsFor?: 'answer' | 'busy' | 'page' | 'agent' | 'host';
  readonly error?: ErrorCode;
}

export interface PopsSlice extends SliceHead {
  /** Newest first: up to `popBufferSize` that wait, and history until the list is that long. */
  readonly items: readonly PopView[];
  /** How many were dropped because the buffer was full, since the hub began. */
  readonly dropped: number;
}

export type NoticeCode =
  /** A waiting status was refused when its turn came. */
  | 'statusRefused'
  /** An action was under way when the hub ended: it was not carried out, or the outcome is unknown. */
  | 'commandNotDone'
  | 'commandUnknown'
  /** Somebody tried to leave after-call work that is enforced, or did leave it. */
  | 'acwTried'
  | 'acwLeftEarly'
  | 'popBufferFull'
  | 'contactLogFailed';

/** Something that happened and that the agent must not miss. Ids and names only: no customer data. */
export interface Notice {
  /** Names it when it is dismissed. A newer notice with the same id replaces it. */
  readonly id: string;
  readonly code: NoticeCode;
  /** Epoch ms by our clock. */
  readonly at: number;
  /** The contact it is about, its medium, and when that contact began or the action was pressed, epoch ms. */
  readonly interactionId?: string;
  readonly mediaType?: MediaType;
  readonly about?: number;
  readonly action?: CallAction;
  readonly status?: AgentStateName;
  /** Why. */
  readonly error?: ErrorCode;
  /** How many times. */
  readonly count?: number;
}

export interface NoticesSlice extends SliceHead {
  /** Oldest first. Each stays until it is dismissed (`commands.dismissNotice`), replaced or too old. */
  readonly items: readonly Notice[];
}

/** The values of the attributes `connection` and `mode`. Source: architecture.md "Public surface". */
export type ConnectionMode = 'connecting' | 'live' | 'polling' | 'degraded' | 'offline' | 'error';

/** Something a person should know or do. `code` picks the words; `detail` holds ids and names only. */
export interface Problem {
  readonly code: ProblemCode;
  readonly detail?: string;
}

export type ProblemCode =
  | 'missingAgentId'
  | 'badAgentId'
  | 'missingApiBase'
  | 'missingTokenUrl'
  | 'badApiBase'
  | 'badConfig'
  | 'badWorkerUrl'
  | 'workerUnavailable'
  | 'insecurePage'
  | 'sandboxed'
  | 'browserRefuses'
  | 'unexpected'
  | 'hubSilent'
  | 'pageOutOfDate'
  | 'apiUnreachable'
  /** A Content Security Policy refuses an address; `detail`: its directive, with scheme and host. */
  | 'policyBlocked'
  | 'tokenSourceFailed'
  | 'tokenRefused'
  | 'tokenEnding'
  | 'tokenUnusable'
  | 'agentNotFound'
  | 'missingScope'
  | 'forbidden'
  /** One of the three reads fails, or is not allowed; the others go on. */
  | 'presenceUnread'
  | 'presenceForbidden'
  | 'routingUnread'
  | 'routingForbidden'
  | 'sessionsUnread'
  | 'sessionsForbidden'
  | 'streamLost'
  | 'streamSilent'
  /** Another client or an administrator ended it: it stays ended until a person reconnects. */
  | 'sessionEnded'
  | 'signedOut'
  | 'settingsDiffer'
  | 'storageUnavailable'
  | 'electedMode'
  | 'popBufferFull'
  | 'pendingSuperseded'
  | 'pendingExpired'
  | 'pendingReplaced'
  | 'busyLeft'
  | 'stateCorrected'
  | 'phantomAvailability'
  | 'acwBypassAttempted'
  | 'adapterFailed'
  | 'ringToneBlocked'
  | 'hostSettings'
  | 'contactLogFailed'
  | 'framesDropped'
  | 'partMissing'
  | 'noSession';

/** What changed while the stream was lost. */
export interface Outage {
  /** When the stream was last heard, and when it was back; epoch ms. */
  readonly from: number;
  readonly to: number;
  readonly status?: {readonly before: AgentStateName; readonly after: AgentStateName};
  /** Contacts that came and went, or stopped ringing, without an answer. */
  readonly missed: number;
  /** Contacts the agent was in, that ended. */
  readonly ended: number;
  readonly acwEnded: number;
}

export interface ConnectionSlice extends SliceHead {
  readonly mode: ConnectionMode;
  /** The machine slept and nothing has been read since: what is shown is the last known state, whatever the mode says. */
  readonly doubted?: true;
  /** Why it is not live, in a code that the banner puts into words. */
  readonly problem?: Problem;
  /** Lasting warnings, one for each code. */
  readonly warnings: readonly Problem[];
  /** When the next try to get live is due, epoch ms. */
  readonly nextTryAt?: number;
  readonly attempt: number;
  /** The last outage during which something changed, until somebody dismisses it or it is too old. */
  readonly outage?: Outage;
  /** Whether calls ring aloud: the agent's own choice, or in a page the page's setting if there is no choice. */
  readonly ringTone?: boolean;
  readonly hub: {readonly kind: 'shared' | 'dedicated' | 'page'; readonly epoch: number};
}

export interface Snapshot {
  readonly agent: AgentSlice;
  readonly interactions: InteractionsSlice;
  readonly acw: AcwSlice;
  readonly pops: PopsSlice;
  readonly notices: NoticesSlice;
  readonly connection: ConnectionSlice;
}

export type SliceName = keyof Snapshot;

/**
 * Slices with long lists, each with the field that identifies an item. A page gets such a slice only after somebody there
 * uses it: first the whole list, then only changes. All other slices are small, and every page gets them whole.
 */
export const LIST_SLICES = {pops: 'popId'} as const satisfies {readonly [Name in SliceName]?: string};

export type ListSliceName = keyof typeof LIST_SLICES;
export type ListSlice = Snapshot[ListSliceName];
export type ListItem = ListSlice['items'][number];

export function isListSlice(name: SliceName): name is ListSliceName {
  return Object.hasOwn(LIST_SLICES, name);
}

/** Reads the key of an item. */
export function keyOfItem(name: ListSliceName): (item: ListItem) => string {
  const field = LIST_SLICES[name];
  return (item) => item[field];
}

const HEAD: SliceHead = {version: 0, asOf: 0, source: 'cache'};

/** What is shown before anything is known. */
export const EMPTY_SNAPSHOT: Snapshot = {
  agent: {...HEAD, agentId: '', choices: []},
  interactions: {...HEAD, items: []},
  acw: {...HEAD, items: []},
  pops: {...HEAD, items: [], dropped: 0},
  notices: {...HEAD, items: []},
  connection: {...HEAD, mode: 'connecting', warnings: [], attempt: 0, hub: {kind: 'shared', epoch: 0}},
};

/** An entry of the diagnostics log. Ids only: no customer data, no token. */
export interface LogEntry {
  /** Epoch ms. */
  readonly at: number;
  readonly level: 'info' | 'warn' | 'error';
  /** A stable name to search for: `state_desync_corrected`, `command_refused` … */
  readonly event: string;
  readonly data?: Readonly<Record<string, string | number | boolean | null>>;
}
