import {accounts, add, cases, contacts, find, list} from './data.js';
import {h} from './dom.js';

const NAMES = {account: 'Account', contact: 'Contact'};
const PLURALS = {account: 'accounts', contact: 'contacts'};

/** The address of a record in this page. Ids only: no customer data in addresses. */
export const linkTo = (entity, id) => `#/${PLURALS[entity]}/${encodeURIComponent(id)}`;

export const entityOf = (plural) => Object.keys(PLURALS).find((entity) => PLURALS[entity] === plural);

const initials = (name) =>
  name
    .split(/\s+/)
    .filter((word) => /^\p{L}/u.test(word))
    .slice(0, 2)
    .map((word) => word[0])
    .join('')
    .toUpperCase();

const badge = (text) => h('span', {class: `badge ${text.toLowerCase()}`}, text);

function header(entity, record, subtitle, extra) {
  return h(
    'header',
    {class: 'record-head'},
    h('span', {class: `avatar ${entity}`, 'aria-hidden': 'true'}, initials(record.name)),
    h(
      'div',
      {},
      h('p', {class: 'kicker'}, `${NAMES[entity]} · ${record.id}`),
      h('h1', {tabindex: '-1'}, record.name),
      h('p', {class: 'sub'}, subtitle),
    ),
    extra ? h('div', {class: 'record-badge'}, extra) : undefined,
  );
}

const facts = (pairs) =>
  h(
    'dl',
    {class: 'facts'},
    pairs.filter(([, value]) => value).map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))),
  );

const card = (title, ...content) => h('section', {class: 'card'}, h('h2', {}, title), ...content);

const link = (entity, record) => h('a', {href: linkTo(entity, record.id)}, record.name);

function notes(record) {
  return card(
    'Notes',
    h(
      'textarea',
      {rows: '3', 'aria-label': `Notes on ${record.name}`, placeholder: 'Write a note…'},
      record.note ?? '',
    ),
  );
}

function caseTable(accountId) {
  const rows = cases.filter(({account}) => account === accountId);
  if (rows.length === 0) return h('p', {class: 'empty'}, 'No cases.');
  return h(
    'table',
    {},
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        ['Case', 'Subject', 'Opened', 'State'].map((name) => h('th', {scope: 'col'}, name)),
      ),
    ),
    h(
      'tbody',
      {},
      rows.map(({id, subject, opened, state}) =>
        h('tr', {}, h('td', {}, id), h('td', {}, subject), h('td', {}, opened), h('td', {}, badge(state))),
      ),
    ),
  );
}

function accountView(record) {
  const people = contacts.filter(({account}) => account === record.id);
  return [
    header(
      'account',
      record,
      [record.industry, record.city].filter(Boolean).join(' · '),
      record.tier && badge(record.tier),
    ),
    card(
      'Details',
      facts([
        ['Phone', record.phone],
        ['Website', record.website],
        ['Owner', record.owner],
        ['Customer since', record.since],
      ]),
    ),
    card(
      'People',
      people.length === 0
        ? h('p', {class: 'empty'}, 'Nobody yet.')
        : h(
            'ul',
            {class: 'people'},
            people.map((person) =>
              h('li', {}, link('contact', person), h('span', {}, person.title), h('span', {}, person.phone)),
            ),
          ),
    ),
    card('Cases', caseTable(record.id)),
    notes(record),
  ];
}

function contactView(record) {
  const account = find('account', record.account);
  return [
    header('contact', record, [record.title, account?.name].filter(Boolean).join(' · ')),
    card(
      'Details',
      facts([
        ['E-mail', record.email],
        ['Phone', record.phone],
        ['Account', account ? link('account', account) : undefined],
      ]),
    ),
    card('Cases of the account', caseTable(record.account)),
    notes(record),
  ];
}

const FIELDS = {
  contact: [
    ['name', 'Name', 'text'],
    ['title', 'Position', 'text'],
    ['email', 'E-mail', 'email'],
    ['phone', 'Phone', 'tel'],
  ],
  account: [
    ['name', 'Name', 'text'],
    ['industry', 'Industry', 'text'],
    ['city', 'City', 'text'],
    ['phone', 'Phone', 'tel'],
  ],
};

function formView(entity, draft, go) {
  const save = (event) => {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(event.target));
    go(linkTo(entity, add(entity, fields).id));
  };
  return [
    h(
      'header',
      {class: 'record-head'},
      h('div', {}, h('p', {class: 'kicker'}, 'New'), h('h1', {tabindex: '-1'}, `New ${NAMES[entity].toLowerCase()}`)),
    ),
    h(
      'form',
      {class: 'card form', onsubmit: save},
      FIELDS[entity].map(([name, label, type]) =>
        h(
          'label',
          {},
          h('span', {}, label),
          h('input', {name, type, value: draft[name] ?? '', required: name === 'name', autocomplete: 'off'}),
        ),
      ),
      h(
        'div',
        {class: 'form-end'},
        h('button', {class: 'primary'}, 'Save'),
        h('button', {type: 'button', onclick: () => go(`#/${PLURALS[entity]}`)}, 'Cancel'),
      ),
    ),
  ];
}

function matchesView(entity, records) {
  const found = records.map(({id}) => find(entity, id)).filter(Boolean);
  return [
    h(
      'header',
      {class: 'record-head'},
      h(
        'div',
        {},
        h('p', {class: 'kicker'}, 'Search'),
        h('h1', {tabindex: '-1'}, `${found.length} ${PLURALS[entity]} match the caller`),
      ),
    ),
    h(
      'ul',
      {class: 'card people'},
      found.map((record) =>
        h(
          'li',
          {},
          link(entity, record),
          h('span', {}, record.title ?? record.city ?? ''),
          h('span', {}, record.phone),
        ),
      ),
    ),
  ];
}

function homeView() {
  const open = cases.filter(({state}) => state !== 'Closed');
  const tile = (count, label, href) =>
    h('a', {class: 'tile', href}, h('strong', {}, String(count)), h('span', {}, label));
  return [
    h(
      'header',
      {class: 'record-head'},
      h(
        'div',
        {},
        h('p', {class: 'kicker'}, 'Home'),
        h('h1', {tabindex: '-1'}, 'Good to see you'),
        h('p', {class: 'sub'}, 'A caller’s record opens here by itself.'),
      ),
    ),
    h(
      'div',
      {class: 'tiles'},
      tile(accounts.length, 'Accounts', '#/accounts'),
      tile(contacts.length, 'Contacts', '#/contacts'),
      tile(open.length, 'Open cases', '#/accounts/ACC-44921'),
    ),
    card(
      'Open cases',
      h(
        'ul',
        {class: 'people'},
        open.map(({id, subject, account}) =>
          h('li', {}, h('span', {}, id), h('span', {}, subject), link('account', find('account', account))),
        ),
      ),
    ),
  ];
}

/** What the record area shows for a place in this CRM, or `undefined` where there is no such place. */
export function view(place, go) {
  if (place.kind === 'home') return homeView();
  if (place.kind === 'list') return undefined;
  if (place.kind === 'form') return formView(place.entity, place.draft, go);
  if (place.kind === 'matches') return matchesView(place.entity, place.records);
  const record = find(place.entity, place.id);
  if (!record) return undefined;
  return place.entity === 'account' ? accountView(record) : contactView(record);
}

/** The list column: all records of a kind, the shown one marked. */
export function listView(entity, currentId) {
  return list(entity).map((record) =>
    h(
      'li',
      {},
      h(
        'a',
        {href: linkTo(entity, record.id), 'aria-current': record.id === currentId ? 'true' : undefined},
        h('strong', {}, record.name),
        h(
          'span',
          {},
          entity === 'account'
            ? [record.industry, record.city].filter(Boolean).join(' · ')
            : [record.title, find('account', record.account)?.name].filter(Boolean).join(' · '),
        ),
      ),
    ),
  );
}
