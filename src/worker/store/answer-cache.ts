import type {CachedAnswer} from '../../domain/screen-pop.js';
import type {Database} from './database.js';
import type {Rows} from './schema.js';

/** How many of the host's answers are kept. Our choice: a day's customers. */
const MAX_ANSWERS = 500;

/** The CRM's answers to searches, for use when the CRM does not answer. */
export class AnswerCache {
  readonly #db: Database;
  readonly #answers = new Map<string, CachedAnswer>();
  #isWiped = false;

  constructor(db: Database) {
    this.#db = db;
  }

  load({crmCache}: Rows): void {
    for (const {key, ...answer} of crmCache) this.#answers.set(key, answer);
  }

  get(key: string): CachedAnswer | undefined {
    return this.#answers.get(key);
  }

  put(key: string, answer: CachedAnswer): void {
    if (this.#isWiped) return;
    // A Map keeps the first insertion order: delete the key, so that the new entry is the youngest.
    this.#answers.delete(key);
    this.#answers.set(key, answer);
    void this.#db.write(['crmCache'], (tx) => tx.objectStore('crmCache').put({...answer, key}));
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > MAX_ANSWERS && oldest !== undefined) this.#drop(oldest);
  }

  /** Drops answers older than `maxAgeMs`. @param now epoch ms. */
  prune(now: number, maxAgeMs: number): void {
    for (const [key, {at}] of this.#answers) if (now - at > maxAgeMs) this.#drop(key);
  }

  /** Deletes all entries, and accepts no new ones. */
  wipe(): void {
    this.#isWiped = true;
    this.#answers.clear();
  }

  #drop(key: string): void {
    this.#answers.delete(key);
    void this.#db.write(['crmCache'], (tx) => tx.objectStore('crmCache').delete(key));
  }
}
