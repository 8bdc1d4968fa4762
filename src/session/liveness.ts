import {CxoneError} from '../domain/errors.js';
import type {Problem} from '../domain/snapshot.js';
import {WIRE_VERSION, type HubApi, type HubMessage, type JoinAnswer, type JoinRequest} from '../worker/hub-api.js';
import {HubLink} from './hub-link.js';
import type {HubChannel, HubTransport} from './hub-transport.js';
import {newId} from './ids.js';

/** Waits between rounds in which no transport led to a hub, in ms. Source: our choice; the last one repeats. */
const RETRY_DELAYS_MS = [1_000, 2_000, 5_000, 15_000];
/** An older hub retires when a newer page asks; so a page asks again before it calls itself out of date. Our choice. */
const OUT_OF_DATE_TRIES = 3;
const OUT_OF_DATE_RETRY_MS = 300;

export interface LivenessEvents {
  /** What this page tells of itself, asked for at each joining. */
  request(): Pick<JoinRequest, 'config' | 'canGiveTokens' | 'presence'>;
  joined(answer: JoinAnswer): void;
  message(message: HubMessage): void;
  /** No hub: `final` needs a person, otherwise the next try comes by itself. */
  problem(problem: Problem, final: boolean): void;
}

export interface LivenessLimits {
  readonly hubCallTimeoutMs: number;
  readonly hubJoinTimeoutMs: number;
}

/** How a joining ended: the hub is gone, or there was none. */
type Ending = 'again' | 'outOfDate' | 'stop' | Problem;

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), {once: true});
  });
}

/** The reason in ids and class names only. */
function nameOf(error: unknown): string {
  return error instanceof CxoneError ? error.code : error instanceof Error ? error.name : typeof error;
}

/**
 * Keeps a page joined to a hub, whatever becomes of either. The page's Web Lock tells the hub that the page is gone,
 * the hub's tells the page; a page that is put away (back-forward cache, frozen) leaves and comes back as a new one.
 */
export class Liveness {
  readonly #transports: readonly HubTransport[];
  readonly #events: LivenessEvents;
  readonly #limits: LivenessLimits;
  #pageId = '';
  #link: HubLink | undefined;
  #stay: AbortController | undefined;
  /** Calls that wait for the next joining. */
  #waiting: ((link: HubLink | undefined) => void)[] = [];
  #closing = new AbortController();

  constructor(transports: readonly HubTransport[], limits: LivenessLimits, events: LivenessEvents) {
    this.#transports = transports;
    this.#limits = limits;
    this.#events = events;
  }

  /** Names this page to the hub, from one arrival to the next departure. */
  get pageId(): string {
    return this.#pageId;
  }

  get joined(): boolean {
    return this.#link !== undefined;
  }

  /** Joins, and from now on follows the page's life. */
  start(): void {
    const {signal} = this.#closing;
    const away = (): void => this.#depart();
    const back = (): void => this.#arrive();
    window.addEventListener('pagehide', away, {signal});
    window.addEventListener('pageshow', (event) => event.persisted && back(), {signal});
    document.addEventListener('freeze', away, {signal});
    document.addEventListener('resume', back, {signal});
    back();
  }

  /** Tries at once where trying had stopped or is waiting. */
  retry(): void {
    if (this.#link || this.#closing.signal.aborted) return;
    this.#depart();
    this.#arrive();
  }

  /** Leaves for good. */
  close(): void {
    this.#closing.abort();
    this.#depart();
  }

  /**
   * Asks the hub; between two hubs it waits for the next one.
   * @throws {CxoneError} the hub's own code, or `HUB_UNREACHABLE`.
   */
  async call<Name extends keyof HubApi>(
    name: Name,
    ...args: Parameters<HubApi[Name]>
  ): Promise<Awaited<ReturnType<HubApi[Name]>>> {
    const link = this.#link ?? (await this.#nextLink());
    if (!link) throw new CxoneError('HUB_UNREACHABLE', `${name}: this page has no hub`);
    return link.call(name, args);
  }

  #nextLink(): Promise<HubLink | undefined> {
    if (!this.#stay) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(undefined), this.#limits.hubJoinTimeoutMs);
      this.#waiting.push((link) => {
        clearTimeout(timer);
        resolve(link);
      });
    });
  }

  #release(link: HubLink | undefined): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume(link);
  }

  #arrive(): void {
    if (this.#stay || this.#closing.signal.aborted) return;
    const stay = new AbortController();
    this.#stay = stay;
    // A new name for each stay: nothing that was meant for the page before it was put away can reach it.
    this.#pageId = newId();
    void this.#run(stay.signal);
  }

  #depart(): void {
    const stay = this.#stay;
    if (!stay) return;
    this.#stay = undefined;
    const link = this.#link;
    this.#link = undefined;
    // Said before the port closes. Nobody waits for the answer: the page may be gone before it comes.
    link?.call('leave', [this.#pageId]).catch(() => undefined);
    link?.close();
    stay.abort();
    this.#release(undefined);
  }

  async #run(signal: AbortSignal): Promise<void> {
    if (!('locks' in navigator)) {
      this.#events.problem({code: 'workerUnavailable', detail: 'insecure page: no Web Locks'}, true);
      return this.#release(undefined);
    }
    await this.#holdPageLock(signal);
    let transport = 0;
    let round = 0;
    let outOfDate = 0;
    while (!signal.aborted) {
      const ending = await this.#stayWith(this.#transports[transport]!, signal);
      if (signal.aborted) return;
      if (ending === 'again') {
        round = outOfDate = 0;
      } else if (ending === 'outOfDate') {
        if (++outOfDate >= OUT_OF_DATE_TRIES) return this.#stop({code: 'pageOutOfDate'});
        await pause(OUT_OF_DATE_RETRY_MS, signal);
      } else if (ending === 'stop') {
        return this.#release(undefined);
      } else if (++transport >= this.#transports.length) {
        transport = 0;
        this.#events.problem(ending, false);
        this.#release(undefined);
        await pause(RETRY_DELAYS_MS[Math.min(round++, RETRY_DELAYS_MS.length - 1)]!, signal);
      }
    }
  }

  #stop(problem: Problem): void {
    this.#events.problem(problem, true);
    this.#release(undefined);
  }

  /** Resolves once the lock `page:<pageId>` is ours; it is let go when the stay ends. */
  #holdPageLock(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      void navigator.locks.request(`page:${this.#pageId}`, () => {
        resolve();
        return new Promise<void>((free) => {
          if (signal.aborted) free();
          else signal.addEventListener('abort', () => free(), {once: true});
        });
      });
    });
  }

  /** Joins by one transport and stays until that hub is gone. */
  async #stayWith(transport: HubTransport, signal: AbortSignal): Promise<Ending> {
    const visit = new AbortController();
    const end = (): void => visit.abort();
    signal.addEventListener('abort', end, {signal: visit.signal});
    let channel: HubChannel | undefined;
    let link: HubLink | undefined;
    try {
      channel = await transport.open(this.#pageId);
      return await new Promise<Ending>((resolve, reject) => {
        visit.signal.addEventListener('abort', () => resolve('again'), {once: true});
        link = new HubLink(channel!.endpoint, (message) => this.#take(message, resolve), this.#limits.hubCallTimeoutMs);
        void channel!.failed.then(resolve);
        this.#join(link, resolve, visit.signal).catch(reject);
      });
    } catch (error) {
      if (error instanceof CxoneError && error.code === 'OUT_OF_DATE') return 'outOfDate';
      const silent = error instanceof CxoneError && error.code === 'HUB_UNREACHABLE';
      return silent ? {code: 'hubSilent'} : {code: 'workerUnavailable', detail: nameOf(error)};
    } finally {
      if (this.#link === link) this.#link = undefined;
      visit.abort();
      link?.close();
      channel?.close();
    }
  }

  async #join(link: HubLink, resolve: (ending: Ending) => void, signal: AbortSignal): Promise<void> {
    const request: JoinRequest = {pageId: this.#pageId, wireVersion: WIRE_VERSION, ...this.#events.request()};
    const answer = await link.call('join', [request], this.#limits.hubJoinTimeoutMs);
    if (signal.aborted) return;
    this.#link = link;
    this.#events.joined(answer);
    link.accept(answer.epoch);
    this.#release(link);
    // The hub holds its lock as long as it lives; ours to share means that it is gone, whatever killed it.
    navigator.locks
      .request(`hub:${answer.instanceId}`, {mode: 'shared', signal}, () => resolve('again'))
      .catch((error: unknown) => {
        if (!signal.aborted) resolve({code: 'workerUnavailable', detail: nameOf(error)});
      });
  }

  #take(message: HubMessage, resolve: (ending: Ending) => void): void {
    if (message.kind !== 'retired') return this.#events.message(message);
    if (message.reason === 'newer-page') this.#events.problem({code: 'pageOutOfDate'}, true);
    else if (message.reason === 'signed-out') this.#events.problem({code: 'signedOut'}, true);
    resolve(message.reason === 'idle' || message.reason === 'fenced' ? 'again' : 'stop');
  }
}
