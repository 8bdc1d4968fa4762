import type {AgentStateName} from '../../src/domain/agent-state.js';
import type {MediaType} from '../../src/domain/interaction.js';

/** An agent at the simulator's start. */
export interface AgentSeed {
  readonly id: string;
  readonly name: string;
  readonly skillGroups: readonly {readonly id: string; readonly name: string; readonly mediaType: MediaType}[];
  readonly routingGroups: readonly {readonly id: string; readonly name: string}[];
}

export interface SkillGroup {
  readonly id: string;
  readonly name: string;
  readonly mediaType: MediaType;
  state: string;
}

export interface RoutingGroup {
  readonly id: string;
  readonly name: string;
  state: string;
}

/** The routing state. `updatedAt` is the server's version, epoch ms. */
export interface Routing {
  state: AgentStateName;
  /** The last state that somebody requested; the channel matrix does not change it. */
  target: AgentStateName;
  readonly skillGroups: SkillGroup[];
  readonly routingGroups: RoutingGroup[];
  updatedAt: number;
}

/** The state that others see. It follows the interactions; without any it follows routing. */
export interface Presence {
  state: AgentStateName;
  interactionId?: string;
  updatedAt: number;
}

export interface SimAgent {
  readonly id: string;
  readonly name: string;
  readonly routing: Routing;
  readonly presence: Presence;
}

/** The demo pages' agent. Source: architecture.md "The simulator and the demo". */
export const DEFAULT_AGENT_ID = 'a1b2c3d4-e5f6-7890-abcd-ef1234567890';

const groups = (prefix: string): Pick<AgentSeed, 'skillGroups' | 'routingGroups'> => ({
  skillGroups: [
    {id: `sg-${prefix}voice`, name: 'Service line', mediaType: 'voice'},
    {id: `sg-${prefix}chat`, name: 'Web chat', mediaType: 'webchat'},
  ],
  routingGroups: [{id: `rg-${prefix}1`, name: 'Customer service'}],
});

/** Sample agents; the first is the default of the control API. */
export const DEFAULT_AGENTS: readonly AgentSeed[] = [
  {id: DEFAULT_AGENT_ID, name: 'Mara Lindqvist', ...groups('')},
  {id: 'b2c3d4e5-f6a7-4901-bcde-f12345678901', name: 'Jonas Okafor', ...groups('')},
  {id: 'c3d4e5f6-a7b8-4012-8def-123456789012', name: 'Priya Raman', ...groups('sales-')},
  {id: 'd4e5f6a7-b8c9-4123-8efa-234567890123', name: 'Tom Weaver', ...groups('sales-')},
];

const AVAILABLE: AgentStateName = {state: 'available'};

/** A new agent: available, without sessions. */
export function createAgent(seed: AgentSeed, at: number): SimAgent {
  return {
    id: seed.id,
    name: seed.name,
    routing: {
      state: AVAILABLE,
      target: AVAILABLE,
      skillGroups: seed.skillGroups.map((group) => ({...group, state: 'available'})),
      routingGroups: seed.routingGroups.map((group) => ({...group, state: 'available'})),
      updatedAt: at,
    },
    presence: {state: AVAILABLE, updatedAt: at},
  };
}
