import {sameState, type AgentStateName} from '../../domain/agent-state.js';
import type {CxoneError} from '../../domain/errors.js';

interface Waiter {
  readonly choice: AgentStateName;
  readonly resolve: () => void;
  readonly reject: (error: CxoneError) => void;
}

/** The callers that wait for a choice's outcome. All callers with the same choice get the same outcome. */
export class Waiters {
  readonly #waiters = new Set<Waiter>();

  wait(choice: AgentStateName): Promise<void> {
    return new Promise((resolve, reject) => this.#waiters.add({choice, resolve, reject}));
  }

  resolve(choice: AgentStateName): void {
    for (const waiter of this.#take(choice)) waiter.resolve();
  }

  /** Returns whether anybody waited. */
  reject(choice: AgentStateName, error: CxoneError): boolean {
    const waiters = this.#take(choice);
    for (const waiter of waiters) waiter.reject(error);
    return waiters.length > 0;
  }

  #take(choice: AgentStateName): Waiter[] {
    const taken = [...this.#waiters].filter((waiter) => sameState(waiter.choice, choice));
    for (const waiter of taken) this.#waiters.delete(waiter);
    return taken;
  }
}
