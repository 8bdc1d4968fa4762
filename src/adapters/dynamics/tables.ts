import {entry} from '../common/own.js';
import type {HostNames} from '../common/names.js';

/** How one table of Dataverse is searched and shown. Columns are logical names. */
export interface DataverseTable {
  /** The column that names a record for people. */
  readonly name: string;
  /** The primary key. Default: the table's name and `id`. */
  readonly key?: string;
  /** The table's name in the Web API, for lookups: `contacts`. */
  readonly set?: string;
  readonly emails?: readonly string[];
  readonly phones?: readonly string[];
  /** What a search by text looks into. Default: `name`. */
  readonly texts?: readonly string[];
}

const person: DataverseTable = {
  name: 'fullname',
  emails: ['emailaddress1'],
  phones: ['telephone1', 'mobilephone'],
};

/** Source: crm-hosts.md E4 for contact and account; for the rest Dataverse's table reference. */
const DEFAULT_TABLES: Readonly<Record<string, DataverseTable>> = {
  contact: {...person, set: 'contacts'},
  lead: {...person, set: 'leads', texts: ['fullname', 'companyname']},
  account: {
    name: 'name',
    set: 'accounts',
    emails: ['emailaddress1'],
    phones: ['telephone1'],
    texts: ['name', 'accountnumber'],
  },
  incident: {name: 'title', set: 'incidents', texts: ['title', 'ticketnumber']},
  opportunity: {name: 'name', set: 'opportunities'},
  // The keys of activities are not named after their tables.
  phonecall: {name: 'subject', key: 'activityid', set: 'phonecalls', phones: ['phonenumber']},
  task: {name: 'subject', key: 'activityid', set: 'tasks'},
  email: {name: 'subject', key: 'activityid', set: 'emails'},
  appointment: {name: 'subject', key: 'activityid', set: 'appointments'},
};

/** Numbers that people know records by. */
export const DEFAULT_ID_FIELDS: Readonly<Record<string, string>> = {
  account: 'accountnumber',
  incident: 'ticketnumber',
};

/** Field names of rules → Dataverse's. The host composes a contact's full name, so the last name is filled in. */
export const DEFAULT_NAMES: HostNames = {
  entities: {case: 'incident', ticket: 'incident'},
  fields: {
    '*': {email: 'emailaddress1', phone: 'telephone1', mobile: 'mobilephone'},
    contact: {name: 'lastname', firstName: 'firstname', lastName: 'lastname', title: 'jobtitle'},
    lead: {name: 'lastname', firstName: 'firstname', lastName: 'lastname', company: 'companyname'},
    incident: {name: 'title', subject: 'title'},
  },
};

/** A table as the org has it; `undefined` for one that neither the defaults nor the settings know. */
export function tableOf(
  entity: string,
  own: Readonly<Record<string, Partial<DataverseTable>>> = {},
): DataverseTable | undefined {
  const {name, ...table} = {...entry(DEFAULT_TABLES, entity), ...entry(own, entity)};
  return name === undefined ? undefined : {...table, name};
}
