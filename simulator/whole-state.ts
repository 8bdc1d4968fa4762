import {stateKey} from '../src/domain/agent-state.js';
import type {ActiveFault} from './faults.js';
import {acwRemaining, type Interaction} from './model/interactions.js';
import type {Simulation} from './simulation.js';
import {presenceWord, routingWord} from './v2/wire.js';

/** A fault as `GET /_sim/faults` and the whole state show it. */
export function describeFault({id, order, remaining, until}: ActiveFault): Record<string, unknown> {
  return {id, ...order, ...(remaining === undefined ? {} : {remaining}), ...(until === undefined ? {} : {until})};
}

function describeInteraction(interaction: Interaction, now: number): Record<string, unknown> {
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
    skillId: interaction.skillId ?? null,
    participants: interaction.parties,
    acw: acw
      ? {
          duration: acw.durationSeconds,
          remaining: acwRemaining(acw, now),
          endsAt: acw.endsAt,
          type: acw.type,
          reasonCode: acw.reasonCode,
          enforceUntilComplete: acw.enforceUntilComplete,
        }
      : null,
    startedAt: interaction.startedAt,
    updatedAt: interaction.updatedAt,
    endedAt: interaction.endedAt ?? null,
  };
}

/** The answer of `GET /_sim/state`: agents, their interactions, streams, faults and counters. Times in epoch ms. */
export function wholeState(simulation: Simulation): Record<string, unknown> {
  const {world, streams, faults, log, effects, tokens, clock} = simulation;
  const now = clock.now();
  const interactions = world.interactions.map((interaction) => describeInteraction(interaction, now));
  return {
    now,
    serverNow: now + clock.skewMs,
    defaultAgentId: simulation.defaultAgentId,
    agents: world.agents.map((agent) => ({
      id: agent.id,
      name: agent.name,
      status: presenceWord(agent.presence.state),
      statusKey: stateKey(agent.presence.state),
      interactionId: agent.presence.interactionId ?? null,
      statusUpdatedAt: agent.presence.updatedAt,
      routing: {
        state: routingWord(agent.routing.state),
        skillGroups: agent.routing.skillGroups.map((group) => ({...group})),
        routingGroups: agent.routing.routingGroups.map((group) => ({...group})),
        updatedAt: agent.routing.updatedAt,
      },
      openStreams: streams.openFor(agent.id),
    })),
    sessions: interactions.filter(({state}) => state !== 'ended'),
    interactions,
    streams: streams.counts,
    faults: faults.active.map(describeFault),
    tokens: {lifetimeSeconds: tokens.lifetimeSeconds, scopes: tokens.scopes},
    counters: {
      requests: log.count,
      effects: effects.length,
      tokensIssued: tokens.issued,
      framesSent: streams.framesSent,
    },
  };
}
