import type {HostNames} from '../common/names.js';

/** Salesforce's names for the plain names in rules. Source: Salesforce's object reference. */
export const SALESFORCE_NAMES: HostNames = {
  entities: {account: 'Account', contact: 'Contact', lead: 'Lead', case: 'Case', opportunity: 'Opportunity'},
  fields: {
    '*': {
      name: 'Name',
      firstName: 'FirstName',
      lastName: 'LastName',
      email: 'Email',
      phone: 'Phone',
      mobile: 'MobilePhone',
      title: 'Title',
      company: 'Company',
      website: 'Website',
      subject: 'Subject',
      description: 'Description',
      priority: 'Priority',
    },
    // A person's name has two fields, but only the last name is required.
    Contact: {name: 'LastName'},
    Lead: {name: 'LastName'},
    // A case has no e-mail address of its own, only its sender's.
    Case: {email: 'SuppliedEmail', phone: 'SuppliedPhone', name: 'SuppliedName', company: 'SuppliedCompany'},
  },
};
