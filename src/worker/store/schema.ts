import type {DBSchema, IDBPDatabase, IDBPTransaction} from 'idb';
import type {CallAction} from '../../domain/actions.js';
import type {AgentStateName} from '../../domain/agent-state.js';
import type {Direction, MediaType} from '../../domain/interaction.js';
import type {CachedAnswer, PopOutcome, PopPayload, RecordDraft, RecordRef} from '../../domain/screen-pop.js';
import type {Notice} from '../../domain/snapshot.js';

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
  /** Stored before `go` leaves. Offers are kept in memory only. */
  readonly claimedAt?: number;
  readonly settledAt?: number;
  /** The pop came while the agent was in another contact, so it opens on answer. */
  readonly waited?: true;
  /** When the interaction ended for this agent, epoch ms; its next pop is a new assignment. */
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
  /** `open`: still under way; `due`: to be logged; `claimed`: a page has the log. */
  readonly stage: 'open' | 'due' | 'claimed';
}

/** Single values by name. Only the store itself uses `epoch`, `storeId` and `counter`. */
export interface MetaValues {
  target: AgentStateName;
  pendingStatus: PendingStatusRecord;
  notices: readonly Notice[];
  ringTone: boolean;
}

export interface Schema extends DBSchema {
  meta: {key: string; value: {key: string; value: unknown}};
  journal: {key: string; value: JournalEntry};
  pops: {key: string; value: PopRecord};
  crmCache: {key: string; value: CachedAnswer & {readonly key: string}};
  contacts: {key: string; value: ContactRecord};
}

export type StoreName = 'meta' | 'journal' | 'pops' | 'crmCache' | 'contacts';
export type WriteTx = IDBPTransaction<Schema, StoreName[], 'readwrite'>;

/** All stored rows. */
export type Rows = {readonly [Name in StoreName]: readonly Schema[Name]['value'][]};

/** Version 2 added `contacts`. */
export const SCHEMA_VERSION = 2;

/** Creates the stores that the earlier version did not have. */
export function upgrade(db: IDBPDatabase<Schema>, from: number): void {
  if (from < 1) {
    db.createObjectStore('meta', {keyPath: 'key'});
    db.createObjectStore('journal', {keyPath: 'commandId'});
    db.createObjectStore('pops', {keyPath: 'popId'});
    db.createObjectStore('crmCache', {keyPath: 'key'});
  }
  db.createObjectStore('contacts', {keyPath: 'contactId'});
}
