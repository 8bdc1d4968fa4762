import {CxoneError, toCxoneError} from '../domain/errors.js';
import {hubAnswerMs, pageWaitMs} from '../domain/hub-limits.js';
import {steadyNow} from '../domain/monotonic.js';
import type {HubConfig} from '../domain/settings.js';
import type {ConnectionSlice, Problem, SliceName} from '../domain/snapshot.js';
import {AfterCallWork} from './acw/acw.js';
import {answeredWithin} from './entry/answer-limit.js';
import {Commands} from './calls/commands.js';
import {Connection} from './connection/connection.js';
import {ContactLogger} from './calls/contact-logger.js';
import type {Dialect} from '../platform/port/dialect.js';
import {Dials} from './calls/dials.js';
import {EventEntry} from './connection/event-entry.js';
import {HandOver} from './entry/hand-over.js';
import type {HubApi, HubMessage, JoinAnswer, JoinRequest} from './hub-api.js';
import type {HubContext} from './hub-context.js';
import {HeldLocks, hubLockName} from './entry/hub-lock.js';
import {watchForRival} from './entry/hub-rival.js';
import {Interactions} from './calls/interactions.js';
import {eachIsolated} from './isolated.js';
import {HubLog} from './log.js';
import {Notices} from './notices.js';
import {OutageWatch} from './connection/outage.js';
import {Pages} from './pages.js';
import {Reads} from './connection/reads.js';
import {Ringing} from './calls/ringing.js';
import {ScreenPops} from './pops/screen-pops.js';
import {Slices} from './slices.js';
import {StatusKeeper} from './status/status.js';
import {HubStore} from './store/store.js';
import {TokenSources} from './connection/token-sources.js';
import {TokenKeeper, type TokenGetter} from '../platform/client/token-keeper.js';

/** Why a hub ended. */
export type RetireReason = Extract<HubMessage, {kind: 'retired'}>['reason'];

export interface HubEvents {
  /** It holds the hub lock and has begun to connect. */
  onStarted(): void;
  /** It never will: another one serves this agent, or something it needs is missing. */
  onStartFailed(): void;
  onPageGone(pageId: string): void;
  /** It should be run by that page from now on. */
  onHandOver(pageId: string): void;
  onRetired(reason: RetireReason): void;
}

/** Where a hub runs, and how it gets the hub lock. */
export interface HubPlace {
  readonly kind: ConnectionSlice['hub']['kind'];
  /** It takes the lock from another hub by force. */
  readonly takesOver: boolean;
}

/**
 * Everything that must exist once for an agent in this browser and site: the connection, the tokens, the machines, the
 * ledger. Owns its parts and their order; each idea has its own file.
 */
export class Hub {
  readonly config: HubConfig;
  readonly instanceId: string = crypto.randomUUID();
  readonly #over = new AbortController();
  readonly #kind: ConnectionSlice['hub']['kind'];
  readonly #events: HubEvents;
  readonly #log: HubLog;
  readonly #slices: Slices;
  readonly #store: HubStore;
  readonly #tokens: TokenKeeper;
  readonly #pages: Pages;
  readonly #interactions: Interactions;
  readonly #acw: AfterCallWork;
  readonly #status: StatusKeeper;
  readonly #commands: Commands;
  readonly #dials: Dials;
  readonly #connection: Connection;
  readonly #outage: OutageWatch;
  readonly #notices: Notices;
  readonly #reads: Reads;
  readonly #ringing: Ringing;
  readonly #tokenSources: TokenSources;
  readonly #locks = new HeldLocks();
  readonly #ready: Promise<void>;
  #pops: ScreenPops | undefined;
  #contacts: ContactLogger | undefined;
  #handOver: HandOver | undefined;
  #isSettled = false;
  #graceTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(config: HubConfig, {kind, takesOver}: HubPlace, dialect: Dialect, events: HubEvents) {
    this.config = config;
    this.#kind = kind;
    this.#events = events;
    const {settings} = config;
    this.#log = new HubLog(settings.logMaxEntries, Date.now);
    this.#store = new HubStore(hubLockName(config.apiBase, config.agentId), {
      onLost: (error) => {
        this.#log.warn('store_lost', {reason: error instanceof Error ? error.name : 'unknown'});
        this.#warn({code: 'storageUnavailable'});
      },
      onFenced: () => this.retire('fenced'),
    });
    this.#slices = new Slices(config.agentId, settings.coalesceMs, this.#log, (message) => this.#pages.tell(message));
    const getToken: TokenGetter = (signal) => this.#tokenSources.get(signal);
    this.#tokens = new TokenKeeper(getToken, settings, this.#log, {
      onToken: (scope) => this.#onToken(dialect.missingScopes(scope)),
      onFailure: (error, final, retryAt) => {
        this.#connection.clearWarning('tokenEnding');
        this.#connection.tokenFailed(error, final, retryAt);
      },
      onLastToken: () => this.#warn({code: 'tokenEnding'}),
    });
    const platform = dialect.platform(config, {
      tokens: this.#tokens,
      log: this.#log,
      rateLimited: (retryAfterMs) => this.#connection.rateLimited(retryAfterMs),
    });
    const mark = (...names: SliceName[]): void => this.#slices.mark(...names);
    this.#notices = new Notices({store: this.#store, settings, mark});
    const context: HubContext = {
      config,
      settings,
      platform,
      store: this.#store,
      log: this.#log,
      signal: this.#over.signal,
      clockOffsetMs: () => this.#tokens.clockOffsetMs,
      connected: () => this.#connection.usable,
      mark,
      notices: this.#notices,
      notice: (notice) => this.#pages.broadcast({kind: 'notice', notice}),
      warn: (problem) => this.#warn(problem),
      clearWarning: (code) => this.#connection.clearWarning(code),
    };
    this.#pages = new Pages(this.#log, {
      onJoined: (page) => {
        // A page that was just opened is one that was just made visible.
        if (page.presence.visible) this.#connection.nudge();
        this.#onPagesChanged();
      },
      onPresence: (_page, shown) => {
        if (shown) this.#connection.nudge();
        this.#onPagesChanged();
      },
      onGone: (page) => {
        eachIsolated(this.#log, 'page gone', {
          host: () => events.onPageGone(page.pageId),
          tokens: () => this.#tokenSources.onPageGone(page),
          pops: () => this.#pops?.onPageGone(page),
          contacts: () => this.#contacts?.onPageGone(page),
        });
        this.#onPagesChanged();
      },
    });
    this.#tokenSources = new TokenSources(this.#pages, (url) => dialect.brokerTokens(url, config.agentId));
    this.#connection = new Connection(context, this.#tokens, kind, {
      onEvent: (event) => entry.onEvent(event),
      read: (why) => this.#reads.all(why),
      onConnected: () => this.#settleOnce(),
      onModeChanged: (mode, asOf) => {
        eachIsolated(this.#log, 'mode', {
          outage: () => this.#outage.onMode(mode, asOf),
          slices: () => this.#slices.mark('agent', 'interactions', 'acw', 'connection'),
        });
      },
    });
    this.#interactions = new Interactions(context, (change) => {
      eachIsolated(this.#log, 'interaction', {
        outage: () => this.#outage.onInteraction(change),
        acw: () => this.#acw.onInteraction(change),
        pops: () => this.#pops?.onInteraction(change),
        contacts: () => this.#contacts?.onInteraction(change),
        ringing: () => this.#ringing.update(),
        status: () => this.#reads.sessionsKnown && this.#status.onSessionsChanged(),
      });
    });
    this.#acw = new AfterCallWork(context, this.#interactions);
    this.#commands = new Commands(context, this.#interactions);
    this.#dials = new Dials(context, this.#interactions);
    this.#status = new StatusKeeper(context, this.#interactions, {
      routingAndSessions: () => this.#reads.routingAndSessions(),
      presenceSoon: () => this.#reads.presenceSoon(),
    });
    this.#outage = new OutageWatch(context, this.#interactions, () => this.#status.settled);
    const known = {interactions: this.#interactions, status: this.#status};
    this.#reads = new Reads(
      context,
      {...known, outage: this.#outage},
      {onFirst: () => this.#onFirstRead(), isLive: () => this.#connection.mode === 'live'},
    );
    const entry = new EventEntry(context, {...known, reads: this.#reads, pops: () => this.#pops});
    this.#ringing = new Ringing(this.#interactions, this.#pages);
    this.#slices.define('agent', () => this.#status.slice());
    this.#slices.define('interactions', () => this.#interactions.slice());
    this.#slices.define('acw', () => this.#acw.slice());
    this.#slices.define('connection', () => ({
      ...this.#connection.slice(),
      outage: this.#outage.last,
      ringTone: this.#store.meta.get('ringTone'),
    }));
    this.#slices.define('notices', () => this.#notices.slice());
    this.#slices.define('pops', () => this.#pops?.slice() ?? {asOf: 0, source: 'cache', items: [], dropped: 0});
    this.#ready = this.#start(context, takesOver);
    this.#ready.catch((error: unknown) => {
      this.#log.error('hub_start_failed', {code: toCxoneError(error, 'start').code});
      // Nobody holds it any more: its timers and listeners would stay for ever.
      this.#over.abort(error);
      this.#locks.letGo();
      this.#store.close();
      events.onStartFailed();
    });
  }

  /** Locks first, then the store, then the network: no stream opens without the hub lock. */
  async #start(context: HubContext, takesOver: boolean): Promise<void> {
    await this.#locks.hold(`hub:${this.instanceId}`);
    await (takesOver ? this.#takeOver() : this.#waitForTurn());
    if (this.#over.signal.aborted) return this.#store.close();
    this.#notices.start();
    this.#pops = new ScreenPops(context, this.#pages, this.#interactions);
    this.#contacts = new ContactLogger(context, this.#pages, this.#interactions, this.#pops);
    this.#log.info('hub_started', {epoch: this.#store.epoch, durable: this.#store.durable});
    this.#slices.mark('agent', 'interactions', 'acw', 'pops', 'connection');
    this.#connection.start();
    // In a page the hub lives as long as that page does, and waits when it hangs: a person should know.
    if (this.#kind === 'page') {
      this.#warn({code: 'electedMode'});
      this.#handOver = new HandOver(this.#pages, this.config.settings, this.#over.signal, {
        mayGo: () => this.#store.durable && !this.#commands.isBusy && !this.#dials.isBusy,
        give: (pageId) => {
          this.#log.info('hub_handed_over', {page: pageId});
          this.#events.onHandOver(pageId);
        },
      });
    }
    this.#events.onStarted();
  }

  async #waitForTurn(): Promise<void> {
    const {apiBase, agentId, settings} = this.config;
    const rival = watchForRival(apiBase, agentId);
    try {
      await this.#locks.hold(hubLockName(apiBase, agentId), {
        onStolen: () => this.retire('fenced'),
        signal: rival.signal,
      });
    } finally {
      rival.stop();
    }
    await this.#store.open(Date.now(), settings.customerDataMaxAgeMs);
  }

  /** The store first: its new epoch is what keeps the other hub from sending when it wakes. */
  async #takeOver(): Promise<void> {
    const {apiBase, agentId, settings} = this.config;
    await this.#store.open(Date.now(), settings.customerDataMaxAgeMs);
    if (!this.#store.durable) throw new CxoneError('HUB_UNREACHABLE', 'without a store no hub is taken over');
    const onStolen = (): void => this.retire('fenced');
    await this.#locks.hold(hubLockName(apiBase, agentId), {onStolen, steal: true});
    this.#log.warn('hub_taken_over', {epoch: this.#store.epoch});
  }

  /** Takes a page in. It must hold the Web Lock `page:<pageId>`. */
  async join(
    request: Omit<JoinRequest, 'config'> & {readonly config: HubConfig; readonly tokenUrl: string | undefined},
    post: (message: HubMessage) => void,
  ): Promise<JoinAnswer> {
    await this.#ready;
    if (this.#over.signal.aborted) throw new CxoneError('HUB_UNREACHABLE', 'this hub has retired');
    if (this.#differs(request.config)) {
      this.#log.warn('settings_differ', {page: request.pageId});
      post({kind: 'notice', notice: {type: 'warning', problem: {code: 'settingsDiffer'}}});
    }
    const {pageId, canGiveTokens, tokenUrl, presence} = request;
    const follows = new Set(request.follows);
    this.#pages.add({pageId, canGiveTokens, tokenUrl, presence, follows, post});
    if (this.#tokenSources.isNews({pageId, canGiveTokens, tokenUrl})) this.#tokens.retryNow();
    // Whoever opens or reloads a page after mending something expects it to be tried.
    if (this.#connection.mode === 'error') this.#connection.reconnect();
    const callLimitMs = pageWaitMs(this.config.settings);
    const snapshot = this.#slices.currentFor(follows);
    return {instanceId: this.instanceId, epoch: this.#store.epoch, snapshot, now: steadyNow(), callLimitMs};
  }

  get epoch(): number {
    return this.#store.epoch;
  }

  /** No page is left, and the next one wants other settings: they need not be refused for the sake of nobody. */
  isIdleWithout(config: HubConfig): boolean {
    return this.#pages.size === 0 && this.#differs(config);
  }

  #differs(config: HubConfig): boolean {
    return JSON.stringify(config) !== JSON.stringify(this.config);
  }

  /** The calls of pages that have joined. */
  readonly calls: Omit<HubApi, 'join'> = {
    leave: async (pageId) => {
      this.#pages.remove(pageId);
      // Its lock may have told first: then this word of it has just made it an endpoint anew.
      this.#events.onPageGone(pageId);
    },
    setPresence: async (pageId, presence) => this.#pages.setPresence(pageId, presence),
    follow: async (pageId, name) => {
      const slice = this.#slices.current()[name];
      this.#pages.follow(pageId, name, slice);
    },
    command: (request) => this.#awake(request.action, () => this.#commands.run(request)),
    dial: (request) => this.#awake('dial', () => this.#dials.dial(request)),
    chooseStatus: (choice) => this.#answered('status', this.#status.choose(choice)),
    cancelPendingStatus: async () => this.#status.cancelPending(),
    repairStatus: () => this.#answered('repair', this.#status.repair()),
    extendAcw: (interactionId, seconds) => this.#answered('extend', this.#acw.extend(interactionId, seconds)),
    completeAcw: (interactionId) => this.#answered('complete', this.#acw.complete(interactionId)),
    acceptOffer: async (pageId, offerId) => (await this.#pops?.accept(pageId, offerId)) ?? false,
    reportAnswers: async (_pageId, answers) => this.#pops?.learn(answers),
    reportPop: async (pageId, offerId, result) => this.#pops?.report(pageId, offerId, result),
    acceptLog: async (pageId, contactId) => this.#contacts?.accept(pageId, contactId),
    reportLog: async (pageId, contactId, result) => this.#contacts?.report(pageId, contactId, result),
    openPop: async (pageId, popId) => {
      if (!this.#pops) throw new CxoneError('NOT_FOUND', `no screen pop ${popId}`);
      return this.#pops.open(pageId, popId);
    },
    giveToken: async (requestId, gift) => this.#tokenSources.give(requestId, gift),
    reconnect: async () => this.#connection.reconnect(),
    dismissNotice: async (id) => this.#notices.drop(id),
    dismissOutage: async () => this.#outage.dismiss(),
    setRingTone: async (isOn) => {
      this.#store.meta.set('ringTone', isOn);
      this.#slices.mark('connection');
    },
    log: async () => this.#log.entries(),
    note: async (entry) => this.#log.add(entry),
    signOut: () => this.#signOut(),
  };

  /** As `#answered`, once what is known is not from before a sleep. */
  #awake<T>(what: string, work: () => Promise<T>): Promise<T> {
    return this.#answered(what, this.#connection.whenAwake().then(work));
  }

  #answered<T>(what: string, work: Promise<T>): Promise<T> {
    return answeredWithin(hubAnswerMs(this.config.settings), what, work);
  }

  /** Ends the hub: closes the stream, then lets the locks go, so that no two are ever live. */
  retire(reason: RetireReason): void {
    if (this.#over.signal.aborted) return;
    this.#log.info('hub_retired', {reason});
    this.#pages.broadcast({kind: 'retired', reason});
    // What still comes would be taken for the word of the next hub on these endpoints.
    this.#pages.clear();
    this.#over.abort(new CxoneError('HUB_UNREACHABLE', 'this hub has retired'));
    this.#tokens.stop();
    this.#store.close();
    clearTimeout(this.#graceTimer);
    this.#locks.letGo();
    this.#events.onRetired(reason);
  }

  async #signOut(): Promise<void> {
    this.#status.signOut();
    this.#notices.clear();
    await this.#store.wipeCustomerData();
    // The page that asked hears the answer before the hub is gone.
    setTimeout(() => this.retire('signed-out'));
  }

  #onPagesChanged(): void {
    clearTimeout(this.#graceTimer);
    if (this.#pages.size === 0) {
      this.#graceTimer = setTimeout(() => this.retire('idle'), this.config.settings.lastPageGraceMs);
    }
    eachIsolated(this.#log, 'pages', {
      pops: () => this.#pops?.onPagesChanged(),
      contacts: () => this.#contacts?.pump(true),
      handOver: () => this.#handOver?.update(),
      ringing: () => this.#ringing.update(),
    });
  }

  #warn(problem: Problem): void {
    if (this.#connection.warn(problem)) this.#pages.broadcast({kind: 'notice', notice: {type: 'warning', problem}});
  }

  /** The sessions are known: what a hub before this one left undone may be judged. */
  #onFirstRead(): void {
    eachIsolated(this.#log, 'first read', {
      status: () => this.#status.restore(),
      acw: () => this.#acw.afterFirstRead(),
      pops: () => this.#pops?.afterFirstRead(),
      contacts: () => this.#contacts?.afterFirstRead(),
    });
  }

  /** Once, and not before commands have a way: one that may still be sent again would be given up. */
  #settleOnce(): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#dials.settleJournal();
    this.#commands.settleJournal().catch((error: unknown) => {
      this.#log.error('journal_failed', {code: toCxoneError(error, 'journal').code});
    });
  }

  #onToken(missing: readonly string[]): void {
    if (missing.length > 0) this.#warn({code: 'missingScope', detail: missing.join(' ')});
    else this.#connection.clearWarning('missingScope');
    this.#connection.clearWarning('tokenEnding');
  }
}
