/** Sample data of an invented company's CRM. Names, numbers and addresses belong to nobody. */
export const accounts = [
  {
    id: 'ACC-44921',
    name: 'Alder & Finch Logistics',
    industry: 'Freight and storage',
    city: 'Portland, OR',
    tier: 'Gold',
    phone: '+1 503 555 0100',
    website: 'alderfinch.example',
    owner: 'Dana Whitfield',
    since: '2019',
    note: 'Prefers a call before 10:00. Contract renews in March.',
  },
  {
    id: 'ACC-30118',
    name: 'Brightwater Clinic',
    industry: 'Healthcare',
    city: 'Duluth, MN',
    tier: 'Silver',
    phone: '+1 218 555 0142',
    website: 'brightwater.example',
    owner: 'Omar Haddad',
    since: '2021',
    note: 'All staff share the reception’s e-mail address.',
  },
  {
    id: 'ACC-51277',
    name: 'Corvid Robotics',
    industry: 'Manufacturing',
    city: 'Ann Arbor, MI',
    tier: 'Gold',
    phone: '+1 734 555 0177',
    website: 'corvid.example',
    owner: 'Dana Whitfield',
    since: '2017',
    note: 'Spare parts always by express.',
  },
  {
    id: 'ACC-60903',
    name: 'Dune & Daughters',
    industry: 'Furniture',
    city: 'Santa Fe, NM',
    tier: 'Bronze',
    phone: '+1 505 555 0119',
    website: 'dunedaughters.example',
    owner: 'Priya Raman',
    since: '2023',
    note: '',
  },
  {
    id: 'ACC-71840',
    name: 'Eastgate Community Radio',
    industry: 'Media',
    city: 'Cleveland, OH',
    tier: 'Bronze',
    phone: '+1 216 555 0164',
    website: 'eastgate.example',
    owner: 'Omar Haddad',
    since: '2022',
    note: 'Invoices to the treasurer.',
  },
  {
    id: 'ACC-80466',
    name: 'Fjord Outdoor Rental',
    industry: 'Travel',
    city: 'Bend, OR',
    tier: 'Silver',
    phone: '+1 541 555 0188',
    website: 'fjordrental.example',
    owner: 'Priya Raman',
    since: '2020',
    note: 'Busy from May to September.',
  },
];

export const contacts = [
  {
    id: 'CON-1001',
    name: 'John Doe',
    title: 'Operations manager',
    account: 'ACC-44921',
    email: 'john.doe@example.com',
    phone: '+1 555 010 0123',
  },
  {
    id: 'CON-1002',
    name: 'Marisol Vega',
    title: 'Dispatcher',
    account: 'ACC-44921',
    email: 'marisol@alderfinch.example',
    phone: '+1 415 555 0119',
  },
  {
    id: 'CON-1003',
    name: 'Ingrid Sorensen',
    title: 'Practice manager',
    account: 'ACC-30118',
    email: 'reception@brightwater.example',
    phone: '+1 212 555 0142',
  },
  {
    id: 'CON-1004',
    name: 'Tom Okafor',
    title: 'Nurse',
    account: 'ACC-30118',
    email: 'reception@brightwater.example',
    phone: '+1 218 555 0144',
  },
  {
    id: 'CON-1005',
    name: 'Lena Fischer',
    title: 'Billing',
    account: 'ACC-30118',
    email: 'reception@brightwater.example',
    phone: '+1 218 555 0145',
  },
  {
    id: 'CON-1006',
    name: 'Wei Zhang',
    title: 'Buyer',
    account: 'ACC-51277',
    email: 'wei.zhang@corvid.example',
    phone: '+1 312 555 0187',
  },
  {
    id: 'CON-1007',
    name: 'Amara Nwosu',
    title: 'Chief engineer',
    account: 'ACC-51277',
    email: 'amara@corvid.example',
    phone: '+1 734 555 0179',
  },
  {
    id: 'CON-1008',
    name: 'Ruth Dune',
    title: 'Owner',
    account: 'ACC-60903',
    email: 'ruth@dunedaughters.example',
    phone: '+1 505 555 0119',
  },
  {
    id: 'CON-1009',
    name: 'Sean O’Neil',
    title: 'Treasurer',
    account: 'ACC-71840',
    email: 'sean.oneil@eastgate.example',
    phone: '+1 617 555 0164',
  },
  {
    id: 'CON-1010',
    name: 'Kaja Lund',
    title: 'Shop lead',
    account: 'ACC-80466',
    email: 'kaja@fjordrental.example',
    phone: '+1 541 555 0189',
  },
  {
    id: 'CON-1011',
    name: 'Léa Moreau',
    title: 'Interior designer',
    account: 'ACC-60903',
    email: 'lea.moreau@example.com',
    phone: '+1 505 555 0120',
  },
  {
    id: 'CON-1012',
    name: 'Sam Ortiz',
    title: 'Guide',
    account: 'ACC-80466',
    email: 'sam.ortiz@example.com',
    phone: '+1 541 555 0190',
  },
];

export const cases = [
  {
    id: 'CS-2207',
    account: 'ACC-44921',
    subject: 'Pallets delivered to the wrong dock',
    state: 'Open',
    opened: 'Yesterday',
  },
  {id: 'CS-2191', account: 'ACC-44921', subject: 'Quote for cold storage', state: 'Waiting', opened: '3 days ago'},
  {id: 'CS-2188', account: 'ACC-30118', subject: 'Wrong address on the invoice', state: 'Open', opened: '4 days ago'},
  {
    id: 'CS-2170',
    account: 'ACC-51277',
    subject: 'Gripper arm: spare part missing',
    state: 'Waiting',
    opened: 'Last week',
  },
  {id: 'CS-2102', account: 'ACC-80466', subject: 'Kayak returned damaged', state: 'Closed', opened: '2 months ago'},
];

const tables = {account: accounts, contact: contacts};

/** Whether this CRM has records of that kind. */
export const knows = (entity) => Object.hasOwn(tables, entity);

export const find = (entity, id) => (knows(entity) ? tables[entity].find((record) => record.id === id) : undefined);

export const list = (entity) => tables[entity];

const digits = (text) => text.replace(/\D/g, '');

/** Numbers are the same if their last ten digits are: callers come with and without a country code. */
function sameNumber(a, b) {
  const [x, y] = [digits(a).slice(-10), digits(b).slice(-10)];
  return x.length >= 7 && x === y;
}

/** Looks records up by e-mail, number or any text. */
export function search(entity, by, value) {
  if (!knows(entity)) return [];
  const wanted = value.trim().toLowerCase();
  if (!wanted) return [];
  return tables[entity].filter((record) => {
    if (by === 'email') return record.email?.toLowerCase() === wanted;
    if (by === 'phone') return sameNumber(record.phone, value);
    return Object.values(record).some((text) => text.toLowerCase().includes(wanted));
  });
}

/** Keeps a new record until the page is left. */
export function add(entity, fields) {
  const prefix = entity === 'account' ? 'ACC' : 'CON';
  const record = {id: `${prefix}-${90_000 + tables[entity].length}`, ...fields};
  tables[entity].push(record);
  return record;
}
