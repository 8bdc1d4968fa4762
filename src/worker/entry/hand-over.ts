import type {HubSettings} from '../../domain/settings.js';
import type {Pages} from '../pages.js';

/** How soon it is looked again whether the hub may go, in ms. Our choice. */
const AGAIN_MS = 1_000;

export interface HandOverEvents {
  /** Nothing is under way that a change of hubs would have to settle. */
  mayGo(): boolean;
  give(pageId: string): void;
}

/** Lets a hub in a page that has been hidden for long move to one that the agent looks at. */
export class HandOver {
  readonly #pages: Pages;
  readonly #afterMs: number;
  readonly #events: HandOverEvents;
  /** Asked before; a page that cannot is not asked for ever. */
  readonly #asked = new Set<string>();
  #hiddenSince: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    pages: Pages,
    {hiddenHubMs}: Pick<HubSettings, 'hiddenHubMs'>,
    signal: AbortSignal,
    events: HandOverEvents,
  ) {
    this.#pages = pages;
    this.#afterMs = hiddenHubMs;
    this.#events = events;
    document.addEventListener('visibilitychange', () => this.update(), {signal});
    signal.addEventListener('abort', () => clearTimeout(this.#timer));
    this.update();
  }

  /** A page came, went, or was shown or hidden. */
  update(): void {
    clearTimeout(this.#timer);
    if (document.visibilityState === 'visible') {
      this.#hiddenSince = undefined;
      return;
    }
    this.#hiddenSince ??= Date.now();
    const heir = this.#pages
      .all()
      .filter(({pageId, presence}) => presence.visible && !this.#asked.has(pageId))
      .sort((a, b) => b.presence.activeAt - a.presence.activeAt)[0];
    if (!heir) return;
    const waitMs = this.#hiddenSince + this.#afterMs - Date.now();
    if (waitMs > 0 || !this.#events.mayGo()) {
      this.#timer = setTimeout(() => this.update(), Math.max(waitMs, AGAIN_MS));
      return;
    }
    this.#asked.add(heir.pageId);
    this.#events.give(heir.pageId);
  }
}
