import {HOME_SESSION} from '../hosts/cif-host.js';
import {findRecord} from './records.js';
import {TABLES} from './tables.js';

/**
 * Places are in the address, so that the way back works: `#/account/0000c0de-…`, in another session than the home session
 * `#/session-1/account/0000c0de-…`. Ids only: no customer data in addresses.
 */
export const hrefOf = (session, place) =>
  `#/${[session === HOME_SESSION ? '' : session, place].filter(Boolean).join('/')}`;

export const placeOfRecord = ({entity, id}) => `${entity}/${id}`;

/** Reads an address; what is not there is the page that a session starts with. */
export function readPlace(hash, sessions, records) {
  const parts = hash.replace(/^#\/?/, '').split('/');
  const session = sessions.find(/^session-\d+$/.test(parts[0]) ? parts.shift() : HOME_SESSION);
  const [entity, id] = parts;
  const at = {session, place: parts.join('/')};
  if (entity === 'search') return {...at, kind: 'search'};
  if (!Object.hasOwn(TABLES, entity ?? '')) return {session, place: '', kind: session.about ? 'contact' : 'home'};
  if (id === undefined) return {...at, kind: 'list', entity};
  if (id === 'new') return {...at, kind: 'new', entity};
  const record = findRecord(records, entity, id);
  return record ? {...at, kind: 'record', entity, record} : {session, place: entity, kind: 'list', entity};
}
