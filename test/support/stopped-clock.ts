/** Timers and `performance.now` of this page that stand still until they are moved. Times in ms. */
export interface StoppedClock {
  /** Runs what falls due, in order, with all that follows from each at once. */
  advance(ms: number): Promise<void>;
  /** Brings the real clock back. */
  restore(): void;
}

const REAL = {
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  now: performance.now.bind(performance),
};

/** A task of the browser's: all promises that can settle have settled by then. */
const settled = (): Promise<void> =>
  new Promise((resolve) => {
    const {port1, port2} = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });

export function stopClock(): StoppedClock {
  let now = REAL.now();
  let last = 1e9;
  const timers = new Map<number, {readonly at: number; readonly run: () => void}>();
  globalThis.setTimeout = ((run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
    timers.set(++last, {at: now + ms, run: () => run(...args)});
    return last;
  }) as typeof setTimeout;
  globalThis.clearTimeout = ((id: number | undefined) => {
    if (id !== undefined && !timers.delete(id)) REAL.clearTimeout.call(globalThis, id);
  }) as typeof clearTimeout;
  performance.now = () => now;
  return {
    async advance(ms) {
      const until = now + ms;
      await settled();
      for (;;) {
        const due = [...timers].filter(([, {at}]) => at <= until).sort(([, a], [, b]) => a.at - b.at)[0];
        if (!due) break;
        const [id, {at, run}] = due;
        timers.delete(id);
        now = Math.max(now, at);
        run();
        await settled();
      }
      now = until;
    },
    restore() {
      globalThis.setTimeout = REAL.setTimeout;
      globalThis.clearTimeout = REAL.clearTimeout;
      performance.now = REAL.now;
    },
  };
}
