/** The objects of this org: how they are called, and which fields a page, a form and a list show of them. */
export const OBJECTS = {
  Account: {
    label: 'Account',
    plural: 'Accounts',
    number: 'AccountNumber',
    highlights: ['Phone', 'Industry', 'BillingCity', 'Rating'],
    details: ['AccountNumber', 'Website', 'OwnerName', 'CustomerSince__c', 'Description'],
    columns: ['Phone', 'BillingCity', 'OwnerName'],
    form: ['Name', 'Phone', 'Industry', 'BillingCity'],
  },
  Contact: {
    label: 'Contact',
    plural: 'Contacts',
    number: 'ContactNumber__c',
    highlights: ['Title', 'AccountId', 'Phone', 'Email'],
    details: ['ContactNumber__c', 'FirstName', 'LastName'],
    columns: ['AccountId', 'Phone', 'Email'],
    form: ['FirstName', 'LastName', 'Title', 'Email', 'Phone'],
  },
  Case: {
    label: 'Case',
    plural: 'Cases',
    number: 'CaseNumber',
    highlights: ['Status', 'AccountId', 'Opened__c'],
    details: ['CaseNumber', 'Subject'],
    columns: ['CaseNumber', 'Status', 'AccountId'],
    form: ['Subject', 'SuppliedEmail', 'SuppliedPhone'],
  },
};

const LABELS = {
  AccountNumber: 'Account number',
  ContactNumber__c: 'Contact number',
  CaseNumber: 'Case number',
  BillingCity: 'City',
  Rating: 'Tier',
  OwnerName: 'Owner',
  CustomerSince__c: 'Customer since',
  Description: 'Notes',
  AccountId: 'Account',
  Email: 'E-mail',
  FirstName: 'First name',
  LastName: 'Last name',
  Opened__c: 'Opened',
  SuppliedEmail: 'E-mail',
  SuppliedPhone: 'Phone',
};

export const labelOf = (field) => (Object.hasOwn(LABELS, field) ? LABELS[field] : field);

/** What must be there before a record can be saved. */
export const isRequired = (field) => ['Name', 'LastName', 'Subject'].includes(field);

export const inputType = (field) => (/email/i.test(field) ? 'email' : /phone/i.test(field) ? 'tel' : 'text');
