import type {Actor} from 'xstate';
import type {AgentStateName} from '../../domain/agent-state.js';
import type {agentMachine} from '../../machines/agent.machine.js';
import type {Outcome, RoutingFacts, RoutingWritten, SessionsFacts} from '../../platform/port/platform.js';
import type {Interactions} from '../calls/interactions.js';
import type {HubContext} from '../hub-context.js';
import type {Lane} from './lane.js';

/** Reads that all parts of the hub share, so that one answer serves them all. */
export interface StatusReads {
  /** Reads routing and all active sessions, and applies them to the hub's state. */
  routingAndSessions(): Promise<{routing: RoutingFacts; sessions: SessionsFacts}>;
  /** Reads presence and applies it; calls that come together share a read. */
  presenceSoon(): void;
}

/** What the parts of the agent's status share. */
export interface StatusParts {
  readonly hub: HubContext;
  readonly interactions: Interactions;
  readonly reads: StatusReads;
  /** The only owner of choice, target, routing and pending choice. */
  readonly actor: Actor<typeof agentMachine>;
  /** Writes of choices and of channels go one after the other. */
  readonly lane: Lane;
}

/** A write that was only accepted counts as written. Presence shows later whether it took effect; a difference is reported. */
export function writtenFacts(
  outcome: Outcome<RoutingWritten>,
  state: AgentStateName,
): Partial<RoutingWritten> & {readonly state: AgentStateName} {
  return (outcome !== 'accepted' && outcome.facts) || {state};
}
