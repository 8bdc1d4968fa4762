import {accounts, cases, contacts} from '../crm/data.js';

/** The same id for the same number, in the shape of a GUID. */
export const guidOf = (number) => `0000c0de-0000-4000-8000-${number.replace(/\D/g, '').padStart(12, '0')}`;

/** Who is signed in, in all of the demo's hosts of Dynamics. */
export const USER_ID = 'c0de0000-0000-4000-8000-000000000002';

/** The sample data of the demo as rows of Dataverse: its tables, its columns, its ids. */
export function sampleRecords() {
  const row = (entity, number, name, fields) => ({entity, id: guidOf(number), name, fields});
  return [
    ...accounts.map(({id, name, phone, website, city, industry, owner, note}) =>
      row('account', id, name, {
        name,
        accountnumber: id,
        telephone1: phone,
        emailaddress1: `office@${website}`,
        websiteurl: website,
        address1_city: city,
        industry,
        ownerid: owner,
        description: note,
      }),
    ),
    ...contacts.map(({id, name, title, account, email, phone}) =>
      row('contact', id, name, {
        fullname: name,
        firstname: name.split(' ')[0],
        lastname: name.split(' ').slice(1).join(' '),
        jobtitle: title,
        externaluseridentifier: id,
        emailaddress1: email,
        telephone1: phone,
        mobilephone: '',
        parentcustomerid: guidOf(account),
      }),
    ),
    ...cases.map(({id, account, subject, state, opened}) =>
      row('incident', id, subject, {
        title: subject,
        ticketnumber: id,
        customerid: guidOf(account),
        status: state,
        opened,
      }),
    ),
    // The agent who is signed in: the host's own user, with the id in CXone.
    {
      entity: 'systemuser',
      id: USER_ID,
      name: 'Dana Whitfield',
      fields: {fullname: 'Dana Whitfield', cxn_agentid: 'a1b2c3d4-e5f6-7890-abcd-ef1234567890'},
    },
  ];
}

/** The number that people know a record by, or its id where it has none. */
export const numberOf = ({fields, id}) =>
  fields.accountnumber || fields.externaluseridentifier || fields.ticketnumber || id;

export const findRecord = (records, entity, id) =>
  records.find((record) => record.entity === entity && record.id === String(id).toLowerCase());

/** Adds a row as the tables have it: a column that nothing was said of is there and empty, so that queries can name it. */
export function addRecord(records, entity, fields) {
  const columns = Object.keys(records.find((record) => record.entity === entity)?.fields ?? {});
  const blank = Object.fromEntries(columns.map((name) => [name, '']));
  const fullname = [fields.firstname, fields.lastname].filter(Boolean).join(' ');
  const row = {...blank, ...fields, ...(entity === 'contact' && {fullname}), createdon: new Date().toISOString()};
  const name = row.subject || row.title || row.fullname || row.name || '';
  const record = {entity, id: crypto.randomUUID(), name, fields: row};
  records.push(record);
  return record;
}
