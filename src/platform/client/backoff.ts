/** Source of each: setting of the same name, contract §2 "Losing the connection" 2. */
export interface ReconnectSettings {
  /** Waits before the 1st, 2nd … try, in ms; the last one repeats. */
  readonly reconnectDelaysMs: readonly number[];
  /** The most random time to add, in ms, so that the agents of a site do not all reconnect at once. */
  readonly reconnectJitterMs: number;
  /** The number of tries before retries become slow. */
  readonly reconnectTries: number;
  /** After every so many failures in a row, one wait takes `reconnectBreakerMs`. */
  readonly reconnectBreakerEvery: number;
  readonly reconnectBreakerMs: number;
  /** The wait once the tries are spent, in ms. */
  readonly reconnectSlowMs: number;
}

/**
 * How long to wait before a try, in ms. @param attempt 1 for the first try after a loss.
 * @param random gives a number from 0 up to, not including, 1.
 */
export function reconnectDelayMs(attempt: number, settings: ReconnectSettings, random: () => number): number {
  const jitterMs = random() * settings.reconnectJitterMs;
  if (attempt > settings.reconnectTries) return settings.reconnectSlowMs + jitterMs;
  const every = settings.reconnectBreakerEvery;
  if (every > 0 && attempt > 1 && (attempt - 1) % every === 0) return settings.reconnectBreakerMs + jitterMs;
  const delays = settings.reconnectDelaysMs;
  return (delays[Math.min(Math.max(attempt, 1), delays.length) - 1] ?? 0) + jitterMs;
}

/**
 * The waits between the retries of one operation: exponential, with full jitter. It counts the retries itself, so that
 * every caller starts at the first wait. Source: contract §1.
 */
export class Backoff {
  readonly #baseMs: number;
  readonly #capMs: number;
  readonly #random: () => number;
  #retries = 0;

  /** @param random gives a number from 0 up to, not including, 1. */
  constructor(baseMs: number, capMs: number, random: () => number = Math.random) {
    this.#baseMs = baseMs;
    this.#capMs = capMs;
    this.#random = random;
  }

  /** How many waits it has returned since the operation last succeeded. */
  get retries(): number {
    return this.#retries;
  }

  /** The next wait, in ms: random, up to the base, then up to twice the base, four times the base … up to the cap. */
  nextMs(): number {
    return this.#random() * Math.min(this.#capMs, this.#baseMs * 2 ** this.#retries++);
  }

  /** Call this after success, so that the next failure starts with the first wait again. */
  reset(): void {
    this.#retries = 0;
  }
}

/**
 * The longest wait that we accept from a server's `Retry-After`, in ms. Source: our choice: a header that says "next
 * year" is a fault, and an hour is longer than any limit the platform documents.
 */
export const MAX_RETRY_AFTER_MS = 3_600_000;

/** All three date formats of RFC 9110 §5.6.7 begin with a day's name; `Date.parse` alone accepts far more. */
const HTTP_DATE = /^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? .*\d/i;

/**
 * Parses `Retry-After` (seconds or an HTTP date) as ms from now. `undefined` for anything else; a time in the past gives 0.
 * @param now epoch ms by the clock of the server that sent it.
 */
export function parseRetryAfterMs(header: string | null | undefined, now: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^[+-]?\d+(?:\.\d+)?$/.test(text)) return clamp(Number(text) * 1_000);
  if (!HTTP_DATE.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : clamp(at - now);
}

function clamp(ms: number): number {
  return Math.min(MAX_RETRY_AFTER_MS, Math.max(0, ms));
}
