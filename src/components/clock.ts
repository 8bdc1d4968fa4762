import {steadyNow} from '../domain/monotonic.js';

/** Time for the widgets. Tests and stories replace it to make it stand still. */
export interface Clock {
  /** Epoch ms. */
  now(): number;
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
}

/** Something that is drawn again when time has passed: any Lit element. */
export interface Sleeper {
  readonly isConnected: boolean;
  readonly ownerDocument: Document;
  requestUpdate(): void;
}

/** Timers of one window, for the widgets in it. Timers of a hidden tab come late, and a closed window has none. */
class Alarm {
  readonly #view: Window;
  readonly #wakeTimes = new Map<Sleeper, number>();
  #timer: unknown;
  #timerAt = Infinity;

  constructor(view: Window) {
    this.#view = view;
    // A hidden tab's timers come once a minute, so draw again as soon as the tab is shown.
    view.document.addEventListener('visibilitychange', () => {
      if (!view.document.hidden) this.wake(Infinity);
    });
  }

  set(sleeper: Sleeper, at: number): void {
    this.#wakeTimes.set(sleeper, Math.min(at, this.#wakeTimes.get(sleeper) ?? Infinity));
    this.#arm();
  }

  forget(sleeper: Sleeper): void {
    this.#wakeTimes.delete(sleeper);
  }

  disarm(): void {
    clock?.clearTimeout(this.#timer);
    this.#view.clearTimeout(this.#timer as number);
    this.#timerAt = Infinity;
  }

  wake(until: number): void {
    this.disarm();
    for (const [sleeper, at] of this.#wakeTimes) {
      if (at > until) continue;
      this.#wakeTimes.delete(sleeper);
      sleeper.requestUpdate();
    }
    this.#arm();
  }

  #arm(): void {
    const next = Math.min(...this.#wakeTimes.values());
    if (next >= this.#timerAt) return;
    this.disarm();
    if (next === Infinity) return;
    this.#timerAt = next;
    this.#timer = (clock ?? this.#view).setTimeout(() => this.wake(now()), Math.max(0, next - now()));
  }
}

/** Replaces the real time, if set. */
let clock: Clock | undefined;
const alarms = new Map<Window, Alarm>();

/** Epoch ms that never go back. Widgets read time here and nowhere else. */
export const now = (): number => (clock ? clock.now() : steadyNow());

/**
 * Draws a widget again at an instant; the earliest of several counts. One timer serves all widgets of a window and is set
 * for the nearest change, so an idle page has none.
 */
export function wakeAt(sleeper: Sleeper, at: number): void {
  const view = sleeper.ownerDocument.defaultView;
  // It was drawn once more after its removal. An entry here would keep it in memory.
  if (!view || !sleeper.isConnected) return;
  let alarm = alarms.get(view);
  if (!alarm) {
    for (const other of alarms.keys()) if (other.closed) alarms.delete(other);
    alarms.set(view, (alarm = new Alarm(view)));
  }
  alarm.set(sleeper, at);
}

/** Forgets a widget that left the page, or its window. */
export function letSleep(sleeper: Sleeper): void {
  for (const alarm of alarms.values()) alarm.forget(sleeper);
}

/** Replaces the clock; without an argument the real one comes back. For tests and stories. */
export function useClock(replacement?: Clock): void {
  for (const alarm of alarms.values()) alarm.disarm();
  clock = replacement;
  for (const alarm of alarms.values()) alarm.wake(Infinity);
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

/** Seconds left until an instant, rounded up, at least 0; the widget is drawn again when one has passed. */
export function secondsUntil(sleeper: Sleeper, at: number): number {
  const seconds = Math.max(0, Math.ceil((at - now()) / 1000));
  if (seconds) wakeAt(sleeper, at - (seconds - 1) * 1000);
  return seconds;
}
