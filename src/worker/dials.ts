import {CxoneError, toCxoneError} from '../domain/errors.js';
import {Backoff} from './backoff.js';
import {pause} from './pause.js';
import {newCommandKey} from './command-key.js';
import type {DialRequest} from './hub-api.js';
import type {HubContext} from './hub-context.js';
import type {Interactions} from './interactions.js';
import {isLostAnswer, neverLeft} from './lost-answer.js';

/** An extension, a number or an address: no control characters, and what a dial plan may hold. Our choice. */
const MAX_TARGET = 256;

/**
 * Calls out. Not in the journal: a call that a former hub began is seen in the sessions that are read anyway, and one
 * that did not begin is not dialled minutes later.
 */
export class Dials {
  readonly #hub: HubContext;
  readonly #interactions: Interactions;
  /** The one dial under way: a second click on the same number joins it. */
  #underWay: {readonly target: string; readonly done: Promise<void>} | undefined;

  constructor(hub: HubContext, interactions: Interactions) {
    this.#hub = hub;
    this.#interactions = interactions;
  }

  /**
   * Resolves once the platform has accepted the call.
   * @throws {CxoneError} `NOT_ALLOWED`: the platform cannot dial, or a call is going on; `COMMAND_PENDING`: another number is being dialled;
   * `INVALID_INPUT`; `UNKNOWN_OUTCOME`: sent, and nobody knows.
   */
  async dial({target}: DialRequest): Promise<void> {
    if (this.#underWay?.target === target) return this.#underWay.done;
    if (this.#underWay) throw this.#refuse('COMMAND_PENDING', 'another number is being dialled');
    if (!this.#hub.platform.dial) throw this.#refuse('NOT_ALLOWED', 'this platform cannot dial');
    if (target.length > MAX_TARGET || /\p{Cc}/u.test(target)) throw this.#refuse('INVALID_INPUT', 'not a number');
    if (this.#interactions.hasLiveCall) throw this.#refuse('NOT_ALLOWED', 'a call is going on');
    const done = this.#send(target);
    this.#underWay = {target, done};
    try {
      await done;
      this.#hub.log.info('dial_done');
    } catch (error) {
      const {code, status} = toCxoneError(error, 'dial');
      this.#hub.log.warn('dial_failed', {code, status: status ?? null});
      throw error;
    } finally {
      this.#underWay = undefined;
    }
  }

  /** Sends with one key until there is a definite answer. */
  async #send(target: string): Promise<void> {
    const {settings, platform, signal, store} = this.#hub;
    const key = await newCommandKey(this.#hub, 'dial', '');
    const backoff = new Backoff(settings.commandRetryBaseMs, settings.retryCapMs);
    let refreshedOnce = false;
    let hasLeft = false;
    for (let attempt = 0; ; attempt++) {
      try {
        // Before the first as well: no journal entry has asked whether this hub is still the one.
        await store.assertMine();
        const facts = await platform.dial!(target, key, signal);
        if (facts) this.#interactions.apply(facts, 'reply');
        return;
      } catch (error) {
        const typed = toCxoneError(error, 'dial');
        if (typed.code === 'TOKEN_EXPIRED' && !refreshedOnce) {
          refreshedOnce = true;
          continue;
        }
        hasLeft ||= !neverLeft(typed);
        if (signal.aborted || !isLostAnswer(typed) || !hasLeft) throw typed;
        if (!platform.capabilities.idempotentCommands || attempt >= settings.commandRetryTries) {
          throw new CxoneError('UNKNOWN_OUTCOME', 'dial: no answer, outcome unknown', {cause: typed});
        }
        await pause(backoff.nextMs(), signal);
      }
    }
  }

  #refuse(code: 'NOT_ALLOWED' | 'COMMAND_PENDING' | 'INVALID_INPUT', why: string): CxoneError {
    this.#hub.log.warn('dial_refused', {code, why});
    return new CxoneError(code, `dial refused: ${why}`);
  }
}
