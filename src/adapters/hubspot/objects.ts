import type {RecordRef} from '../../domain/screen-pop.js';
import {hostEntity, type HostNames} from '../common/names.js';
import {own, ownText} from '../common/own.js';

/** Records kept of one answer. Source: our choice; nobody chooses among more in a side panel. */
const MAX_RECORDS = 50;

/** HubSpot's names for what rules call by plain ones. */
export const HUBSPOT_NAMES: HostNames = {entities: {account: 'company', lead: 'contact'}};

/** Ids of HubSpot's types. Source: HubSpot, "Object type IDs". The SDK opens the first two; others are up to the account. */
const TYPE_IDS: Readonly<Record<string, string>> = {contact: '0-1', company: '0-2', deal: '0-3', ticket: '0-5'};

const entityOfType = (typeId: unknown): string | undefined =>
  Object.keys(TYPE_IDS).find((entity) => TYPE_IDS[entity] === typeId);

/** HubSpot's ids are numbers; a payload may hold another system's. */
function objectId(id: unknown): number | undefined {
  const number = typeof id === 'string' && /^\d{1,15}$/.test(id) ? Number(id) : id;
  return typeof number === 'number' && Number.isSafeInteger(number) && number > 0 ? number : undefined;
}

/** Where HubSpot keeps a record; `undefined` for what cannot be one of its own. */
export function objectOf(
  names: HostNames,
  {entity, id}: Pick<RecordRef, 'entity' | 'id'>,
): {readonly objectId: number; readonly objectTypeId: string} | undefined {
  const name = hostEntity(names, entity);
  const objectTypeId = Object.hasOwn(TYPE_IDS, name) ? TYPE_IDS[name] : /^\d-\d{1,12}$/.test(name) ? name : undefined;
  const number = objectId(id);
  return number && objectTypeId ? {objectId: number, objectTypeId} : undefined;
}

const joined = (...parts: readonly (string | undefined)[]): string | undefined =>
  parts.filter(Boolean).join(' ') || undefined;

/** The records of an answer to `incomingCall`; what names no record is left out. */
export function readMatches(data: unknown): readonly RecordRef[] {
  const list = own(data, 'callerIdMatches');
  const matches = Array.isArray(list) ? (list as unknown[]).slice(0, MAX_RECORDS) : [];
  return matches.flatMap((match) => {
    const coordinates = own(match, 'objectCoordinates');
    const id = objectId(own(coordinates, 'objectId'));
    const entity = entityOfType(own(coordinates, 'objectTypeId'));
    if (id === undefined || entity === undefined) return [];
    const name =
      ownText(match, 'name') ??
      joined(ownText(match, 'firstName'), ownText(match, 'lastName')) ??
      ownText(match, 'email');
    return [{entity, id: String(id), ...(name !== undefined && {name})}];
  });
}

/** The record whose number was clicked. Older accounts tell a word for its type, newer ones the type's id. */
export function clickedRecord(data: unknown): RecordRef | undefined {
  const callee = own(data, 'calleeInfo');
  const typeId = own(callee, 'calleeObjectTypeId');
  const word = ownText(data, 'objectType')?.toLowerCase();
  const entity = entityOfType(typeId) ?? (word !== undefined && Object.hasOwn(TYPE_IDS, word) ? word : undefined);
  const id = objectId(own(callee, 'calleeId')) ?? objectId(own(data, 'objectId'));
  return entity && id ? {entity, id: String(id)} : undefined;
}
