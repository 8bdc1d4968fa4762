import {CxoneError, toCxoneError} from '../domain/errors.js';
import {pageWaitMs} from '../domain/hub-limits.js';
import {steadyNow} from '../domain/monotonic.js';
import type {HubConfig} from '../domain/settings.js';
import type {ConnectionSlice} from '../domain/snapshot.js';
import type {Dialect} from '../platform/port/dialect.js';
import type {EndReason} from '../platform/port/platform.js';
import {HandOver} from './entry/hand-over.js';
import {hubCalls} from './entry/hub-calls.js';
import {HeldLocks} from './entry/hub-lock.js';
import {takeTurn} from './entry/hub-turn.js';
import {LastPage} from './entry/last-page.js';
import type {HubApi, HubMessage, JoinAnswer, JoinRequest} from './hub-api.js';
import {HubParts} from './hub-parts.js';

/** Why a hub ended. */
export type RetireReason = Extract<HubMessage, {kind: 'retired'}>['reason'];

export interface HubEvents {
  /** The hub holds its lock and has begun to connect. */
  onStarted(): void;
  /** The hub cannot start: another hub serves this agent, or something is missing. */
  onStartFailed(): void;
  onPageGone(pageId: string): void;
  /** That page should run the hub from now on. */
  onHandOver(pageId: string): void;
  /** The hub accepts no more pages. */
  onRetiring(): void;
  /** The platform has been told, and the hub's locks are free. */
  onRetired(reason: RetireReason): void;
}

/** Where a hub runs, and how it gets the hub lock. */
export interface HubPlace {
  readonly kind: ConnectionSlice['hub']['kind'];
  /** The hub takes the lock from another hub by force. */
  readonly takesOver: boolean;
}

/** Whether another hub continues for the agent. */
const END_REASONS: Readonly<Record<RetireReason, EndReason>> = {
  'newer-page': 'replaced',
  fenced: 'replaced',
  idle: 'over',
  'signed-out': 'over',
};

/**
 * Everything that must exist only once per agent in this browser and site. This class starts the hub, takes in pages and
 * ends the hub, each in the only safe order. Its parts are in `hub-parts.ts`.
 */
export class Hub {
  readonly config: HubConfig;
  readonly instanceId: string = crypto.randomUUID();
  /** The calls of pages that have joined. */
  readonly calls: Omit<HubApi, 'join'>;
  readonly #over = new AbortController();
  readonly #place: HubPlace;
  readonly #events: HubEvents;
  readonly #parts: HubParts;
  readonly #locks = new HeldLocks();
  readonly #lastPage: LastPage;
  readonly #ready: Promise<void>;
  #handOver: HandOver | undefined;

  constructor(config: HubConfig, place: HubPlace, dialect: Dialect, events: HubEvents) {
    this.config = config;
    this.#place = place;
    this.#events = events;
    this.#lastPage = new LastPage(config.settings.lastPageGraceMs, () => this.retire('idle'));
    const parts = (this.#parts = new HubParts({
      config,
      kind: place.kind,
      dialect,
      signal: this.#over.signal,
      onFenced: () => this.retire('fenced'),
      onPageGone: ({pageId}) => events.onPageGone(pageId),
      onPagesChanged: () => {
        this.#lastPage.update(parts.pages.size);
        this.#handOver?.update();
      },
    }));
    this.calls = hubCalls(parts, {
      // The page's lock may have reported first; its own message has then just created a new endpoint.
      onLeft: (pageId) => events.onPageGone(pageId),
      signOut: () => this.#signOut(),
    });
    this.#ready = this.#start();
    this.#ready.catch((error: unknown) => {
      parts.log.error('hub_start_failed', {code: toCxoneError(error, 'start').code});
      // Nothing refers to this hub any more, so its timers and listeners would stay for ever.
      this.#over.abort(error);
      void parts.connection.end('replaced');
      this.#locks.letGo();
      parts.store.close();
      events.onStartFailed();
    });
  }

  /** Locks first, then the store, then the network: no stream opens without the hub lock. */
  async #start(): Promise<void> {
    const {config} = this;
    const {store, log, pages, commands, dials} = this.#parts;
    await this.#locks.hold(`hub:${this.instanceId}`);
    const onStolen = (): void => this.retire('fenced');
    await takeTurn({config, locks: this.#locks, store, log, onStolen}, this.#place.takesOver);
    if (this.#over.signal.aborted) return store.close();
    this.#parts.start();
    // In a page, the hub ends with that page and stalls when the page hangs, so people should know.
    if (this.#place.kind === 'page') {
      this.#parts.warn({code: 'electedMode'});
      this.#handOver = new HandOver(pages, config.settings, this.#over.signal, {
        mayGo: () => store.durable && !commands.isBusy && !dials.isBusy,
        give: (pageId) => {
          log.info('hub_handed_over', {page: pageId});
          this.#events.onHandOver(pageId);
        },
      });
    }
    this.#events.onStarted();
  }

  /** Takes a page in. It must hold the Web Lock `page:<pageId>`. */
  async join(
    request: Omit<JoinRequest, 'config'> & {readonly config: HubConfig; readonly tokenUrl: string | undefined},
    post: (message: HubMessage) => void,
  ): Promise<JoinAnswer> {
    await this.#ready;
    if (this.#over.signal.aborted) throw new CxoneError('HUB_UNREACHABLE', 'this hub has retired');
    const {pages, log, tokens, tokenSources, connection, slices, store} = this.#parts;
    if (this.#differs(request.config)) {
      log.warn('settings_differ', {page: request.pageId});
      post({kind: 'notice', notice: {type: 'warning', problem: {code: 'settingsDiffer'}}});
    }
    const {pageId, canGiveTokens, tokenUrl, presence} = request;
    const follows = new Set(request.follows);
    pages.add({pageId, canGiveTokens, tokenUrl, presence, follows, post});
    if (tokenSources.isNews({pageId, canGiveTokens, tokenUrl})) tokens.retryNow();
    connection.onPageOpened();
    const callLimitMs = pageWaitMs(this.config.settings);
    const snapshot = slices.currentFor(follows);
    return {instanceId: this.instanceId, epoch: store.epoch, snapshot, now: steadyNow(), callLimitMs};
  }

  get epoch(): number {
    return this.#parts.store.epoch;
  }

  /** Whether no page is left and the next page wants other settings. This hub may then end instead of refusing the page. */
  isIdleWithout(config: HubConfig): boolean {
    return this.#parts.pages.size === 0 && this.#differs(config);
  }

  #differs(config: HubConfig): boolean {
    return JSON.stringify(config) !== JSON.stringify(this.config);
  }

  /** Ends the hub: all work, then the event source, then the locks, so that no two hubs are ever live. */
  retire(reason: RetireReason): void {
    if (this.#over.signal.aborted) return;
    const {log, pages, store, connection, tokens} = this.#parts;
    log.info('hub_retired', {reason});
    pages.broadcast({kind: 'retired', reason});
    // Later messages on these endpoints would look like messages of the next hub.
    pages.clear();
    this.#over.abort(new CxoneError('HUB_UNREACHABLE', 'this hub has retired'));
    this.#lastPage.stop();
    store.close();
    this.#events.onRetiring();
    void connection.end(END_REASONS[reason]).then(() => {
      tokens.stop();
      this.#locks.letGo();
      this.#events.onRetired(reason);
    });
  }

  async #signOut(): Promise<void> {
    const {status, notices, store} = this.#parts;
    status.signOut();
    notices.clear();
    await store.wipeCustomerData();
    // The calling page must get its answer before the hub ends.
    setTimeout(() => this.retire('signed-out'));
  }
}
