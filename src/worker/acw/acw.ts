import {createActor, type Actor} from 'xstate';
import {CxoneError, toCxoneError} from '../../domain/errors.js';
import type {AcwFacts, MediaType} from '../../domain/interaction.js';
import {steadyNow} from '../../domain/monotonic.js';
import type {AcwRule} from '../../domain/settings.js';
import type {AcwSlice} from '../../domain/snapshot.js';
import {acwMachine, acwView} from '../../machines/acw.machine.js';
import type {HubContext} from '../hub-context.js';
import type {InteractionChange, Interactions} from '../calls/interactions.js';
import {Arrivals} from '../calls/arrivals.js';
import {Freshness, sendKeyed} from '../calls/keyed-send.js';
import {isLostAnswer} from '../calls/lost-answer.js';
import type {AcwStart, AfterCall, Outcome} from '../../platform/port/platform.js';

interface Running {
  readonly actor: Actor<typeof acwMachine>;
  readonly interactionId: string;
  readonly sessionId: string;
  readonly mediaType: MediaType;
  readonly poll: ReturnType<typeof setInterval>;
  overdueTimer: ReturnType<typeof setTimeout> | undefined;
  /** The countdown has ended, but is still shown for a while. */
  over: boolean;
}

/** The platform requires a reason code with every change; the agent is not asked for one. Our choice. */
const AGENT_REASON = 'agent_request';

/** Whether a write without a key may be sent once more after a read. Source: contract §4, §1 "401 on a write". */
const mayGoAgain = (error: CxoneError): boolean => error.code === 'TOKEN_EXPIRED' || isLostAnswer(error);

/** After-call work: the server's countdown, the agent's changes to it, and the rules for its length. */
export class AfterCallWork {
  readonly #hub: HubContext;
  readonly #interactions: Interactions;
  readonly #running = new Map<string, Running>();
  /** Sessions whose length was compared with the rules, so that each session is started only once. */
  readonly #judged = new Set<string>();
  /** Sessions that the agent left early, so that the end from the server is expected. */
  readonly #leftEarly = new Set<string>();
  /** Wakes the code that waits for a countdown to change. */
  readonly #told = new Arrivals();
  #asOf = 0;

  constructor(hub: HubContext, interactions: Interactions) {
    this.#hub = hub;
    this.#interactions = interactions;
    hub.signal.addEventListener('abort', () => {
      for (const entry of this.#running.values()) this.#stopTimers(entry);
    });
  }

  /** Follows every change of an interaction. */
  onInteraction({facts, view}: InteractionChange): void {
    if (view.state === 'acw') {
      if (facts.acw && view.sessionId)
        this.#apply(view.interactionId, view.sessionId, view.mediaType, view.skillId, facts.acw);
      else if (!this.#running.has(view.interactionId)) void this.#read(view.interactionId, view.sessionId);
      return;
    }
    const entry = this.#running.get(view.interactionId);
    if (entry && !entry.over) this.#end(entry);
  }

  /**
   * Adds time.
   * @throws {CxoneError} `NOT_ALLOWED`, or what the platform answered.
   */
  async extend(interactionId: string, seconds = this.#hub.settings.acwExtendSeconds): Promise<void> {
    if (!Number.isFinite(seconds) || seconds <= 0)
      throw new CxoneError('INVALID_INPUT', 'extend by more than 0 seconds');
    await this.#interactions.whenKnown(interactionId);
    const entry = this.#entry(interactionId);
    const view = this.#view(entry);
    if (!view.extend.allowed) {
      throw new CxoneError(
        view.extend.block === 'waiting' ? 'COMMAND_PENDING' : 'NOT_ALLOWED',
        `cannot extend after-call work: ${view.extend.block ?? ''}`,
      );
    }
    const endsAt = view.endsAt;
    await this.#change(
      entry,
      'extend.sent',
      (afterCall, signal) => afterCall.extend(entry.sessionId, seconds, AGENT_REASON, signal),
      // The server rounds to seconds.
      () => this.#view(entry).endsAt - endsAt > (seconds * 1_000) / 2,
    );
  }

  /**
   * Leaves early.
   * @throws {CxoneError} `NOT_ALLOWED` when the platform enforces the time (told as `acw_bypass_attempted`).
   */
  async complete(interactionId: string): Promise<void> {
    await this.#interactions.whenKnown(interactionId);
    const entry = this.#entry(interactionId);
    const view = this.#view(entry);
    if (!view.complete.allowed) {
      if (view.complete.block === 'enforced') {
        this.#hub.log.warn('acw_bypass_attempted', {id: interactionId, session: entry.sessionId});
        this.#hub.notice({type: 'warning', problem: {code: 'acwBypassAttempted', detail: interactionId}});
        this.#note(entry, 'acwTried');
      }
      throw new CxoneError(
        view.complete.block === 'waiting' ? 'COMMAND_PENDING' : 'NOT_ALLOWED',
        `cannot complete after-call work: ${view.complete.block ?? ''}`,
      );
    }
    this.#leftEarly.add(entry.sessionId);
    await this.#change(
      entry,
      'complete.sent',
      (afterCall, signal) => afterCall.complete(entry.sessionId, AGENT_REASON, signal),
      () => entry.over,
    );
    // Workforce management must learn of it, but the agent must not wait for that.
    void this.#publish(interactionId);
  }

  /** From now on the hub knows all after-call work there is. */
  afterFirstRead(): void {
    this.#asOf ||= steadyNow();
    this.#hub.mark('acw');
  }

  slice(): Omit<AcwSlice, 'version'> {
    const items = [...this.#running.values()].map((entry) => this.#view(entry)).sort((a, b) => a.endsAt - b.endsAt);
    return {asOf: this.#asOf, source: 'stream', items};
  }

  #view(entry: Running) {
    return acwView(entry.actor.getSnapshot(), {
      connected: this.#hub.connected(),
      extendBySeconds: this.#hub.settings.acwExtendSeconds,
      supported: this.#hub.platform.afterCall !== undefined,
    });
  }

  #entry(interactionId: string): Running {
    const entry = this.#running.get(interactionId);
    if (!entry) throw new CxoneError('NO_SUCH_INTERACTION', `no after-call work for ${interactionId}`);
    return entry;
  }

  #apply(
    interactionId: string,
    sessionId: string,
    mediaType: MediaType,
    skillId: string | undefined,
    acw: AcwFacts,
  ): void {
    const at = steadyNow();
    const known = this.#running.get(interactionId);
    if (known && !known.over) this.#correct(known, acw);
    else {
      this.#asOf = at;
      if (known) this.#stopTimers(known);
      const actor = createActor(acwMachine, {input: {interactionId, sessionId, mediaType, acw, at}});
      actor.start();
      const entry: Running = {
        actor,
        interactionId,
        sessionId,
        mediaType,
        poll: setInterval(() => void this.#read(interactionId, sessionId), this.#hub.settings.acwPollIntervalMs),
        overdueTimer: undefined,
        over: false,
      };
      this.#running.set(interactionId, entry);
      this.#armOverdue(entry);
    }
    void this.#judge(interactionId, sessionId, mediaType, skillId, acw);
    this.#hub.mark('acw');
  }

  /** Compares the server's length with the rule for the skill or the medium, once per session. */
  async #judge(
    interactionId: string,
    sessionId: string,
    mediaType: MediaType,
    skillId: string | undefined,
    acw: AcwFacts,
  ): Promise<void> {
    if (this.#judged.has(sessionId)) return;
    this.#judged.add(sessionId);
    const rules = this.#hub.settings.acwRules;
    const rule: AcwRule | undefined =
      rules.find((r) => r.skillId !== undefined && r.skillId === skillId && (r.mediaType ?? mediaType) === mediaType) ??
      rules.find((r) => r.skillId === undefined && (r.mediaType ?? mediaType) === mediaType);
    const {afterCall} = this.#hub.platform;
    if (!afterCall || !rule || rule.durationSeconds === acw.durationSeconds) return;
    const start: AcwStart = {
      sessionId,
      durationSeconds: rule.durationSeconds,
      type: 'manual',
      reasonCode: rule.reasonCode,
      enforceUntilComplete: rule.enforceUntilComplete ?? true,
    };
    try {
      await sendKeyed(this.#hub, {
        what: 'acw',
        // The key is the session's, so that after-call work is started only once.
        key: `acw-${sessionId}`,
        freshness: new Freshness(Date.now(), this.#hub.settings.commandRetryWindowMs),
        send: (attempt) => afterCall.start(start, attempt),
        reached: () => Promise.resolve(undefined),
      });
      await this.#read(interactionId, sessionId);
    } catch (error) {
      this.#hub.log.warn('acw_start_failed', {id: interactionId, code: toCxoneError(error, 'acw').code});
    }
  }

  /** Sends again with the same timestamp if the answer is lost, so that both attempts are the same event. */
  async #publish(interactionId: string): Promise<void> {
    const {availability} = this.#hub.platform;
    if (!availability) return;
    const change = {previousState: 'acw', newState: 'available', at: steadyNow() + this.#hub.clockOffsetMs()};
    for (let attempt = 0; ; attempt++) {
      try {
        await this.#hub.store.assertMine();
        return await availability.publish(change, this.#hub.signal);
      } catch (error) {
        const typed = toCxoneError(error, 'publish');
        if (attempt === 0 && mayGoAgain(typed)) continue;
        return this.#hub.log.warn('publish_failed', {code: typed.code, id: interactionId});
      }
    }
  }

  /** Runs one change at a time. A change has no key, so after a lost answer the hub first reads whether it took effect. */
  async #change(
    entry: Running,
    sent: 'extend.sent' | 'complete.sent',
    work: (afterCall: AfterCall, signal: AbortSignal) => Promise<Outcome<never>>,
    reached: () => boolean,
  ): Promise<void> {
    const {interactionId, sessionId} = entry;
    const {platform, settings, signal} = this.#hub;
    if (!platform.afterCall) throw new CxoneError('NOT_ALLOWED', 'this platform cannot change after-call work');
    entry.actor.send({type: sent});
    this.#hub.mark('acw');
    try {
      for (let attempt = 0; ; attempt++) {
        try {
          await this.#hub.store.assertMine();
          const outcome = await work(platform.afterCall, signal);
          // If the change was only accepted, wait for an event that shows the effect; otherwise read.
          if (outcome === 'accepted' && (await this.#told.until(reached, settings.requestTimeoutMs, signal))) return;
          await this.#read(interactionId, sessionId);
          if (outcome !== 'accepted' || reached()) return;
          throw new CxoneError('UNKNOWN_OUTCOME', 'after-call work: accepted, and nothing shows that it was changed');
        } catch (error) {
          const typed = toCxoneError(error, 'after-call work');
          const isRead = await this.#read(interactionId, sessionId);
          if (mayGoAgain(typed)) {
            if (isRead && reached()) return this.#hub.log.info('state_already_applied', {id: interactionId});
            if (isRead && attempt === 0) continue;
            if (!isRead) throw new CxoneError('UNKNOWN_OUTCOME', 'after-call work: no answer', {cause: typed});
          }
          throw typed;
        }
      }
    } catch (error) {
      this.#leftEarly.delete(sessionId);
      throw error;
    } finally {
      entry.actor.send({type: 'change.settled'});
      this.#hub.mark('acw');
    }
  }

  /** Reads the server's countdown, which is authoritative. Returns whether there was an answer. */
  async #read(interactionId: string, sessionId: string | undefined): Promise<boolean> {
    const askedAt = steadyNow();
    const {signal, platform} = this.#hub;
    const {state} = platform;
    const running = this.#running.get(interactionId);
    try {
      if (!running || !sessionId) {
        if (!state.interaction) return false;
        this.#interactions.apply(await state.interaction(interactionId, signal), 'poll', askedAt);
        return true;
      }
      if (!state.session) return false;
      const {facts, acwRemainingSeconds} = await state.session(sessionId, signal);
      if (facts) this.#interactions.apply({...facts, interactionId}, 'poll', askedAt);
      if (running.over || acwRemainingSeconds === undefined) return true;
      const {durationSeconds, enforced, acwType} = running.actor.getSnapshot().context;
      this.#correct(running, {durationSeconds, enforced, type: acwType, remainingSeconds: acwRemainingSeconds});
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      const {code} = toCxoneError(error, 'acw');
      this.#hub.log.warn('acw_read_failed', {id: interactionId, code});
      if (code === 'NOT_FOUND') this.#interactions.apply({interactionId, state: 'ended'}, 'poll', askedAt);
      return code === 'NOT_FOUND';
    }
  }

  #correct(entry: Running, acw: AcwFacts): void {
    this.#asOf = steadyNow();
    entry.actor.send({type: 'facts', acw, at: this.#asOf});
    this.#told.tell();
    this.#armOverdue(entry);
    this.#hub.mark('acw');
  }

  #armOverdue(entry: Running): void {
    clearTimeout(entry.overdueTimer);
    const wait = this.#view(entry).endsAt - steadyNow();
    entry.overdueTimer = setTimeout(
      () => {
        entry.actor.send({type: 'time', at: steadyNow()});
        this.#hub.mark('acw');
      },
      Math.max(0, wait),
    );
  }

  #end(entry: Running): void {
    const early = this.#view(entry).endsAt - steadyNow() > this.#hub.settings.acwPollIntervalMs;
    if (early && this.#view(entry).complete.block === 'enforced' && !this.#leftEarly.has(entry.sessionId)) {
      this.#hub.log.warn('acw_bypass_attempted', {id: entry.interactionId, session: entry.sessionId});
      this.#hub.notice({type: 'warning', problem: {code: 'acwBypassAttempted', detail: entry.interactionId}});
      this.#note(entry, 'acwLeftEarly');
    }
    this.#leftEarly.delete(entry.sessionId);
    this.#stopTimers(entry);
    entry.over = true;
    entry.actor.send({type: 'ended', at: steadyNow()});
    this.#told.tell();
    this.#asOf = steadyNow();
    this.#hub.mark('acw');
    entry.overdueTimer = setTimeout(() => {
      if (this.#running.get(entry.interactionId) === entry) this.#running.delete(entry.interactionId);
      entry.actor.stop();
      this.#hub.mark('acw');
    }, this.#hub.settings.acwDoneShownMs);
  }

  /** Adds one notice per contact: trying to leave and leaving early share an id, so the latest counts. */
  #note({interactionId, mediaType}: Running, code: 'acwTried' | 'acwLeftEarly'): void {
    this.#hub.notices.add({id: `acw ${interactionId}`, code, interactionId, mediaType, about: steadyNow()});
  }

  #stopTimers(entry: Running): void {
    clearInterval(entry.poll);
    clearTimeout(entry.overdueTimer);
  }
}
