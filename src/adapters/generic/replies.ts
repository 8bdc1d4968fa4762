import type {RecordRef} from '../../domain/screen-pop.js';
import {own, readList} from '../common/own.js';
import {AdapterError} from '../crm-adapter.js';

/** Records kept of one answer. Source: our choice; nobody chooses among more in a side panel. */
const MAX_RECORDS = 50;
/** Longest text kept of an answer, in characters. Our choice. */
const MAX_TEXT = 512;

/** A host's answer to one request. */
export interface HostReply {
  readonly id: string;
  readonly ok: boolean;
  readonly result: unknown;
}

/** Whether a window message is a reply of the protocol. Any other message is not for us. */
export function readReply(data: unknown): HostReply | undefined {
  const id = own(data, 'id');
  if (own(data, 'type') !== 'cxone-crm-reply' || typeof id !== 'string') return undefined;
  return {id, ok: own(data, 'ok') === true, result: own(data, 'result')};
}

function readText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= MAX_TEXT ? value : undefined;
}

/**
 * The records of a `search` reply.
 * @throws {AdapterError} `badReply` when it is no list, or an item names no record.
 */
export function readRecords(result: unknown): RecordRef[] {
  const list = Array.isArray(result) ? (result as unknown[]) : own(result, 'records');
  if (!Array.isArray(list)) throw new AdapterError('badReply', 'generic: search was not answered with a list');
  return readList<RecordRef>(list, MAX_RECORDS, (item) => {
    const entity = readText(own(item, 'entity'));
    const id = readText(own(item, 'id'));
    if (!entity || !id) throw new AdapterError('badReply', 'generic: a record without entity or id');
    const name = readText(own(item, 'name'));
    return name ? {entity, id, name} : {entity, id};
  });
}

/** Messages that a host may send unasked. Checked in the same way as replies. */
export type HostNews =
  | {readonly event: 'activity'}
  | {readonly event: 'click-to-dial'; readonly number: string; readonly record?: RecordRef};

/** Whether a window message is news of the protocol. */
export function readNews(data: unknown): HostNews | undefined {
  if (own(data, 'type') !== 'cxone-crm-event') return undefined;
  const event = own(data, 'event');
  if (event === 'activity') return {event};
  const number = readText(own(data, 'number'));
  if (event !== 'click-to-dial' || !number) return undefined;
  const record = own(data, 'record');
  const entity = readText(own(record, 'entity'));
  const id = readText(own(record, 'id'));
  return entity && id ? {event, number, record: {entity, id}} : {event, number};
}
