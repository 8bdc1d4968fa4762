import {h} from '../crm/dom.js';
import {icon} from '../crm/icons.js';
import {placeOfRecord} from './places.js';
import {findRecord, numberOf} from './records.js';
import {TABLES, accountIdOf, isEmail, isLookup, isPhone, labelOf} from './tables.js';

/**
 * What a view needs of the page around it.
 * @typedef {{
 *   host: object,
 *   href: (place: string) => string,
 *   create: (entity: string, fields: object) => void,
 *   search: (text: string) => void,
 * }} Desk
 */

export const initials = (name) =>
  name
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
    .slice(0, 2)
    .map((word) => word[0].toUpperCase())
    .join('');

export const title = (...content) => h('h1', {}, ...content);

export const card = (heading, ...content) => h('section', {class: 'card'}, h('h2', {}, heading), ...content);

export const command = (key, label, onclick) => h('button', {type: 'button', onclick}, icon(key, 18), label);

export const commandBar = (...buttons) =>
  buttons.length > 0 && h('div', {class: 'commands', role: 'group', 'aria-label': 'Commands'}, ...buttons);

const link = (desk, record) => h('a', {href: desk.href(placeOfRecord(record))}, record.name);

/** A column's value: a lookup by its record's name, a number as a link that asks the phone where that listens. */
function value(desk, record, column) {
  const text = record.fields[column];
  if (!text) return h('span', {class: 'soft'}, '–');
  if (isLookup(column)) {
    const account = findRecord(desk.host.records, 'account', text);
    return account ? link(desk, account) : '–';
  }
  // An address wraps where a person would, not inside a word.
  if (isEmail(column)) return text.split(/(?<=@)/).flatMap((part) => [part, h('wbr')]);
  return isPhone(column) ? dialable(desk, text, record) : text;
}

function dialable({host}, number, record) {
  if (!host.clickToAct) return number;
  const dial = (event) => {
    event.preventDefault();
    host.clickToDial(number, record);
  };
  const href = `tel:${number.replace(/[^+\d]/g, '')}`;
  return h('a', {class: 'dial', href, onclick: dial, title: `Call ${number}`}, number);
}

const facts = (name, pairs) =>
  h(
    'dl',
    {class: name},
    pairs.map(([label, content]) => h('div', {}, h('dt', {}, label), h('dd', {}, content))),
  );

const columnsOf = (desk, record, columns) => columns.map((column) => [labelOf(column), value(desk, record, column)]);

function table(desk, entity, records, caption, without) {
  if (records.length === 0) return h('p', {class: 'soft'}, 'None.');
  const columns = TABLES[entity].columns.filter((column) => column !== without);
  const names = ['Name', ...columns.map(labelOf)];
  return h(
    'table',
    {},
    h('caption', {class: 'aside'}, caption),
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        names.map((name) => h('th', {scope: 'col'}, name)),
      ),
    ),
    h(
      'tbody',
      {},
      records.map((record) =>
        h(
          'tr',
          {},
          h('td', {'data-label': 'Name'}, link(desk, record)),
          columns.map((column) => h('td', {'data-label': labelOf(column)}, value(desk, record, column))),
        ),
      ),
    ),
  );
}

const head = (key, name, above, ...content) =>
  h(
    'header',
    {class: 'head'},
    h('span', {class: `avatar ${key}`, 'aria-hidden': 'true'}, name ? initials(name) : icon(key, 22)),
    h('div', {class: 'names'}, ...above),
    ...content,
  );

const time = new Intl.DateTimeFormat('en', {hour: 'numeric', minute: '2-digit'});

/** Activities, the last one first. */
function timeline(calls) {
  if (calls.length === 0) return h('p', {class: 'soft'}, 'Finished calls appear here.');
  return h(
    'ul',
    {class: 'timeline'},
    [...calls].reverse().map(({fields}) => {
      const {subject, directioncode, actualdurationminutes: minutes, description, createdon} = fields;
      const meta = [directioncode ? 'Outgoing' : 'Incoming', `${minutes} min`, time.format(new Date(createdon))];
      return h(
        'li',
        {},
        h('span', {class: 'dot', 'aria-hidden': 'true'}, icon('call', 14)),
        h('div', {}, h('strong', {}, subject), h('p', {class: 'soft'}, meta.join(' · '))),
        description && h('p', {class: 'notes'}, description),
      );
    }),
  );
}

const callsOf = ({records}) => records.filter(({entity}) => entity === 'phonecall');

/** Whether an activity regards a record, by the lookup that it was bound with. */
const regards = (record) => (call) =>
  String(call.fields[`regardingobjectid_${record.entity}@odata.bind`] ?? '').includes(`(${record.id})`);

function related(desk, record) {
  const {records} = desk.host;
  const account = accountIdOf(record);
  const entities = {account: ['contact', 'incident'], contact: ['incident'], incident: ['contact']}[record.entity];
  return entities.map((entity) => {
    const found = records.filter((other) => other.entity === entity && account && accountIdOf(other) === account);
    const {plural} = TABLES[entity];
    const column = entity === 'contact' ? 'parentcustomerid' : 'customerid';
    return card(`${plural} (${found.length})`, table(desk, entity, found, plural, column));
  });
}

/** The commands of a form that start another record with what is known. */
export const addCommands = (desk, record) =>
  TABLES[record.entity].adds.map((entity) => {
    const account = accountIdOf(record);
    const column = entity === 'contact' ? 'parentcustomerid' : 'customerid';
    const add = () => desk.create(entity, account ? {[column]: account} : {});
    return command('plus', `New ${TABLES[entity].label.toLowerCase()}`, add);
  });

export function recordView(desk, record, commands) {
  const {label, header, details} = TABLES[record.entity];
  const number = numberOf(record);
  const kind = number === record.id ? label : `${label} · ${number}`;
  return [
    commandBar(...commands),
    head(
      record.entity,
      record.name,
      [title(record.name), h('p', {class: 'soft'}, kind)],
      facts('highlights', columnsOf(desk, record, header)),
    ),
    h(
      'div',
      {class: 'columns'},
      h('div', {}, card('Summary', facts('facts', columnsOf(desk, record, details))), ...related(desk, record)),
      h('div', {}, card('Timeline', timeline(callsOf(desk.host).filter(regards(record))))),
    ),
  ];
}

export function listView(desk, entity) {
  const {plural, label} = TABLES[entity];
  const records = desk.host.records.filter((record) => record.entity === entity);
  return [
    commandBar(command('plus', `New ${label.toLowerCase()}`, () => desk.create(entity, {}))),
    head(entity, '', [title(plural), h('p', {class: 'soft'}, `${records.length} in all`)]),
    h('section', {class: 'card'}, table(desk, entity, records, plural)),
  ];
}

/** @param first the table that was asked for. */
export function searchView(desk, {text, first, records}) {
  const entities = Object.keys(TABLES).sort((a, b) => Number(b === first) - Number(a === first));
  const groups = entities
    .map((entity) => [entity, records.filter((record) => record.entity === entity)])
    .filter(([, found]) => found.length > 0);
  const count = records.length === 1 ? '1 record' : `${records.length} records`;
  return [
    head('search', '', [title('Results for ', h('q', {}, text)), h('p', {class: 'soft'}, count)]),
    ...groups.map(([entity, found]) => {
      const {plural} = TABLES[entity];
      return card(`${plural} (${found.length})`, table(desk, entity, found, plural));
    }),
  ];
}

export function homeView(desk, notice) {
  const {records} = desk.host;
  const open = records.filter(({entity, fields}) => entity === 'incident' && fields.status !== 'Closed');
  return [
    head('home', '', [title('Good to see you'), h('p', {class: 'soft'}, 'Each call that you accept gets a session.')]),
    notice,
    h(
      'div',
      {class: 'columns'},
      h('div', {}, card(`Open cases (${open.length})`, table(desk, 'incident', open, 'Open cases'))),
      h('div', {}, card('Recent calls', timeline(callsOf(desk.host)))),
    ),
  ];
}

const MEDIA = {voice: 'Call', chat: 'Chat', email: 'E-mail'};

export const mediaOf = ({mediaType}) => (Object.hasOwn(MEDIA, mediaType ?? '') ? MEDIA[mediaType] : 'Contact');

/** The page that the session of a contact starts with. */
export function contactView(desk, {title: name, about}) {
  const {direction, from} = about;
  return [
    commandBar(
      from && command('search', 'Find the caller', () => desk.search(from)),
      command('plus', 'New contact', () => desk.create('contact', {telephone1: from ?? ''})),
    ),
    head('call', '', [title(name), h('p', {class: 'soft'}, 'Records that open here are the tabs of this session.')]),
    card(
      'Details',
      facts('facts', [
        ['Channel', mediaOf(about)],
        ['Direction', direction === 'outbound' ? 'Outgoing' : 'Incoming'],
        ['From', from || '–'],
      ]),
    ),
  ];
}
