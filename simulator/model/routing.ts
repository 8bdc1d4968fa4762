import {sameState, toAgentState, WORKING_STATES, type AgentStateName} from '../../src/domain/agent-state.js';
import {PROTECTED_STATES} from '../../src/domain/interaction.js';
import type {AgentRoutingWrite} from '../../src/platform/v2/wire/index.js';
import type {SimAgent} from './agents.js';
import type {Interaction} from './interactions.js';
import {Refusal} from './refusal.js';

/** The reason of writes that only set the widgets' per-channel states; nobody requested a state. Source: contract §4 "Per channel". */
const MATRIX_REASON = 'channel_matrix';

/** The harm that a write does to the agent's sessions. */
export interface RoutingHarm {
  /** The interactions that the platform ends because of the write. */
  readonly cut: readonly Interaction[];
}

function checkGroups(
  what: string,
  known: readonly {readonly id: string}[],
  given: readonly {readonly id: string}[] = [],
) {
  const ids = new Set(known.map(({id}) => id));
  for (const {id} of given)
    if (!ids.has(id)) throw new Refusal('BAD_REQUEST', `${what}: the agent has no group "${id}"`);
}

function setGroups(
  groups: readonly {readonly id: string; state: string}[],
  given: AgentRoutingWrite['skillGroups'],
): void {
  for (const {id, state} of given ?? []) {
    const group = groups.find((candidate) => candidate.id === id);
    if (group) group.state = state;
  }
}

/**
 * Applies a write of the routing state and returns the harm it does: `force` cuts live interactions, `busy` without skill
 * groups closes chats. Source: contract §4, §13; [003] "The Trap".
 * @throws {Refusal} `STATE_CONFLICT` for a new target, other than busy, while a session is protected.
 */
export function writeRouting(
  agent: SimAgent,
  interactions: readonly Interaction[],
  write: AgentRoutingWrite,
  at: number,
): RoutingHarm {
  const {routing} = agent;
  const state = toAgentState(write.state);
  if (WORKING_STATES.has(state.state)) {
    throw new Refusal('BAD_REQUEST', `state: "${write.state}" comes from an interaction and cannot be set`);
  }
  checkGroups('skillGroups', routing.skillGroups, write.skillGroups);
  checkGroups('routingGroups', routing.routingGroups, write.routingGroups);

  const isMatrix = write.overrideReason === MATRIX_REASON;
  const guarded = interactions.find((interaction) => PROTECTED_STATES.has(interaction.state));
  const isHarmless = isMatrix || state.state === 'busy' || sameState(state, routing.state);
  if (guarded && !isHarmless && write.force !== true) {
    throw new Refusal('STATE_CONFLICT', `the agent has a session in ${guarded.state}`, {currentState: guarded.state});
  }

  routing.state = state;
  if (!isMatrix) routing.target = state;
  setGroups(routing.skillGroups, write.skillGroups);
  setGroups(routing.routingGroups, write.routingGroups);
  routing.updatedAt = at;

  if (write.force === true) return {cut: [...interactions]};
  if (state.state === 'busy' && write.skillGroups === undefined) {
    return {cut: interactions.filter(({mediaType}) => mediaType === 'webchat')};
  }
  return {cut: []};
}

const AVAILABLE: AgentStateName = {state: 'available'};
const OFFLINE: AgentStateName = {state: 'offline'};

/**
 * Sets the medium's skill groups to available after after-call work, or to offline if that was requested. If no other
 * session is left, the agent gets the same state. @returns whether anything changed. Source: contract §5, §13.
 */
export function leaveAcw(agent: SimAgent, ended: Interaction, others: readonly Interaction[], at: number): boolean {
  const {routing} = agent;
  const next = routing.target.state === 'offline' ? OFFLINE : AVAILABLE;
  let changed = false;
  for (const group of routing.skillGroups) {
    const isBusyElsewhere = others.some(({mediaType}) => mediaType === group.mediaType);
    const isFreed = others.length === 0 || group.mediaType === ended.mediaType;
    if (!isFreed || isBusyElsewhere || group.state === next.state) continue;
    group.state = next.state;
    changed = true;
  }
  if (others.length === 0) {
    for (const group of routing.routingGroups) {
      if (group.state === next.state) continue;
      group.state = next.state;
      changed = true;
    }
    if (!sameState(routing.state, next)) {
      routing.state = next;
      routing.target = next;
      changed = true;
    }
  }
  if (changed) routing.updatedAt = at;
  return changed;
}
