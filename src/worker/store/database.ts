import {openDB, type IDBPDatabase} from 'idb';
import {CxoneError} from '../../domain/errors.js';
import {SCHEMA_VERSION, upgrade, type Rows, type Schema, type StoreName, type WriteTx} from './schema.js';

/** How long the browser may take to open the database; behind a pending deletion it would wait for ever. Our choice. */
const OPEN_LIMIT_MS = 1_000;

export interface DatabaseEvents {
  /** Called once, when nothing can be stored any more. */
  onLost(error: unknown): void;
  /** Another hub has taken over: this one must end. */
  onFenced(): void;
}

/**
 * The database on disk. Its epoch keeps a replaced hub from writing. Without IndexedDB, or once
 * it fails, every write succeeds and does nothing: the data then lives only in memory.
 */
export class Database {
  readonly #name: string;
  readonly #events: DatabaseEvents;
  #db: IDBPDatabase<Schema> | undefined;
  #isLost = false;
  #epoch = 0;
  #storeId = '';

  constructor(name: string, events: DatabaseEvents) {
    this.#name = name;
    this.#events = events;
  }

  /** Opens the database, claims the next epoch and passes the stored rows to `load`. Never fails: see `durable`. */
  async open(load: (rows: Rows) => void): Promise<void> {
    try {
      this.#db = await inTime(
        openDB<Schema>(this.#name, SCHEMA_VERSION, {
          upgrade,
          // A newer version of the package wants to migrate: make way for it, and go on in memory.
          blocking: () => this.#lose(new Error('versionchange')),
          terminated: () => this.#lose(new Error('terminated')),
        }),
      );
      const tx = this.#db.transaction(['meta', 'journal', 'pops', 'crmCache', 'contacts'], 'readwrite');
      const [meta, journal, pops, crmCache, contacts] = await Promise.all([
        tx.objectStore('meta').getAll(),
        tx.objectStore('journal').getAll(),
        tx.objectStore('pops').getAll(),
        tx.objectStore('crmCache').getAll(),
        tx.objectStore('contacts').getAll(),
      ]);
      load({meta, journal, pops, crmCache, contacts});
      const stored = (key: string): unknown => meta.find((row) => row.key === key)?.value;
      const [epoch, storeId] = [stored('epoch'), stored('storeId')];
      this.#epoch = (typeof epoch === 'number' ? epoch : 0) + 1;
      this.#storeId = typeof storeId === 'string' ? storeId : crypto.randomUUID();
      void tx.objectStore('meta').put({key: 'epoch', value: this.#epoch});
      void tx.objectStore('meta').put({key: 'storeId', value: this.#storeId});
      await tx.done;
    } catch (error) {
      this.#epoch = this.#epoch || 1;
      this.#lose(error);
    }
  }

  /** Whether stored data survives a restart. */
  get durable(): boolean {
    return this.#db !== undefined;
  }

  /** This hub's number, counted since the database was created. */
  get epoch(): number {
    return this.#epoch;
  }

  /** A random id of this store, so that keys do not repeat after a wipe or in another storage partition. */
  get storeId(): string {
    return this.#storeId;
  }

  /** Writes in one transaction with the check that this hub was not replaced. Resolves to `false` if it was. */
  async write(stores: readonly StoreName[], work: (tx: WriteTx) => Promise<unknown>): Promise<boolean> {
    const db = this.#db;
    if (!db) return true;
    try {
      const tx: WriteTx = db.transaction(['meta', ...stores], 'readwrite');
      // The catch below reports any failure once; this keeps `done` from being an unhandled rejection.
      tx.done.catch(() => undefined);
      const stored: unknown = (await tx.objectStore('meta').get('epoch'))?.value;
      if (typeof stored === 'number' && stored > this.#epoch) {
        this.#events.onFenced();
        return false;
      }
      if (stored !== this.#epoch) throw new Error('this database is another one');
      await work(tx);
      await tx.done;
    } catch (error) {
      this.#lose(error);
    }
    return true;
  }

  /** @throws {CxoneError} `HUB_UNREACHABLE` when another hub has taken over. */
  async assertMine(): Promise<void> {
    if (!(await this.write([], () => Promise.resolve()))) throw this.replaced();
  }

  /** The error for a hub that another hub has replaced. */
  replaced(): CxoneError {
    return new CxoneError('HUB_UNREACHABLE', `hub epoch ${this.#epoch} was replaced`);
  }

  /** Empties these stores, even after the database was lost: earlier data is still on disk. */
  async clear(names: readonly StoreName[]): Promise<void> {
    if (this.#db) await this.write(names, (tx) => clearAll(tx, names));
    else await this.#clearLost(names).catch(() => undefined /* There may be none, or none that opens. */);
  }

  close(): void {
    this.#db?.close();
    this.#db = undefined;
  }

  /** A newer version may have migrated the database meanwhile. */
  async #clearLost(names: readonly StoreName[]): Promise<void> {
    const db = await inTime(openDB<Schema>(this.#name));
    try {
      const there = names.filter((name) => db.objectStoreNames.contains(name));
      await clearAll(db.transaction(['meta', ...there], 'readwrite'), there);
    } finally {
      db.close();
    }
  }

  #lose(error: unknown): void {
    this.close();
    if (this.#isLost) return;
    this.#isLost = true;
    // The counter is no longer stored, so a new id keeps the next hub from repeating this hub's keys.
    this.#storeId = crypto.randomUUID();
    this.#events.onLost(error);
  }
}

function clearAll(tx: WriteTx, names: readonly StoreName[]): Promise<unknown> {
  return Promise.all(names.map((name) => tx.objectStore(name).clear()));
}

/** Waits up to `OPEN_LIMIT_MS` for the database; closes it again if it opens later. */
async function inTime(opening: Promise<IDBPDatabase<Schema>>): Promise<IDBPDatabase<Schema>> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error('the database did not open'));
      opening.then(
        (db) => db.close(),
        () => undefined,
      );
    }, OPEN_LIMIT_MS);
  });
  try {
    return await Promise.race([opening, late]);
  } finally {
    clearTimeout(timer);
  }
}
