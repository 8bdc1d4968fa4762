/** The simulator's source of time. Tests pass a {@link ManualClock}. */
export interface Clock {
  /** True time, epoch ms, for deadlines and the control API. */
  now(): number;
  /** Calls back once after `ms`. @returns a function that cancels the call. */
  after(ms: number, callback: () => void): () => void;
}

/** The longest delay of a timer, in ms; a longer one would fire at once. Source: Node, `setTimeout`. */
const MAX_TIMER_MS = 2_147_483_647;

/** The machine's clock. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, Math.min(ms, MAX_TIMER_MS));
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** A clock that moves only when told to. */
export class ManualClock implements Clock {
  #now: number;
  #timers: {at: number; callback: () => void}[] = [];

  /** @param startAt epoch ms */
  constructor(startAt = Date.UTC(2026, 0, 5, 9)) {
    this.#now = startAt;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    const timer = {at: this.#now + ms, callback};
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Moves on by `ms` and runs the callbacks that are due, in order, each at its own time. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const due = this.#timers.filter(({at}) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#timers = this.#timers.filter((other) => other !== due);
      this.#now = Math.max(this.#now, due.at);
      due.callback();
    }
    this.#now = end;
  }
}

/**
 * The clock that the platform's timestamps use: true time plus an adjustable skew. Deadlines use true time, so that a skew
 * does not shorten after-call work.
 */
export class ServerClock {
  readonly clock: Clock;
  /** How far the server's clock is ahead of true time, in ms. */
  skewMs = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** True time, epoch ms. */
  now(): number {
    return this.clock.now();
  }

  /** The time in the platform's timestamps, epoch ms. */
  serverNow(): number {
    return this.clock.now() + this.skewMs;
  }

  /** A version for a changed entity: the server's time, but always later than the previous version. */
  stampAfter(previous: number): number {
    return Math.max(this.serverNow(), previous + 1);
  }
}
