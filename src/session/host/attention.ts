import type {Settings} from '../../domain/settings.js';
import {RingTone} from './ring-tone.js';

/** How long each title is shown, in ms. Source: our choice; browsers slow a hidden page's timers to 1 s anyway. */
const FLASH_MS = 1_000;

export type AttentionSettings = Pick<Settings, 'ringTone' | 'titleFlash' | 'desktopNotifications'>;

/** Alternates the page's title with the call while the page is not in front. */
class TitleFlash {
  #original = '';
  #shown = '';
  readonly #text: string;
  readonly #titled: Document;
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(text: string, titled: Document) {
    this.#text = text;
    this.#titled = titled;
    this.#timer = setInterval(() => this.#turn(), FLASH_MS);
    this.#turn();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#restore();
  }

  #restore(): void {
    // If the host has changed the title in the meantime, leave it.
    if (this.#titled.title === this.#shown) this.#titled.title = this.#original;
    this.#shown = '';
  }

  #turn(): void {
    if (this.#shown || (this.#titled.hasFocus() && !document.hidden)) return this.#restore();
    this.#original = this.#titled.title;
    this.#shown = this.#text;
    this.#titled.title = this.#text;
  }
}

/** The document whose title the agent sees: the top one, unless it belongs to another site. */
function titledDocument(): Document | undefined {
  try {
    return window.top?.document;
  } catch {
    return undefined;
  }
}

/** Whether each silent means can reach the agent from this page. */
export interface AttentionReach {
  /** `outOfReach`: another site's page is around this one. */
  readonly titleFlash: 'off' | 'ready' | 'outOfReach';
  /** `ask`: nobody has decided yet; `blocked`: by the agent, an administrator, or because of a frame of another site. */
  readonly desktopNotifications: 'off' | 'ready' | 'ask' | 'blocked';
}

function notificationReach(): AttentionReach['desktopNotifications'] {
  if (!('Notification' in globalThis)) return 'blocked';
  const {permission} = Notification;
  // A frame of another site may never ask, but some browsers say `default` there all the same.
  return permission === 'granted' ? 'ready' : permission === 'default' && titledDocument() ? 'ask' : 'blocked';
}

/** Whether title and notification work now. `Attention` itself reports whether sound is refused. */
export function reachOf({titleFlash, desktopNotifications}: Partial<AttentionSettings> = {}): AttentionReach {
  return {
    titleFlash: titleFlash ? (titledDocument() ? 'ready' : 'outOfReach') : 'off',
    desktopNotifications: desktopNotifications ? notificationReach() : 'off',
  };
}

/**
 * Makes an agent who looks elsewhere notice a call: tone, title, desktop notification. The hub asks one page only. Names no
 * caller, because a notification is visible on the screen and in the system's history.
 */
export class Attention {
  readonly #settings: AttentionSettings;
  readonly #tell: (code: 'ringToneBlocked', isRefused: boolean) => void;
  #tone: RingTone | undefined;
  #isToneBlocked = false;
  #isRinging = false;
  #stops: (() => void)[] = [];

  /** @param tell called when the browser refuses sound, and when it allows it again: the agent should know before the first call. */
  constructor(settings: AttentionSettings, tell: (code: 'ringToneBlocked', isRefused: boolean) => void = () => {}) {
    this.#settings = settings;
    this.#tell = tell;
    this.setTone(settings.ringTone);
  }

  /** Switches the tone on or off; takes effect at once, even during a ring. */
  setTone(isOn: boolean): void {
    if (isOn === !!this.#tone || !('AudioContext' in globalThis)) return;
    if (isOn) {
      this.#tone = new RingTone((isBlocked) => this.#toneIsBlocked(isBlocked));
      if (this.#isRinging) this.#tone.start();
    } else {
      this.#tone?.close();
      this.#tone = undefined;
      if (this.#isToneBlocked) this.#toneIsBlocked(false);
    }
  }

  /** @param text Says what rings, without customer data. */
  ring(text: string): void {
    this.stop();
    this.#isRinging = true;
    this.#tone?.start();
    const titled = this.#settings.titleFlash ? titledDocument() : undefined;
    if (titled) {
      const flash = new TitleFlash(`☎ ${text}`, titled);
      this.#stops.push(() => flash.stop());
    }
    if (this.#settings.desktopNotifications && document.hidden) this.#notify(text);
  }

  stop(): void {
    this.#isRinging = false;
    this.#tone?.stop();
    const stops = this.#stops;
    this.#stops = [];
    for (const stop of stops) stop();
  }

  /** For good: gives the sound device back. */
  close(): void {
    this.stop();
    this.#tone?.close();
  }

  #toneIsBlocked(isBlocked: boolean): void {
    this.#isToneBlocked = isBlocked;
    this.#tell('ringToneBlocked', isBlocked);
  }

  #notify(text: string): void {
    if (notificationReach() !== 'ready') return;
    try {
      const notification = new Notification(text, {tag: 'cxone-ring', requireInteraction: true});
      notification.addEventListener('click', () => window.focus());
      this.#stops.push(() => notification.close());
    } catch (error) {
      // Chrome on Android has the class but allows it in service workers only. Tone and title still work.
      if (!(error instanceof TypeError)) throw error;
    }
  }
}

/** Asks for permission to show notifications. Browsers want this from a click. */
export async function askForNotifications(): Promise<boolean> {
  if (!('Notification' in globalThis)) return false;
  return (await Notification.requestPermission()) === 'granted';
}
