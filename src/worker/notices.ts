import type {Notice, NoticesSlice} from '../domain/snapshot.js';
import type {HubContext} from './hub-context.js';

/** How many notices are kept. Our choice: more than a panel has room for. */
const MOST = 20;

/**
 * Events that the agent must not miss. They are stored, so that pages that join later and hubs that take over show them
 * too. A notice stays until the agent dismisses it, a newer event replaces it, or it is too old.
 */
export class Notices {
  readonly #hub: Pick<HubContext, 'store' | 'settings' | 'mark'>;
  #asOf = 0;

  constructor(hub: Pick<HubContext, 'store' | 'settings' | 'mark'>) {
    this.#hub = hub;
  }

  /** Call it once the store is open: a former hub's notices are shown from now on. */
  start(): void {
    this.#set(this.#all());
  }

  /** Adds a notice, or replaces the one with the same id. Their `count`s add up. */
  add(notice: Omit<Notice, 'at'>): void {
    const before = this.#all().find(({id}) => id === notice.id);
    const count = notice.count === undefined ? {} : {count: notice.count + (before?.count ?? 0)};
    const others = this.#all().filter((one) => one !== before);
    this.#set([...others, {...notice, ...count, at: Date.now()}].slice(-MOST));
  }

  /** Drops a notice that was dismissed or is no longer true. */
  drop(id: string): void {
    const kept = this.#all().filter((one) => one.id !== id);
    if (kept.length < this.#all().length) this.#set(kept);
  }

  /** Drops all notices when the agent signs out. */
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
