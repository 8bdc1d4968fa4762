/** Time as the widgets see it. Replaceable, so that tests and stories can hold it still. */
export interface Clock {
  /** Epoch ms. */
  now(): number;
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
}

/** What draws itself again when time has passed: any Lit element. */
export interface Sleeper {
  readonly isConnected: boolean;
  requestUpdate(): void;
}

const realClock: Clock = {
  now: () => Date.now(),
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (timer) => clearTimeout(timer as number),
};

let clock = realClock;
let timer: unknown;
let timerAt = Infinity;
const wakeTimes = new Map<Sleeper, number>();

/** Epoch ms. Widgets read time here and nowhere else. */
export const now = (): number => clock.now();

/**
 * Has a widget drawn again at an instant; of several asked for, the first counts. One timer serves all widgets of the
 * page and is set for the nearest change, so an idle page has none.
 */
export function wakeAt(sleeper: Sleeper, at: number): void {
  // Drawn once more after it was taken out of the page: it would be kept for as long as it is woken.
  if (!sleeper.isConnected) return;
  watchVisibility();
  wakeTimes.set(sleeper, Math.min(at, wakeTimes.get(sleeper) ?? Infinity));
  arm();
}

/** Forgets a widget that left the page. */
export function letSleep(sleeper: Sleeper): void {
  wakeTimes.delete(sleeper);
}

/** Replaces the clock; without an argument the real one comes back. For tests and stories. */
export function useClock(replacement: Clock = realClock): void {
  disarm();
  clock = replacement;
  wake(Infinity);
}

let isWatching = false;

// A hidden tab's timers come late or once a minute: draw what is true as soon as the tab is looked at.
function watchVisibility(): void {
  if (isWatching) return;
  isWatching = true;
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) wake(Infinity);
  });
}

function arm(): void {
  const next = Math.min(...wakeTimes.values());
  if (next >= timerAt) return;
  disarm();
  if (next === Infinity) return;
  timerAt = next;
  timer = clock.setTimeout(() => wake(clock.now()), Math.max(0, next - clock.now()));
}

function disarm(): void {
  clock.clearTimeout(timer);
  timerAt = Infinity;
}

function wake(until: number): void {
  disarm();
  for (const [sleeper, at] of wakeTimes) {
    if (at > until) continue;
    wakeTimes.delete(sleeper);
    sleeper.requestUpdate();
  }
  arm();
}

const two = (n: number): string => String(n).padStart(2, '0');

/** `04:05`, or `1:04:05` from an hour on. Digits only, so that it reads the same in every language. */
export function asClock(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  const h = Math.floor(s / 3600);
  return `${h ? `${h}:` : ''}${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
}

/** Whole seconds since an instant; the widget is drawn again when the next one is full. */
export function secondsSince(sleeper: Sleeper, at: number): number {
  const seconds = Math.max(0, Math.floor((now() - at) / 1000));
  wakeAt(sleeper, at + (seconds + 1) * 1000);
  return seconds;
}

/** Seconds left until an instant, begun ones counted, 0 at the least; the widget is drawn again when one has passed. */
export function secondsUntil(sleeper: Sleeper, at: number): number {
  const seconds = Math.max(0, Math.ceil((at - now()) / 1000));
  if (seconds) wakeAt(sleeper, at - (seconds - 1) * 1000);
  return seconds;
}
