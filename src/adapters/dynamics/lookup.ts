import type {RecordRef, SearchQuery} from '../../domain/screen-pop.js';
import {hostEntity, mergeNames, type HostNames} from '../common/names.js';
import {
  anyOf,
  contains,
  containsDigits,
  equals,
  equalsId,
  isLogicalName,
  queryOptions,
  readGuid,
} from '../common/odata.js';
import {entry, own, readList} from '../common/own.js';
import {AdapterError, isAdapterError} from '../crm-adapter.js';
import type {DataverseOptions} from './options.js';
import {MIN_SUFFIX, sameNumber, searchDigits} from './phone-numbers.js';
import {DEFAULT_ID_FIELDS, DEFAULT_NAMES, tableOf, type DataverseTable} from './tables.js';

/** Records kept of one answer. Source: our choice; nobody chooses among more in a side panel. */
const MAX_RECORDS = 50;
/** Longest record name that is kept, in characters. Our choice. */
const MAX_NAME = 512;

/** Asks the host for rows of a table: `('contact', '?$select=…')`. */
export type AskRows = (entity: string, options: string, signal: AbortSignal) => Promise<readonly unknown[]>;

function column(row: unknown, name: string): string | undefined {
  const value = own(row, name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The check whether a record exists is only a help: a host that refuses it may still show the form. */
function unlessRefused(error: unknown): undefined {
  if (isAdapterError(error) && error.code === 'refused') return undefined;
  throw error;
}

const keyOf = (entity: string, table: DataverseTable | undefined): string => table?.key ?? `${entity}id`;

/** Finds records in Dataverse through either library of Dynamics. Never navigates. */
export class Lookup {
  readonly names: HostNames;
  readonly #host: string;
  readonly #options: DataverseOptions;
  readonly #ask: AskRows;
  /** Ids that searches of this page have found, so their records need not be checked again. */
  readonly #found = new Set<string>();

  /** @param host for errors. */
  constructor(host: string, options: DataverseOptions, ask: AskRows) {
    this.#host = host;
    this.#options = options;
    this.#ask = ask;
    this.names = mergeNames(DEFAULT_NAMES, options.names);
  }

  /**
   * The table that a rule's entity means.
   * @throws {AdapterError} `badConfig` for what cannot be a table's name.
   */
  entity(entity: string): string {
    const name = hostEntity(this.names, entity);
    if (!isLogicalName(name)) throw new AdapterError('badConfig', `${this.#host}: an entity is no table's name`);
    return name;
  }

  table(entity: string): DataverseTable | undefined {
    return tableOf(entity, this.#options.tables);
  }

  /** @throws {AdapterError} `badConfig` for a table nobody described; `badReply` for rows without an id. */
  async search({entity, by, value, numbers}: SearchQuery, signal: AbortSignal): Promise<readonly RecordRef[]> {
    const name = this.entity(entity);
    const table = this.table(name);
    if (!table) throw new AdapterError('badConfig', `${this.#host}: the setting tables says nothing of ${name}`);
    const text = value.trim();
    if (by === 'phone') return this.#byNumber(name, table, [text, ...(numbers ?? [])], signal);
    const filters =
      by === 'email'
        ? (table.emails ?? []).map((email) => equals(email, text))
        : (table.texts ?? [table.name]).map((field) => contains(field, text));
    // An empty value would match every record, and an empty list of columns makes no query.
    if (text === '' || filters.length === 0) return [];
    return this.#refs(name, table, await this.#rows(name, [table.name], anyOf(filters), signal));
  }

  /**
   * The GUID of a record, which may be named by a number instead.
   * @throws {AdapterError} `notFound` unless exactly one has it.
   */
  async resolve({entity, id}: RecordRef, signal: AbortSignal): Promise<string> {
    const name = this.entity(entity);
    const guid = readGuid(id);
    if (guid && this.#found.has(guid)) return guid;
    const key = keyOf(name, this.table(name));
    const filter = guid ? equalsId(key, guid) : this.#byOtherId(name, id.trim());
    const asked = filter ? this.#rows(name, [key], filter, signal) : Promise.resolve([]);
    const rows = await (guid ? asked.catch(unlessRefused) : asked);
    if (!rows && guid) return guid;
    const ids = (rows ?? []).map((row) => readGuid(column(row, key)));
    if (ids.length === 1 && ids[0]) return ids[0];
    throw new AdapterError('notFound', `${this.#host}: no ${name} has that id`);
  }

  /** The record that a log is about, with GUID and table; `undefined` if that is not known. */
  async regarding(
    record: RecordRef | undefined,
    signal: AbortSignal,
  ): Promise<{readonly record?: RecordRef; readonly table?: DataverseTable}> {
    if (!record) return {};
    try {
      const entity = this.entity(record.entity);
      // A GUID is taken as it is: the record was open a moment ago.
      const id = readGuid(record.id) ?? (await this.resolve(record, signal));
      return {record: {entity, id}, table: this.table(entity)};
    } catch {
      return {};
    }
  }

  /**
   * What a column of one record says.
   * @param id a GUID.
   * @throws {AdapterError} `badConfig` for what cannot be a column's name.
   */
  async text(entity: string, id: string, name: string, signal: AbortSignal): Promise<string | undefined> {
    if (!isLogicalName(name)) throw new AdapterError('badConfig', `${this.#host}: a column has no column's name`);
    const key = keyOf(entity, this.table(entity));
    const [row] = await this.#rows(entity, [name], equalsId(key, id), signal);
    return column(row, name);
  }

  #byOtherId(name: string, id: string): string | undefined {
    const fields = {...DEFAULT_ID_FIELDS, ...this.#options.idFields};
    const field = entry(fields, name);
    return field && id !== '' ? equals(field, id) : undefined;
  }

  /** Numbers are spelled in many ways: the host finds the digits, and we compare the whole numbers here. */
  async #byNumber(
    name: string,
    table: DataverseTable,
    spellings: readonly [string, ...string[]],
    signal: AbortSignal,
  ): Promise<RecordRef[]> {
    const [number] = spellings;
    const digits = searchDigits(number);
    const phones = table.phones ?? [];
    if (digits === '' || phones.length === 0) return [];
    const short = digits.length < MIN_SUFFIX;
    const filter = anyOf(phones.map((phone) => (short ? equals(phone, number) : containsDigits(phone, digits))));
    const rows = await this.#rows(name, [table.name, ...phones], filter, signal);
    const isSame = (held: string): boolean => spellings.some((spelling) => sameNumber(held, spelling));
    const same = rows.filter((row) => phones.some((phone) => isSame(column(row, phone) ?? '')));
    return this.#refs(name, table, same);
  }

  async #rows(name: string, select: readonly string[], filter: string, signal: AbortSignal): Promise<unknown[]> {
    const rows = await this.#ask(name, queryOptions(select, filter, MAX_RECORDS), signal);
    return readList(rows, MAX_RECORDS, (row) => row);
  }

  #refs(entity: string, table: DataverseTable, rows: readonly unknown[]): RecordRef[] {
    return rows.map((row) => {
      const id = readGuid(column(row, keyOf(entity, table)));
      if (!id) throw new AdapterError('badReply', `${this.#host}: a ${entity} without id`);
      this.#found.add(id);
      const name = column(row, table.name)?.slice(0, MAX_NAME);
      return name ? {entity, id, name} : {entity, id};
    });
  }
}
