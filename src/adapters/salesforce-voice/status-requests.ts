import type {AgentVendorStatusInfo, GenericResult} from '@salesforce/scv-connector-base';
import {sameState, stateKey, WORKING_STATES, type AgentStateName} from '../../domain/agent-state.js';
import type {AgentSlice} from '../../domain/snapshot.js';
import type {HostPhone} from '../crm-adapter.js';
import type {Library} from './library.js';
import type {VoiceStatus} from './options.js';
import type {Publisher} from './publisher.js';
import {commanded, Refusal} from './refusal.js';
import {Statuses} from './statuses.js';

export interface HostStatus {
  readonly statusId?: unknown;
  readonly statusApiName?: unknown;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value ? value : undefined);

/** Carries out status requests and reports status changes, with the table of names. */
export class StatusRequests {
  readonly #library: Library;
  readonly #phone: HostPhone;
  readonly #publish: Publisher;
  readonly #table: Statuses;
  #agent: AgentSlice | undefined;
  /** The host's id of the last status that both sides agreed on. */
  #agreed: string | undefined;
  #asking = 0;

  constructor(
    library: Library,
    phone: HostPhone,
    publish: Publisher,
    table: Readonly<Record<string, VoiceStatus>> | undefined,
  ) {
    this.#library = library;
    this.#phone = phone;
    this.#publish = publish;
    this.#table = new Statuses(table);
  }

  /** Reports changes to Salesforce from now on. */
  follow(): () => void {
    let known = false;
    return this.#phone.subscribe('agent', (agent) => {
      this.#agent = agent;
      // The status at Salesforce's start is not a change.
      if (!known) this.#agreed = this.#table.toHost(agent.presence)?.statusId;
      known ||= agent.presence !== undefined;
      if (this.#asking === 0) this.#tell();
    });
  }

  /**
   * @param enqueue whether the change may wait for the end of a call.
   * @param wrappingUp whether after-call work is going on; the platform sets that status itself.
   */
  async set(status: unknown, info: HostStatus, enqueue: boolean, wrappingUp: boolean): Promise<GenericResult> {
    const {GenericResult} = this.#library;
    const wanted = this.#table.fromHost({
      statusId: text(info.statusId),
      statusApiName: text(info.statusApiName),
      status: text(status),
    });
    if (!wanted) throw new Refusal('setAgentStatus: not in the table of statuses', 'INVALID_AGENT_STATUS');
    if (WORKING_STATES.has(wanted.state)) {
      return new GenericResult({success: wrappingUp || sameState(this.#agent?.presence, wanted)});
    }
    return new GenericResult({success: await this.#choose(wanted, enqueue)});
  }

  async #choose(wanted: AgentStateName, enqueue: boolean): Promise<boolean> {
    const {commands} = this.#phone;
    this.#asking++;
    try {
      await commanded('setStatus', commands.setStatus(wanted));
      if (!sameState(this.#agent?.pending, wanted) || enqueue) {
        this.#agreed = this.#table.toHost(wanted)?.statusId;
        return true;
      }
      // The host did not ask to wait and sees this as refused, so the change must not happen later.
      await commanded('cancelPendingStatus', commands.cancelPendingStatus());
      return false;
    } finally {
      setTimeout(() => {
        if (--this.#asking === 0) this.#tell();
      }, SETTLE_MS);
    }
  }

  get(): AgentVendorStatusInfo {
    const presence = this.#agent?.presence;
    if (!presence) throw new Refusal('getAgentStatus: not known yet');
    const {statusId, status} = this.#table.toHost(presence) ?? {};
    const name = stateKey(presence);
    return new this.#library.AgentVendorStatusInfo({
      statusId: statusId ?? name,
      statusType: status ?? name,
      statusName: presence.label ?? presence.state,
    });
  }

  #tell(): void {
    // While a change is waiting or requested, the current status is not worth reporting.
    if (!this.#agent?.presence || this.#agent.pending || this.#agent.requested) return;
    const {statusId, statusApiName} = this.#table.toHost(this.#agent.presence) ?? {};
    if (!statusId || statusId === this.#agreed) return;
    this.#agreed = statusId;
    this.#publish.event('SET_AGENT_STATUS', new this.#library.AgentStatusInfo({statusId, statusApiName}));
  }
}

/** How long the snapshot may lag behind a confirmed change, in ms. Source: our choice; slices come every 16 ms. */
const SETTLE_MS = 1_000;
