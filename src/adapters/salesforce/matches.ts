import type {RecordRef} from '../../domain/screen-pop.js';
import {AdapterError} from '../crm-adapter.js';
import {own, ownText} from '../common/own.js';
import {entityOfId} from './record-id.js';

/** Records kept of one answer. Source: our choice; nobody chooses among more in a side panel. */
const MAX_RECORDS = 50;
/** Records looked at in one answer. Our choice; a search of a common name gives hundreds. */
const MAX_ROWS = 2_000;

/** A record found, with the fields of the softphone's layout. */
export interface Match {
  readonly record: RecordRef;
  /** A person account is a contact too. */
  readonly isPerson: boolean;
  /** The text values, trimmed and in one case. Customer data. */
  readonly values: readonly string[];
}

/** The result of a search: records, and the layout's pop data, which we hand back unchanged. */
export interface Matches {
  readonly items: readonly Match[];
  readonly popData?: Readonly<Record<string, unknown>>;
}

function readMatch(id: string, row: unknown): Match | undefined {
  if (typeof row !== 'object' || row === null || id === '' || id.length > 64) return undefined;
  // The id's own prefix is certain; a record type may have a name of the org's own.
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
 * Reads the answer of `searchAndScreenPop`: record id → fields, and `SCREEN_POP_DATA` of a deferred one.
 * @throws {AdapterError} `badReply` when it is no map.
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
 * Those of the entity that was asked for: the layout may search others too. What the host does not name counts as asked for.
 * @param entity the host's name; `*` is any.
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
 * The search takes an address apart at its punctuation, and finds others of the same parts: only records that show this
 * very address count, or none at all.
 */
export function withEmail(items: readonly Match[], email: string): Match[] {
  const wanted = email.trim().toLowerCase();
  return items.filter(({values}) => values.includes(wanted) || !values.some((value) => /^\S+@\S+$/.test(value)));
}

export const recordsOf = (items: readonly Match[]): RecordRef[] =>
  items.slice(0, MAX_RECORDS).map(({record}) => record);
