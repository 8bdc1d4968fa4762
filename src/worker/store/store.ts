import {AnswerCache} from './answer-cache.js';
import {ContactRecords} from './contact-records.js';
import {Database, type DatabaseEvents} from './database.js';
import {Journal} from './journal.js';
import {Meta} from './meta.js';
import {PopRecords} from './pop-records.js';
import type {StoreName} from './schema.js';

/** The stores that `signOut` empties. A command's target may be a customer's number. */
const CUSTOMERS: readonly StoreName[] = ['pops', 'crmCache', 'contacts', 'journal'];

/**
 * The data that must survive a restart. It is read once at the start and kept in memory. There is only one hub, so memory
 * is authoritative and writes follow it. Every write checks that no newer hub has taken over. Without IndexedDB it works the
 * same for as long as the hub lives (`durable` is false).
 */
export class HubStore {
  readonly #db: Database;
  readonly meta: Meta;
  readonly journal: Journal;
  readonly pops: PopRecords;
  readonly crmCache: AnswerCache;
  readonly contacts: ContactRecords;

  constructor(name: string, events: DatabaseEvents) {
    const db = new Database(name, events);
    this.#db = db;
    this.meta = new Meta(db);
    this.journal = new Journal(db);
    this.pops = new PopRecords(db);
    this.crmCache = new AnswerCache(db);
    this.contacts = new ContactRecords(db);
  }

  /** Opens the database, claims the next epoch and drops data that is too old. Never fails: see `durable`. @param now epoch ms. */
  async open(now: number, customerDataMaxAgeMs: number): Promise<void> {
    const parts = [this.meta, this.journal, this.pops, this.crmCache, this.contacts];
    await this.#db.open((rows) => parts.forEach((part) => part.load(rows)));
    this.journal.forgetOld(now);
    this.prune(now, customerDataMaxAgeMs);
  }

  /** Whether stored data survives a restart. */
  get durable(): boolean {
    return this.#db.durable;
  }

  /** This hub's number, counted since the database was created. */
  get epoch(): number {
    return this.#db.epoch;
  }

  /** A random id of this store, so that keys do not repeat after a wipe or in another storage partition. */
  get storeId(): string {
    return this.#db.storeId;
  }

  /**
   * Await it before sending a write that has no journal entry: another hub may have replaced this one while it slept.
   * @throws {CxoneError} `HUB_UNREACHABLE` when another hub has taken over.
   */
  assertMine(): Promise<void> {
    return this.#db.assertMine();
  }

  /** Drops customer data that is too old. Returns whether screen pops were among it. @param now epoch ms. */
  prune(now: number, maxAgeMs: number): boolean {
    this.crmCache.prune(now, maxAgeMs);
    this.contacts.prune(now, maxAgeMs);
    return this.pops.prune(now, maxAgeMs);
  }

  /** Deletes all customer data, and accepts no more of it. */
  async wipeCustomerData(): Promise<void> {
    for (const part of [this.journal, this.pops, this.crmCache, this.contacts]) part.wipe();
    await this.#db.clear(CUSTOMERS);
  }

  close(): void {
    this.#db.close();
  }
}
