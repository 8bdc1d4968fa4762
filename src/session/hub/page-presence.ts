import type {PagePresence} from '../../worker/hub-api.js';

/** How often the hub is told of activity, in ms. Source: our choice; pops need to know which page was used last, not every key. */
const ACTIVITY_GAP_MS = 1_000;

/** Watches what makes this page fit to pop and to ring. Source: contract §6 "Exactly one tab pops". */
export class PagePresenceWatch {
  readonly #tell: (presence: PagePresence) => void;
  readonly #ending = new AbortController();
  #activeAt = Date.now();
  /** When activity was last told: a page that was just opened must not keep its first click to itself. */
  #touchToldAt = 0;
  #trailing: ReturnType<typeof setTimeout> | undefined;
  #adapter: PagePresence['adapter'] = 'none';
  #logs = false;
  #joinedWith: PagePresence | undefined;

  constructor(tell: (presence: PagePresence) => void) {
    this.#tell = tell;
    const {signal} = this.#ending;
    const moved = (): void => this.#changed();
    document.addEventListener('visibilitychange', moved, {signal});
    addEventListener('focus', moved, {signal});
    addEventListener('blur', () => this.#send(), {signal});
    const passive = {signal, capture: true, passive: true};
    addEventListener('pointerdown', () => this.touch(), passive);
    addEventListener('keydown', () => this.touch(), passive);
  }

  get current(): PagePresence {
    return {
      visible: document.visibilityState === 'visible',
      focused: document.hasFocus(),
      activeAt: this.#activeAt,
      adapter: this.#adapter,
      logs: this.#logs,
    };
  }

  /** For joining a hub, which is told of nothing else until it has answered. */
  joining(): PagePresence {
    this.#joinedWith = this.current;
    return this.#joinedWith;
  }

  /** The hub has answered: it learns what has changed since it was asked, such as a CRM that got ready. */
  joined(): void {
    if (JSON.stringify(this.current) !== JSON.stringify(this.#joinedWith)) this.#send();
  }

  /** Whether this page can carry out a pop, and write a contact's log. */
  setAdapter(adapter: PagePresence['adapter'], logs = false): void {
    if (adapter === this.#adapter) return;
    this.#adapter = adapter;
    this.#logs = logs;
    this.#send();
  }

  /** The agent did something here, or in the host around this frame. Told at most once a second, the last one too. */
  touch(): void {
    this.#activeAt = Date.now();
    const wait = this.#touchToldAt + ACTIVITY_GAP_MS - this.#activeAt;
    if (wait <= 0) this.#sendTouch();
    else this.#trailing ??= setTimeout(() => this.#sendTouch(), wait);
  }

  stop(): void {
    this.#ending.abort();
    clearTimeout(this.#trailing);
  }

  #changed(): void {
    if (document.visibilityState === 'visible') this.#activeAt = Date.now();
    this.#send();
  }

  #sendTouch(): void {
    this.#touchToldAt = Date.now();
    this.#send();
  }

  #send(): void {
    clearTimeout(this.#trailing);
    this.#trailing = undefined;
    this.#tell(this.current);
  }
}
