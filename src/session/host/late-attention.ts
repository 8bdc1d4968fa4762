import type {Attention} from './attention.js';

type Rings = Pick<Attention, 'ring' | 'stop' | 'close' | 'setTone'>;

/** Loads `Attention` when it is first needed. A call that rings while it loads is heard once it is there. */
export class LateAttention {
  readonly #load: () => Promise<Rings>;
  readonly #onMissing: (error: unknown) => void;
  #attention: Rings | undefined;
  #loading = false;
  #isClosed = false;
  #hasTone = false;
  /** What rings now. */
  #text: string | undefined;

  /** @param onMissing called each time the part could not be loaded; the next ring tries again. */
  constructor(load: () => Promise<Rings>, onMissing: (error: unknown) => void) {
    this.#load = load;
    this.#onMissing = onMissing;
  }

  /** Loads it before the first ring: a ring must not wait for it, and the server may be gone by then. */
  async prepare(): Promise<void> {
    if (this.#attention || this.#loading) return;
    this.#loading = true;
    try {
      this.#attention = await this.#load();
      if (this.#isClosed) return this.#attention.close();
      // The tone may have been switched on or off while this was loading.
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
