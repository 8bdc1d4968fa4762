import type {AcwView, InteractionView} from '../../domain/snapshot.js';
import {isVoice} from './calls.js';
import type {Publisher} from './publisher.js';

/** Reports the begin and the end of each call's after-call work to Salesforce once, whichever slice changes first. */
export class WrapUp {
  readonly #publish: Publisher;
  readonly #isOpen: (interactionId: string) => boolean;
  readonly #told = new Set<string>();
  #items: readonly InteractionView[] = [];
  #acw: readonly AcwView[] = [];

  /** @param isOpen whether Salesforce still treats a call as active; the call's end must be reported first. */
  constructor(publish: Publisher, isOpen: (interactionId: string) => boolean) {
    this.#publish = publish;
    this.#isOpen = isOpen;
  }

  /** Marks after-call work that is already running as reported. */
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

  /** Whether the after-call work itself is known. That is a little later than the call's end, and only then can it be ended. */
  hasWork(interactionId: string): boolean {
    return this.#acw.some((work) => work.interactionId === interactionId);
  }

  /** The call in after-call work, for requests that name none. */
  get firstId(): string | undefined {
    return this.#running().values().next().value;
  }

  #running(): Set<string> {
    const calls = this.#items.filter((view) => isVoice(view) && view.state === 'acw');
    const work = this.#acw.filter(({mediaType, state}) => mediaType === 'voice' && state !== 'done');
    return new Set([...work, ...calls].map(({interactionId}) => interactionId));
  }
}
