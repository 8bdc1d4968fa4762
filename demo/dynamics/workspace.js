import {h} from '../crm/dom.js';
import {icon} from '../crm/icons.js';
import {HOME_SESSION} from '../hosts/cif-host.js';
import {newRecordView} from './new-record.js';
import {hrefOf, placeOfRecord, readPlace} from './places.js';
import {addRecord, findRecord, numberOf} from './records.js';
import {findText} from './search.js';
import {Sessions} from './sessions.js';
import {TABLES} from './tables.js';
import {addCommands, contactView, homeView, initials, listView, mediaOf, recordView, searchView} from './views.js';

/** Places that have a tab of their own; others are pages of their session. */
const HAS_TAB = ['record', 'new', 'search'];

/** The record area with its sessions and tabs. */
export class Workspace {
  #host;
  #phone;
  #sessions = new Sessions();
  #area = document.querySelector('#record');
  #view = document.querySelector('#view');
  /** What was searched last, and what forms start with, by their address: customer data, so never in the address. */
  #search = {text: '', records: []};
  #drafts = new Map();
  #navigations = 0;
  /** The record that was in front last, and where. */
  #last = {};

  /** @param phone the page's parts that follow the record: `commands`, `notice`, `show`, `close`. */
  constructor(host, phone) {
    this.#host = host;
    this.#phone = phone;
    addEventListener('hashchange', () => this.#show());
  }

  start() {
    this.#show();
  }

  /** Opens a record in a tab of the session in front; one that is open there is brought to the front. */
  open(record) {
    const {session} = this.#place();
    if (session.about && !session.named) Object.assign(session, {title: record.name, named: true});
    this.#go(hrefOf(session.id, placeOfRecord(record)));
  }

  create(entity, fields) {
    const href = hrefOf(this.#place().session.id, `${Object.hasOwn(TABLES, entity) ? entity : 'contact'}/new`);
    this.#drafts.set(href, fields);
    this.#go(href);
  }

  /** @param first the table whose matches stand first. */
  search(text, first) {
    this.#search = {text, first, records: findText(this.#host.records, text)};
    this.#go(hrefOf(this.#place().session.id, 'search'));
  }

  /** A session for a contact, which comes to the front. */
  startSession(id, about) {
    const name = about.from ? `${mediaOf(about)} with ${about.from}` : mediaOf(about);
    this.#sessions.start(id, about.recordName || name, about);
    this.#go(hrefOf(id, ''));
  }

  /** Draws the place again: its data changed. What a person fills in stays. */
  refresh() {
    if (this.#place().kind !== 'new') this.#draw();
  }

  #place() {
    return readPlace(location.hash, this.#sessions, this.#host.records);
  }

  #go(href, {replaces = false} = {}) {
    if (location.hash !== href) history[replaces ? 'replaceState' : 'pushState'](null, '', href);
    this.#show();
  }

  #show() {
    const {session, place, kind, record} = this.#place();
    this.#sessions.show(session.id, place, HAS_TAB.includes(kind));
    this.#draw();
    this.#area.scrollTop = 0;
    // A record that only moves into the session of its contact was navigated to before.
    const moved = record && record === this.#last.record && session.about && session !== this.#last.session;
    if (HAS_TAB.includes(kind) && !moved) this.#area.dataset.navigations = String(++this.#navigations);
    if (record) this.#last = {record, session};
    this.#host.focusSession?.(session.id);
    this.#host.activity();
  }

  #draw() {
    const at = this.#place();
    const {session, kind, record} = at;
    const hadFocus = this.#view.contains(document.activeElement);
    this.#view.replaceChildren(...this.#content(at).filter(Boolean));
    if (hadFocus) this.#area.focus();
    // The number that people call it by, as in the other demos; the org's own id beside it.
    this.#area.dataset.recordId = record ? numberOf(record) : '';
    this.#area.dataset.entityId = record?.id ?? '';
    this.#area.dataset.place = kind;
    document.title = `${record ? TABLES[record.entity].label : 'Service workspace'} · Harbourline`;
    this.#phone.show(record);
    this.#drawSessions(session);
    this.#drawTables(at);
    this.#drawTabs(at);
  }

  #content({session, kind, entity, record, place}) {
    const desk = {
      host: this.#host,
      href: (to) => hrefOf(session.id, to),
      create: (table, fields) => this.create(table, fields),
      search: (text) => this.search(text),
    };
    if (kind === 'record') return recordView(desk, record, [...addCommands(desk, record), ...this.#phone.commands()]);
    if (kind === 'list') return listView(desk, entity);
    if (kind === 'search') return searchView(desk, this.#search);
    if (kind === 'contact') return contactView(desk, session);
    if (kind === 'home') return homeView(desk, this.#phone.notice());
    return newRecordView(desk, entity, this.#drafts.get(hrefOf(session.id, place)) ?? {}, {
      save: (fields) => this.#save(session, place, entity, fields),
      discard: () => this.#closeTab(session, place),
    });
  }

  #save(session, place, entity, fields) {
    const record = addRecord(this.#host.records, entity, fields);
    this.#sessions.closeTab(session.id, place);
    // The way back leads to what was before the form, which is no more.
    this.#go(hrefOf(session.id, placeOfRecord(record)), {replaces: true});
  }

  #drawSessions(current) {
    document.querySelector('#sessions').replaceChildren(
      ...this.#sessions.all.map((session) =>
        h(
          'li',
          {class: session === current ? 'current' : ''},
          h(
            'a',
            {
              href: hrefOf(session.id, session.front),
              'aria-current': session === current ? 'true' : undefined,
              title: session.title,
            },
            icon(session.about ? 'call' : 'home', 18),
            session.about && h('b', {class: 'initials', 'aria-hidden': 'true'}, initials(session.title)),
            h('span', {}, session.title),
          ),
          session.about && this.#closer(`session ${session.title}`, () => this.#closeSession(session, current)),
        ),
      ),
    );
  }

  #drawTables({place}) {
    document.querySelector('#tables').replaceChildren(
      ...Object.entries(TABLES).map(([entity, {plural}]) =>
        h(
          'li',
          {},
          h(
            'a',
            {
              href: hrefOf(HOME_SESSION, entity),
              'aria-current': place === entity ? 'page' : undefined,
              title: plural,
            },
            icon(entity, 18),
            h('span', {}, plural),
          ),
        ),
      ),
    );
  }

  #drawTabs({session, place, kind, entity}) {
    const own = HAS_TAB.includes(kind);
    const page = kind === 'list' ? TABLES[entity].plural : session.about ? mediaOf(session.about) : 'Home';
    const tab = (to, label, closes) =>
      h(
        'li',
        {class: to === place || (!own && !closes) ? 'tab current' : 'tab'},
        h(
          'a',
          {
            href: hrefOf(session.id, to),
            'aria-current': to === place || (!own && !closes) ? 'page' : undefined,
            title: label,
          },
          label,
        ),
        closes && this.#closer(label, () => this.#closeTab(session, to)),
      );
    const list = document.querySelector('#tabs');
    list.replaceChildren(
      tab(own ? '' : place, page, false),
      ...session.tabs.map((to) => tab(to, this.#labelOf(to), true)),
    );
    list.querySelector('.current')?.scrollIntoView({block: 'nearest', inline: 'nearest'});
  }

  #labelOf(place) {
    const [entity, id] = place.split('/');
    if (entity === 'search') return 'Search';
    if (id === 'new') return `New ${TABLES[entity].label.toLowerCase()}`;
    return findRecord(this.#host.records, entity, id)?.name ?? TABLES[entity].label;
  }

  #closer(what, onclick) {
    return h('button', {type: 'button', 'aria-label': `Close ${what}`, onclick}, icon('close', 14));
  }

  #closeTab(session, place) {
    const inFront = session.front === place;
    const next = this.#sessions.closeTab(session.id, place);
    this.#drafts.delete(hrefOf(session.id, place));
    this.#phone.close(place.split('/')[1]);
    if (inFront) this.#go(hrefOf(session.id, next));
    else this.#draw();
    this.#area.focus();
  }

  #closeSession(session, current) {
    this.#sessions.close(session.id);
    if (session === current) this.#go(hrefOf(HOME_SESSION, this.#sessions.find(HOME_SESSION).front));
    else this.#draw();
    this.#area.focus();
  }
}
