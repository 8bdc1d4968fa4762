import {sameState, type AgentStateName} from '../../src/domain/agent-state.js';
import type {InteractionState} from '../../src/domain/interaction.js';
import type {SimAgent} from './agents.js';
import type {Interaction} from './interactions.js';

/** What an interaction makes of its agent; the first row that fits any interaction wins. Source: contract §2. */
const DRIVEN: readonly (readonly [InteractionState, AgentStateName])[] = [
  ['ringing', {state: 'ringing'}],
  ['talking', {state: 'onCall'}],
  ['hold', {state: 'onHold'}],
  ['acw', {state: 'acw'}],
];

export interface PresenceNow {
  readonly state: AgentStateName;
  readonly driver?: Interaction;
}

/** What others should see of an agent: the most urgent voice interaction, else another one, else what routing says. */
export function presenceOf(agent: SimAgent, interactions: readonly Interaction[]): PresenceNow {
  const voice = interactions.filter(({mediaType}) => mediaType === 'voice');
  // A chat beside a call is not what others see of the agent.
  for (const group of [voice, interactions]) {
    for (const [state, name] of DRIVEN) {
      const candidates = group.filter((interaction) => interaction.state === state);
      // Who drives already goes on driving: a second call in the same state changes nothing that others see.
      const driver = candidates.find(({id}) => id === agent.presence.interactionId) ?? candidates[0];
      if (driver) return {state: name, driver};
    }
  }
  return {state: agent.routing.state};
}

/** Writes down what others see. @returns the state before, where it changed. */
export function updatePresence(agent: SimAgent, now: PresenceNow, at: number): AgentStateName | undefined {
  const {presence} = agent;
  const previous = presence.state;
  const changed = !sameState(previous, now.state);
  if (changed || presence.interactionId !== now.driver?.id) presence.updatedAt = at;
  presence.state = now.state;
  presence.interactionId = now.driver?.id;
  return changed ? previous : undefined;
}
