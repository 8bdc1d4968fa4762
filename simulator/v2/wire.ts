import {stateKey, type AgentStateName} from '../../src/domain/agent-state.js';
import type {
  AgentPresence,
  AgentRouting,
  AgentStatusChangedData,
  InteractionData,
  UserSession,
} from '../../src/platform/v2/wire/index.js';
import type {SimAgent} from '../model/agents.js';
import type {ServerClock} from '../model/clock.js';
import {acwRemaining, type Interaction} from '../model/interactions.js';

/** A time in the format of the `v2` dialect. */
export const iso = (epochMs: number): string => new Date(epochMs).toISOString();

/** Presence names. Source: [000]. */
const PRESENCE_WORDS: Readonly<Record<AgentStateName['state'], string>> = {
  available: 'Available',
  ready: 'Available',
  notReady: 'Unavailable',
  busy: 'Busy',
  ringing: 'Ringing',
  onCall: 'OnCall',
  onHold: 'OnHold',
  acw: 'WrapUp',
  lunch: 'Lunch',
  meeting: 'Meeting',
  offline: 'Offline',
  custom: '',
};

export const presenceWord = (name: AgentStateName): string =>
  name.state === 'custom' ? (name.label ?? 'Custom') : PRESENCE_WORDS[name.state];

/** The routing name of a state; a custom state keeps its own name. Source: [003]. */
export function routingWord(name: AgentStateName): string {
  if (name.state === 'custom') return name.label ?? 'custom';
  return name.state === 'notReady' ? 'unavailable' : stateKey(name);
}

/** The data of `interaction.assigned`, `interaction.state.changed` and the REST replies. */
export function interactionToWire(interaction: Interaction, clock: ServerClock): InteractionData {
  const {acw} = interaction;
  return {
    interactionId: interaction.id,
    sessionId: interaction.sessionId,
    agentId: interaction.agentId,
    mediaType: interaction.mediaType,
    direction: interaction.direction,
    state: interaction.state,
    muted: interaction.muted,
    from: interaction.from,
    to: interaction.to,
    ...(interaction.skillId === undefined ? {} : {skillId: interaction.skillId}),
    participants: interaction.parties.map((party) => ({...party})),
    ...(acw
      ? {
          acw: {
            duration: acw.durationSeconds,
            remaining: acwRemaining(acw, clock.now()),
            type: acw.type,
            reasonCode: acw.reasonCode,
            enforceUntilComplete: acw.enforceUntilComplete,
          },
        }
      : {}),
    startedAt: iso(interaction.startedAt),
    updatedAt: iso(interaction.updatedAt),
  };
}

/** An entry of `usersessions`. */
export function sessionToWire(interaction: Interaction, clock: ServerClock): UserSession {
  const {acw} = interaction;
  const ageMs = (interaction.endedAt ?? clock.serverNow()) - interaction.startedAt;
  return {
    id: interaction.sessionId,
    userId: interaction.agentId,
    interactionId: interaction.id,
    state: interaction.state,
    ...(acw ? {acwRemaining: acwRemaining(acw, clock.now())} : {}),
    mediaType: interaction.mediaType,
    direction: interaction.direction,
    duration: acw ? Math.ceil(acw.durationSeconds) : Math.max(0, Math.round(ageMs / 1_000)),
    from: interaction.from,
    to: interaction.to,
    ...(interaction.skillId === undefined ? {} : {skillId: interaction.skillId}),
    muted: interaction.muted,
    startedAt: iso(interaction.startedAt),
    updatedAt: iso(interaction.updatedAt),
  };
}

export function presenceToWire(agent: SimAgent): AgentPresence {
  const {state, interactionId, updatedAt} = agent.presence;
  return {
    agentId: agent.id,
    currentStatus: presenceWord(state),
    ...(interactionId === undefined ? {} : {interactionId}),
    updatedTimestamp: iso(updatedAt),
  };
}

export function routingToWire(agent: SimAgent, activeSessions: number): AgentRouting {
  const {routing} = agent;
  return {
    state: routingWord(routing.state),
    skillGroups: routing.skillGroups.map(({id, state, mediaType}) => ({
      id,
      state,
      // Skill groups use a shorter name for this medium than sessions do. Source: [003] §1.
      mediaType: mediaType === 'webchat' ? 'chat' : mediaType,
    })),
    routingGroups: routing.routingGroups.map(({id, state}) => ({id, state})),
    activeSessions,
    updatedTimestamp: iso(routing.updatedAt),
  };
}

export function statusChangeToWire(
  agent: SimAgent,
  previous: AgentStateName,
  driver: Interaction | undefined,
): AgentStatusChangedData {
  return {
    agentId: agent.id,
    previousStatus: presenceWord(previous),
    currentStatus: presenceWord(agent.presence.state),
    ...(driver ? {interactionId: driver.id, channelType: driver.mediaType, direction: driver.direction} : {}),
  };
}
