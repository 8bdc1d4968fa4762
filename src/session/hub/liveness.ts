import {pause} from '../../domain/pause.js';
import {CxoneError, isCxoneError} from '../../domain/errors.js';
import type {Problem, ProblemCode} from '../../domain/snapshot.js';
import {WIRE_VERSION, type HubApi, type HubMessage, type JoinAnswer, type JoinRequest} from '../../worker/hub-api.js';
import {HubLink} from './hub-link.js';
import type {HubChannel, HubTransport} from './hub-transport.js';
import {newId} from '../ids.js';
import {browserRefusal, joinProblem, nameOf} from './join-problem.js';

/** Waits after a round in which no transport led to a hub, in ms. Source: our choice; the last one repeats. */
const RETRY_DELAYS_MS = [1_000, 2_000, 5_000, 15_000];
/**
 * A hub that refuses at once is usually about to go: an old one that makes room for a newer page, or one that retires. So a
 * page asks again a few times before it accepts the refusal. Source: our choice.
 */
const REFUSED_TRIES = 4;
const REFUSED_RETRY_MS = 250;

export interface LivenessEvents {
  /** What this page says about itself; called each time it joins. */
  request(): Pick<JoinRequest, 'config' | 'canGiveTokens' | 'presence' | 'follows'>;
  joined(answer: JoinAnswer): void;
  message(message: HubMessage): void;
  /** There is no hub. `final`: a person must do something; otherwise the next try comes by itself. */
  problem(problem: Problem, final: boolean): void;
}

export interface LivenessLimits {
  readonly hubJoinTimeoutMs: number;
}

/**
 * How a stay with a hub ended. `again`: the hub is gone, join the next one. `refused`: ask again a few times. `failed`: this
 * transport leads to no hub. `stop`: a person must do something and has been told.
 */
type Ending =
  | {readonly kind: 'again'}
  | {readonly kind: 'stop'}
  | {readonly kind: 'refused'; readonly problem: Problem; readonly final: boolean}
  | {readonly kind: 'failed'; readonly problem: Problem};

const AGAIN: Ending = {kind: 'again'};
const STOP: Ending = {kind: 'stop'};

/** Trying again does not help: a person has to do something. */
const FINAL: ReadonlySet<ProblemCode> = new Set(['pageOutOfDate', 'badConfig']);

/** What a failed joining means. @param quick The hub refused; it was not a timeout. */
function endingOf(error: unknown, quick: boolean): Ending {
  const problem = joinProblem(error);
  const final = FINAL.has(problem.code);
  return final || (quick && problem.code === 'hubSilent')
    ? {kind: 'refused', problem, final}
    : {kind: 'failed', problem};
}

/**
 * Keeps a page joined to a hub. The page's Web Lock tells the hub when the page is gone, and the hub's lock tells the page
 * when the hub is. A page that is frozen or goes to the back-forward cache leaves, and joins as a new one when it is back.
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
  readonly #reported = new Set<string>();

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
    // A new name for each stay, so that nothing meant for the page before it was frozen can reach it.
    this.#pageId = newId();
    this.#run(stay.signal).catch((error: unknown) => {
      if (stay.signal.aborted) return;
      this.#report(error);
      this.#stop(joinProblem(error));
    });
  }

  #depart(): void {
    const stay = this.#stay;
    if (!stay) return;
    this.#stay = undefined;
    const link = this.#link;
    this.#link = undefined;
    // Sent before the port closes. Nobody waits for the answer, because the page may be gone before it comes.
    link?.call('leave', [this.#pageId]).catch(() => undefined);
    link?.close();
    stay.abort();
    this.#release(undefined);
  }

  async #run(signal: AbortSignal): Promise<void> {
    await this.#holdPageLock(signal);
    /** The best way that is not known to be closed to this page. */
    let best = 0;
    let transport = 0;
    let round = 0;
    let refusals = 0;
    while (!signal.aborted) {
      const startedAt = performance.now();
      let ending = await this.#stayWith(this.#transports[transport]!, signal);
      if (signal.aborted) return;
      if (ending.kind === 'refused') {
        if (++refusals < REFUSED_TRIES) {
          await pause(REFUSED_RETRY_MS, signal);
          continue;
        }
        if (ending.final) return this.#stop(ending.problem);
        ending = {kind: 'failed', problem: ending.problem};
      } else if (ending.kind === 'failed') {
        best = transport + 1;
      }
      refusals = 0;
      if (ending.kind === 'again') {
        round = 0;
        transport = best;
        // If hubs die as soon as they are joined, this page must not spin.
        if (performance.now() - startedAt < REFUSED_RETRY_MS) await pause(REFUSED_RETRY_MS, signal);
      } else if (ending.kind === 'stop') {
        return this.#release(undefined);
      } else if (++transport >= this.#transports.length) {
        transport = best = 0;
        this.#events.problem(ending.problem, false);
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
    return new Promise((resolve, reject) => {
      const refuse = (error: unknown): void => {
        clearTimeout(timer);
        reject(browserRefusal('Web Locks', error));
      };
      // No other page uses this name, so the lock is granted at once or never.
      const timer = setTimeout(refuse, this.#limits.hubJoinTimeoutMs, new DOMException('', 'TimeoutError'));
      const until = (): Promise<void> => {
        clearTimeout(timer);
        resolve();
        return new Promise<void>((free) => {
          if (signal.aborted) free();
          else signal.addEventListener('abort', () => free(), {once: true});
        });
      };
      // `navigator.locks` is missing without a secure context, and throws in a sandboxed frame or where site data is blocked.
      (async () => navigator.locks.request(`page:${this.#pageId}`, until))().catch(refuse);
    });
  }

  /** What nobody foresaw is told by its name only: the browser's console has the rest. */
  #report(error: unknown): void {
    const {code, detail = ''} = joinProblem(error);
    if (code !== 'unexpected' || this.#reported.has(detail)) return;
    this.#reported.add(detail);
    reportError(error);
  }

  /** Joins by one transport and stays until that hub is gone. */
  async #stayWith(transport: HubTransport, signal: AbortSignal): Promise<Ending> {
    const visit = new AbortController();
    const end = (): void => visit.abort();
    signal.addEventListener('abort', end, {signal: visit.signal});
    let channel: HubChannel | undefined;
    let link: HubLink | undefined;
    const startedAt = performance.now();
    try {
      channel = await this.#open(transport, visit.signal);
      return await new Promise<Ending>((resolve, reject) => {
        visit.signal.addEventListener('abort', () => resolve(AGAIN), {once: true});
        link = new HubLink(channel!.endpoint, (message) => this.#take(message, resolve), this.#limits.hubJoinTimeoutMs);
        void channel!.failed.then((problem) => resolve({kind: 'failed', problem}));
        void channel!.gone?.then(() => resolve(AGAIN));
        this.#join(link, channel!.takesOver ?? false, resolve, visit.signal).catch(reject);
      });
    } catch (error) {
      this.#report(error);
      return endingOf(error, performance.now() - startedAt < this.#limits.hubJoinTimeoutMs);
    } finally {
      if (this.#link === link) this.#link = undefined;
      visit.abort();
      link?.close();
      channel?.close();
    }
  }

  /** Waits for a channel as long as for an answer; one that comes later is closed at once. */
  #open(transport: HubTransport, signal: AbortSignal): Promise<HubChannel> {
    return new Promise((resolve, reject) => {
      const waiting = new AbortController();
      const giveUp = (): void => {
        waiting.abort();
        reject(new CxoneError('HUB_UNREACHABLE', 'no hub was found'));
      };
      const timer = setTimeout(giveUp, this.#limits.hubJoinTimeoutMs);
      signal.addEventListener('abort', giveUp, {once: true});
      const opening = (async () => transport.open(this.#pageId, waiting.signal))().catch((error: unknown) => {
        // Opening a transport starts its script. An error that is not ours comes from the browser, which refuses the script.
        throw isCxoneError(error) ? error : new CxoneError('WORKER_UNAVAILABLE', nameOf(error), {cause: error});
      });
      opening
        .then((channel) => (waiting.signal.aborted ? channel.close() : resolve(channel)), reject)
        .finally(() => clearTimeout(timer));
    });
  }

  async #join(
    link: HubLink,
    takesOver: boolean,
    resolve: (ending: Ending) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const {pageId} = this;
    const request: JoinRequest = {pageId, wireVersion: WIRE_VERSION, takesOver, ...this.#events.request()};
    const answer = await link.call('join', [request]);
    if (signal.aborted) return;
    this.#link = link;
    this.#events.joined(answer);
    link.accept(answer.epoch, answer.callLimitMs);
    this.#release(link);
    // The hub holds its lock as long as it lives. When we are granted a share, it is gone, whatever the reason.
    navigator.locks
      .request(`hub:${answer.instanceId}`, {mode: 'shared', signal}, () => resolve(AGAIN))
      .catch((error: unknown) => {
        if (!signal.aborted) resolve({kind: 'failed', problem: joinProblem(browserRefusal('Web Locks', error))});
      });
  }

  #take(message: HubMessage, resolve: (ending: Ending) => void): void {
    if (message.kind !== 'retired') return this.#events.message(message);
    if (message.reason === 'newer-page') this.#events.problem({code: 'pageOutOfDate'}, true);
    else if (message.reason === 'signed-out') this.#events.problem({code: 'signedOut'}, true);
    resolve(message.reason === 'idle' || message.reason === 'fenced' ? AGAIN : STOP);
  }
}
