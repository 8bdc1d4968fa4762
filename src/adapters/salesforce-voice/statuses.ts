import {stateKey, type AgentState, type AgentStateName, AGENT_STATES} from '../../domain/agent-state.js';
import type {VoiceStatus} from './options.js';

/** Our state → Salesforce's, unless the org configures its own. Source: the library's AGENT_STATUS; each org has its own ids. */
export const DEFAULT_STATUSES: Readonly<Record<string, VoiceStatus>> = {
  available: {status: 'Online'},
  offline: {status: 'Offline'},
  acw: {status: 'AfterCallWork'},
};

/** The host's names for the status it wants. Absent parts are unknown. */
export interface WantedStatus {
  readonly statusId?: string;
  readonly statusApiName?: string;
  readonly status?: string;
}

const STATES: ReadonlySet<string> = new Set(AGENT_STATES);

function toName(key: string): AgentStateName | undefined {
  if (key.startsWith('custom:')) return {state: 'custom', label: key.slice('custom:'.length)};
  return STATES.has(key) ? {state: key as AgentState} : undefined;
}

/** Maps an agent's status between our names and the host's. */
export class Statuses {
  readonly #table: ReadonlyMap<string, VoiceStatus>;

  constructor(own: Readonly<Record<string, VoiceStatus>> = {}) {
    this.#table = new Map(Object.entries({...DEFAULT_STATUSES, ...own}));
  }

  /** Our state for the host's status; the most specific name wins. */
  fromHost({statusId, statusApiName, status}: WantedStatus): AgentStateName | undefined {
    const by = (part: keyof VoiceStatus, value: string | undefined): AgentStateName | undefined => {
      if (!value) return undefined;
      for (const [key, entry] of this.#table) if (entry[part] === value) return toName(key);
      return undefined;
    };
    return by('statusId', statusId) ?? by('statusApiName', statusApiName) ?? by('status', status);
  }

  /** The host's names for our state. */
  toHost(name: AgentStateName | undefined): VoiceStatus | undefined {
    return name && this.#table.get(stateKey(name));
  }
}
