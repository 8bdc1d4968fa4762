/** The tables of this org: how they are called, and which columns a form, a list and a new record show of them. */
export const TABLES = {
  account: {
    label: 'Account',
    plural: 'Accounts',
    header: ['industry', 'address1_city', 'ownerid'],
    details: ['accountnumber', 'telephone1', 'emailaddress1', 'websiteurl', 'description'],
    columns: ['telephone1', 'address1_city', 'ownerid'],
    form: ['name', 'telephone1', 'emailaddress1', 'address1_city'],
    adds: ['contact', 'incident'],
  },
  contact: {
    label: 'Contact',
    plural: 'Contacts',
    header: ['jobtitle', 'parentcustomerid'],
    details: ['externaluseridentifier', 'telephone1', 'mobilephone', 'emailaddress1'],
    columns: ['parentcustomerid', 'telephone1', 'emailaddress1'],
    form: ['firstname', 'lastname', 'jobtitle', 'parentcustomerid', 'emailaddress1', 'telephone1'],
    adds: ['incident'],
  },
  incident: {
    label: 'Case',
    plural: 'Cases',
    header: ['status', 'opened'],
    details: ['ticketnumber', 'title', 'customerid'],
    columns: ['ticketnumber', 'status', 'customerid'],
    form: ['title', 'customerid'],
    adds: [],
  },
};

const LABELS = {
  accountnumber: 'Account number',
  address1_city: 'City',
  customerid: 'Customer',
  description: 'Notes',
  emailaddress1: 'E-mail',
  externaluseridentifier: 'Contact number',
  firstname: 'First name',
  industry: 'Industry',
  jobtitle: 'Job title',
  lastname: 'Last name',
  mobilephone: 'Mobile',
  name: 'Name',
  opened: 'Opened',
  ownerid: 'Owner',
  parentcustomerid: 'Account',
  status: 'Status',
  telephone1: 'Phone',
  ticketnumber: 'Case number',
  title: 'Subject',
  websiteurl: 'Website',
};

export const labelOf = (column) => (Object.hasOwn(LABELS, column) ? LABELS[column] : column);

/** What must be there before a record can be saved. */
export const isRequired = (column) => ['name', 'lastname', 'title'].includes(column);

export const isPhone = (column) => /phone/.test(column);
export const isEmail = (column) => /email/.test(column);

/** Columns that hold the id of an account. */
export const isLookup = (column) => ['parentcustomerid', 'customerid'].includes(column);

/** The account that a record belongs to, or is. */
export const accountIdOf = ({entity, id, fields}) =>
  entity === 'account' ? id : fields.parentcustomerid || fields.customerid;
