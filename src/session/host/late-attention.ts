import type {Attention} from './attention.js';

type Rings = Pick<Attention, 'ring' | 'stop' | 'close' | 'setTone'>;

/** Attention as a part that is loaded beside the session: what rings meanwhile is heard once it is there. */
export class LateAttention {
  readonly #load: () => Promise<Rings>;
  readonly #onMissing: (error: unknown) => void;
  #attention: Rings | undefined;
  #loading = false;
  #isClosed = false;
  #hasTone = false;
  /** What rings now. */
  #text: string | undefined;

  /** @param onMissing told each time the part could not be loaded; the next ring tries again. */
  constructor(load: () => Promise<Rings>, onMissing: (error: unknown) => void) {
    this.#load = load;
    this.#onMissing = onMissing;
  }

  /** Loads it before the first ring, which must not wait for it, nor for a server that has gone by then. */
  async prepare(): Promise<void> {
    if (this.#attention || this.#loading) return;
    this.#loading = true;
    try {
      this.#attention = await this.#load();
      if (this.#isClosed) return this.#attention.close();
      // It may have been switched while it was loaded.
      this.#attention.setTone(this.#hasTone);
      if (this.#text !== undefined) this.#attention.ring(this.#text);
    } catch (error) {
      this.#onMissing(error);
    } finally {
      this.#loading = false;
    }
  }

  /** @param text as for `Attention.ring`. */
  ring(text: string): void {
    this.#text = text;
    if (this.#attention) this.#attention.ring(text);
    else void this.prepare();
  }

  /** Whether it is heard. The first time it is, the part is loaded at once: a ring must not wait for it. */
  setTone(isOn: boolean): void {
    if (isOn === this.#hasTone || this.#isClosed) return;
    this.#hasTone = isOn;
    if (this.#attention) this.#attention.setTone(isOn);
    else if (isOn) void this.prepare();
  }

  stop(): void {
    this.#text = undefined;
    this.#attention?.stop();
  }

  close(): void {
    this.#isClosed = true;
    this.#text = undefined;
    this.#attention?.close();
  }
}
