/** What an agent is doing, in our words. `custom` carries its own label. Source: contract §4 "Names". */
export const AGENT_STATES = [
  'available',
  'ready',
  'notReady',
  'busy',
  'ringing',
  'onCall',
  'onHold',
  'acw',
  'lunch',
  'meeting',
  'offline',
  'custom',
] as const;

export type AgentState = (typeof AGENT_STATES)[number];

/** An agent state as it is shown: only a `custom` state has a label. */
export interface AgentStateName {
  readonly state: AgentState;
  /** The tenant's own name of a `custom` state. */
  readonly label?: string;
}

/** Every dialect's names, lower case and without separators. Source: contract §4 "Names", seeds 000, 002 and 003. */
const STATE_BY_WIRE_NAME: Readonly<Record<string, AgentState>> = {
  available: 'available',
  ready: 'ready',
  unavailable: 'notReady',
  notready: 'notReady',
  busy: 'busy',
  ringing: 'ringing',
  oncall: 'onCall',
  call: 'onCall',
  onhold: 'onHold',
  wrapup: 'acw',
  acw: 'acw',
  aftercallwork: 'acw',
  lunch: 'lunch',
  meeting: 'meeting',
  offline: 'offline',
};

/** The longest name of a custom state, in characters. Source: our choice; a longer text cannot be shown and is hardly a name. */
const MAX_LABEL = 128;

/** Reads a state's wire name in any dialect, whatever its case and separators; an unknown name is `custom` with that name as label. */
export function toAgentState(wireName: string): AgentStateName {
  const trimmed = wireName.trim();
  const key = trimmed.toLowerCase().replace(/[\s_-]/g, '');
  const state = Object.hasOwn(STATE_BY_WIRE_NAME, key) ? STATE_BY_WIRE_NAME[key] : undefined;
  return state ? {state} : {state: 'custom', label: trimmed.slice(0, MAX_LABEL)};
}

/** States that the platform sets because of an interaction; an agent cannot choose them. */
export const WORKING_STATES: ReadonlySet<AgentState> = new Set(['ringing', 'onCall', 'onHold', 'acw']);

/** Whether two state names are the same choice. */
export function sameState(a: AgentStateName | undefined, b: AgentStateName | undefined): boolean {
  return a?.state === b?.state && (a?.label ?? '').toLowerCase() === (b?.label ?? '').toLowerCase();
}

/** The value of `data-state` and of the `pending` attribute: `lunch`, or `custom:Training`. */
export function stateKey(name: AgentStateName): string {
  return name.state === 'custom' ? `custom:${name.label ?? ''}` : name.state;
}
