import {CxoneError, toCxoneError} from '../../domain/errors.js';
import {Backoff} from '../../platform/client/backoff.js';
import type {HubContext} from '../hub-context.js';
import {isLostAnswer, neverLeft} from './lost-answer.js';
import {pause} from '../../domain/pause.js';
import type {KeyedTry, Outcome} from '../../platform/port/platform.js';

/**
 * How long a click may still be carried out. By two clocks: the wall clock goes on while a laptop sleeps, the other one
 * cannot be set back. It is too late as soon as either clock says so.
 */
export class Freshness {
  readonly #untilWall: number;
  readonly #untilSteady: number;

  /** @param clickedAt epoch ms by our clock. @param windowMs the setting `commandRetryWindowMs`. */
  constructor(clickedAt: number, windowMs: number) {
    const now = Date.now();
    // A click time in the future means that the clock was set back; treat the click as made now.
    const leftMs = Math.min(clickedAt, now) + windowMs - now;
    this.#untilWall = now + leftMs;
    this.#untilSteady = performance.now() + leftMs;
  }

  /** In ms; below 0 when it is too late. */
  get leftMs(): number {
    return Math.min(this.#untilWall - Date.now(), this.#untilSteady - performance.now());
  }
}

/** A write that the platform carries out once for each key. */
export interface KeyedWrite<Facts> {
  /** Its name, for logs and messages. */
  readonly what: string;
  readonly key: string;
  readonly freshness: Freshness;
  /** Sends it once. */
  send(attempt: KeyedTry): Promise<Outcome<Facts>>;
  /** Looks whether it took effect; `undefined`: that cannot be known. */
  reached(): Promise<boolean | undefined>;
  /** Waits for the event that shows its effect; `false`: none came in time. Absent: no event shows it. */
  shown?(): Promise<boolean>;
  /** Its outcome is unknown, and is being looked at. */
  onUnknown?(): void;
}

/** `already`: it took effect, seen by an event or a look and not by an answer. */
export type Sent<Facts> = {readonly kind: 'answered'; readonly facts?: Facts} | {readonly kind: 'already'};

const ALREADY = {kind: 'already'} as const;

/**
 * The one way in which a write with a key leaves: never late, never from a hub that was replaced, with one key until there
 * is a definite answer. Source: contract §1, §3.
 * @throws {CxoneError} `TOO_LATE`: not carried out; `UNKNOWN_OUTCOME`: it left, and nobody knows; else the platform's code.
 */
export async function sendKeyed<Facts>(hub: HubContext, write: KeyedWrite<Facts>): Promise<Sent<Facts>> {
  const {settings, platform, signal} = hub;
  const {what, key, freshness} = write;
  const afterLoss = new Backoff(settings.commandRetryBaseMs, settings.retryCapMs);
  const afterLimit = new Backoff(settings.retryBaseMs, settings.retryCapMs);
  let mayBeDone = false;
  let hasRefreshed = false;

  /** Before every send, as the last thing: queues, waits for a token, back-off and sleep are all behind it. */
  const mayLeave = async (): Promise<void> => {
    await hub.store.assertMine();
    if (freshness.leftMs <= 0) throw new CxoneError('TOO_LATE', `${what}: too late, not carried out`);
  };
  /** How long to wait before it goes again, in ms; `undefined`: it does not. */
  const nextTryMs = (error: CxoneError): number | undefined => {
    if (error.code === 'RATE_LIMITED') {
      if (afterLimit.retries >= settings.retryTries) return undefined;
      const ownMs = afterLimit.nextMs();
      return error.retryAfterMs ?? ownMs;
    }
    if (!isLostAnswer(error) || !mayBeDone || !platform.calls.idempotent) return undefined;
    return afterLoss.retries < settings.commandRetryTries ? afterLoss.nextMs() : undefined;
  };

  for (;;) {
    let error: CxoneError;
    try {
      const outcome = await write.send({key, signal, mayLeave});
      if (outcome === 'accepted') break;
      return {kind: 'answered', facts: outcome.facts};
    } catch (cause) {
      error = toCxoneError(cause, what);
    }
    // The next hub settles what this hub leaves open.
    if (signal.aborted) throw error;
    if (error.code === 'TOKEN_EXPIRED' && !hasRefreshed) {
      hasRefreshed = true;
      if ((await write.reached()) === true) {
        hub.log.info('state_already_applied', {action: what});
        return ALREADY;
      }
      continue;
    }
    const isLost = isLostAnswer(error);
    mayBeDone ||= isLost && !neverLeft(error);
    const waitMs = nextTryMs(error);
    if (waitMs !== undefined && waitMs < freshness.leftMs) {
      await pause(waitMs, signal);
      continue;
    }
    if (!mayBeDone || isDefinite(error)) throw error;
    write.onUnknown?.();
    // If the platform cannot be asked, an event can still show the effect.
    if (!platform.state.interaction && (await write.shown?.())) return ALREADY;
    const reached = await write.reached();
    if (reached === true) return ALREADY;
    throw new CxoneError(
      reached === false ? error.code : 'UNKNOWN_OUTCOME',
      `${what}: ${reached === false ? 'not carried out' : 'no answer, outcome unknown'}`,
      {cause: error, status: error.status},
    );
  }
  // The platform has only accepted the write: an event shows the effect; without one, a look may.
  if (!write.shown || (await write.shown())) return ALREADY;
  signal.throwIfAborted();
  write.onUnknown?.();
  if ((await write.reached()) === true) return ALREADY;
  throw new CxoneError('UNKNOWN_OUTCOME', `${what}: accepted, and nothing shows that it was carried out`);
}

/**
 * Whether an error settles earlier tries under the same key as well: had one of them been carried out, the platform would
 * have answered with that. What never left, or was turned away at the door, tells nothing of them.
 */
function isDefinite({code, status}: CxoneError): boolean {
  return (
    status !== undefined &&
    status >= 400 &&
    status < 500 &&
    !['TOKEN_EXPIRED', 'RATE_LIMITED', 'TIMEOUT'].includes(code)
  );
}
