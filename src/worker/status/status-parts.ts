import type {Actor} from 'xstate';
import type {AgentStateName} from '../../domain/agent-state.js';
import type {agentMachine} from '../../machines/agent.machine.js';
import type {Outcome, RoutingFacts, RoutingWritten, SessionsFacts} from '../../platform/port/platform.js';
import type {Interactions} from '../calls/interactions.js';
import type {HubContext} from '../hub-context.js';
import type {Lane} from './lane.js';

/** Reads that the hub makes for everybody, so that one answer serves all. */
export interface StatusReads {
  /** Routing and all active sessions, worked into the hub's state. */
  routingAndSessions(): Promise<{routing: RoutingFacts; sessions: SessionsFacts}>;
  /** Presence, worked in; reads are coalesced. */
  presenceSoon(): void;
}

/** What the parts of the agent's status share. */
export interface StatusParts {
  readonly hub: HubContext;
  readonly interactions: Interactions;
  readonly reads: StatusReads;
  /** The one owner of choice, target, routing and what waits. */
  readonly actor: Actor<typeof agentMachine>;
  /** Writes go one after the other: a choice, and the channels. */
  readonly lane: Lane;
}

/** What was only accepted counts as written from now on; presence shows whether it was, and a difference is told. */
export function writtenFacts(
  outcome: Outcome<RoutingWritten>,
  state: AgentStateName,
): Partial<RoutingWritten> & {readonly state: AgentStateName} {
  return (outcome !== 'accepted' && outcome.facts) || {state};
}
