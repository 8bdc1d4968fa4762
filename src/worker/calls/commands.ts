import type {CallAction} from '../../domain/actions.js';
import {CxoneError, toCxoneError, type ErrorCode} from '../../domain/errors.js';
import type {InteractionFacts} from '../../domain/interaction.js';
import {checkedParameters, effectReached} from './command-effect.js';
import type {CommandRequest} from '../hub-api.js';
import {newCommandKey} from './command-key.js';
import type {HubContext} from '../hub-context.js';
import type {Interactions} from './interactions.js';
import {Freshness, sendKeyed} from './keyed-send.js';
import type {PlatformCommand} from '../../platform/port/platform.js';
import type {JournalEntry} from '../store/schema.js';

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
    const freshness = new Freshness(request.clickedAt, this.#hub.settings.commandRetryWindowMs);
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
      turn.then(() => this.#execute({...request, parameters}, freshness)),
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
    await Promise.all(this.#hub.store.journal.unsettled().map((entry) => this.#settleOld(entry)));
  }

  async #settleOld(entry: JournalEntry): Promise<void> {
    const {interactionId, action, parameters} = entry;
    // A dial has its own rules.
    if (action === 'dial') return;
    const command: PlatformCommand = {interactionId, action, parameters};
    let outcome: 'done' | 'notDone' | 'unknown' = 'unknown';
    const reached = await this.#reached(command);
    if (reached === true) outcome = 'done';
    else if (reached === false) {
      outcome = 'notDone';
      const freshness = new Freshness(entry.clickedAt, this.#hub.settings.commandRetryWindowMs);
      const allowed = this.#interactions.view(interactionId)?.actions[action].allowed ?? false;
      if (freshness.leftMs > 0 && allowed && this.#hub.platform.calls.idempotent) {
        outcome = await this.#asOnlyOne(command, this.#send(command, entry.key, freshness)).then(
          () => 'done',
          (error: unknown) => (toCxoneError(error, action).code === 'UNKNOWN_OUTCOME' ? 'unknown' : 'notDone'),
        );
      }
    }
    // Of a hub that ended meanwhile the store is closed: it stays the next one's to find out.
    this.#hub.store.journal.settle(entry.commandId, Date.now());
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

  async #execute(request: CommandRequest, freshness: Freshness): Promise<void> {
    const {commandId, interactionId, action, parameters, clickedAt} = request;
    const command: PlatformCommand = {interactionId, action, parameters};
    // Pressed again: what became of the first time is over.
    this.#hub.notices.drop(noticeOf(command));
    const key = await newCommandKey(this.#hub, action, interactionId);
    await this.#hub.store.journal.begin({
      commandId,
      key,
      interactionId,
      action,
      // Tones may be a card number, and are never sent again after a restart.
      parameters: action === 'dtmf' ? {} : {...parameters},
      clickedAt,
    });
    try {
      await this.#send(command, key, freshness);
      this.#hub.log.info('command_done', {id: interactionId, action});
    } catch (error) {
      const typed = toCxoneError(error, action);
      this.#hub.log.warn('command_failed', {id: interactionId, action, code: typed.code, status: typed.status ?? null});
      throw typed;
    } finally {
      this.#hub.store.journal.settle(commandId, Date.now());
    }
  }

  /** Sends until there is a definite answer, and works the answer in. */
  async #send(command: PlatformCommand, key: string, freshness: Freshness): Promise<void> {
    const {interactionId, action} = command;
    try {
      const sent = await sendKeyed(this.#hub, {
        what: action,
        key,
        freshness,
        send: (attempt) => this.#hub.platform.calls.send(command, attempt),
        reached: () => this.#reached(command),
        ...(action !== 'dtmf' && {shown: () => this.#shown(command)}),
        onUnknown: () => this.#interactions.commandUnknown(interactionId, action),
      });
      if (sent.kind === 'already') return;
      if (sent.facts) this.#interactions.apply(sent.facts, 'reply');
      else await this.#read(interactionId);
    } catch (error) {
      if (MISMATCH.has(toCxoneError(error, action).code)) await this.#read(interactionId);
      throw error;
    }
  }

  /** Whether the command took effect, as the platform says when asked; `undefined` when that cannot be known. */
  async #reached(command: PlatformCommand): Promise<boolean | undefined> {
    const {interactionId, action, parameters} = command;
    // Where only events tell, one that has not come may still come.
    if (!this.#hub.platform.state.interaction) return this.#isShown(command) || undefined;
    const facts = await this.#read(interactionId);
    return facts && effectReached(action, parameters, facts);
  }

  #isShown({interactionId, action, parameters}: PlatformCommand): boolean {
    const facts = this.#interactions.facts(interactionId);
    return facts !== undefined && effectReached(action, parameters, facts) === true;
  }

  #shown(command: PlatformCommand): Promise<boolean> {
    const {settings, signal} = this.#hub;
    return this.#interactions.told.until(() => this.#isShown(command), settings.requestTimeoutMs, signal);
  }

  /**
   * Reads and works in; `undefined` without an answer in time, or where the platform cannot be asked. An interaction that
   * nobody knows any more is over.
   */
  async #read(interactionId: string): Promise<InteractionFacts | undefined> {
    const {platform, signal, settings, log} = this.#hub;
    if (!platform.state.interaction) return undefined;
    const limit = AbortSignal.any([signal, AbortSignal.timeout(settings.requestTimeoutMs)]);
    let facts: InteractionFacts;
    try {
      facts = await platform.state.interaction(interactionId, limit);
    } catch (error) {
      const {code} = toCxoneError(error, 'read');
      if (code !== 'NOT_FOUND') {
        log.warn('command_read_failed', {id: interactionId, code});
        return undefined;
      }
      facts = {interactionId, state: 'ended'};
    }
    this.#interactions.apply(facts, 'poll');
    return facts;
  }

  #refuse({interactionId, action}: CommandRequest, code: ErrorCode, why: string): CxoneError {
    this.#hub.log.warn('command_refused', {id: interactionId, action, code, why});
    return new CxoneError(code, `${action} refused: ${why}`);
  }
}
