import {accounts, cases, contacts} from '../crm/data.js';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

/** A record id as Salesforce makes them: an object's prefix, a number, and three characters that tell the capitals. */
export function recordId(prefix, number) {
  const id = `${prefix}Hs00000${String(number).padStart(5, '0')}`;
  const suffix = [0, 5, 10].map((start) =>
    ALPHABET.at([...id.slice(start, start + 5)].reduce((sum, c, i) => sum + (/[A-Z]/.test(c) ? 1 << i : 0), 0)),
  );
  return id + suffix.join('');
}

export const PREFIXES = {Account: '001', Contact: '003', Case: '500', Task: '00T'};

/** The number that people call a record by: the account's number, the case's. */
export const numberOf = ({fields}) => fields.AccountNumber ?? fields.ContactNumber__c ?? fields.CaseNumber;

/** The sample CRM under Salesforce's names: `{entity, id, name, fields}`, new objects at each call. */
export function sampleRecords() {
  const accountIds = new Map(accounts.map(({id}, i) => [id, recordId(PREFIXES.Account, 101 + i)]));
  return [
    ...accounts.map(({id, name, industry, city, tier, phone, website, owner, since, note}) => ({
      entity: 'Account',
      id: accountIds.get(id),
      name,
      fields: {
        Name: name,
        AccountNumber: id,
        Industry: industry,
        BillingCity: city,
        Rating: tier,
        Phone: phone,
        Website: website,
        OwnerName: owner,
        CustomerSince__c: since,
        Description: note,
      },
    })),
    ...contacts.map(({id, name, title, account, email, phone}, i) => ({
      entity: 'Contact',
      id: recordId(PREFIXES.Contact, 201 + i),
      name,
      fields: {
        Name: name,
        LastName: name.split(' ').at(-1),
        FirstName: name.split(' ').slice(0, -1).join(' '),
        ContactNumber__c: id,
        Title: title,
        Email: email,
        Phone: phone,
        AccountId: accountIds.get(account),
      },
    })),
    ...cases.map(({id, account, subject, state, opened}, i) => ({
      entity: 'Case',
      id: recordId(PREFIXES.Case, 301 + i),
      name: subject,
      fields: {CaseNumber: id, Subject: subject, Status: state, Opened__c: opened, AccountId: accountIds.get(account)},
    })),
  ];
}
