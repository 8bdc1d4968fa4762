import {sameState, type AgentStateName} from '../../src/domain/agent-state.js';
import type {InteractionState} from '../../src/domain/interaction.js';
import type {SimAgent} from './agents.js';
import type {Interaction} from './interactions.js';

/** The presence that an interaction's state causes; the first row that matches any interaction wins. Source: contract §2. */
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

/** The presence of an agent: from the most urgent voice interaction, then from any other, then from routing. */
export function presenceOf(agent: SimAgent, interactions: readonly Interaction[]): PresenceNow {
  const voice = interactions.filter(({mediaType}) => mediaType === 'voice');
  // A call takes precedence over a chat.
  for (const group of [voice, interactions]) {
    for (const [state, name] of DRIVEN) {
      const candidates = group.filter((interaction) => interaction.state === state);
      // Keep the current interaction if it still qualifies: a second call in the same state must not change the presence.
      const driver = candidates.find(({id}) => id === agent.presence.interactionId) ?? candidates[0];
      if (driver) return {state: name, driver};
    }
  }
  return {state: agent.routing.state};
}

/** Stores the new presence. @returns the previous state if it changed. */
export function updatePresence(agent: SimAgent, now: PresenceNow, at: number): AgentStateName | undefined {
  const {presence} = agent;
  const previous = presence.state;
  const changed = !sameState(previous, now.state);
  if (changed || presence.interactionId !== now.driver?.id) presence.updatedAt = at;
  presence.state = now.state;
  presence.interactionId = now.driver?.id;
  return changed ? previous : undefined;
}
