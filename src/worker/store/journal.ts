import {CxoneError} from '../../domain/errors.js';
import type {Database} from './database.js';
import type {JournalEntry, Rows} from './schema.js';

/** How long a settled command's id is remembered, so that a repeated request is not executed twice. Our choice. */
const SETTLED_KEPT_MS = 10 * 60_000;

/** The commands that were begun, their progress, and the counter that makes each command's key unique. */
export class Journal {
  readonly #db: Database;
  readonly #entries = new Map<string, JournalEntry>();
  #counter = 0;
  #isWiped = false;

  constructor(db: Database) {
    this.#db = db;
  }

  load({journal, meta}: Rows): void {
    const counter = meta.find(({key}) => key === 'counter')?.value;
    if (typeof counter === 'number') this.#counter = counter;
    for (const entry of journal) this.#entries.set(entry.commandId, entry);
  }

  /** A number that only grows, for command keys. It becomes durable together with the entry that uses it. */
  nextCounter(): number {
    return ++this.#counter;
  }

  /**
   * Writes a command's entry, and its counter, in one transaction that also checks that this hub was not replaced and that
   * the command never ran. Must be awaited before the request leaves.
   * @throws {CxoneError} `HUB_UNREACHABLE` when another hub has taken over; `COMMAND_PENDING` when the id is known.
   */
  async begin(entry: JournalEntry): Promise<void> {
    const {commandId} = entry;
    if (this.#entries.has(commandId)) throw taken(commandId);
    const kept = this.#isWiped ? {...entry, parameters: {}} : entry;
    this.#entries.set(commandId, kept);
    let isKnown = false;
    const counter = this.#counter;
    const isMine = await this.#db.write(['journal'], async (tx) => {
      isKnown = (await tx.objectStore('journal').getKey(commandId)) !== undefined;
      if (isKnown) return;
      await Promise.all([
        tx.objectStore('journal').put(kept),
        tx.objectStore('meta').put({key: 'counter', value: counter}),
      ]);
    });
    if (isMine && !isKnown) return;
    this.#entries.delete(commandId);
    throw isMine ? taken(commandId) : this.#db.replaced();
  }

  /** Marks a command as settled: it is never sent again, and its parameters are forgotten. @param now epoch ms. */
  settle(commandId: string, now: number): void {
    const entry = this.#entries.get(commandId);
    if (!entry) return;
    const settled: JournalEntry = {...entry, parameters: {}, settledAt: now};
    this.#entries.set(commandId, settled);
    this.forgetOld(now);
    void this.#db.write(['journal'], (tx) => tx.objectStore('journal').put(settled));
  }

  /** Commands that a former hub began and did not settle. */
  unsettled(): JournalEntry[] {
    return [...this.#entries.values()].filter((entry) => entry.settledAt === undefined);
  }

  /** Drops commands that were settled long ago. @param now epoch ms. */
  forgetOld(now: number): void {
    const old = [...this.#entries.values()].filter(
      ({settledAt}) => settledAt !== undefined && now - settledAt > SETTLED_KEPT_MS,
    );
    if (old.length === 0) return;
    for (const {commandId} of old) this.#entries.delete(commandId);
    void this.#db.write(['journal'], (tx) =>
      Promise.all(old.map(({commandId}) => tx.objectStore('journal').delete(commandId))),
    );
  }

  /** Forgets every target. The ids stay known while this hub lives, so that no command runs twice. */
  wipe(): void {
    this.#isWiped = true;
    for (const [id, entry] of this.#entries) this.#entries.set(id, {...entry, parameters: {}});
  }
}

const taken = (commandId: string): CxoneError =>
  new CxoneError('COMMAND_PENDING', `command ${commandId} was already taken`);
