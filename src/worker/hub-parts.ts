import {toCxoneError} from '../domain/errors.js';
import type {HubConfig} from '../domain/settings.js';
import type {ConnectionSlice, Problem} from '../domain/snapshot.js';
import type {TokenKeeper} from '../platform/client/token-keeper.js';
import type {Dialect} from '../platform/port/dialect.js';
import {AfterCallWork} from './acw/acw.js';
import {Commands} from './calls/commands.js';
import {ContactLogger} from './calls/contact-logger.js';
import {Dials} from './calls/dials.js';
import {Interactions} from './calls/interactions.js';
import {Ringing} from './calls/ringing.js';
import {Connection} from './connection/connection.js';
import {EventEntry} from './connection/event-entry.js';
import {hubTokens} from './connection/hub-tokens.js';
import {OutageWatch} from './connection/outage.js';
import {Reads} from './connection/reads.js';
import {TokenSources} from './connection/token-sources.js';
import {hubLockName} from './entry/hub-lock.js';
import type {HubContext} from './hub-context.js';
import {eachIsolated} from './isolated.js';
import {HubLog} from './log.js';
import {Notices} from './notices.js';
import {Pages, type Page} from './pages.js';
import {ScreenPops} from './pops/screen-pops.js';
import {Slices} from './slices.js';
import {StatusKeeper} from './status/status.js';
import {HubStore} from './store/store.js';

export interface HubPartsOptions {
  readonly config: HubConfig;
  readonly kind: ConnectionSlice['hub']['kind'];
  readonly dialect: Dialect;
  /** Ends all work. */
  readonly signal: AbortSignal;
  onFenced(): void;
  onPageGone(page: Page): void;
  /** A page came, went, or was shown or hidden. */
  onPagesChanged(): void;
}

/** Creates the hub's parts in the order of their dependencies, and connects their events. */
export class HubParts {
  readonly context: HubContext;
  readonly log: HubLog;
  readonly store: HubStore;
  readonly slices: Slices;
  readonly tokens: TokenKeeper;
  readonly notices: Notices;
  readonly pages: Pages;
  readonly tokenSources: TokenSources;
  readonly connection: Connection;
  readonly interactions: Interactions;
  readonly acw: AfterCallWork;
  readonly commands: Commands;
  readonly dials: Dials;
  readonly status: StatusKeeper;
  readonly outage: OutageWatch;
  readonly #reads: Reads;
  readonly #ringing: Ringing;
  #pops: ScreenPops | undefined;
  #contacts: ContactLogger | undefined;
  #isSettled = false;

  constructor({config, kind, dialect, signal, ...on}: HubPartsOptions) {
    const {settings} = config;
    this.log = new HubLog(settings.logMaxEntries, Date.now);
    this.store = new HubStore(hubLockName(config.apiBase, config.agentId), {
      onLost: (error) => {
        this.log.warn('store_lost', {reason: error instanceof Error ? error.name : 'unknown'});
        this.warn({code: 'storageUnavailable'});
      },
      onFenced: () => on.onFenced(),
    });
    this.slices = new Slices(config.agentId, settings.coalesceMs, this.log, (message) => this.pages.tell(message));
    this.tokens = hubTokens({
      get: (until) => this.tokenSources.get(until),
      settings,
      log: this.log,
      dialect,
      connection: () => this.connection,
      warn: (problem) => this.warn(problem),
    });
    const platform = dialect.platform(config, {
      tokens: this.tokens,
      log: this.log,
      rateLimited: (retryAfterMs) => this.connection.rateLimited(retryAfterMs),
    });
    const mark: HubContext['mark'] = (...names) => this.slices.mark(...names);
    this.notices = new Notices({store: this.store, settings, mark});
    const context: HubContext = {
      config,
      settings,
      platform,
      store: this.store,
      log: this.log,
      signal,
      clockOffsetMs: () => this.tokens.clockOffsetMs,
      connected: () => this.connection.usable,
      mark,
      notices: this.notices,
      notice: (notice) => this.pages.broadcast({kind: 'notice', notice}),
      warn: (problem) => this.warn(problem),
      clearWarning: (code) => this.connection.clearWarning(code),
    };
    this.context = context;
    this.pages = new Pages(this.log, {
      // A page that has just opened counts as one that has just become visible.
      onJoined: (page) => this.#onPresence(page.presence.visible, on),
      onPresence: (_page, shown) => this.#onPresence(shown, on),
      onGone: (page) => {
        eachIsolated(this.log, 'page gone', {
          host: () => on.onPageGone(page),
          tokens: () => this.tokenSources.onPageGone(page),
          pops: () => this.#pops?.onPageGone(page),
          contacts: () => this.#contacts?.onPageGone(page),
        });
        this.#onPresence(false, on);
      },
    });
    this.tokenSources = new TokenSources(this.pages, (url) => dialect.brokerTokens(url, config.agentId));
    this.connection = new Connection(context, this.tokens, kind, {
      onEvent: (event) => entry.onEvent(event),
      read: (why) => this.#reads.all(why),
      onConnected: () => this.#settleOnce(),
      onModeChanged: (mode, asOf) => {
        eachIsolated(this.log, 'mode', {
          outage: () => this.outage.onMode(mode, asOf),
          slices: () => mark('agent', 'interactions', 'acw', 'connection'),
        });
      },
    });
    this.interactions = new Interactions(context, (change) => {
      eachIsolated(this.log, 'interaction', {
        outage: () => this.outage.onInteraction(change),
        acw: () => this.acw.onInteraction(change),
        pops: () => this.#pops?.onInteraction(change),
        contacts: () => this.#contacts?.onInteraction(change),
        ringing: () => this.#ringing.update(),
        status: () => this.#reads.sessionsKnown && this.status.onSessionsChanged(),
      });
    });
    this.acw = new AfterCallWork(context, this.interactions);
    this.commands = new Commands(context, this.interactions);
    this.dials = new Dials(context, this.interactions);
    this.status = new StatusKeeper(context, this.interactions, {
      routingAndSessions: () => this.#reads.routingAndSessions(),
      presenceSoon: () => this.#reads.presenceSoon(),
    });
    this.outage = new OutageWatch(context, this.interactions, () => this.status.settled);
    const known = {interactions: this.interactions, status: this.status};
    this.#reads = new Reads(
      context,
      {...known, outage: this.outage},
      {onFirst: () => this.#onFirstRead(), isLive: () => this.connection.mode === 'live'},
    );
    const entry = new EventEntry(context, {...known, reads: this.#reads, pops: () => this.#pops});
    this.#ringing = new Ringing(this.interactions, this.pages);
    this.#defineSlices();
  }

  /** There once the hub has started. */
  get pops(): ScreenPops | undefined {
    return this.#pops;
  }

  /** There once the hub has started. */
  get contacts(): ContactLogger | undefined {
    return this.#contacts;
  }

  /** Call it once the store is open and this is the only hub: stored data is there, and the network may be used. */
  start(): void {
    this.notices.start();
    this.status.start();
    this.#pops = new ScreenPops(this.context, this.pages, this.interactions);
    this.#contacts = new ContactLogger(this.context, this.pages, this.interactions, this.#pops);
    this.log.info('hub_started', {epoch: this.store.epoch, durable: this.store.durable});
    this.slices.mark('agent', 'interactions', 'acw', 'pops', 'connection');
    this.connection.start();
  }

  warn(problem: Problem): void {
    if (this.connection.warn(problem)) this.pages.broadcast({kind: 'notice', notice: {type: 'warning', problem}});
  }

  #defineSlices(): void {
    const {slices} = this;
    slices.define('agent', () => this.status.slice());
    slices.define('interactions', () => this.interactions.slice());
    slices.define('acw', () => this.acw.slice());
    slices.define('connection', () => ({
      ...this.connection.slice(),
      outage: this.outage.last,
      ringTone: this.store.meta.get('ringTone'),
    }));
    slices.define('notices', () => this.notices.slice());
    slices.define('pops', () => this.#pops?.slice() ?? {asOf: 0, source: 'cache', items: [], dropped: 0});
  }

  #onPresence(shown: boolean, on: Pick<HubPartsOptions, 'onPagesChanged'>): void {
    if (shown) this.connection.nudge();
    eachIsolated(this.log, 'pages', {
      pops: () => this.#pops?.onPagesChanged(),
      contacts: () => this.#contacts?.pump(true),
      hub: () => on.onPagesChanged(),
      ringing: () => this.#ringing.update(),
    });
  }

  /** Once the sessions are known, the hub can decide what to do with a former hub's unfinished work. */
  #onFirstRead(): void {
    eachIsolated(this.log, 'first read', {
      connection: () => this.connection.sessionsKnown(),
      status: () => this.status.restore(),
      acw: () => this.acw.afterFirstRead(),
      pops: () => this.#pops?.afterFirstRead(),
      contacts: () => this.#contacts?.afterFirstRead(),
    });
  }

  /** Runs once, after commands can be sent: earlier, it would give up commands that can still be repeated. */
  #settleOnce(): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.dials.settleJournal();
    this.commands.settleJournal().catch((error: unknown) => {
      this.log.error('journal_failed', {code: toCxoneError(error, 'journal').code});
    });
  }
}
