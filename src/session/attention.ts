import type {Settings} from '../domain/settings.js';

/** How long each title is shown, in ms. Source: our choice; browsers slow a hidden page's timers to 1 s anyway. */
const FLASH_MS = 1_000;
/** Ring: two tones for 1 s, silence for 2 s. Source: the ringing cadence most countries use, shortened. */
const RING_PERIOD_MS = 3_000;
const RING_TONES_HZ = [440, 480];
const RING_SECONDS = 1;
/** Loud enough to notice, quiet enough for a headset. Our choice. */
const RING_GAIN = 0.08;

export type AttentionSettings = Pick<Settings, 'ringTone' | 'titleFlash' | 'desktopNotifications'>;

/** The title by turns with the call, while nobody looks. */
class TitleFlash {
  #original = document.title;
  #shown = '';
  readonly #text: string;
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(text: string) {
    this.#text = text;
    this.#timer = setInterval(() => this.#turn(), FLASH_MS);
    this.#turn();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#restore();
  }

  #restore(): void {
    // A title that the host set meanwhile is the host's.
    if (document.title === this.#shown) document.title = this.#original;
    this.#shown = '';
  }

  #turn(): void {
    if (this.#shown || (document.hasFocus() && !document.hidden)) return this.#restore();
    this.#original = document.title;
    this.#shown = this.#text;
    document.title = this.#text;
  }
}

function startTone(): () => void {
  const context = new AudioContext();
  const burst = (): void => {
    const gain = new GainNode(context, {gain: RING_GAIN});
    gain.connect(context.destination);
    for (const frequency of RING_TONES_HZ) {
      const tone = new OscillatorNode(context, {frequency});
      tone.connect(gain);
      tone.start();
      tone.stop(context.currentTime + RING_SECONDS);
    }
  };
  burst();
  const timer = setInterval(burst, RING_PERIOD_MS);
  return () => {
    clearInterval(timer);
    void context.close();
  };
}

/**
 * Makes an agent who looks elsewhere notice a call: tone, title, desktop notification. The hub asks one page only.
 * Names nobody: a notification lies open on the screen and in the system's history.
 */
export class Attention {
  readonly #settings: AttentionSettings;
  #stops: (() => void)[] = [];

  constructor(settings: AttentionSettings) {
    this.#settings = settings;
  }

  /** @param text Says what rings, without customer data. */
  ring(text: string): void {
    this.stop();
    const {ringTone, titleFlash, desktopNotifications} = this.#settings;
    if (ringTone && 'AudioContext' in globalThis) this.#stops.push(startTone());
    if (titleFlash) {
      const flash = new TitleFlash(`☎ ${text}`);
      this.#stops.push(() => flash.stop());
    }
    if (desktopNotifications && document.hidden) this.#notify(text);
  }

  stop(): void {
    const stops = this.#stops;
    this.#stops = [];
    for (const stop of stops) stop();
  }

  #notify(text: string): void {
    if (!('Notification' in globalThis) || Notification.permission !== 'granted') return;
    try {
      const notification = new Notification(text, {tag: 'cxone-ring', requireInteraction: true});
      notification.addEventListener('click', () => window.focus());
      this.#stops.push(() => notification.close());
    } catch (error) {
      // Android's Chrome has the class but allows it to service workers only; tone and title still tell.
      if (!(error instanceof TypeError)) throw error;
    }
  }
}

/** Asks for leave to show notifications. Browsers want this from a click. */
export async function askForNotifications(): Promise<boolean> {
  if (!('Notification' in globalThis)) return false;
  return (await Notification.requestPermission()) === 'granted';
}
