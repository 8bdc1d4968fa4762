import type {CallAction, CommandParameters} from '../../domain/actions.js';
import {stateKey, toAgentState, WORKING_STATES, type AgentStateName} from '../../domain/agent-state.js';
import {
  toDirection,
  toInteractionState,
  toMediaType,
  type AcwFacts,
  type InteractionFacts,
  type InteractionState,
  type Participant,
} from '../../domain/interaction.js';
import type {
  AgentStatusChangedData,
  ControlAction,
  GroupStateData,
  InteractionData,
  UserSession,
} from './wire/index.js';
import type {GroupState, SessionReading} from '../port/platform.js';

/** Converts a wire time, already checked by its schema, to epoch ms. */
export const toMs = (iso: string | undefined): number | undefined => (iso === undefined ? undefined : Date.parse(iso));

/** Removes `undefined` fields: an absent field must not look like an empty one. */
function compact<T extends object>(facts: T): T {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as T;
}

// Maps, not objects, so that a wire name such as "constructor" finds nothing.
const ACW_TYPES: ReadonlyMap<string, AcwFacts['type']> = new Map([
  ['manual', 'manual'],
  ['compliance', 'compliance'],
]);
const ROLES: ReadonlyMap<string, Participant['role']> = new Map([
  ['consult', 'consult'],
  ['conference', 'conference'],
]);

/** @returns `undefined` for an unknown state, because such facts cannot be used. */
export function toInteractionFacts(data: InteractionData): InteractionFacts | undefined {
  const state = toInteractionState(data.state);
  if (!state) return undefined;
  const {acw} = data;
  return compact<InteractionFacts>({
    interactionId: data.interactionId,
    sessionId: data.sessionId,
    state,
    mediaType: data.mediaType === undefined ? undefined : toMediaType(data.mediaType),
    direction: data.direction === undefined ? undefined : toDirection(data.direction),
    muted: data.muted,
    from: data.from,
    to: data.to,
    skillId: data.skillId,
    participants: data.participants?.map((p) => ({
      role: ROLES.get(p.role?.toLowerCase() ?? '') ?? 'other',
      target: p.target,
      ...(p.state === undefined ? {} : {state: p.state}),
    })),
    acw: acw && {
      durationSeconds: acw.duration,
      remainingSeconds: acw.remaining,
      type: ACW_TYPES.get(acw.type?.toLowerCase() ?? '') ?? 'system',
      ...(acw.reasonCode === undefined ? {} : {reasonCode: acw.reasonCode}),
      enforced: acw.enforceUntilComplete ?? true,
    },
    startedAt: toMs(data.startedAt),
    updatedAt: toMs(data.updatedAt),
  });
}

/** A session from the list. `facts` is absent if the session does not name its interaction. */
export function toSession(entity: UserSession): SessionReading | undefined {
  const state = toInteractionState(entity.state);
  if (!state) return undefined;
  const inAcw = state === 'acw';
  return compact<SessionReading>({
    sessionId: entity.id,
    state,
    acwRemainingSeconds: inAcw ? entity.acwRemaining : undefined,
    facts:
      entity.interactionId === undefined
        ? undefined
        : compact<InteractionFacts>({
            interactionId: entity.interactionId,
            sessionId: entity.id,
            state,
            mediaType: entity.mediaType === undefined ? undefined : toMediaType(entity.mediaType),
            direction: entity.direction === undefined ? undefined : toDirection(entity.direction),
            muted: entity.muted,
            from: entity.from,
            to: entity.to,
            skillId: entity.skillId,
            startedAt: toMs(entity.startedAt),
            updatedAt: toMs(entity.updatedAt),
          }),
  });
}

/** The interaction state that each agent status implies. Source: contract §2 `agent.status.changed`. */
const DRIVEN: Partial<Record<AgentStateName['state'], InteractionState>> = {
  ringing: 'ringing',
  onCall: 'talking',
  onHold: 'hold',
  acw: 'acw',
};

export function interactionOfStatus(data: AgentStatusChangedData): InteractionFacts | undefined {
  const current = toAgentState(data.currentStatus);
  const state = DRIVEN[current.state];
  if (data.interactionId === undefined || !state || !WORKING_STATES.has(current.state)) return undefined;
  return compact<InteractionFacts>({
    interactionId: data.interactionId,
    state,
    mediaType: data.channelType === undefined ? undefined : toMediaType(data.channelType),
    direction: data.direction === undefined ? undefined : toDirection(data.direction),
  });
}

export function toGroup(group: GroupStateData): GroupState {
  return {
    id: group.id,
    state: toAgentState(group.state),
    wireState: group.state,
    ...(group.mediaType === undefined ? {} : {mediaType: toMediaType(group.mediaType)}),
  };
}

/** The name of a state in routing writes. Source: contract §4 `PUT agentStatus`. */
export function toWireState(name: AgentStateName): string {
  switch (name.state) {
    case 'custom':
      return name.label ?? '';
    case 'notReady':
      return 'unavailable';
    case 'onCall':
    case 'onHold':
    case 'ringing':
      return 'busy';
    default:
      return stateKey(name);
  }
}

/** A group whose state we do not change keeps the wire name it was read with. */
export function toWireGroup(group: GroupState): {id: string; state: string} {
  const unchanged = stateKey(toAgentState(group.wireState)) === stateKey(group.state);
  return {id: group.id, state: unchanged ? group.wireState : toWireState(group.state)};
}

export const WIRE_ACTIONS: Readonly<Record<CallAction, ControlAction>> = {
  answer: 'Answer',
  reject: 'Reject',
  hold: 'Hold',
  resume: 'Resume',
  mute: 'Mute',
  unmute: 'Unmute',
  transfer: 'Transfer',
  conference: 'Conference',
  dtmf: 'SendDtmf',
  release: 'Release',
  completeTransfer: 'CompleteTransfer',
  cancelTransfer: 'CancelTransfer',
};

/** Only the parameters that the action accepts. */
export function toWireParameters(action: CallAction, given: CommandParameters): Record<string, unknown> {
  switch (action) {
    case 'hold':
      return {holdMusic: given.holdMusic ?? 'default', notifyOnResume: given.notifyOnResume ?? true};
    case 'transfer':
      return {target: given.target, type: given.type};
    case 'conference':
      return {target: given.target};
    case 'dtmf':
      return {digits: given.digits};
    default:
      return {};
  }
}
