import type {AgentStateName} from '../../domain/agent-state.js';
import type {InteractionFacts, InteractionState} from '../../domain/interaction.js';
import type {GroupState, RoutingFacts, RoutingReason} from '../../domain/routing.js';
import type {Outcome} from './outcome.js';

export type {GroupState, RoutingFacts, RoutingReason};

/** The agent's state: presence, routing and sessions. */
export interface State {
  /**
   * Reads several parts at once. Each has its own promise, so that a refused or slow part does not delay the others. A
   * platform that only pushes answers from what it has pushed. Each promise may reject with a `CxoneError`.
   */
  read<Part extends StatePart>(what: StateQuery<Part>, signal: AbortSignal): StateReading<Part>;
  /** Reads one session. Absent: the platform has no such read, and only events report sessions. */
  session?(sessionId: string, signal: AbortSignal): Promise<SessionReading>;
  /** Reads one interaction. Absent: the platform has no such read, and only events report interactions. */
  interaction?(interactionId: string, signal: AbortSignal): Promise<InteractionFacts>;
  /**
   * Sets the agent's state.
   * @throws {CxoneError} with the platform's code.
   */
  write(write: RoutingWrite, signal: AbortSignal): Promise<Outcome<RoutingWritten>>;
}

export interface StateParts {
  /** The state shown to others. */
  readonly presence: PresenceFacts;
  /** The state that routing uses and that writes set. */
  readonly routing: RoutingFacts;
  readonly sessions: SessionsFacts;
}

export type StatePart = keyof StateParts;

export interface StateQuery<Part extends StatePart> {
  readonly parts: readonly Part[];
  /** Whether to include sessions that ended recently. */
  readonly withEnded?: boolean;
}

export type StateReading<Part extends StatePart> = {readonly [Name in Part]: Promise<StateParts[Name]>};

/** Sets each channel separately. Absent: the platform matches the channels to the sessions by its own rules. */
export interface Channels {
  write(write: RoutingWrite, signal: AbortSignal): Promise<Outcome<RoutingWritten>>;
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

export interface RoutingWritten {
  readonly state: AgentStateName;
  /** Epoch ms, server clock. */
  readonly updatedAt: number;
}

export interface SessionsFacts {
  readonly sessions: readonly InteractionFacts[];
  /** Sessions with an unknown interaction; they are protected too. */
  readonly anonymous: readonly {readonly sessionId: string; readonly state: InteractionState}[];
  /** When the list was true, epoch ms, server clock. */
  readonly asOf: number;
}

/** One session of an agent. Without `facts` its interaction is unknown; the session is protected too. */
export interface SessionReading {
  readonly sessionId: string;
  readonly state: InteractionState;
  readonly facts?: InteractionFacts;
  /** Remaining after-call work, in seconds. */
  readonly acwRemainingSeconds?: number;
}
