import {sameState, type AgentStateName} from '../../domain/agent-state.js';
import type {PendingChoice} from '../../machines/agent-facts.js';
import type {HubContext} from '../hub-context.js';

/** Stores the target and the pending choice, so that they survive a restart. The machine owns both. */
export class AgentRecord {
  readonly #hub: HubContext;
  /** Whether a former hub's pending choice was taken over. Until then it must not be overwritten. */
  #isTaken = false;

  constructor(hub: HubContext) {
    this.#hub = hub;
  }

  /** What the agent last wanted. The store must be open. */
  target(): AgentStateName | undefined {
    return this.#hub.store.meta.get('target');
  }

  /** Takes over a former hub's pending choice, which the machine then judges. */
  takePending(): PendingChoice | undefined {
    this.#isTaken = true;
    return this.#hub.store.meta.get('pendingStatus');
  }

  /** Stores what has changed. */
  keep(target: AgentStateName | undefined, pending: PendingChoice | undefined): void {
    const {meta} = this.#hub.store;
    if (!sameState(target, meta.get('target'))) meta.set('target', target);
    if (this.#isTaken && JSON.stringify(pending) !== JSON.stringify(meta.get('pendingStatus')))
      meta.set('pendingStatus', pending);
  }

  clear(): void {
    this.#hub.store.meta.set('target', undefined);
    this.#hub.store.meta.set('pendingStatus', undefined);
  }
}
