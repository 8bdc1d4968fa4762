import {find, knows, search} from './data.js';
import {entityOf, linkTo, listView, view} from './records.js';
import './skip.js';

const record = document.querySelector('#record');
const listTitle = document.querySelector('#list-title');
const listItems = document.querySelector('#list-items');
const listFilter = document.querySelector('#list-filter');

/** What a form is filled with, and which records matched: customer data, so never in the address. */
let draft = {};
let matches = [];
let listed = 'account';
let navigations = 0;

/** Reads the place from the address: `#/accounts/ACC-44921`, `#/contacts/new`, `#/contacts/matches` … */
function placeOf(hash) {
  const [plural, part] = hash.replace(/^#\/?/, '').split('/').map(decodeURIComponent);
  const entity = entityOf(plural);
  if (!entity) return {kind: 'home'};
  if (!part) return {kind: 'list', entity};
  if (part === 'new') return {kind: 'form', entity, draft};
  if (part === 'matches') return {kind: 'matches', entity, records: matches};
  return {kind: 'record', entity, id: part};
}

const current = () => placeOf(location.hash);

function showList(currentId) {
  listTitle.textContent = listed === 'account' ? 'Accounts' : 'Contacts';
  const wanted = listFilter.value.trim().toLowerCase();
  const items = listView(listed, currentId);
  listItems.replaceChildren(...items.filter((item) => item.textContent.toLowerCase().includes(wanted)));
}

/** Draws the place the address names. */
function show({counts}) {
  const place = current();
  if (place.entity) listed = place.entity;
  showList(place.id);
  for (const link of document.querySelectorAll('[data-nav]')) {
    const here = link.dataset.nav === (place.entity ?? 'home');
    if (here) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  // A list leaves the record that is open where it is.
  const content = view(place, go) ?? (record.hasChildNodes() ? undefined : view({kind: 'home'}, go));
  if (!content) return;
  record.replaceChildren(...content);
  record.scrollTop = 0;
  record.dataset.recordId = place.kind === 'record' ? place.id : '';
  record.dataset.place = place.kind;
  if (counts) record.dataset.navigations = String(++navigations);
}

/** Goes to a place, counted even if it is the one that is shown. */
function go(hash) {
  if (location.hash === hash) show({counts: true});
  else location.hash = hash;
}

addEventListener('hashchange', () => show({counts: current().kind !== 'list'}));
listFilter.addEventListener('input', () => showList(current().id));
document.querySelector('#search')?.addEventListener('submit', (event) => {
  event.preventDefault();
  const value = new FormData(event.target).get('q');
  const [found] = [...search('account', 'text', value), ...search('contact', 'text', value)];
  if (found) go(linkTo(found.id.startsWith('ACC') ? 'account' : 'contact', found.id));
});
show({counts: location.hash.length > 2});

/** What the widgets may ask of this CRM. Each answers, or throws to refuse. */
export const crm = {
  open({entity, recordId}) {
    if (!find(entity, recordId)) throw new Error('no such record');
    go(linkTo(entity, recordId));
  },
  search({entity, by, value}) {
    return search(entity, by, String(value)).map(({id, name}) => ({entity, id, name}));
  },
  create({entity, fields}) {
    if (!knows(entity)) throw new Error('no such kind of record');
    draft = {...fields};
    go(`#/${entity}s/new`);
  },
  show({entity, records}) {
    if (!knows(entity)) throw new Error('no such kind of record');
    matches = records;
    go(`#/${entity}s/matches`);
  },
};
