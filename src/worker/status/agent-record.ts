import {sameState, type AgentStateName} from '../../domain/agent-state.js';
import type {PendingChoice} from '../../machines/agent-facts.js';
import type {HubContext} from '../hub-context.js';

/** What of the agent's choice survives a restart: what is wanted, and what waits. The machine owns it; here it is written down. */
export class AgentRecord {
  readonly #hub: HubContext;
  /** What waited for a former hub was taken; until then it must not be overwritten. */
  #isTaken = false;

  constructor(hub: HubContext) {
    this.#hub = hub;
  }

  /** What the agent last wanted. The store must be open. */
  target(): AgentStateName | undefined {
    return this.#hub.store.meta.get('target');
  }

  /** What waited for a former hub, to be judged now. */
  takePending(): PendingChoice | undefined {
    this.#isTaken = true;
    return this.#hub.store.meta.get('pendingStatus');
  }

  /** Writes down what is not yet. */
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
