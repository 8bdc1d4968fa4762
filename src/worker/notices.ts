import type {Notice, NoticesSlice} from '../domain/snapshot.js';
import type {HubContext} from './hub-context.js';

/** How many are kept. Our choice: more than a panel has room for. */
const MOST = 20;

/**
 * What happened and must not be missed, for all pages, in store: a page that joins later and a hub that takes over
 * show it too. One stays until somebody puts it away, something overtakes it, or it is too old.
 */
export class Notices {
  readonly #hub: Pick<HubContext, 'store' | 'settings' | 'mark'>;
  #asOf = 0;

  constructor(hub: Pick<HubContext, 'store' | 'settings' | 'mark'>) {
    this.#hub = hub;
  }

  /** The store is open: what a former hub noted is shown from now on. */
  start(): void {
    this.#set(this.#all());
  }

  /** Adds one; one with the same id is replaced. `count`s add up. */
  add(notice: Omit<Notice, 'at'>): void {
    const before = this.#all().find(({id}) => id === notice.id);
    const count = notice.count === undefined ? {} : {count: notice.count + (before?.count ?? 0)};
    const others = this.#all().filter((one) => one !== before);
    this.#set([...others, {...notice, ...count, at: Date.now()}].slice(-MOST));
  }

  /** Drops one, because it was put away or something newer made it untrue. */
  drop(id: string): void {
    const kept = this.#all().filter((one) => one.id !== id);
    if (kept.length < this.#all().length) this.#set(kept);
  }

  /** Drops all: the agent signs out. */
  clear(): void {
    this.#set([]);
  }

  slice(): Omit<NoticesSlice, 'version'> {
    return {asOf: this.#asOf, source: 'stream', items: this.#all()};
  }

  #all(): readonly Notice[] {
    const {store, settings} = this.#hub;
    return (store.meta.get('notices') ?? []).filter(({at}) => Date.now() - at <= settings.noticeMaxAgeMs);
  }

  #set(notices: readonly Notice[]): void {
    this.#asOf = Date.now();
    this.#hub.store.meta.set('notices', notices.length > 0 ? notices : undefined);
    this.#hub.mark('notices');
  }
}
