import type {HostNames} from '../common/names.js';

/** Salesforce's names for what rules call by plain ones. Source: Salesforce's object reference. */
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
    // A person's name has two fields, and only the last name is required.
    Contact: {name: 'LastName'},
    Lead: {name: 'LastName'},
    // A case has no e-mail of its own, but that of its sender.
    Case: {email: 'SuppliedEmail', phone: 'SuppliedPhone', name: 'SuppliedName', company: 'SuppliedCompany'},
  },
};
