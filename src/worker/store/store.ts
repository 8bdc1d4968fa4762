import {openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction} from 'idb';
import type {CallAction} from '../../domain/actions.js';
import type {AgentStateName} from '../../domain/agent-state.js';
import {CxoneError} from '../../domain/errors.js';
import type {Direction, MediaType} from '../../domain/interaction.js';
import type {Notice} from '../../domain/snapshot.js';
import type {CachedAnswer, PopOutcome, PopPayload, RecordDraft, RecordRef} from '../../domain/screen-pop.js';

/**
 * A command or a dial between the click and its definite answer. A command's parameters (a transfer target) are kept until
 * it settles; a dialled number is not.
 */
export interface JournalEntry {
  readonly commandId: string;
  readonly key: string;
  /** Empty for a dial. */
  readonly interactionId: string;
  readonly action: CallAction | 'dial';
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
  /** It came while the agent was in another contact: it opens on answer. */
  readonly waited?: true;
  /** The interaction ended for this agent: the next pop of it is a new assignment. */
  readonly endedAt?: number;
  readonly records?: readonly RecordRef[];
  readonly draft?: RecordDraft;
  readonly cached?: boolean;
}

/** A contact between its first ring and its log in the CRM. No customer data: numbers are kept in memory only. */
export interface ContactRecord {
  readonly contactId: string;
  readonly interactionId: string;
  readonly mediaType: MediaType;
  readonly direction: Direction;
  readonly skillId?: string;
  /** All epoch ms. */
  readonly startedAt: number;
  readonly answeredAt?: number;
  readonly endedAt?: number;
  readonly acwEndedAt?: number;
  readonly disposition?: string;
  /** The record's id and type, without its name. */
  readonly record?: RecordRef;
  /** `open`: it goes on; `due`: to be logged; `claimed`: a page was given it. */
  readonly stage: 'open' | 'due' | 'claimed';
}

interface MetaValues {
  epoch: number;
  storeId: string;
  counter: number;
  target: AgentStateName;
  pendingStatus: PendingStatusRecord;
  notices: readonly Notice[];
  ringTone: boolean;
}

/** What others than the store itself keep here. */
type MetaKey = 'target' | 'pendingStatus' | 'notices' | 'ringTone';

interface Schema extends DBSchema {
  meta: {key: string; value: {key: string; value: unknown}};
  journal: {key: string; value: JournalEntry};
  pops: {key: string; value: PopRecord};
  crmCache: {key: string; value: CachedAnswer & {readonly key: string}};
  contacts: {key: string; value: ContactRecord};
}

/** 2: `contacts`. */
const SCHEMA_VERSION = 2;
/** How long a settled command's id is remembered, so that a page that asks again gets no second execution. Our choice. */
const SETTLED_KEPT_MS = 10 * 60_000;
/** How many of the host's answers are kept. Our choice: a day's customers. */
const MAX_CACHED_ANSWERS = 500;
/** How long the browser may take to open the database; it waits for ever behind one that is being deleted. Our choice. */
const OPEN_LIMIT_MS = 1_000;

/** What `signOut` empties. A command's target may be a customer's number. */
const CUSTOMERS: StoreName[] = ['pops', 'crmCache', 'contacts', 'journal'];

type StoreName = 'meta' | 'journal' | 'pops' | 'crmCache' | 'contacts';
type WriteTx = IDBPTransaction<Schema, StoreName[], 'readwrite'>;

export interface HubStoreEvents {
  /** Nothing is written down any more. Told once. */
  onLost(error: unknown): void;
  /** Another hub has taken over: this one must end. */
  onFenced(): void;
}

/**
 * What must survive a restart. Everything is read once at the start and kept in memory: there is one hub only, so memory
 * is the truth and writes follow it. Every write checks that no newer hub has taken over. Without IndexedDB it works the
 * same for as long as the hub lives (`durable` is false).
 */
export class HubStore {
  readonly #name: string;
  readonly #events: HubStoreEvents;
  #db: IDBPDatabase<Schema> | undefined;
  #lost = false;
  #wiped = false;
  #epoch = 0;
  readonly #meta = new Map<string, unknown>();
  readonly #journal = new Map<string, JournalEntry>();
  readonly #pops = new Map<string, PopRecord>();
  readonly #crmCache = new Map<string, CachedAnswer>();
  readonly #contacts = new Map<string, ContactRecord>();

  constructor(name: string, events: HubStoreEvents) {
    this.#name = name;
    this.#events = events;
  }

  /** Opens the database, claims the next epoch and drops what is too old. Never fails: see `durable`. */
  async open(now: number, customerDataMaxAgeMs: number): Promise<void> {
    try {
      this.#db = await this.#openInTime();
      const tx = this.#db.transaction(['meta', 'journal', 'pops', 'crmCache', 'contacts'], 'readwrite');
      const [meta, journal, pops, cache, contacts] = await Promise.all([
        tx.objectStore('meta').getAll(),
        tx.objectStore('journal').getAll(),
        tx.objectStore('pops').getAll(),
        tx.objectStore('crmCache').getAll(),
        tx.objectStore('contacts').getAll(),
      ]);
      for (const {key, value} of meta) this.#meta.set(key, value);
      for (const entry of journal) {
        if (entry.settledAt !== undefined && now - entry.settledAt > SETTLED_KEPT_MS) {
          void tx.objectStore('journal').delete(entry.commandId);
        } else this.#journal.set(entry.commandId, entry);
      }
      for (const pop of pops) this.#pops.set(pop.popId, pop);
      for (const {key, ...answer} of cache) this.#crmCache.set(key, answer);
      for (const contact of contacts) this.#contacts.set(contact.contactId, contact);
      const stored = this.#meta.get('epoch');
      this.#epoch = (typeof stored === 'number' ? stored : 0) + 1;
      const storeId = typeof this.#meta.get('storeId') === 'string' ? this.#meta.get('storeId') : crypto.randomUUID();
      this.#meta.set('epoch', this.#epoch).set('storeId', storeId);
      void tx.objectStore('meta').put({key: 'epoch', value: this.#epoch});
      void tx.objectStore('meta').put({key: 'storeId', value: storeId});
      await tx.done;
    } catch (error) {
      this.#epoch = this.#epoch || 1;
      this.#loseDatabase(error);
    }
    this.prune(now, customerDataMaxAgeMs);
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
    const kept = this.#wiped ? {...entry, parameters: {}} : entry;
    this.#journal.set(entry.commandId, kept);
    let known = false;
    const counter = this.#meta.get('counter');
    const mine = await this.#write(['journal'], async (tx) => {
      known = (await tx.objectStore('journal').getKey(entry.commandId)) !== undefined;
      if (known) return;
      await Promise.all([
        tx.objectStore('journal').put(kept),
        tx.objectStore('meta').put({key: 'counter', value: counter}),
      ]);
    });
    if (mine && !known) return;
    this.#journal.delete(entry.commandId);
    throw mine ? new CxoneError('COMMAND_PENDING', `command ${entry.commandId} was already taken`) : this.#replaced();
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
        void this.#write(['journal'], (tx) => tx.objectStore('journal').delete(id));
      }
    }
    void this.#write(['journal'], (tx) => tx.objectStore('journal').put(settled));
  }

  /**
   * To be awaited before a write without a journal entry leaves: a hub that slept may have been replaced meanwhile.
   * @throws {CxoneError} `HUB_UNREACHABLE` when another hub has taken over.
   */
  async assertMine(): Promise<void> {
    if (!(await this.#write([], () => Promise.resolve()))) throw this.#replaced();
  }

  /** Commands that a hub before this one began and did not settle. */
  unsettledCommands(): JournalEntry[] {
    return [...this.#journal.values()].filter((entry) => entry.settledAt === undefined);
  }

  getMeta<K extends MetaKey>(key: K): MetaValues[K] | undefined {
    return this.#meta.get(key) as MetaValues[K] | undefined;
  }

  setMeta<K extends MetaKey>(key: K, value: MetaValues[K] | undefined): void {
    if (value === undefined) {
      if (!this.#meta.delete(key)) return;
      void this.#write([], (tx) => tx.objectStore('meta').delete(key));
    } else {
      this.#meta.set(key, value);
      void this.#write([], (tx) => tx.objectStore('meta').put({key, value}));
    }
  }

  pops(): PopRecord[] {
    return [...this.#pops.values()];
  }

  /**
   * Resolves once the record is on disk (or memory is all there is): `claimed` must be, before `go` leaves.
   * `false`: another hub has taken over, and nothing may come of it.
   */
  async putPop(pop: PopRecord): Promise<boolean> {
    if (this.#wiped) return true;
    this.#pops.set(pop.popId, pop);
    return this.#write(['pops'], (tx) => tx.objectStore('pops').put(pop));
  }

  deletePop(popId: string): void {
    if (this.#pops.delete(popId)) void this.#write(['pops'], (tx) => tx.objectStore('pops').delete(popId));
  }

  contacts(): ContactRecord[] {
    return [...this.#contacts.values()];
  }

  /** Resolves once it is on disk: `claimed` must be, before a page gets the log. `false`: another hub has taken over. */
  async putContact(contact: ContactRecord): Promise<boolean> {
    if (this.#wiped) return false;
    this.#contacts.set(contact.contactId, contact);
    return this.#write(['contacts'], (tx) => tx.objectStore('contacts').put(contact));
  }

  deleteContact(contactId: string): void {
    if (!this.#contacts.delete(contactId)) return;
    void this.#write(['contacts'], (tx) => tx.objectStore('contacts').delete(contactId));
  }

  cachedAnswer(key: string): CachedAnswer | undefined {
    return this.#crmCache.get(key);
  }

  cacheAnswer(key: string, answer: CachedAnswer): void {
    if (this.#wiped) return;
    // Written anew it is the youngest.
    this.#crmCache.delete(key);
    this.#crmCache.set(key, answer);
    void this.#write(['crmCache'], (tx) => tx.objectStore('crmCache').put({...answer, key}));
    const [oldest] = this.#crmCache.keys();
    if (this.#crmCache.size > MAX_CACHED_ANSWERS && oldest !== undefined) this.#dropAnswer(oldest);
  }

  /** Drops customer data that is too old. Returns whether screen pops were among it. */
  prune(now: number, maxAgeMs: number): boolean {
    const pops = this.#pops.size;
    for (const {popId, receivedAt} of this.pops()) if (now - receivedAt > maxAgeMs) this.deletePop(popId);
    for (const [key, {at}] of this.#crmCache) if (now - at > maxAgeMs) this.#dropAnswer(key);
    for (const {contactId, startedAt} of this.contacts()) if (now - startedAt > maxAgeMs) this.deleteContact(contactId);
    return this.#pops.size < pops;
  }

  /** Removes every trace of customers, and takes no more of them. */
  async wipeCustomerData(): Promise<void> {
    this.#wiped = true;
    this.#pops.clear();
    this.#crmCache.clear();
    this.#contacts.clear();
    // The ids stay known as long as this hub lives: none of them runs twice.
    for (const [id, entry] of this.#journal) this.#journal.set(id, {...entry, parameters: {}});
    if (this.#db) await this.#write(CUSTOMERS, (tx) => clear(tx, CUSTOMERS));
    else await this.#wipeLost().catch(() => undefined /* There may be none, or none that opens. */);
  }

  close(): void {
    this.#db?.close();
    this.#db = undefined;
  }

  #dropAnswer(key: string): void {
    this.#crmCache.delete(key);
    void this.#write(['crmCache'], (tx) => tx.objectStore('crmCache').delete(key));
  }

  /** What was written before the database was lost lies there still, perhaps in a newer version's hands. */
  async #wipeLost(): Promise<void> {
    const db = await inTime(openDB<Schema>(this.#name));
    try {
      const there = CUSTOMERS.filter((name) => db.objectStoreNames.contains(name));
      await clear(db.transaction(['meta', ...there], 'readwrite'), there);
    } finally {
      db.close();
    }
  }

  #openInTime(): Promise<IDBPDatabase<Schema>> {
    return inTime(
      openDB<Schema>(this.#name, SCHEMA_VERSION, {
        upgrade(db, from) {
          if (from < 1) {
            db.createObjectStore('meta', {keyPath: 'key'});
            db.createObjectStore('journal', {keyPath: 'commandId'});
            db.createObjectStore('pops', {keyPath: 'popId'});
            db.createObjectStore('crmCache', {keyPath: 'key'});
          }
          db.createObjectStore('contacts', {keyPath: 'contactId'});
        },
        // A newer version of the package wants to migrate: let it, and go on in memory.
        blocking: () => this.#loseDatabase(new Error('versionchange')),
        terminated: () => this.#loseDatabase(new Error('terminated')),
      }),
    );
  }

  /** Writes in one transaction with the check that this hub was not replaced. Resolves to `false` if it was. */
  async #write(stores: StoreName[], work: (tx: WriteTx) => Promise<unknown>): Promise<boolean> {
    const db = this.#db;
    if (!db) return true;
    try {
      const tx: WriteTx = db.transaction(['meta', ...stores], 'readwrite');
      // Whatever fails in it fails the whole: told below, once.
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
      this.#loseDatabase(error);
    }
    return true;
  }

  #replaced(): CxoneError {
    return new CxoneError('HUB_UNREACHABLE', `hub epoch ${this.#epoch} was replaced`);
  }

  #loseDatabase(error: unknown): void {
    this.#db?.close();
    this.#db = undefined;
    if (this.#lost) return;
    this.#lost = true;
    // The counter is no longer written down: the next hub's keys must not be those of this one.
    this.#meta.set('storeId', crypto.randomUUID());
    this.#events.onLost(error);
  }
}

function clear(tx: WriteTx, names: readonly StoreName[]): Promise<unknown> {
  return Promise.all(names.map((name) => tx.objectStore(name).clear()));
}

/** Waits for a database no longer than a start may take; one that opens later is closed again. */
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
