import {CxoneError, toCxoneError} from '../../domain/errors.js';
import {dialTarget} from '../../domain/phone-number.js';
import {newCommandKey} from './command-key.js';
import type {DialRequest} from '../hub-api.js';
import type {HubContext} from '../hub-context.js';
import type {Interactions} from './interactions.js';
import {Freshness, sendKeyed} from './keyed-send.js';

/** An extension, a number or an address: no control characters, and what a dial plan may hold. Our choice. */
const MAX_TARGET = 256;
/** How far a call's beginning, by the server's clock, may be off our click. Our choice: the offset is known to a second. */
const CLOCK_PRECISION_MS = 2_000;

interface UnderWay {
  readonly commandId: string;
  readonly target: string;
  readonly done: Promise<void>;
}

/** Calls out, as commands go: known first, one at a time, key, journal, never late. */
export class Dials {
  readonly #hub: HubContext;
  readonly #interactions: Interactions;
  /** The one dial under way: a second click on the same number joins it. */
  #underWay: UnderWay | undefined;

  constructor(hub: HubContext, interactions: Interactions) {
    this.#hub = hub;
    this.#interactions = interactions;
  }

  /** Whether the platform's word on a dial is waited for. */
  get isBusy(): boolean {
    return this.#underWay !== undefined;
  }

  /**
   * Resolves once the platform has accepted the call.
   * @throws {CxoneError} `NOT_ALLOWED`: the platform cannot dial, there is no connection, or a call is going on;
   * `COMMAND_PENDING`: another number is being dialled, or this click was; `INVALID_INPUT`; `UNAVAILABLE`: the calls are
   * not known yet; `TOO_LATE`; `UNKNOWN_OUTCOME`: sent, and nobody knows.
   */
  async dial(written: DialRequest): Promise<void> {
    const request = {...written, target: dialTarget(written.target)};
    const {commandId, target} = request;
    const before = this.#underWay;
    if (before && (before.target === target || before.commandId === commandId)) return before.done;
    if (before) throw this.#refuse('COMMAND_PENDING', 'another number is being dialled');
    const mine: UnderWay = {commandId, target, done: this.#run(request)};
    this.#underWay = mine;
    try {
      await mine.done;
    } finally {
      this.#underWay = undefined;
    }
  }

  /**
   * Settles what a hub before this one began. It is never dialled again: nobody expects the call any more, and where it
   * did begin it is among the calls that were read.
   */
  settleJournal(): void {
    for (const {commandId, action, clickedAt} of this.#hub.store.journal.unsettled()) {
      if (action !== 'dial') continue;
      const isThere = this.#interactions
        .views()
        .some(({direction, startedAt}) => direction === 'outbound' && startedAt >= clickedAt - CLOCK_PRECISION_MS);
      const outcome = isThere ? 'done' : 'unknown';
      this.#hub.store.journal.settle(commandId, Date.now());
      this.#hub.log.warn('command_settled_after_restart', {action, outcome});
      if (isThere) continue;
      const message = 'dial was interrupted: unknown';
      this.#hub.notice({type: 'commandError', code: 'UNKNOWN_OUTCOME', action, message});
    }
  }

  async #run({commandId, target, clickedAt}: DialRequest): Promise<void> {
    const {platform, store, settings, signal, log} = this.#hub;
    const freshness = new Freshness(clickedAt, settings.commandRetryWindowMs);
    const {dial} = platform;
    if (!dial) throw this.#refuse('NOT_ALLOWED', 'this platform cannot dial');
    if (target.length > MAX_TARGET || /\p{Cc}/u.test(target)) throw this.#refuse('INVALID_INPUT', 'not a number');
    await this.#interactions.whenKnown('dial');
    if (!this.#hub.connected()) throw this.#refuse('NOT_ALLOWED', 'no connection');
    if (this.#interactions.hasLiveCall) throw this.#refuse('NOT_ALLOWED', 'a call is going on');
    const before = new Set(this.#interactions.views().map(({interactionId}) => interactionId));
    const isShown = (): boolean =>
      this.#interactions.views().some((view) => view.direction === 'outbound' && !before.has(view.interactionId));
    const key = await newCommandKey(this.#hub, 'dial', '');
    await store.journal.begin({commandId, key, interactionId: '', action: 'dial', parameters: {}, clickedAt});
    try {
      const sent = await sendKeyed(this.#hub, {
        what: 'dial',
        key,
        freshness,
        send: (attempt) => dial.send(target, attempt),
        shown: () => this.#interactions.told.until(isShown, settings.requestTimeoutMs, signal),
        // We cannot tell for sure which of the current calls is this one.
        reached: () => Promise.resolve(undefined),
      });
      if (sent.kind === 'answered' && sent.facts) this.#interactions.apply(sent.facts, 'reply');
      log.info('dial_done');
    } catch (error) {
      const {code, status} = toCxoneError(error, 'dial');
      log.warn('dial_failed', {code, status: status ?? null});
      throw error;
    } finally {
      store.journal.settle(commandId, Date.now());
    }
  }

  #refuse(code: 'NOT_ALLOWED' | 'COMMAND_PENDING' | 'INVALID_INPUT', why: string): CxoneError {
    this.#hub.log.warn('dial_refused', {code, why});
    return new CxoneError(code, `dial refused: ${why}`);
  }
}
