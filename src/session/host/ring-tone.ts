/** Ring: two tones for 1 s, silence for 2 s. Source: the ringing cadence most countries use, shortened. */
const RING_PERIOD_MS = 3_000;
const RING_TONES_HZ = [440, 480];
const RING_SECONDS = 1;
/** Loud enough to notice, quiet enough for a headset. Our choice. */
const RING_GAIN = 0.08;
/** If sound has not started after this time, it counts as refused, in ms: a browser that refuses says nothing. Our choice. */
const START_MS = 1_000;
/** Events after which browsers allow sound. Source: HTML, "activation triggering input event". */
const GESTURES = ['pointerdown', 'pointerup', 'keydown'];

/**
 * The ring tone. Browsers refuse sound in a page where nobody has clicked yet. This is checked at the start, so before the
 * first call, and again at each ring.
 */
export class RingTone {
  readonly #context = new AudioContext();
  readonly #onBlocked: (isBlocked: boolean) => void;
  readonly #ending = new AbortController();
  readonly #gain: GainNode;
  #isRinging = false;
  #isBlocked = false;
  #tones: readonly OscillatorNode[] = [];
  #beat: ReturnType<typeof setInterval> | undefined;
  #verdict: ReturnType<typeof setTimeout> | undefined;

  /** @param onBlocked called when sound is refused, and when it is allowed after all. */
  constructor(onBlocked: (isBlocked: boolean) => void) {
    this.#onBlocked = onBlocked;
    this.#gain = new GainNode(this.#context, {gain: RING_GAIN});
    this.#gain.connect(this.#context.destination);
    const {signal} = this.#ending;
    this.#context.addEventListener('statechange', () => this.#follow(), {signal});
    const onGesture = (): void => {
      if (this.#isBlocked) this.#wake();
    };
    for (const type of GESTURES) addEventListener(type, onGesture, {capture: true, passive: true, signal});
    this.#wake();
  }

  start(): void {
    this.#isRinging = true;
    if (this.#context.state === 'running') this.#ring();
    else this.#wake();
  }

  stop(): void {
    this.#isRinging = false;
    this.#silence();
    if (!this.#isBlocked) this.#rest();
  }

  close(): void {
    this.#ending.abort();
    clearTimeout(this.#verdict);
    this.stop();
    void this.#context.close();
  }

  #wake(): void {
    clearTimeout(this.#verdict);
    this.#context.resume().catch(() => undefined);
    this.#verdict = setTimeout(() => {
      if (this.#context.state !== 'running') this.#setBlocked(true);
    }, START_MS);
  }

  #follow(): void {
    if (this.#context.state !== 'running') return this.#silence();
    clearTimeout(this.#verdict);
    this.#setBlocked(false);
    if (this.#isRinging) this.#ring();
    else this.#rest();
  }

  /** A context that runs keeps the sound device open. */
  #rest(): void {
    if (this.#context.state === 'running') void this.#context.suspend().catch(() => undefined);
  }

  /** Bursts are made only while the context runs: on a clock that stands they would pile up, and sound all at once. */
  #ring(): void {
    this.#silence();
    this.#burst();
    this.#beat = setInterval(() => this.#burst(), RING_PERIOD_MS);
  }

  #burst(): void {
    this.#tones = RING_TONES_HZ.map((frequency) => {
      const tone = new OscillatorNode(this.#context, {frequency});
      tone.connect(this.#gain);
      tone.start();
      tone.stop(this.#context.currentTime + RING_SECONDS);
      return tone;
    });
  }

  #silence(): void {
    clearInterval(this.#beat);
    for (const tone of this.#tones) tone.disconnect();
    this.#tones = [];
  }

  #setBlocked(isBlocked: boolean): void {
    if (isBlocked === this.#isBlocked) return;
    this.#isBlocked = isBlocked;
    this.#onBlocked(isBlocked);
  }
}
