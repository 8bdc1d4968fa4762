import {h} from '../crm/dom.js';
import {numberOf} from '../hosts/open-cti-records.js';
import {OBJECTS, labelOf} from './objects.js';

/** Ids only: no customer data in addresses. */
export const linkTo = ({entity, id}) => `#/${entity}/${encodeURIComponent(id)}`;

const link = (record) => h('a', {href: linkTo(record)}, record.name);

const badge = (entity, large = false) =>
  h(
    'span',
    {class: `object ${entity.toLowerCase()}${large ? ' large' : ''}`, 'aria-hidden': 'true'},
    entity.slice(0, 2),
  );

const title = (...content) => h('h1', {tabindex: '-1'}, ...content);

/** A field's value: a record by its name, a number as a link that dials where the phone has asked for it. */
function value(host, record, field) {
  const text = record.fields[field];
  if (!text) return h('span', {class: 'soft'}, '–');
  if (field === 'AccountId') {
    const account = host.find(text);
    return account ? link(account) : '–';
  }
  // An address wraps where a person would, not inside a word.
  if (/email/i.test(field)) return text.split(/(?<=@)/).flatMap((part) => [part, h('wbr')]);
  if (!/phone/i.test(field) || !host.dialling) return text;
  const dial = (event) => {
    event.preventDefault();
    host.clickToDial(text, record);
  };
  return h(
    'a',
    {class: 'dial', href: `tel:${text.replace(/[^+\d]/g, '')}`, onclick: dial, title: `Call ${text}`},
    text,
  );
}

const facts = (host, record, fields, name) =>
  h(
    'dl',
    {class: name},
    fields.map((field) => h('div', {}, h('dt', {}, labelOf(field)), h('dd', {}, value(host, record, field)))),
  );

const card = (heading, ...content) => h('section', {class: 'card'}, h('h2', {}, heading), ...content);

function table(host, entity, records, caption, {without} = {}) {
  if (records.length === 0) return h('p', {class: 'soft'}, 'None.');
  const columns = OBJECTS[entity].columns.filter((field) => field !== without);
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
        ['Name', ...columns.map(labelOf)].map((name) => h('th', {scope: 'col'}, name)),
      ),
    ),
    h(
      'tbody',
      {},
      records.map((record) =>
        h(
          'tr',
          {},
          h('td', {'data-label': 'Name'}, link(record)),
          columns.map((field) => h('td', {'data-label': labelOf(field)}, value(host, record, field))),
        ),
      ),
    ),
  );
}

function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}

/** What the phone wrote about a record. */
function activity(host, record) {
  const logs = host.logs.filter(({WhoId, WhatId}) => WhoId === record.id || WhatId === record.id).reverse();
  if (logs.length === 0) return h('p', {class: 'soft'}, 'Finished calls appear here.');
  return h(
    'ul',
    {class: 'activity'},
    logs.map(({Subject, ActivityDate, CallDurationInSeconds, CallDisposition}) =>
      h(
        'li',
        {},
        h('strong', {}, Subject),
        h(
          'span',
          {class: 'soft'},
          [ActivityDate, CallDurationInSeconds === undefined ? '' : duration(CallDurationInSeconds), CallDisposition]
            .filter(Boolean)
            .join(' · '),
        ),
      ),
    ),
  );
}

function related(host, record) {
  if (record.entity !== 'Account') return [];
  return ['Contact', 'Case'].map((entity) => {
    const records = host.records.filter((other) => other.entity === entity && other.fields.AccountId === record.id);
    return card(
      `${OBJECTS[entity].plural} (${records.length})`,
      table(host, entity, records, OBJECTS[entity].plural, {without: 'AccountId'}),
    );
  });
}

export function recordView(host, record) {
  const {label, highlights, details} = OBJECTS[record.entity];
  const number = numberOf(record);
  return [
    h(
      'header',
      {class: 'head card'},
      badge(record.entity, true),
      h('div', {}, h('p', {class: 'soft'}, number ? `${label} · ${number}` : label), title(record.name)),
      facts(host, record, highlights, 'highlights'),
    ),
    h(
      'div',
      {class: 'columns'},
      h('div', {}, card('Details', facts(host, record, details, 'facts')), ...related(host, record)),
      h('div', {}, card('Activity', activity(host, record))),
    ),
  ];
}

export function listView(host, entity) {
  const records = host.records.filter((record) => record.entity === entity);
  const {plural} = OBJECTS[entity];
  return [
    h('header', {class: 'head card'}, badge(entity, true), h('div', {}, h('p', {class: 'soft'}, 'All'), title(plural))),
    h('section', {class: 'card'}, table(host, entity, records, plural)),
  ];
}

export function searchView(host, query, records) {
  const groups = Object.keys(OBJECTS)
    .map((entity) => [entity, records.filter((record) => record.entity === entity)])
    .filter(([, found]) => found.length > 0);
  return [
    h(
      'header',
      {class: 'head card'},
      h(
        'div',
        {},
        h('p', {class: 'soft'}, 'Search'),
        title(records.length === 1 ? '1 record' : `${records.length} records`, ' for ', h('q', {}, query)),
      ),
    ),
    ...groups.map(([entity, found]) =>
      card(`${OBJECTS[entity].plural} (${found.length})`, table(host, entity, found, OBJECTS[entity].plural)),
    ),
  ];
}

export function homeView(host) {
  const open = host.records.filter(({entity, fields}) => entity === 'Case' && fields.Status !== 'Closed');
  return [
    h(
      'header',
      {class: 'head card'},
      h(
        'div',
        {},
        h('p', {class: 'soft'}, 'Service console'),
        title('Good to see you'),
        h('p', {class: 'soft'}, 'A caller’s record opens in a tab of its own.'),
      ),
    ),
    card(`Open cases (${open.length})`, table(host, 'Case', open, 'Open cases')),
  ];
}
