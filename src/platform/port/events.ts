import type {AgentStateName} from '../../domain/agent-state.js';
import type {InteractionFacts} from '../../domain/interaction.js';
import type {PopPayload} from '../../domain/screen-pop.js';
import type {TokenProvider} from './tokens.js';

/** What the platform pushes. */
export interface Events {
  /**
   * Opens the source of events and keeps it alive as its dialect needs (socket and ping, or session and long poll). One
   * attempt: reconnecting is the caller's job. Calls `onEvent` with `live` once it counts as live and with `closed` exactly
   * once at the end, whatever the reason; never before it has returned.
   */
  open(tokens: TokenProvider, onEvent: (event: PlatformEvent) => void): EventSourceHandle;
}

export interface EventSourceHandle {
  /** Finds out at once whether it still lives; it closes if not. */
  check(): void;
  /** Ends it. Resolves once the platform knows, or cannot be told; nobody waits for that longer than a second. */
  end(why: EndReason): Promise<void>;
}

/** Why we end a source of events. */
export type EndReason =
  /** It is opened again. */
  | 'again'
  /** Somebody else goes on for the same agent: a session at the platform must stay. */
  | 'replaced'
  /** Nobody goes on: the agent has signed out, or has no page any more. */
  | 'over';

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

/** Why a source of events has closed. */
export type CloseReason =
  /** We closed it. */
  | {readonly kind: 'asked'}
  /** Lost, refused, or dead without a cause that can be seen. */
  | {readonly kind: 'lost'}
  | {readonly kind: 'unauthorized'}
  | {readonly kind: 'forbidden'}
  /** A Content Security Policy refuses its address. `by`: the directive, with scheme and host. */
  | {readonly kind: 'blocked'; readonly by: string}
  | {readonly kind: 'rateLimited'; readonly retryAfterMs?: number}
  /** The session was ended by another client or an administrator. */
  | {readonly kind: 'ended'};

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
