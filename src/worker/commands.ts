import type {CallAction} from '../domain/actions.js';
import {CxoneError, toCxoneError, type ErrorCode} from '../domain/errors.js';
import {Backoff} from './backoff.js';
import {pause} from './pause.js';
import {checkedParameters, effectReached} from './command-effect.js';
import type {CommandRequest} from './hub-api.js';
import {newCommandKey} from './command-key.js';
import type {HubContext} from './hub-context.js';
import type {Interactions} from './interactions.js';
import {isLostAnswer, neverLeft} from './lost-answer.js';
import type {PlatformCommand} from './platform/platform.js';
import type {JournalEntry} from './store.js';

interface UnderWay {
  readonly action: CallAction;
  /** Same action and same parameters: a second press joins the first. */
  readonly sameness: string;
  readonly done: Promise<void>;
}

/** Answers that say our picture is wrong. */
const MISMATCH: ReadonlySet<ErrorCode> = new Set([
  'INVALID_TRANSITION',
  'STATE_CONFLICT',
  'PRECONDITION_FAILED',
  'NOT_FOUND',
]);

/** The id of the notice of a command that a former hub left undone. */
const noticeOf = ({interactionId, action}: PlatformCommand): string => `${action} ${interactionId}`;

const samenessOf = ({action, parameters}: PlatformCommand): string => JSON.stringify([action, parameters]);

/** The one way a telephony command leaves the browser: guard, one at a time, key, journal, retry, settle. */
export class Commands {
  readonly #hub: HubContext;
  readonly #interactions: Interactions;
  readonly #underWay = new Map<string, UnderWay>();

  constructor(hub: HubContext, interactions: Interactions) {
    this.#hub = hub;
    this.#interactions = interactions;
  }

  /** Whether the platform's word on a command is waited for. */
  get isBusy(): boolean {
    return this.#underWay.size > 0;
  }

  /**
   * Carries out what an agent or a script asked. Resolves once the platform has confirmed.
   * @throws {CxoneError} `NOT_ALLOWED`, `COMMAND_PENDING`, `INVALID_INPUT`, `NO_SUCH_INTERACTION`, `UNAVAILABLE`: nothing
   * was sent.
   * `UNKNOWN_OUTCOME`: sent, and nobody knows. Any platform code: refused there.
   */
  async run(request: CommandRequest): Promise<void> {
    const {interactionId, action} = request;
    const parameters = checkedParameters(action, request.parameters);
    await this.#interactions.whenKnown(interactionId);
    const sameness = samenessOf({interactionId, action, parameters});
    const before = this.#underWay.get(interactionId);
    if (before?.sameness === sameness && action !== 'dtmf') return before.done;
    const queuesBehind = before?.action === 'dtmf' && action === 'dtmf';
    if (before && !queuesBehind && action !== 'release') {
      throw this.#refuse(request, 'COMMAND_PENDING', `${before.action} is under way`);
    }
    const view = this.#interactions.view(interactionId);
    if (!view) throw this.#refuse(request, 'NO_SUCH_INTERACTION', 'no such interaction');
    const {allowed, block} = view.actions[action];
    if (!allowed) throw this.#refuse(request, 'NOT_ALLOWED', block ?? 'not allowed');

    const turn = queuesBehind ? before.done.catch(() => undefined) : Promise.resolve();
    await this.#asOnlyOne(
      {interactionId, action, parameters},
      turn.then(() => this.#execute({...request, parameters})),
    );
  }

  /** While it lasts, others of its interaction join it, queue or are refused. */
  async #asOnlyOne(command: PlatformCommand, done: Promise<void>): Promise<void> {
    const {interactionId, action} = command;
    const entry: UnderWay = {action, sameness: samenessOf(command), done};
    this.#underWay.set(interactionId, entry);
    this.#interactions.commandSent(interactionId, action);
    try {
      await done;
    } finally {
      if (this.#underWay.get(interactionId) === entry) this.#underWay.delete(interactionId);
      this.#interactions.commandSettled(interactionId, action);
    }
  }

  /** Settles what a hub before this one began. Call it once the interactions are known. Source: contract §3 "Journal". */
  async settleJournal(): Promise<void> {
    await Promise.all(this.#hub.store.unsettledCommands().map((entry) => this.#settleOld(entry)));
  }

  async #settleOld(entry: JournalEntry): Promise<void> {
    const {interactionId, action, parameters} = entry;
    const command: PlatformCommand = {interactionId, action, parameters};
    let outcome: 'done' | 'notDone' | 'unknown' = 'unknown';
    try {
      const facts = await this.#hub.platform.readInteraction(interactionId, this.#hub.signal);
      this.#interactions.apply(facts, 'poll');
      const reached = effectReached(action, parameters, facts);
      const fresh = Date.now() - entry.clickedAt <= this.#hub.settings.commandRetryWindowMs;
      if (reached === true) outcome = 'done';
      else if (reached === false) {
        const allowed = this.#interactions.view(interactionId)?.actions[action].allowed ?? false;
        if (fresh && allowed && this.#hub.platform.capabilities.idempotentCommands) {
          outcome = await this.#asOnlyOne(command, this.#send(command, entry.key)).then(
            () => 'done',
            (error: unknown) => (toCxoneError(error, action).code === 'UNKNOWN_OUTCOME' ? 'unknown' : 'notDone'),
          );
        } else outcome = 'notDone';
      }
    } catch (error) {
      const {code} = toCxoneError(error, 'journal');
      if (code === 'NOT_FOUND') outcome = action === 'release' || action === 'reject' ? 'done' : 'notDone';
    }
    // Of a hub that ended meanwhile the store is closed: it stays the next one's to find out.
    this.#hub.store.settleCommand(entry.commandId, Date.now());
    this.#hub.log.warn('command_settled_after_restart', {id: interactionId, action, outcome});
    if (outcome !== 'done') {
      this.#hub.notices.add({
        id: noticeOf(command),
        code: outcome === 'unknown' ? 'commandUnknown' : 'commandNotDone',
        interactionId,
        mediaType: this.#interactions.view(interactionId)?.mediaType,
        about: entry.clickedAt,
        action,
      });
      this.#hub.notice({
        type: 'commandError',
        code: outcome === 'unknown' ? 'UNKNOWN_OUTCOME' : 'CANCELLED',
        action,
        interactionId,
        message: `${action} was interrupted: ${outcome}`,
      });
    }
  }

  async #execute(request: CommandRequest): Promise<void> {
    const {commandId, interactionId, action, parameters, clickedAt} = request;
    const command: PlatformCommand = {interactionId, action, parameters};
    // Pressed again: what became of the first time is over.
    this.#hub.notices.drop(noticeOf(command));
    const key = await newCommandKey(this.#hub, action, interactionId);
    await this.#hub.store.beginCommand({
      commandId,
      key,
      interactionId,
      action,
      // Tones may be a card number, and are never sent again after a restart.
      parameters: action === 'dtmf' ? {} : {...parameters},
      clickedAt,
    });
    try {
      await this.#send(command, key);
      this.#hub.log.info('command_done', {id: interactionId, action});
    } catch (error) {
      const typed = toCxoneError(error, action);
      this.#hub.log.warn('command_failed', {id: interactionId, action, code: typed.code, status: typed.status ?? null});
      throw typed;
    } finally {
      this.#hub.store.settleCommand(commandId, Date.now());
    }
  }

  /** Sends with one key until there is a definite answer, and works the answer in. */
  async #send(command: PlatformCommand, key: string): Promise<void> {
    const {settings, platform, signal} = this.#hub;
    const backoff = new Backoff(settings.commandRetryBaseMs, settings.retryCapMs);
    let refreshedOnce = false;
    let hasLeft = false;
    for (let attempt = 0; ; attempt++) {
      try {
        // Between two tries this hub may have slept, and another one taken over.
        if (attempt > 0) await this.#hub.store.assertMine();
        const facts = await platform.sendCommand(command, key, signal);
        if (facts) this.#interactions.apply(facts, 'reply');
        else await this.#readBack(command.interactionId);
        return;
      } catch (error) {
        const typed = toCxoneError(error, command.action);
        if (signal.aborted) throw typed;
        if (typed.code === 'TOKEN_EXPIRED' && !refreshedOnce) {
          refreshedOnce = true;
          if ((await this.#reached(command)) === true) {
            this.#hub.log.info('state_already_applied', {id: command.interactionId, action: command.action});
            return;
          }
          continue;
        }
        if (MISMATCH.has(typed.code)) {
          await this.#readBack(command.interactionId);
          throw typed;
        }
        hasLeft ||= !neverLeft(typed);
        if (!isLostAnswer(typed) || !hasLeft) throw typed;
        if (platform.capabilities.idempotentCommands && attempt < settings.commandRetryTries) {
          await pause(backoff.nextMs(), signal);
          continue;
        }
        this.#interactions.commandUnknown(command.interactionId, command.action);
        const reached = await this.#reached(command);
        if (reached === true) return;
        throw new CxoneError(
          reached === false ? typed.code : 'UNKNOWN_OUTCOME',
          `${command.action}: ${reached === false ? 'not carried out' : 'no answer, outcome unknown'}`,
          {cause: typed, status: typed.status},
        );
      }
    }
  }

  /** Reads the interaction and says whether the command took effect; `undefined` when that cannot be known. */
  async #reached(command: PlatformCommand): Promise<boolean | undefined> {
    try {
      const facts = await this.#hub.platform.readInteraction(command.interactionId, this.#hub.signal);
      this.#interactions.apply(facts, 'poll');
      return effectReached(command.action, command.parameters, facts);
    } catch (error) {
      this.#hub.log.warn('command_read_failed', {id: command.interactionId, code: toCxoneError(error, 'read').code});
      return undefined;
    }
  }

  async #readBack(interactionId: string): Promise<void> {
    try {
      this.#interactions.apply(await this.#hub.platform.readInteraction(interactionId, this.#hub.signal), 'poll');
    } catch (error) {
      const {code} = toCxoneError(error, 'read');
      if (code === 'NOT_FOUND') this.#interactions.apply({interactionId, state: 'ended'}, 'poll');
      else this.#hub.log.warn('command_read_failed', {id: interactionId, code});
    }
  }

  #refuse({interactionId, action}: CommandRequest, code: ErrorCode, why: string): CxoneError {
    this.#hub.log.warn('command_refused', {id: interactionId, action, code, why});
    return new CxoneError(code, `${action} refused: ${why}`);
  }
}
