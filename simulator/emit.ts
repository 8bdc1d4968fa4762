import {toAgentState, WORKING_STATES, type AgentState} from '../src/domain/agent-state.js';
import {toDirection, toInteractionState, toMediaType, type InteractionState} from '../src/domain/interaction.js';
import {streamFrame, type AgentStatusChangedData, type InteractionData} from '../src/platform/v2/wire/index.js';
import {checked} from './input.js';
import {createInteraction, type Interaction} from './model/interactions.js';
import {Refusal} from './model/refusal.js';
import type {Simulation} from './simulation.js';

/** The interaction state that each agent status implies. Source: contract §2. */
const STATE_OF: Partial<Record<AgentState, InteractionState>> = {
  ringing: 'ringing',
  onCall: 'talking',
  onHold: 'hold',
  acw: 'acw',
};

function known(simulation: Simulation, id: string, agentId: string, media?: string, direction?: string): Interaction {
  const found = simulation.world.interactions.find((interaction) => interaction.id === id);
  if (found) return found;
  const ring = {
    agentId,
    mediaType: toMediaType(media),
    direction: toDirection(direction),
    acwSeconds: 0,
    enforceAcw: false,
  };
  return {...createInteraction(ring, simulation.clock.serverNow()), id};
}

function adoptInteraction(simulation: Simulation, data: InteractionData, agentId: string): void {
  const state = toInteractionState(data.state);
  if (!state) throw new Refusal('BAD_REQUEST', `data.state: no dialect knows "${data.state}"`);
  const {world, clock} = simulation;
  const base = known(simulation, data.interactionId, agentId, data.mediaType, data.direction);
  world.adopt({
    ...base,
    sessionId: data.sessionId ?? base.sessionId,
    from: data.from ?? base.from,
    to: data.to ?? base.to,
    skillId: data.skillId ?? base.skillId,
    state,
    muted: data.muted ?? base.muted,
    parties: data.participants
      ? data.participants.map(({role, target, state: partyState}) => ({
          role: role === 'conference' ? 'conference' : 'consult',
          target,
          state: partyState ?? 'talking',
        }))
      : base.parties,
    acw:
      state === 'acw' && data.acw
        ? {
            durationSeconds: data.acw.duration,
            endsAt: clock.now() + data.acw.remaining * 1_000,
            type: data.acw.type ?? 'system',
            reasonCode: data.acw.reasonCode ?? 'after_call_work',
            enforceUntilComplete: data.acw.enforceUntilComplete ?? false,
          }
        : undefined,
    updatedAt: data.updatedAt === undefined ? clock.stampAfter(base.updatedAt) : Date.parse(data.updatedAt),
    endedAt: state === 'ended' ? clock.serverNow() : undefined,
  });
}

function adoptStatus(simulation: Simulation, data: AgentStatusChangedData, agentId: string): void {
  const {world, clock} = simulation;
  const agent = world.agent(agentId);
  const status = toAgentState(data.currentStatus);
  const state = STATE_OF[status.state];
  if (data.interactionId !== undefined && state) {
    const interaction = known(simulation, data.interactionId, agentId, data.channelType, data.direction);
    world.adopt({...interaction, state, updatedAt: clock.stampAfter(interaction.updatedAt)});
    return;
  }
  if (WORKING_STATES.has(status.state)) {
    throw new Refusal('BAD_REQUEST', `data.interactionId: "${data.currentStatus}" needs one to be applied`);
  }
  agent.routing.state = status;
  agent.routing.target = status;
  agent.routing.updatedAt = clock.stampAfter(agent.routing.updatedAt);
  world.silentlyFollow(agentId);
}

/**
 * Updates the model to match a frame that is about to be sent.
 * @throws {Refusal} `BAD_REQUEST` for a frame that cannot be applied.
 */
export function applyFrame(simulation: Simulation, frame: unknown, agentId: string): void {
  let parsed = frame;
  if (typeof frame === 'string') {
    try {
      parsed = JSON.parse(frame);
    } catch {
      throw new Refusal('BAD_REQUEST', 'frame: only JSON can be applied');
    }
  }
  const checkedFrame = checked(streamFrame, parsed);
  switch (checkedFrame.eventType) {
    case 'interaction.assigned':
    case 'interaction.state.changed':
      adoptInteraction(simulation, checkedFrame.data, agentId);
      break;
    case 'agent.status.changed':
      adoptStatus(simulation, checkedFrame.data, agentId);
      break;
    case 'interaction.screenpop':
    case 'heartbeat':
    case 'subscription.confirmed':
      // These do not affect the model.
      break;
  }
  simulation.changed();
}
