import type {AcwView, InteractionView} from '../../domain/snapshot.js';
import {isVoice} from './calls.js';
import type {Publisher} from './publisher.js';

/** Reports after-call work to Salesforce: once its begin and once its end for each call, whichever slice changes first. */
export class WrapUp {
  readonly #publish: Publisher;
  readonly #isOpen: (interactionId: string) => boolean;
  readonly #told = new Set<string>();
  #items: readonly InteractionView[] = [];
  #acw: readonly AcwView[] = [];

  /** @param isOpen whether Salesforce still takes a call for going on: its end is told first. */
  constructor(publish: Publisher, isOpen: (interactionId: string) => boolean) {
    this.#publish = publish;
    this.#isOpen = isOpen;
  }

  /** Takes what runs already as told. */
  begin(items: readonly InteractionView[], acw: readonly AcwView[]): void {
    this.#items = items;
    this.#acw = acw;
    this.#told.clear();
    for (const id of this.#running()) this.#told.add(id);
  }

  showCalls(items: readonly InteractionView[]): void {
    this.#items = items;
    this.look();
  }

  showWork(items: readonly AcwView[]): void {
    this.#acw = items;
    this.look();
  }

  look(): void {
    const running = this.#running();
    for (const callId of running) {
      if (this.#told.has(callId) || this.#isOpen(callId)) continue;
      this.#told.add(callId);
      this.#publish.event('AFTER_CALL_WORK_STARTED', {callId});
    }
    for (const callId of this.#told) {
      if (running.has(callId)) continue;
      this.#told.delete(callId);
      this.#publish.event('WRAP_UP_ENDED', {callId});
    }
  }

  /** Whether after-call work of a call is going on. */
  get going(): boolean {
    return this.#running().size > 0;
  }

  /** Whether the work itself is known, not only that its call is over: a little later, and only then it can be ended. */
  hasWork(interactionId: string): boolean {
    return this.#acw.some((work) => work.interactionId === interactionId);
  }

  /** The call that is being wrapped up, where the host names none. */
  get firstId(): string | undefined {
    return this.#running().values().next().value;
  }

  #running(): Set<string> {
    const calls = this.#items.filter((view) => isVoice(view) && view.state === 'acw');
    const work = this.#acw.filter(({mediaType, state}) => mediaType === 'voice' && state !== 'done');
    return new Set([...work, ...calls].map(({interactionId}) => interactionId));
  }
}
