/** Lets work wait until events make a condition true. */
export class Arrivals {
  readonly #waiting = new Set<() => void>();

  /** An event arrived: every waiter checks its condition again. */
  tell(): void {
    for (const look of this.#waiting) look();
  }

  /**
   * Whether it is true now, or becomes so in time; `false` at once when the signal aborts.
   * @param limitMs how long to wait, in ms.
   */
  until(isTrue: () => boolean, limitMs: number, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const over = (isSo: boolean): void => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        signal.removeEventListener('abort', stop);
        resolve(isSo);
      };
      const look = (): void => {
        if (isTrue()) over(true);
      };
      const stop = (): void => over(false);
      const timer = setTimeout(stop, limitMs);
      this.#waiting.add(look);
      signal.addEventListener('abort', stop);
      if (signal.aborted) stop();
      else look();
    });
  }
}
