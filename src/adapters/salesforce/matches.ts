import type {RecordRef} from '../../domain/screen-pop.js';
import {AdapterError} from '../crm-adapter.js';
import {own, ownText} from '../common/own.js';
import {entityOfId} from './record-id.js';

/** The most records to keep from one answer. Source: our choice; nobody chooses among more in a side panel. */
const MAX_RECORDS = 50;
/** The most records to look at in one answer. Our choice; a search for a common name gives hundreds. */
const MAX_ROWS = 2_000;

/** A found record, with the fields of the softphone layout. */
export interface Match {
  readonly record: RecordRef;
  /** A person account is a contact too. */
  readonly isPerson: boolean;
  /** The text values, trimmed and in lower case. Customer data. */
  readonly values: readonly string[];
}

/** The result of a search: records, and the layout's pop data, which we return to Salesforce unchanged. */
export interface Matches {
  readonly items: readonly Match[];
  readonly popData?: Readonly<Record<string, unknown>>;
}

function readMatch(id: string, row: unknown): Match | undefined {
  if (typeof row !== 'object' || row === null || id === '' || id.length > 64) return undefined;
  // The id's prefix is the most reliable; an org may give a record type any name.
  const entity =
    entityOfId(id) ?? ownText(row, 'RecordType') ?? ownText(row, 'object') ?? ownText(own(row, 'attributes'), 'type');
  const name = ownText(row, 'Name') ?? ownText(row, 'Subject') ?? ownText(row, 'CaseNumber');
  const values = Object.values(row)
    .filter((value): value is string => typeof value === 'string')
    .map((value) => value.trim().toLowerCase());
  return {
    record: {entity: entity ?? '', id, ...(name !== undefined && {name})},
    isPerson: own(row, 'IsPersonAccount') === true,
    values,
  };
}

/**
 * Reads the answer of `searchAndScreenPop`: record id → fields, and `SCREEN_POP_DATA` if the pop is deferred.
 * @throws {AdapterError} `badReply` if the answer is not a map.
 */
export function readMatches(returnValue: unknown): Matches {
  if (returnValue === null || returnValue === undefined) return {items: []};
  if (typeof returnValue !== 'object' || Array.isArray(returnValue)) {
    throw new AdapterError('badReply', 'salesforce: searchAndScreenPop was not answered with a map');
  }
  const items = Object.keys(returnValue)
    .slice(0, MAX_ROWS)
    .filter((key) => key !== 'SCREEN_POP_DATA')
    .map((id) => readMatch(id, own(returnValue, id)))
    .filter((match) => match !== undefined);
  const popData = own(returnValue, 'SCREEN_POP_DATA');
  return ownText(popData, 'type') ? {items, popData: popData as Readonly<Record<string, unknown>>} : {items};
}

/**
 * The matches of one entity, because the layout may search others too. A match without an entity is kept.
 * @param entity the host's name for it; `*` is any.
 */
export function ofEntity(items: readonly Match[], entity: string): Match[] {
  const asked = entity.toLowerCase();
  return items
    .filter(({record, isPerson}) => {
      const found = record.entity.toLowerCase();
      return asked === '*' || found === '' || found === asked || (asked === 'contact' && isPerson);
    })
    .map((match) => (match.record.entity ? match : {...match, record: {...match.record, entity}}));
}

/**
 * The records with this e-mail address. The search splits an address at its punctuation and also finds other addresses with
 * the same parts, so we keep only records that show exactly this address or no address.
 */
export function withEmail(items: readonly Match[], email: string): Match[] {
  const wanted = email.trim().toLowerCase();
  return items.filter(({values}) => values.includes(wanted) || !values.some((value) => /^\S+@\S+$/.test(value)));
}

export const recordsOf = (items: readonly Match[]): RecordRef[] =>
  items.slice(0, MAX_RECORDS).map(({record}) => record);
