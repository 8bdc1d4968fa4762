/** How often the clock is looked at, in ms. Source: our choice; often enough for "a moment ago", seldom enough to cost nothing. */
const LOOK_MS = 5_000;

/**
 * Tells when the machine slept: a timer that comes far too late. What was known before is old then, and a stream may be dead
 * without knowing it. A hidden page's timers come late by themselves, so there nobody is told; it reads when it is shown.
 * @param lateMs how late is called sleep, in ms.
 * @returns looks at once, for whoever cannot wait for the timer.
 */
export function watchForSleep(lateMs: number, signal: AbortSignal, onWake: (lateByMs: number) => void): () => void {
  let expectedAt = Date.now() + LOOK_MS;
  const look = (): void => {
    // The wall clock: the monotonic one may stand while the machine sleeps.
    const lateByMs = Date.now() - expectedAt;
    expectedAt = Date.now() + LOOK_MS;
    if (lateByMs > lateMs && !isHidden()) onWake(lateByMs);
  };
  const timer = setInterval(look, LOOK_MS);
  signal.addEventListener('abort', () => clearInterval(timer), {once: true});
  return look;
}

const isHidden = (): boolean => typeof document !== 'undefined' && document.hidden;
