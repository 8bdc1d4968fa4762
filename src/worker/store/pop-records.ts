import type {Database} from './database.js';
import type {PopRecord, Rows} from './schema.js';

/** Screen pops, the oldest first. */
export class PopRecords {
  readonly #db: Database;
  readonly #pops = new Map<string, PopRecord>();
  #isWiped = false;

  constructor(db: Database) {
    this.#db = db;
  }

  load({pops}: Rows): void {
    for (const pop of pops) this.#pops.set(pop.popId, pop);
  }

  all(): PopRecord[] {
    return [...this.#pops.values()];
  }

  get(popId: string): PopRecord | undefined {
    return this.#pops.get(popId);
  }

  /**
   * Resolves once the record is on disk (or memory is all there is): `claimed` must be stored before `go` leaves.
   * `false`: another hub has taken over, so the caller must stop.
   */
  async put(pop: PopRecord): Promise<boolean> {
    if (this.#isWiped) return true;
    this.#pops.set(pop.popId, pop);
    return this.#db.write(['pops'], (tx) => tx.objectStore('pops').put(pop));
  }

  delete(popId: string): void {
    if (this.#pops.delete(popId)) void this.#db.write(['pops'], (tx) => tx.objectStore('pops').delete(popId));
  }

  /** Drops pops that came more than `maxAgeMs` ago. Returns whether there were any. @param now epoch ms. */
  prune(now: number, maxAgeMs: number): boolean {
    const before = this.#pops.size;
    for (const {popId, receivedAt} of this.all()) if (now - receivedAt > maxAgeMs) this.delete(popId);
    return this.#pops.size < before;
  }

  /** Deletes all entries, and accepts no new ones. */
  wipe(): void {
    this.#isWiped = true;
    this.#pops.clear();
  }
}
