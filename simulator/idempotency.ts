import type {Clock} from './model/clock.js';
import {Refusal} from './model/refusal.js';

/** How long we remember a key, in ms. Source: contract §3: 24 h. */
export const KEY_LIFE_MS = 24 * 3_600_000;

/** An answer that was sent. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

interface Entry {
  readonly path: string;
  readonly answer: Answer;
  readonly at: number;
}

/** Remembers the first answer to each idempotency key. */
export class IdempotencyMemory {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * The first answer, or `undefined` for a new key.
   * @param path the request's path. Using the same key for another path is a client error.
   * @throws {Refusal} `BAD_REQUEST` for that error.
   */
  recall(key: string, path: string): Answer | undefined {
    const oldest = this.#clock.now() - KEY_LIFE_MS;
    for (const [old, {at}] of this.#entries) {
      // Entries are in order of arrival, so we can stop at the first that is new enough.
      if (at > oldest) break;
      this.#entries.delete(old);
    }
    const entry = this.#entries.get(key);
    if (entry && entry.path !== path) {
      throw new Refusal('BAD_REQUEST', 'this Idempotency-Key was used for another request');
    }
    return entry?.answer;
  }

  remember(key: string, path: string, answer: Answer): void {
    this.#entries.set(key, {path, answer, at: this.#clock.now()});
  }

  reset(): void {
    this.#entries.clear();
  }
}
