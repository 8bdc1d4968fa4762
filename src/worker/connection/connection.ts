import {createActor, type Actor} from 'xstate';
import {type CxoneError, toCxoneError} from '../../domain/errors.js';
import {pause} from '../../domain/pause.js';
import {steadyNow} from '../../domain/monotonic.js';
import type {ConnectionSlice, Problem, ProblemCode} from '../../domain/snapshot.js';
import {
  connectionMachine,
  connectionMode,
  connectionProblem,
  isConnected,
  nextAttempt,
} from '../../machines/connection.machine.js';
import {reconnectDelayMs} from '../../platform/client/backoff.js';
import type {HubContext} from '../hub-context.js';
import type {
  AccessToken,
  CloseReason,
  EndReason,
  EventSourceHandle,
  PlatformEvent,
} from '../../platform/port/platform.js';
import {apiProblem, isRefusal, readProblem} from './read-warnings.js';
import type {ReadResult, ReadWhy} from './reads.js';
import type {TokenKeeper} from '../../platform/client/token-keeper.js';
import {watchForSleep} from './wake-watch.js';

/** How long the platform may take to hear of the end before the hub's locks go, in ms. Source: architecture.md "The port". */
const END_LIMIT_MS = 1_000;

export interface ConnectionEvents {
  /** A pushed event of any kind but `live`, `alive`, `closed`. */
  onEvent(event: PlatformEvent): void;
  /** Reads everything and works in what is answered. */
  read(why: ReadWhy): Promise<ReadResult>;
  /** The sessions were read, and commands have a way. */
  onConnected(): void;
  /** @param heardAt when the stream last told something, epoch ms. */
  onModeChanged(mode: ConnectionSlice['mode'], heardAt: number): void;
}

/** Keeps the one event source alive, and reads instead while it is not. */
export class Connection {
  readonly #hub: HubContext;
  readonly #tokens: TokenKeeper;
  readonly #events: ConnectionEvents;
  readonly #hubKind: ConnectionSlice['hub']['kind'];
  readonly #actor: Actor<typeof connectionMachine>;
  readonly #warnings = new Map<ProblemCode, Problem>();
  #source: EventSourceHandle | undefined;
  #sourceCount = 0;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #pollTimer: ReturnType<typeof setTimeout> | undefined;
  #reconcileTimer: ReturnType<typeof setInterval> | undefined;
  #lastMode = '';
  /** When the stream last told something, and when the sessions were last read; epoch ms. */
  #heardAt = 0;
  #readAt = 0;
  /** The token of the latest try, and whether that try or a read says that it is no good. */
  #token: AccessToken | undefined;
  #isTokenSuspect = false;
  /** One refresh an outage for a token that was refused; set until live again. */
  #hasRefreshed = false;
  /** The platform asked not to be asked before, epoch ms. */
  #notBefore = 0;
  #isPolling = false;
  /** A person asked for a try while one was under way. */
  #isAsked = false;
  /** When the machine woke, epoch ms, until something is read that was asked for later; and the read that it set off. */
  #wokenAt: number | undefined;
  #wakeRead: Promise<void> | undefined;
  readonly #lookForSleep: () => void;
  /** A part of what was read last is missing, and may come. */
  #isPartMissing = false;

  constructor(hub: HubContext, tokens: TokenKeeper, hubKind: ConnectionSlice['hub']['kind'], events: ConnectionEvents) {
    this.#hub = hub;
    this.#tokens = tokens;
    this.#hubKind = hubKind;
    this.#events = events;
    this.#actor = createActor(connectionMachine, {input: {tries: hub.settings.reconnectTries}});
    this.#actor.start();
    this.#actor.subscribe(() => this.#follow());
    // Both exist in workers; a page that becomes visible reports through `nudge`.
    self.addEventListener('offline', () => this.#actor.send({type: 'browser.offline'}), {signal: hub.signal});
    self.addEventListener(
      'online',
      () => {
        this.#actor.send({type: 'browser.online'});
        this.nudge();
      },
      {signal: hub.signal},
    );
    this.#lookForSleep = watchForSleep(hub.settings.wakeLateMs, hub.signal, (lateByMs) => this.#onWake(lateByMs));
  }

  /** Resolves once what is known may be acted on: after a sleep with the next read, or `wakeReadWaitMs` later. */
  async whenAwake(): Promise<void> {
    // A click may come before the timer that is late.
    this.#lookForSleep();
    if (!this.#wakeRead) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const limit = new Promise<void>((resolve) => (timer = setTimeout(resolve, this.#hub.settings.wakeReadWaitMs)));
    await Promise.race([this.#wakeRead, limit]);
    clearTimeout(timer);
  }

  /** The socket may be dead without knowing it, and anything may have happened. */
  #onWake(lateByMs: number): void {
    this.#hub.log.info('woken', {lateByMs: Math.round(lateByMs)});
    this.#wokenAt = steadyNow();
    this.#hub.mark('connection');
    // What ended for good is not asked anew; a person or a page does that.
    if (!this.usable) return;
    this.#source?.check();
    const read = this.#read('wake').finally(() => {
      if (this.#wakeRead === read) this.#wakeRead = undefined;
    });
    this.#wakeRead = read;
  }

  start(): void {
    this.#actor.send({type: 'start'});
    this.#reconcileTimer = setInterval(() => {
      if (this.mode === 'live') void this.#read('interval');
    }, this.#hub.settings.reconcileIntervalMs);
  }

  /** Ends for good. Resolves once the platform knows, or cannot be told in time. */
  async end(why: EndReason): Promise<void> {
    clearTimeout(this.#retryTimer);
    this.#stopPolling();
    clearInterval(this.#reconcileTimer);
    const ended = this.#closeSource(why);
    this.#actor.send({type: 'stop'});
    const told = new AbortController();
    await Promise.race([ended, pause(END_LIMIT_MS, told.signal)]);
    told.abort();
  }

  get mode(): ConnectionSlice['mode'] {
    return connectionMode(this.#actor.getSnapshot());
  }

  /** Whether commands can reach the platform. */
  get usable(): boolean {
    return isConnected(this.#actor.getSnapshot());
  }

  /** A person's Reconnect: at once, whatever failed before. */
  reconnect(): void {
    this.#notBefore = 0;
    this.#tokens.reset();
    // The try that is under way may have been refused already, unheard: then the next one follows at once.
    this.#isAsked = this.#actor.getSnapshot().value === 'opening';
    this.#actor.send({type: 'reconnect'});
    if (this.#actor.getSnapshot().value === 'live') void this.#read('interval');
  }

  /** Whoever opens or reloads a page after mending something expects it to be tried; but not to take a session back. */
  onPageOpened(): void {
    const {code} = this.#actor.getSnapshot().context.problem ?? {};
    if (this.mode === 'error' && code !== 'sessionEnded') this.reconnect();
  }

  /** A page became visible: try at once if a try is due later, and doubt a stream that has been silent for too long. */
  nudge(): void {
    const {value, context} = this.#actor.getSnapshot();
    const isBlocked = context.problem?.code === 'policyBlocked';
    if ((value === 'waiting' || value === 'slow') && !isBlocked && steadyNow() >= this.#notBefore) {
      this.#actor.send({type: 'reconnect'});
    }
    const {pingIntervalMs, pongTimeoutMs} = this.#hub.settings;
    if (value === 'live' && steadyNow() - this.#heardAt > pingIntervalMs + pongTimeoutMs) {
      // The machine slept: what is shown is old, and the socket may be dead without knowing it.
      this.#source?.check();
      void this.#read('interval');
    }
  }

  /** The platform answered 429: neither reads nor tries before that, unless a person asks. */
  rateLimited(retryAfterMs: number): void {
    this.#notBefore = Math.max(this.#notBefore, steadyNow() + retryAfterMs);
    this.#armRetry();
    this.#hub.mark('connection');
  }

  /** Who waited for the calls may act on them, whatever else is still being read. */
  sessionsKnown(): void {
    this.#actor.send({type: 'sessions.known', at: steadyNow()});
  }

  /** Something that only a person can mend. */
  fail(problem: Problem): void {
    this.#actor.send({type: 'problem', problem});
  }

  /** The token source failed; `final`: no further try. */
  tokenFailed(error: CxoneError, final: boolean, retryAt: number | undefined): void {
    let problem: Problem = {code: 'tokenSourceFailed', ...(error.status ? {detail: String(error.status)} : {})};
    if (error.code === 'TOKEN_REFUSED') problem = {code: 'tokenRefused'};
    else if (error.blockedBy !== undefined) problem = apiProblem(error);
    this.#actor.send({type: 'token.failed', problem, final, retryAt});
  }

  warn(problem: Problem): boolean {
    const known = this.#warnings.get(problem.code);
    if (known?.detail === problem.detail && known) return false;
    this.#warnings.set(problem.code, problem);
    this.#hub.mark('connection');
    return true;
  }

  clearWarning(code: ProblemCode): void {
    if (this.#warnings.delete(code)) this.#hub.mark('connection');
  }

  slice(): Omit<ConnectionSlice, 'version'> {
    const snapshot = this.#actor.getSnapshot();
    const {context} = snapshot;
    const {mode} = this;
    const problem = connectionProblem(snapshot);
    return {
      asOf: Math.max(this.#heardAt, this.#readAt),
      source: this.#heardAt >= this.#readAt && mode === 'live' ? 'stream' : 'poll',
      mode,
      ...(this.#wokenAt !== undefined ? {doubted: true as const} : {}),
      attempt: context.attempt,
      warnings: [...this.#warnings.values()],
      hub: {kind: this.#hubKind, epoch: this.#hub.store.epoch},
      ...(problem ? {problem} : {}),
      ...(context.nextTryAt !== undefined && mode !== 'live'
        ? {nextTryAt: Math.max(context.nextTryAt, this.#notBefore)}
        : {}),
    };
  }

  /** Does what the machine's new state asks for. */
  #follow(): void {
    const {value, context} = this.#actor.getSnapshot();
    const {mode} = this;
    this.#hub.mark('connection');
    const entered = `${String(value)}:${mode}:${context.attempt}:${context.nextTryAt ?? ''}`;
    if (entered === this.#lastEntered) return;
    this.#lastEntered = entered;
    clearTimeout(this.#retryTimer);
    if (mode !== this.#lastMode) {
      this.#hub.log.info('connection', {mode, from: this.#lastMode || null, problem: context.problem?.code ?? null});
      this.#lastMode = mode;
      this.#events.onModeChanged(mode, this.#heardAt);
    }
    switch (value) {
      case 'authorizing':
        void this.#closeSource();
        void this.#authorize();
        break;
      case 'waiting':
      case 'slow':
        this.#armRetry();
        this.#poll('lost');
        break;
      case 'live':
        this.#isTokenSuspect = false;
        this.#hasRefreshed = false;
        this.#notBefore = 0;
        this.#stopPolling();
        // What was there before comes by no event.
        if (mode !== 'live' || this.#isPartMissing) this.#armPoll();
        break;
      case 'offline':
      case 'error':
      case 'closed':
        void this.#closeSource();
        this.#stopPolling();
        break;
      default:
        break;
    }
  }

  #lastEntered = '';

  #armRetry(): void {
    const {value, context} = this.#actor.getSnapshot();
    if (value !== 'waiting' && value !== 'slow') return;
    clearTimeout(this.#retryTimer);
    const dueAt = Math.max(context.nextTryAt ?? 0, this.#notBefore);
    this.#retryTimer = setTimeout(() => this.#actor.send({type: 'retry.due'}), Math.max(0, dueAt - steadyNow()));
  }

  async #authorize(): Promise<void> {
    try {
      if (this.#token && this.#isTokenSuspect) {
        this.#isTokenSuspect = false;
        this.#hasRefreshed = true;
        await this.#tokens.refused(this.#token);
      }
      const token = await this.#tokens.token('connect');
      this.#token = token;
      if (this.#hub.signal.aborted || this.#actor.getSnapshot().value !== 'authorizing') return;
      this.#actor.send({type: 'token.ready'});
      const mine = ++this.#sourceCount;
      this.#source = this.#hub.platform.events.open(this.#tokens, (event) => {
        if (mine === this.#sourceCount) this.#onSource(event);
      });
      // What the page shows must not wait for the first frame.
      if (!this.#actor.getSnapshot().context.everLive) void this.#read('start');
    } catch (error) {
      if (!this.#hub.signal.aborted) this.#hub.log.warn('connect_failed', {code: toCxoneError(error, 'connect').code});
    }
  }

  #onSource(event: PlatformEvent): void {
    const now = steadyNow();
    switch (event.type) {
      case 'live':
        this.#heardAt = now;
        this.#isAsked = false;
        this.#actor.send({type: 'source.live', at: now});
        void this.#read('live');
        return;
      case 'alive':
        this.#heardAt = now;
        this.clearWarning('streamSilent');
        this.#hub.mark('connection');
        return;
      case 'silent':
        this.#hub.warn({code: 'streamSilent'});
        void this.#read('silent');
        return;
      case 'closed':
        this.clearWarning('streamSilent');
        this.#source = undefined;
        this.#lost(event.reason);
        return;
      default:
        this.#heardAt = now;
        this.#events.onEvent(event);
    }
  }

  #lost(reason: CloseReason): void {
    const {settings} = this.#hub;
    if (reason.kind === 'unauthorized' || reason.kind === 'forbidden') this.#doubtToken();
    const attempt = nextAttempt(this.#actor.getSnapshot());
    const told = reason.kind === 'rateLimited' ? reason.retryAfterMs : undefined;
    const own =
      attempt > settings.reconnectTries || reason.kind === 'blocked'
        ? settings.reconnectSlowMs
        : reconnectDelayMs(attempt, settings, Math.random);
    const delayMs = this.#isAsked ? 0 : Math.max(told ?? 0, own);
    this.#isAsked = false;
    const by = reason.kind === 'blocked' ? reason.by : undefined;
    this.#hub.log.warn('stream_lost', {reason: reason.kind, attempt, delayMs: Math.round(delayMs), ...(by && {by})});
    this.#actor.send({type: 'source.closed', at: steadyNow(), reason: reason.kind, delayMs, by});
  }

  /** A browser cannot see why a handshake failed: the token may be why, as far as one refresh an outage. */
  #doubtToken(): void {
    this.#isTokenSuspect = !this.#hasRefreshed;
  }

  /** Reads at once, and again every poll interval until live. A slow answer is waited for, not asked for twice. */
  #poll(why: 'lost' | 'poll'): void {
    if (this.#pollTimer !== undefined && why === 'lost') return;
    this.#stopPolling();
    this.#armPoll();
    if (this.#isPolling || steadyNow() < this.#notBefore) return;
    this.#isPolling = true;
    void this.#read(why).finally(() => {
      this.#isPolling = false;
    });
  }

  #armPoll(): void {
    this.#pollTimer ??= setTimeout(() => {
      this.#pollTimer = undefined;
      if (!this.#hub.signal.aborted && (this.mode !== 'live' || this.#isPartMissing)) this.#poll('poll');
    }, this.#hub.settings.pollIntervalMs);
  }

  #stopPolling(): void {
    clearTimeout(this.#pollTimer);
    this.#pollTimer = undefined;
  }

  async #read(why: ReadWhy): Promise<void> {
    const askedAt = steadyNow();
    const {failed} = await this.#events.read(why);
    if (this.#hub.signal.aborted) return;
    const errors = [...failed.values()];
    if (errors.some(({code, status}) => code === 'TOKEN_EXPIRED' || status === 403)) this.#doubtToken();
    const {agentId} = this.#hub.config;
    const {everLive, problem} = this.#actor.getSnapshot().context;
    // A wrong agent id is no outage: waiting does not mend it. Of an agent who was live it is a read that failed.
    if (failed.get('presence')?.code === 'NOT_FOUND' && !everLive)
      return this.fail({code: 'agentNotFound', detail: agentId});
    const error = failed.get('sessions');
    if (error) {
      // Without a token a read waits in vain; why there is none was told before, and more exactly.
      const isTold = error.code === 'TOKEN_SOURCE_FAILED' && problem?.code === 'policyBlocked';
      this.#actor.send({type: 'read.failed', at: steadyNow(), problem: isTold ? problem : readProblem(error)});
    } else {
      this.#readAt = steadyNow();
      if (this.#wokenAt !== undefined && askedAt >= this.#wokenAt) this.#wokenAt = undefined;
      this.#actor.send({type: 'read.ok', at: this.#readAt});
      this.#events.onConnected();
    }
    // What is missing comes by no event. What was refused comes no sooner for being asked for more often.
    this.#isPartMissing = errors.some((one) => !isRefusal(one));
    if (this.#isPartMissing && this.#actor.getSnapshot().value === 'live') this.#armPoll();
  }

  async #closeSource(why: EndReason = 'again'): Promise<void> {
    const source = this.#source;
    this.#sourceCount++;
    this.#source = undefined;
    await source?.end(why).catch((error: unknown) => {
      this.#hub.log.warn('end_failed', {code: toCxoneError(error, 'end').code});
    });
  }
}
