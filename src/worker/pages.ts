import {isListSlice, type ListSliceName, type Snapshot} from '../domain/snapshot.js';
import type {HubMessage, PagePresence, SliceMessage} from './hub-api.js';
import {isolated} from './isolated.js';
import type {HubLog} from './log.js';

/** One page that shows widgets: a tab, or a frame of one. */
export interface Page {
  readonly pageId: string;
  readonly canGiveTokens: boolean;
  /** Its broker's address, known as long as it is there. Never logged, stored, or told to other pages. */
  readonly tokenUrl?: string;
  presence: PagePresence;
  /** The lists to which the page has subscribed. */
  readonly follows: Set<ListSliceName>;
  /** Sends a plain message to the page. */
  readonly post: (message: HubMessage) => void;
}

export interface PagesEvents {
  onJoined(page: Page): void;
  /** The page left, was closed, or crashed. */
  onGone(page: Page): void;
  /** @param shown whether the page was hidden before and is visible now. */
  onPresence(page: Page, shown: boolean): void;
}

/** The pages of this hub. If a page dies silently, its Web Lock reveals it. */
export class Pages {
  readonly #pages = new Map<string, Page & {readonly watch: AbortController}>();
  readonly #log: HubLog;
  readonly #events: PagesEvents;

  constructor(log: HubLog, events: PagesEvents) {
    this.#log = log;
    this.#events = events;
  }

  get size(): number {
    return this.#pages.size;
  }

  all(): Page[] {
    return [...this.#pages.values()];
  }

  get(pageId: string): Page | undefined {
    return this.#pages.get(pageId);
  }

  /** Adds a page that holds the Web Lock `page:<pageId>`, or replaces an earlier joining of the same page. */
  add(page: Page): void {
    this.#pages.get(page.pageId)?.watch.abort();
    const watch = new AbortController();
    const entry = {...page, watch};
    this.#pages.set(page.pageId, entry);
    this.#events.onJoined(entry);
    navigator.locks
      // This hub gets the page's lock only once the page is gone.
      .request(`page:${page.pageId}`, {signal: watch.signal}, () => {
        if (this.#pages.get(page.pageId) === entry) this.remove(page.pageId);
      })
      .catch((error: unknown) => {
        if (!watch.signal.aborted) throw error;
      });
  }

  remove(pageId: string): void {
    const page = this.#pages.get(pageId);
    if (!page) return;
    this.#pages.delete(pageId);
    page.watch.abort();
    this.#events.onGone(page);
  }

  setPresence(pageId: string, presence: PagePresence): void {
    const page = this.#pages.get(pageId);
    if (!page) return;
    const shown = presence.visible && !page.presence.visible;
    page.presence = presence;
    this.#events.onPresence(page, shown);
  }

  /** The page is told of a list from now on. @param slice the whole of it as it was sent last: changes count from there. */
  follow(pageId: string, name: ListSliceName, slice: Snapshot[ListSliceName]): void {
    const page = this.#pages.get(pageId);
    page?.follows.add(name);
    page?.post({kind: 'slice', name, slice});
  }

  /** When the hub ends, stops watching pages and sending to them. */
  clear(): void {
    for (const {watch} of this.#pages.values()) watch.abort();
    this.#pages.clear();
  }

  broadcast(message: HubMessage): void {
    this.#post(message, this.all());
  }

  /** Sends a slice to all pages, or a list to the pages that follow it. */
  tell(message: SliceMessage): void {
    const {name} = message;
    this.#post(message, isListSlice(name) ? this.all().filter(({follows}) => follows.has(name)) : this.all());
  }

  #post(message: HubMessage, pages: readonly Page[]): void {
    for (const page of pages) isolated(this.#log, `post ${message.kind}`, () => page.post(message));
  }

  /** The page that pops: the last used of the visible pages that can; one with a CRM adapter before one whose script may handle it. */
  bestForPop(except: ReadonlySet<string>): Page | undefined {
    const rank = (page: Page): number => (page.presence.adapter === 'host' ? 1 : 0);
    return this.all()
      .filter((page) => page.presence.visible && page.presence.adapter !== 'none' && !except.has(page.pageId))
      .sort((a, b) => rank(b) - rank(a) || b.presence.activeAt - a.presence.activeAt)[0];
  }

  /** The page that writes a contact's log: the last used of those that can, in view or not. */
  bestForLog(except: ReadonlySet<string>): Page | undefined {
    return this.all()
      .filter(({presence, pageId}) => presence.logs && !except.has(pageId))
      .sort(
        (a, b) => Number(b.presence.visible) - Number(a.presence.visible) || b.presence.activeAt - a.presence.activeAt,
      )[0];
  }

  /** The page that rings: the one in front if there is one, else the one last used. */
  bestForAttention(): Page | undefined {
    return this.all().sort(
      (a, b) =>
        Number(b.presence.visible) - Number(a.presence.visible) ||
        Number(b.presence.focused) - Number(a.presence.focused) ||
        b.presence.activeAt - a.presence.activeAt,
    )[0];
  }

  /** Pages that can hand over tokens or know who can, last used first. */
  tokenGivers(): Page[] {
    return this.all()
      .filter((page) => page.canGiveTokens || page.tokenUrl !== undefined)
      .sort((a, b) => b.presence.activeAt - a.presence.activeAt);
  }
}
