import type {Database} from './database.js';
import type {ContactRecord, Rows} from './schema.js';

/** Contacts that are under way, or whose log is not yet in the CRM. */
export class ContactRecords {
  readonly #db: Database;
  readonly #contacts = new Map<string, ContactRecord>();
  #isWiped = false;

  constructor(db: Database) {
    this.#db = db;
  }

  load({contacts}: Rows): void {
    for (const contact of contacts) this.#contacts.set(contact.contactId, contact);
  }

  all(): ContactRecord[] {
    return [...this.#contacts.values()];
  }

  get(contactId: string): ContactRecord | undefined {
    return this.#contacts.get(contactId);
  }

  /** Resolves once the record is on disk: `claimed` must be stored before a page gets the log. `false`: another hub has taken over. */
  async put(contact: ContactRecord): Promise<boolean> {
    if (this.#isWiped) return false;
    this.#contacts.set(contact.contactId, contact);
    return this.#db.write(['contacts'], (tx) => tx.objectStore('contacts').put(contact));
  }

  delete(contactId: string): void {
    if (!this.#contacts.delete(contactId)) return;
    void this.#db.write(['contacts'], (tx) => tx.objectStore('contacts').delete(contactId));
  }

  /** Drops contacts that began more than `maxAgeMs` ago. @param now epoch ms. */
  prune(now: number, maxAgeMs: number): void {
    for (const {contactId, startedAt} of this.all()) if (now - startedAt > maxAgeMs) this.delete(contactId);
  }

  /** Deletes all entries, and accepts no new ones. */
  wipe(): void {
    this.#isWiped = true;
    this.#contacts.clear();
  }
}
