import type {AgentStateName} from './agent-state.js';
import type {MediaType} from './interaction.js';

/** A group of skills or of routes, and the state that routing has it in. */
export interface GroupState {
  readonly id: string;
  readonly state: AgentStateName;
  /** The platform's own word, so that a group we do not know is written back as it was read. */
  readonly wireState: string;
  readonly mediaType?: MediaType;
}

/** An agent's routing state, which is what our writes change. */
export interface RoutingFacts {
  readonly state: AgentStateName;
  readonly skillGroups: readonly GroupState[];
  readonly routingGroups: readonly GroupState[];
  readonly activeSessions?: number;
  /** The platform's version of it, epoch ms. */
  readonly updatedAt?: number;
}

/** Why a status is written. Source: contract §4 "overrideReason". */
export type RoutingReason = 'agent_request' | 'queued_change' | 'channel_matrix' | 'shift_start' | 'repair';
