/** Waits a while after the last page is gone: a reload must not drop the stream. */
export class LastPage {
  readonly #graceMs: number;
  readonly #onIdle: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param graceMs the setting `lastPageGraceMs`. @param onIdle no page came back. */
  constructor(graceMs: number, onIdle: () => void) {
    this.#graceMs = graceMs;
    this.#onIdle = onIdle;
  }

  /** A page came or went. */
  update(pages: number): void {
    this.stop();
    if (pages === 0) this.#timer = setTimeout(this.#onIdle, this.#graceMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
