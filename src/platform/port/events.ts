import type {AgentStateName} from '../../domain/agent-state.js';
import type {InteractionFacts} from '../../domain/interaction.js';
import type {PopPayload} from '../../domain/screen-pop.js';
import type {TokenProvider} from './tokens.js';

/** What the platform pushes. */
export interface Events {
  /**
   * Opens the source of events and keeps it alive in the dialect's way (socket and ping, or session and long poll). It makes
   * one attempt: reconnecting is the caller's job. It calls `onEvent` with `live` once the source is live, and with `closed`
   * exactly once at the end, whatever the reason. It never calls `onEvent` before `open` has returned.
   */
  open(tokens: TokenProvider, onEvent: (event: PlatformEvent) => void): EventSourceHandle;
}

export interface EventSourceHandle {
  /** Checks at once whether the source is still alive, and closes it if not. */
  check(): void;
  /** Ends the source. Resolves once the platform has been told or cannot be told; callers wait a second at most. */
  end(why: EndReason): Promise<void>;
}

/** Why we end a source of events. */
export type EndReason =
  /** We are about to open it again. */
  | 'again'
  /** Another hub continues for the same agent, so the platform's session must stay open. */
  | 'replaced'
  /** Nobody continues: the agent has signed out or has no page open. */
  | 'over';

export type PlatformEvent =
  | {readonly type: 'live'}
  /** Any sign of life. It resets the liveness timers and changes nothing else. */
  | {readonly type: 'alive'}
  | {readonly type: 'presence'; readonly event: PresenceEvent}
  | {readonly type: 'interaction'; readonly event: InteractionEvent}
  | {readonly type: 'screenPop'; readonly event: ScreenPopEvent}
  /** A frame of an unknown kind: the log keeps its name. */
  | {readonly type: 'unknown'; readonly name: string}
  /** A frame that we cannot use. The hub counts it, logs it and drops it. */
  | {readonly type: 'unusable'; readonly reason: UnusableReason; readonly name?: string}
  /** Nothing arrived for a while, so the connection may be dead and a read is due. Repeated while the silence lasts. */
  | {readonly type: 'silent'}
  | {readonly type: 'closed'; readonly reason: CloseReason};

/** Why a frame is dropped. `otherAgent`: it is about a different agent than this stream's. */
export type UnusableReason = 'notJson' | 'wrongShape' | 'tooLarge' | 'otherAgent';

/** Why a source of events has closed. */
export type CloseReason =
  /** We closed it. */
  | {readonly kind: 'asked'}
  /** Lost, refused or dead, with no known cause. */
  | {readonly kind: 'lost'}
  | {readonly kind: 'unauthorized'}
  | {readonly kind: 'forbidden'}
  /** A Content Security Policy blocks the address. `by`: the directive, with scheme and host. */
  | {readonly kind: 'blocked'; readonly by: string}
  | {readonly kind: 'rateLimited'; readonly retryAfterMs?: number}
  /** The session was ended by another client or an administrator. */
  | {readonly kind: 'ended'};

/** The fields of every pushed event that deduplication compares. */
export interface EventHead {
  /** The platform's name for this kind of event. */
  readonly eventType: string;
  /** As stamped by the platform, epoch ms. */
  readonly timestamp: number;
  /** Canonical digest of the event's data. */
  readonly digest: string;
}

export interface PresenceEvent extends EventHead {
  readonly previous?: AgentStateName;
  readonly current: AgentStateName;
  /** What is known of the interaction that caused the change. Absent: no interaction caused it. */
  readonly interaction?: InteractionFacts;
}

export interface InteractionEvent extends EventHead {
  /** `assigned` starts an assignment; `changed` covers everything after that. */
  readonly kind: 'assigned' | 'changed';
  readonly facts: InteractionFacts;
}

export interface ScreenPopEvent extends EventHead {
  readonly interactionId: string;
  readonly source: string;
  readonly payload: PopPayload;
}
