import type {AgentStateName} from '../../domain/agent-state.js';
import type {InteractionFacts, InteractionState} from '../../domain/interaction.js';
import type {GroupState, RoutingFacts, RoutingReason} from '../../domain/routing.js';
import type {Outcome} from './outcome.js';

export type {GroupState, RoutingFacts, RoutingReason};

/** Where the agent stands: what is shown, what routing is told, and which sessions there are. */
export interface State {
  /**
   * Reads several parts at once; each is answered by itself, so that one that is refused or late holds up no other. A
   * platform that only pushes answers from what it has pushed. Each promise rejects with a `CxoneError`.
   */
  read<Part extends StatePart>(what: StateQuery<Part>, signal: AbortSignal): StateReading<Part>;
  /** Asks about one session. Absent: the platform cannot be asked; events tell. */
  session?(sessionId: string, signal: AbortSignal): Promise<SessionReading>;
  /** Asks about one interaction. Absent: the platform cannot be asked; events tell. */
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
  /** What routing is told: the state that writes go to. */
  readonly routing: RoutingFacts;
  readonly sessions: SessionsFacts;
}

export type StatePart = keyof StateParts;

export interface StateQuery<Part extends StatePart> {
  readonly parts: readonly Part[];
  /** Also sessions that ended lately. */
  readonly withEnded?: boolean;
}

export type StateReading<Part extends StatePart> = {readonly [Name in Part]: Promise<StateParts[Name]>};

/** Sets each channel by itself. Absent: the platform keeps them in step with the sessions by its own rules. */
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
