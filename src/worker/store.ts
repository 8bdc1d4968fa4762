import {openDB, type DBSchema, type IDBPDatabase} from 'idb';
import type {CallAction} from '../domain/actions.js';
import type {AgentStateName} from '../domain/agent-state.js';
import {CxoneError} from '../domain/errors.js';
import type {CachedAnswer, PopOutcome, PopPayload, RecordDraft, RecordRef} from '../domain/screen-pop.js';

/** A command between the click and its definite answer. Its parameters (a transfer target, digits) are kept until it settles. */
export interface JournalEntry {
  readonly commandId: string;
  readonly key: string;
  readonly interactionId: string;
  readonly action: CallAction;
  /** The command's parameters: needed to send it again with the same key. */
  readonly parameters: Readonly<Record<string, string | boolean>>;
  /** When the agent clicked, epoch ms. */
  readonly clickedAt: number;
  readonly settledAt?: number;
}

/** A status choice that waits for sessions to end. */
export interface PendingStatusRecord {
  readonly choice: AgentStateName;
  /** Epoch ms. */
  readonly since: number;
  readonly sessionIds: readonly string[];
}

/** The ledger's and buffer's record of one screen pop. The only stored place of customer data besides `crmCache`. */
export interface PopRecord {
  readonly popId: string;
  readonly interactionId: string;
  readonly assignment: number;
  readonly source: string;
  readonly payload: PopPayload;
  /** Epoch ms. */
  readonly receivedAt: number;
  readonly outcome: PopOutcome;
  /** `offered` is memory's business; `claimed` is written before `go` leaves. */
  readonly claimedAt?: number;
  readonly settledAt?: number;
  /** The interaction ended for this agent: the next pop of it is a new assignment. */
  readonly endedAt?: number;
  readonly records?: readonly RecordRef[];
  readonly draft?: RecordDraft;
  readonly cached?: boolean;
}

interface MetaValues {
  epoch: number;
  storeId: string;
  counter: number;
  target: AgentStateName;
  pendingStatus: PendingStatusRecord;
}

interface Schema extends DBSchema {
  meta: {key: string; value: {key: string; value: unknown}};
  journal: {key: string; value: JournalEntry};
  pops: {key: string; value: PopRecord};
  crmCache: {key: string; value: CachedAnswer & {readonly key: string}};
}

const SCHEMA_VERSION = 1;
/** How long a settled command's id is remembered, so that a page that asks again gets no second execution. Our choice. */
const SETTLED_KEPT_MS = 10 * 60_000;

/**
 * What must survive a restart. Everything is read once at the start and kept in memory: there is one hub only, so memory
 * is the truth and writes follow it. Without IndexedDB it works the same for as long as the hub lives (`durable` is false).
 */
export class HubStore {
  readonly #name: string;
  readonly #onError: (error: unknown) => void;
  #db: IDBPDatabase<Schema> | undefined;
  #epoch = 0;
  readonly #meta = new Map<string, unknown>();
  readonly #journal = new Map<string, JournalEntry>();
  readonly #pops = new Map<string, PopRecord>();
  readonly #crmCache = new Map<string, CachedAnswer>();

  constructor(name: string, onError: (error: unknown) => void) {
    this.#name = name;
    this.#onError = onError;
  }

  /** Opens the database, claims the next epoch and drops what is too old. Never fails: see `durable`. */
  async open(now: number, customerDataMaxAgeMs: number): Promise<void> {
    try {
      this.#db = await openDB<Schema>(this.#name, SCHEMA_VERSION, {
        upgrade(db) {
          db.createObjectStore('meta', {keyPath: 'key'});
          db.createObjectStore('journal', {keyPath: 'commandId'});
          db.createObjectStore('pops', {keyPath: 'popId'});
          db.createObjectStore('crmCache', {keyPath: 'key'});
        },
        // A newer version of the package wants to migrate: let it, and go on in memory.
        blocking: () => this.#loseDatabase(new Error('versionchange')),
        terminated: () => this.#loseDatabase(new Error('terminated')),
      });
      const tx = this.#db.transaction(['meta', 'journal', 'pops', 'crmCache'], 'readwrite');
      const [meta, journal, pops, cache] = await Promise.all([
        tx.objectStore('meta').getAll(),
        tx.objectStore('journal').getAll(),
        tx.objectStore('pops').getAll(),
        tx.objectStore('crmCache').getAll(),
      ]);
      for (const {key, value} of meta) this.#meta.set(key, value);
      for (const entry of journal) {
        if (entry.settledAt !== undefined && now - entry.settledAt > SETTLED_KEPT_MS) {
          void tx.objectStore('journal').delete(entry.commandId);
        } else this.#journal.set(entry.commandId, entry);
      }
      for (const pop of pops) {
        if (now - pop.receivedAt > customerDataMaxAgeMs) void tx.objectStore('pops').delete(pop.popId);
        else this.#pops.set(pop.popId, pop);
      }
      for (const {key, ...answer} of cache) {
        if (now - answer.at > customerDataMaxAgeMs) void tx.objectStore('crmCache').delete(key);
        else this.#crmCache.set(key, answer);
      }
      const stored = this.#meta.get('epoch');
      this.#epoch = (typeof stored === 'number' ? stored : 0) + 1;
      const storeId = typeof this.#meta.get('storeId') === 'string' ? this.#meta.get('storeId') : crypto.randomUUID();
      this.#meta.set('epoch', this.#epoch).set('storeId', storeId);
      void tx.objectStore('meta').put({key: 'epoch', value: this.#epoch});
      void tx.objectStore('meta').put({key: 'storeId', value: storeId});
      await tx.done;
    } catch (error) {
      this.#loseDatabase(error);
      this.#epoch = this.#epoch || 1;
      this.#meta.set('storeId', crypto.randomUUID());
    }
  }

  /** Whether what is written survives a restart. */
  get durable(): boolean {
    return this.#db !== undefined;
  }

  /** Which hub this is, counted since the database was made. */
  get epoch(): number {
    return this.#epoch;
  }

  /** A random id of this store, so that keys do not repeat after it was wiped or in another partition. */
  get storeId(): string {
    return this.#meta.get('storeId') as string;
  }

  /** A number that only grows, for command keys. Durable once the journal entry that uses it is. */
  nextCounter(): number {
    const next = ((this.#meta.get('counter') as number | undefined) ?? 0) + 1;
    this.#meta.set('counter', next);
    return next;
  }

  /**
   * Writes a command's entry, and its counter, in one transaction that also checks that this hub was not replaced and that
   * the command never ran. Must be awaited before the request leaves.
   * @throws {CxoneError} `HUB_UNREACHABLE` when another hub has taken over; `COMMAND_PENDING` when the id is known.
   */
  async beginCommand(entry: JournalEntry): Promise<void> {
    if (this.#journal.has(entry.commandId)) {
      throw new CxoneError('COMMAND_PENDING', `command ${entry.commandId} was already taken`);
    }
    this.#journal.set(entry.commandId, entry);
    if (!this.#db) return;
    const tx = this.#db.transaction(['meta', 'journal'], 'readwrite');
    const [epoch, known] = await Promise.all([
      tx.objectStore('meta').get('epoch'),
      tx.objectStore('journal').getKey(entry.commandId),
    ]);
    if (epoch?.value !== this.#epoch || known !== undefined) {
      tx.abort();
      await tx.done.catch(() => undefined);
      throw new CxoneError('HUB_UNREACHABLE', `hub epoch ${this.#epoch} was replaced`);
    }
    await Promise.all([
      tx.objectStore('journal').put(entry),
      tx.objectStore('meta').put({key: 'counter', value: this.#meta.get('counter')}),
      tx.done,
    ]);
  }

  /** Marks a command as settled: it is never sent again, and its parameters are forgotten. */
  settleCommand(commandId: string, now: number): void {
    const entry = this.#journal.get(commandId);
    if (!entry) return;
    const settled: JournalEntry = {...entry, parameters: {}, settledAt: now};
    this.#journal.set(commandId, settled);
    for (const [id, old] of this.#journal) {
      if (old.settledAt !== undefined && now - old.settledAt > SETTLED_KEPT_MS) {
        this.#journal.delete(id);
        void this.#write((db) => db.delete('journal', id));
      }
    }
    void this.#write((db) => db.put('journal', settled));
  }

  /** Commands that a hub before this one began and did not settle. */
  unsettledCommands(): JournalEntry[] {
    return [...this.#journal.values()].filter((entry) => entry.settledAt === undefined);
  }

  getMeta<K extends 'target' | 'pendingStatus'>(key: K): MetaValues[K] | undefined {
    return this.#meta.get(key) as MetaValues[K] | undefined;
  }

  setMeta<K extends 'target' | 'pendingStatus'>(key: K, value: MetaValues[K] | undefined): void {
    if (value === undefined) {
      if (!this.#meta.delete(key)) return;
      void this.#write((db) => db.delete('meta', key));
    } else {
      this.#meta.set(key, value);
      void this.#write((db) => db.put('meta', {key, value}));
    }
  }

  pops(): PopRecord[] {
    return [...this.#pops.values()];
  }

  /** Resolves once the record is on disk (or memory is all there is): `claimed` must be, before `go` leaves. */
  async putPop(pop: PopRecord): Promise<void> {
    this.#pops.set(pop.popId, pop);
    await this.#write((db) => db.put('pops', pop));
  }

  deletePop(popId: string): void {
    if (this.#pops.delete(popId)) void this.#write((db) => db.delete('pops', popId));
  }

  cachedAnswer(key: string): CachedAnswer | undefined {
    return this.#crmCache.get(key);
  }

  cacheAnswer(key: string, answer: CachedAnswer): void {
    this.#crmCache.set(key, answer);
    void this.#write((db) => db.put('crmCache', {...answer, key}));
  }

  /** Removes every trace of customers. */
  async wipeCustomerData(): Promise<void> {
    this.#pops.clear();
    this.#crmCache.clear();
    await this.#write(async (db) => {
      const tx = db.transaction(['pops', 'crmCache'], 'readwrite');
      await Promise.all([tx.objectStore('pops').clear(), tx.objectStore('crmCache').clear(), tx.done]);
    });
  }

  close(): void {
    this.#db?.close();
    this.#db = undefined;
  }

  #write(work: (db: IDBPDatabase<Schema>) => Promise<unknown>): Promise<void> {
    const db = this.#db;
    if (!db) return Promise.resolve();
    return work(db).then(
      () => undefined,
      (error: unknown) => this.#loseDatabase(error),
    );
  }

  #loseDatabase(error: unknown): void {
    this.#db?.close();
    this.#db = undefined;
    this.#onError(error);
  }
}
