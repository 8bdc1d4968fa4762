import type {Clock} from './model/clock.js';
import {Refusal} from './model/refusal.js';

export interface RateLimitOptions {
  /** How many requests may pass in a window. */
  readonly limit: number;
  readonly windowMs: number;
}

/** Limits requests of the whole tenant in a sliding window; further ones are refused with 429. Source: contract §13. */
export class RateLimit {
  readonly #options: RateLimitOptions;
  readonly #clock: Clock;
  readonly #what: string;
  #passed: number[] = [];

  constructor(what: string, options: RateLimitOptions, clock: Clock) {
    this.#what = what;
    this.#options = options;
    this.#clock = clock;
  }

  /** @throws {Refusal} `RATE_LIMITED`, with `Retry-After` in seconds. */
  take(): void {
    const {limit, windowMs} = this.#options;
    const now = this.#clock.now();
    this.#passed = this.#passed.filter((at) => at > now - windowMs);
    if (this.#passed.length < limit) {
      this.#passed.push(now);
      return;
    }
    const waitMs = (this.#passed[0] ?? now) + windowMs - now;
    throw new Refusal('RATE_LIMITED', `too many ${this.#what}: ${limit} in ${windowMs} ms`, {
      headers: {'retry-after': String(Math.max(1, Math.ceil(waitMs / 1_000)))},
    });
  }

  reset(): void {
    this.#passed = [];
  }
}
