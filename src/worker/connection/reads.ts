import {CxoneError, toCxoneError} from '../../domain/errors.js';
import {steadyNow} from '../../domain/monotonic.js';
import type {SliceSource} from '../../domain/snapshot.js';
import type {HubContext} from '../hub-context.js';
import type {Interactions} from '../calls/interactions.js';
import {eachIsolated, isolated} from '../isolated.js';
import type {OutageWatch} from './outage.js';
import type {PresenceFacts, RoutingFacts, SessionsFacts} from '../../platform/port/platform.js';
import {READ_WARNING_CODES, readWarnings, type ReadPart} from './read-warnings.js';
import type {StatusKeeper} from '../status/status.js';

/** Why everything is read. */
export type ReadWhy = 'start' | 'lost' | 'poll' | 'live' | 'interval' | 'silent' | 'wake';

/** What became of a reading. */
export interface ReadResult {
  /** The parts that are missing, and why. */
  readonly failed: ReadonlyMap<ReadPart, CxoneError>;
  /** How many differences to what was known. */
  readonly corrected: number;
}

interface Correction {
  readonly id: string;
  readonly before: string;
  readonly after: string;
}

export interface ReadParts {
  readonly interactions: Interactions;
  readonly status: StatusKeeper;
  readonly outage: OutageWatch;
}

export interface ReadEvents {
  /** The sessions are known for the first time. */
  onFirst(): void;
  isLive(): boolean;
}

/**
 * How long a reading waits for the other parts once the sessions are known, in ms. Source: our choice: they come together,
 * and one that does not must hold nothing up.
 */
const OTHERS_WAIT_MS = 1_000;
/** How much longer than one request a part may take before it counts as missing, in ms. Source: our choice: a second token. */
const LATE_MARGIN_MS = 500;

/**
 * Reads presence, routing and sessions, and works each in by itself: what one of them refuses keeps nobody from what the
 * others say. What is missing is a lasting warning until it could be read.
 */
export class Reads {
  readonly #hub: HubContext;
  readonly #parts: ReadParts;
  readonly #events: ReadEvents;
  readonly #failed = new Map<ReadPart, CxoneError>();
  #sessionsKnown = false;
  #presenceReadAt = -Infinity;
  #presenceTimer: ReturnType<typeof setTimeout> | undefined;
  #sessionsTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(hub: HubContext, parts: ReadParts, events: ReadEvents) {
    this.#hub = hub;
    this.#parts = parts;
    this.#events = events;
    hub.signal.addEventListener('abort', () => {
      clearTimeout(this.#presenceTimer);
      clearTimeout(this.#sessionsTimer);
    });
  }

  /** The sessions were read once. */
  get sessionsKnown(): boolean {
    return this.#sessionsKnown;
  }

  /** Reads all parts. Resolves once the sessions are in, or cannot be read, and the others had their time. */
  async all(why: ReadWhy): Promise<ReadResult> {
    const {signal, platform} = this.#hub;
    const askedAt = steadyNow();
    const corrected: Correction[] = [];
    let isOver = false;
    const found = (list: readonly Correction[]): void => {
      if (isOver) this.#tell(list, why);
      else corrected.push(...list);
    };
    const withEnded = why !== 'start' && why !== 'interval';
    const reading = platform.state.read({parts: ['sessions', 'routing', 'presence'], withEnded}, signal);
    const sessions = this.#part('sessions', why, reading.sessions, (list) => {
      this.#parts.outage.onSessionsRead(list);
      found(this.#workInSessions(list, askedAt));
    });
    const others = [
      this.#part('routing', why, reading.routing, (facts) => this.#parts.status.onRoutingRead(facts)),
      this.#part('presence', why, reading.presence, (facts) => {
        found(this.#workInPresence(facts, why === 'live' ? 'stream' : 'poll', askedAt));
      }),
    ];
    await Promise.race([Promise.all([sessions, ...others]), sessions.then(() => wait(OTHERS_WAIT_MS))]);
    isOver = true;
    this.#tell(corrected, why);
    if (this.#sessionsKnown && !this.#failed.has('sessions')) {
      eachIsolated(this.#hub.log, 'sessions read', {
        outage: () => this.#parts.outage.onReconciled(this.#events.isLive()),
        status: () => this.#parts.status.onSessionsChanged(),
      });
    }
    return {failed: new Map(this.#failed), corrected: corrected.length};
  }

  /**
   * Routing and all active sessions, for a write: each is worked in, and both must be there.
   * @throws {CxoneError} why one of them is not.
   */
  async routingAndSessions(): Promise<{routing: RoutingFacts; sessions: SessionsFacts}> {
    const {signal, platform} = this.#hub;
    const askedAt = steadyNow();
    const reading = platform.state.read({parts: ['routing', 'sessions']}, signal);
    await Promise.all([
      this.#part('sessions', 'write', reading.sessions, (list) => void this.#workInSessions(list, askedAt)),
      this.#part('routing', 'write', reading.routing, (facts) => this.#parts.status.onRoutingRead(facts)),
    ]);
    const [routing, sessions] = await Promise.all([reading.routing, reading.sessions]);
    return {routing, sessions};
  }

  /** Reads presence once, however often it is asked for within `statusReadGapMs`. */
  presenceSoon(): void {
    if (this.#presenceTimer !== undefined) return;
    const wait = Math.max(0, this.#presenceReadAt + this.#hub.settings.statusReadGapMs - steadyNow());
    this.#presenceTimer = setTimeout(() => {
      this.#presenceTimer = undefined;
      const askedAt = steadyNow();
      this.#presenceReadAt = askedAt;
      const {presence} = this.#hub.platform.state.read({parts: ['presence']}, this.#hub.signal);
      void this.#part('presence', 'event', presence, (facts) => {
        for (const {id, before, after} of this.#workInPresence(facts, 'stream', askedAt))
          this.#hub.log.warn('state_desync_corrected', {id, before, after, why: 'event'});
      });
    }, wait);
  }

  /** Reads the sessions, and routing with them, once within `statusReadGapMs`. */
  sessionsSoon(): void {
    this.#sessionsTimer ??= setTimeout(() => {
      this.#sessionsTimer = undefined;
      this.routingAndSessions().then(
        () => this.#parts.status.onSessionsChanged(),
        // Logged by part.
        () => undefined,
      );
    }, this.#hub.settings.statusReadGapMs);
  }

  /**
   * Works an answer in when it comes, however late. Resolves then, or when it fails or is late: a part that is late counts
   * as missing until it comes. Never rejects.
   */
  #part<T>(part: ReadPart, why: string, reading: Promise<T>, workIn: (facts: T) => void): Promise<void> {
    const {settings, signal, log} = this.#hub;
    return new Promise((resolve) => {
      const over = (error: CxoneError | undefined): void => {
        clearTimeout(late);
        if (!signal.aborted) this.#note(part, why, error);
        resolve();
      };
      const late = setTimeout(
        () => over(new CxoneError('TIMEOUT', `${part}: no answer in time`)),
        settings.requestTimeoutMs + LATE_MARGIN_MS,
      );
      reading.then(
        (facts) => {
          if (signal.aborted) return over(undefined);
          isolated(log, `read ${part}`, () => workIn(facts));
          over(undefined);
        },
        (error: unknown) => over(toCxoneError(error, part)),
      );
    });
  }

  #note(part: ReadPart, why: string, error: CxoneError | undefined): void {
    if (error) {
      this.#hub.log.warn('read_failed', {part, why, code: error.code, status: error.status ?? null});
      this.#failed.set(part, error);
    } else if (!this.#failed.delete(part)) return;
    const wanted = readWarnings(this.#failed);
    for (const code of READ_WARNING_CODES) {
      if (!wanted.some((problem) => problem.code === code)) this.#hub.clearWarning(code);
    }
    for (const problem of wanted) this.#hub.warn(problem);
  }

  #workInSessions(list: SessionsFacts, askedAt: number): Correction[] {
    const corrected = this.#parts.interactions.reconcile(list, askedAt);
    if (this.#hub.store.prune(Date.now(), this.#hub.settings.customerDataMaxAgeMs)) this.#hub.mark('pops');
    if (this.#sessionsKnown) return corrected;
    this.#sessionsKnown = true;
    this.#events.onFirst();
    return [];
  }

  #workInPresence(facts: PresenceFacts, source: SliceSource, askedAt: number): Correction[] {
    const corrected = this.#parts.status.onPresenceRead(facts, source, askedAt);
    return corrected && this.#sessionsKnown ? [{id: this.#hub.config.agentId, ...corrected}] : [];
  }

  /** Calls first, whichever came first. */
  #tell(corrected: readonly Correction[], why: ReadWhy): void {
    if (corrected.length === 0) return;
    const {agentId} = this.#hub.config;
    const sorted = [...corrected].sort((a, b) => Number(a.id === agentId) - Number(b.id === agentId));
    for (const {id, before, after} of sorted) this.#hub.log.warn('state_desync_corrected', {id, before, after, why});
    const detail = sorted.map(({id, after}) => `${id} ${after}`).join(', ');
    this.#hub.notice({type: 'warning', problem: {code: 'stateCorrected', detail}});
  }
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
