import type {Database} from './database.js';
import type {MetaValues, Rows} from './schema.js';

/** Single values by name: the pending choice, the target state, and the agent's own settings. */
export class Meta {
  readonly #db: Database;
  readonly #values = new Map<string, unknown>();

  constructor(db: Database) {
    this.#db = db;
  }

  load({meta}: Rows): void {
    for (const {key, value} of meta) this.#values.set(key, value);
  }

  get<K extends keyof MetaValues>(key: K): MetaValues[K] | undefined {
    return this.#values.get(key) as MetaValues[K] | undefined;
  }

  /** @param value `undefined` removes it. */
  set<K extends keyof MetaValues>(key: K, value: MetaValues[K] | undefined): void {
    if (value === undefined) {
      if (this.#values.delete(key)) void this.#db.write([], (tx) => tx.objectStore('meta').delete(key));
    } else {
      this.#values.set(key, value);
      void this.#db.write([], (tx) => tx.objectStore('meta').put({key, value}));
    }
  }
}
