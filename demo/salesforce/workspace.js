import {h} from '../crm/dom.js';
import {numberOf} from '../hosts/open-cti-records.js';
import {icon} from '../crm/icons.js';
import {OBJECTS} from './objects.js';
import {homeView, linkTo, listView, recordView, searchView} from './views.js';

/** The record area and its tabs. Places are in the address, `#/Account/001…`, so that the way back works. */
export class Workspace {
  #host;
  #area = document.querySelector('#record');
  #tabs = document.querySelector('#tabs');
  #nav = document.querySelectorAll('[data-nav]');
  /** Ids of the records that have a tab, in order. */
  #open = [];
  /** What was searched last: customer data, so never in the address. */
  #search = {query: '', records: []};
  #navigations = 0;

  constructor(host) {
    this.#host = host;
    addEventListener('hashchange', () => this.#arrive());
  }

  start() {
    this.#show(location.hash.length > 2);
  }

  /** Opens a record in a tab; one that is open is brought to the front. */
  open(record) {
    this.#go(linkTo(record));
  }

  showSearch(query, records) {
    this.#search = {query, records};
    this.#go('#/search');
  }

  /** Something opened over the area. */
  count() {
    this.#area.dataset.navigations = String(++this.#navigations);
  }

  /** Draws the place again: its data changed. */
  refresh() {
    this.#draw();
  }

  #go(hash) {
    if (location.hash === hash) this.#show(true);
    else location.hash = hash;
  }

  #arrive() {
    this.#show(this.#place().kind !== 'list');
    const {record} = this.#place();
    this.#host.activity(record);
  }

  #place() {
    const [entity, id] = location.hash.replace(/^#\/?/, '').split('/').map(decodeURIComponent);
    if (entity === 'search') return {kind: 'search'};
    if (!Object.hasOwn(OBJECTS, entity)) return {kind: 'home'};
    if (!id) return {kind: 'list', entity};
    const record = this.#host.find(id);
    return record ? {kind: 'record', entity, record} : {kind: 'list', entity};
  }

  #show(counts) {
    const {record} = this.#place();
    if (record && !this.#open.includes(record.id)) this.#open.push(record.id);
    this.#draw();
    this.#area.scrollTop = 0;
    if (counts) this.count();
  }

  #draw() {
    const place = this.#place();
    this.#area.replaceChildren(...this.#view(place));
    // The number that people call it by, as in the other demos; the org's own id beside it.
    this.#area.dataset.recordId = place.record ? (numberOf(place.record) ?? place.record.id) : '';
    this.#area.dataset.sobjectId = place.record?.id ?? '';
    this.#area.dataset.place = place.kind;
    document.title = `${place.record ? OBJECTS[place.entity].label : 'Service console'} · Harbourline`;
    for (const item of this.#nav) {
      const here = !place.record && item.dataset.nav === (place.entity ?? place.kind);
      if (here) item.setAttribute('aria-current', 'page');
      else item.removeAttribute('aria-current');
    }
    this.#drawTabs(place.record);
  }

  #view(place) {
    if (place.kind === 'record') return recordView(this.#host, place.record);
    if (place.kind === 'list') return listView(this.#host, place.entity);
    if (place.kind === 'search') return searchView(this.#host, this.#search.query, this.#search.records);
    return homeView(this.#host);
  }

  #drawTabs(current) {
    const records = this.#open.map((id) => this.#host.find(id)).filter(Boolean);
    this.#tabs.replaceChildren(
      ...records.map((record) =>
        h(
          'li',
          {class: record === current ? 'tab current' : 'tab'},
          h(
            'a',
            {href: linkTo(record), 'aria-current': record === current ? 'page' : undefined, title: record.name},
            record.name,
          ),
          h(
            'button',
            {type: 'button', 'aria-label': `Close ${record.name}`, onclick: () => this.#close(record, current)},
            icon('close', 14),
          ),
        ),
      ),
    );
    this.#tabs.hidden = records.length === 0;
    this.#tabs.querySelector('.current')?.scrollIntoView({block: 'nearest', inline: 'nearest'});
  }

  #close(record, current) {
    const at = this.#open.indexOf(record.id);
    this.#open.splice(at, 1);
    if (record !== current) return this.#draw();
    const next = this.#host.find(this.#open[at] ?? this.#open[at - 1]);
    location.hash = next ? linkTo(next) : '#/';
    document.querySelector('#record').focus();
  }
}
