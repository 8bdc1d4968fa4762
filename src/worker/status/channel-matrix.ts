import {sameState, type AgentStateName} from '../../domain/agent-state.js';
import {PROTECTED_STATES, type InteractionState, type MediaType} from '../../domain/interaction.js';
import type {GroupState, RoutingFacts} from '../../platform/port/platform.js';

/** What the matrix needs to know of a session. */
export interface ChannelUse {
  readonly mediaType: MediaType;
  readonly state: InteractionState;
}

export interface MatrixResult {
  readonly state: AgentStateName;
  readonly skillGroups: readonly GroupState[];
  /** Whether it differs from what the server has. */
  readonly differs: boolean;
}

/** Media in which an agent can hold several sessions at once; their groups close only when the capacity is full. */
const CONCURRENT: ReadonlySet<MediaType> = new Set(['webchat', 'email', 'workitem']);
/** How many at once, where the skills do not say. Source: contract §4 "Per channel". */
const DEFAULT_CAPACITY = 1;

/**
 * Computes routing from the sessions, medium by medium. Source: contract §4 "Per channel". Pure.
 * @param channels skill group id → medium, for groups that do not say; an unmapped group stays as it was read.
 */
export function channelMatrix(
  uses: readonly ChannelUse[],
  target: AgentStateName,
  routing: RoutingFacts,
  channels: Readonly<Record<string, MediaType>>,
): MatrixResult {
  const busy: AgentStateName = {state: 'busy'};
  const stateOf = (mediaType: MediaType): AgentStateName => {
    const own = uses.filter((use) => use.mediaType === mediaType);
    const active = own.filter(({state}) => state !== 'acw' && PROTECTED_STATES.has(state)).length;
    if (active >= (CONCURRENT.has(mediaType) ? DEFAULT_CAPACITY : 1)) return busy;
    return own.some(({state}) => state === 'acw') ? {state: 'acw'} : target;
  };
  const skillGroups = routing.skillGroups.map((group) => {
    const mediaType = group.mediaType ?? (Object.hasOwn(channels, group.id) ? channels[group.id] : undefined);
    return mediaType === undefined ? group : {...group, state: stateOf(mediaType)};
  });
  const state = uses.some((use) => PROTECTED_STATES.has(use.state)) ? busy : target;
  const differs =
    !sameState(state, routing.state) ||
    skillGroups.some((group, index) => !sameState(group.state, routing.skillGroups[index]?.state));
  return {state, skillGroups, differs};
}
