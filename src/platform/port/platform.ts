import type {CallAction, CommandParameters} from '../../domain/actions.js';
import type {AgentStateName} from '../../domain/agent-state.js';
import type {InteractionFacts, InteractionState} from '../../domain/interaction.js';
import type {GroupState, RoutingFacts, RoutingReason} from '../../domain/routing.js';
import type {PopPayload} from '../../domain/screen-pop.js';

export type {GroupState, RoutingFacts, RoutingReason};

/**
 * What the hub needs of a contact-centre platform. The contract's API (`v2`) is the first dialect; the Agent API that
 * NICE's own SDK speaks is the second to come. So nothing here assumes a socket, a path, a header, an idempotency key
 * that the platform honours, or that a command is answered by the new state: `capabilities` says what a dialect can do.
 */
export interface Platform {
  readonly capabilities: PlatformCapabilities;
  /**
   * Opens the source of events and keeps it alive as its dialect needs (socket and ping, or session and long poll).
   * One attempt: reconnecting is the hub's job. Calls `onEvent` with `live` once it counts as live and with `closed`
   * exactly once at the end, whatever the reason.
   */
  openEvents(token: AccessToken, onEvent: (event: PlatformEvent) => void): EventSourceHandle;

  /** The state shown to others. */
  readPresence(signal: AbortSignal): Promise<PresenceFacts>;
  /** What routing is told: the state that writes go to. */
  readRouting(signal: AbortSignal): Promise<RoutingFacts>;
  writeRouting(
    write: RoutingWrite,
    signal: AbortSignal,
  ): Promise<{readonly state: AgentStateName; readonly updatedAt: number}>;
  /** All pages; `active: false` also lists sessions that ended meanwhile. */
  readSessions(options: {readonly active: boolean}, signal: AbortSignal): Promise<SessionsFacts>;
  readSession(sessionId: string, signal: AbortSignal): Promise<SessionReading>;
  readInteraction(interactionId: string, signal: AbortSignal): Promise<InteractionFacts>;

  /**
   * Sends one command once.
   * Resolves with the new facts, or `undefined` where the platform only says that it accepted and the outcome comes as an event.
   * @throws {CxoneError} with the platform's code.
   */
  sendCommand(command: PlatformCommand, attempt: KeyedTry): Promise<InteractionFacts | undefined>;

  /**
   * Calls a number or address from the agent's telephone, once for each `key`. Absent: the dialect cannot.
   * Resolves with what is known of the new interaction.
   */
  dial?(target: string, attempt: KeyedTry): Promise<InteractionFacts | undefined>;

  startAcw(start: AcwStart, attempt: KeyedTry): Promise<void>;
  extendAcw(sessionId: string, extendBySeconds: number, reasonCode: string, signal: AbortSignal): Promise<void>;
  completeAcw(sessionId: string, reasonCode: string, signal: AbortSignal): Promise<void>;
  /** Tells workforce management that the agent left after-call work early. */
  publishAvailability(change: AvailabilityChange, signal: AbortSignal): Promise<void>;
}

/** One try of a write that is carried out once for each key. */
export interface KeyedTry {
  /** Repeated on a retry, for platforms that remember it. */
  readonly key: string;
  readonly signal: AbortSignal;
  /**
   * To be called when nothing more is waited for before the request leaves: it rejects where it must not leave any more,
   * because it is too late or another hub has taken over. Such a write is not repeated by the dialect itself.
   */
  readonly mayLeave: () => Promise<void>;
}

export interface PlatformCapabilities {
  /** A command repeated with the same key is carried out once. Without it a lost answer is settled by a read only. */
  readonly idempotentCommands: boolean;
  /** After-call work can be lengthened and left early. */
  readonly acwControl: boolean;
  /** A status asked for during a call can be queued at the platform. `false`: the hub keeps it. */
  readonly queuesNextState: boolean;
}

/** A bearer token with its life judged by the hub; never stored, never logged. */
export interface AccessToken {
  readonly value: string;
}

/** Gives requests a token that is good for the call, and a fresh one after a refusal. The hub implements it. */
export interface TokenProvider {
  /** @param purpose picks the margin of contract §1 "before every write". */
  token(purpose: 'read' | 'write' | 'statusWrite'): Promise<AccessToken>;
  /** Called when the platform answered 401 to this token: refreshes it once for all callers. */
  refused(token: AccessToken): Promise<AccessToken>;
  /** The server's clock as an answer shows it, epoch ms; refines the clock offset. */
  serverTimeSeen(serverNow: number): void;
  /** Server time minus ours, in ms. */
  readonly clockOffsetMs: number;
}

/** What an answer tells beside what was asked. */
export interface PlatformHints {
  /** A read was answered with 429: it is repeated after that time, in ms; nobody else should ask before. */
  rateLimited(retryAfterMs: number): void;
}

export interface EventSourceHandle {
  /** Finds out at once whether it still lives; it closes if not. */
  check(): void;
  close(): void;
}

export type PlatformEvent =
  | {readonly type: 'live'}
  /** Any sign of life: resets liveness clocks, changes nothing. */
  | {readonly type: 'alive'}
  | {readonly type: 'presence'; readonly event: PresenceEvent}
  | {readonly type: 'interaction'; readonly event: InteractionEvent}
  | {readonly type: 'screenPop'; readonly event: ScreenPopEvent}
  /** A frame of a kind nobody knows: kept in the log by name. */
  | {readonly type: 'unknown'; readonly name: string}
  /** A frame that could not be used: counted, logged, dropped. */
  | {readonly type: 'unusable'; readonly reason: UnusableReason; readonly name?: string}
  /** Nothing was heard for a while, and nothing proves that the line is not dead: a read is due. Told again while it lasts. */
  | {readonly type: 'silent'}
  | {readonly type: 'closed'; readonly reason: CloseReason};

/** Why a frame is dropped. `otherAgent`: it tells of another agent than this stream's. */
export type UnusableReason = 'notJson' | 'wrongShape' | 'tooLarge' | 'otherAgent';

export type CloseReason =
  /** We closed it. */
  | {readonly kind: 'asked'}
  /** Lost, refused, or dead without a cause a browser can see. */
  | {readonly kind: 'lost'}
  | {readonly kind: 'unauthorized'}
  | {readonly kind: 'forbidden'}
  /** A Content Security Policy refuses its address. `by`: the directive, with scheme and host. */
  | {readonly kind: 'blocked'; readonly by: string}
  | {readonly kind: 'rateLimited'; readonly retryAfterMs?: number};

/** Common to all pushed facts: what deduplication looks at. */
export interface EventHead {
  /** The platform's name of the event's kind. */
  readonly eventType: string;
  /** As stamped by the platform, epoch ms. */
  readonly timestamp: number;
  /** Canonical digest of the event's data. */
  readonly digest: string;
}

export interface PresenceEvent extends EventHead {
  readonly previous?: AgentStateName;
  readonly current: AgentStateName;
  /** Set where the change comes from an interaction; then `interaction` says what is known of it. */
  readonly interaction?: InteractionFacts;
}

export interface InteractionEvent extends EventHead {
  /** `assigned` starts an assignment; `changed` is everything after. */
  readonly kind: 'assigned' | 'changed';
  readonly facts: InteractionFacts;
}

export interface ScreenPopEvent extends EventHead {
  readonly interactionId: string;
  readonly source: string;
  readonly payload: PopPayload;
}

export interface PresenceFacts {
  readonly state: AgentStateName;
  readonly interactionId?: string;
  /** Epoch ms, server clock. */
  readonly updatedAt?: number;
}

export interface RoutingWrite {
  readonly state: AgentStateName;
  readonly skillGroups: readonly GroupState[];
  readonly routingGroups: readonly GroupState[];
  readonly reason: RoutingReason;
}

export interface SessionsFacts {
  readonly sessions: readonly InteractionFacts[];
  /** Sessions whose interaction is unknown; protected all the same. */
  readonly anonymous: readonly {readonly sessionId: string; readonly state: InteractionState}[];
  /** When the list was true, epoch ms, server clock. */
  readonly asOf: number;
}

/** One session of an agent. Without `facts` its interaction is unknown; it is protected all the same. */
export interface SessionReading {
  readonly sessionId: string;
  readonly state: InteractionState;
  readonly facts?: InteractionFacts;
  /** Left of its after-call work, in seconds. */
  readonly acwRemainingSeconds?: number;
}

export interface PlatformCommand {
  readonly interactionId: string;
  readonly action: CallAction;
  readonly parameters: CommandParameters;
}

export interface AcwStart {
  readonly sessionId: string;
  readonly durationSeconds: number;
  readonly type: 'manual' | 'system' | 'compliance';
  readonly reasonCode: string;
  readonly enforceUntilComplete: boolean;
}

export interface AvailabilityChange {
  readonly previousState: string;
  readonly newState: string;
  /** Epoch ms. Repeated unchanged on a retry. */
  readonly at: number;
}
