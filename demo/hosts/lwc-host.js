import {FakeHost} from './fake-host.js';
import {PREFIXES, recordId, sampleRecords} from './open-cti-records.js';

/** Which fields are searched for what, as the package's Apex class does. */
const SEARCHED = {
  email: ['Email'],
  phone: ['Phone', 'MobilePhone'],
  text: ['Name'],
  id: ['AccountNumber', 'ContactNumber__c', 'CaseNumber'],
};

/** As Apex rejects: a plain object, no error. */
const refusal = (error) => ({status: 500, body: {message: error.message}});

/**
 * Plays Lightning Experience around a component: page references, a console's tabs, Apex, and the messages of its page.
 */
export class LwcHost extends FakeHost {
  records = sampleRecords();
  /** A console's tabs, by the page they show; the one in front. A standard app has one page and no tabs. */
  tabs = [];
  shown;
  #isConsole;
  #presences = new Set();
  #changed;

  /** @param changed is called with what is shown now. */
  constructor({isConsole = true, changed = () => undefined} = {}) {
    super();
    this.#isConsole = isConsole;
    this.#changed = changed;
  }

  /** What a component hands over, with Salesforce's modules behind it. */
  component() {
    return {
      navigate: (page) => this.#answer('navigate', page, () => this.#show(page)),
      encodeDefaultFieldValues: (fields) => String(new URLSearchParams(fields)).replaceAll('&', ','),
      openTab: (tab) => this.#answer('openTab', tab, () => this.#openTab(tab)),
      isConsole: () => this.#isConsole,
      search: (query) => this.#answer('search', query, () => this.#search(query)),
      saveTask: (task) => this.#answer('saveTask', task, () => this.#save(task)),
      openUtility: () => this.#answer('openUtility', {}, () => true),
    };
  }

  /** A component hears what others publish, until the function returned is called. */
  subscribe(presence) {
    this.#presences.add(presence);
    return () => this.#presences.delete(presence);
  }

  /** Another component publishes a number: all that are in the page hear of it. */
  clickToDial(number, record) {
    for (const presence of this.#presences) {
      presence.dial({number, recordId: record?.id, objectApiName: record?.entity});
    }
  }

  /** The agent works in the page, which is the widgets' own. */
  activity() {
    document.body.dispatchEvent(new Event('pointerdown', {bubbles: true}));
  }

  #answer(method, args, answer) {
    this.requests.push({method, args: structuredClone(args)});
    return new Promise((resolve, reject) => {
      void this.respond(answer, resolve, (error) => reject(refusal(error)));
    });
  }

  #openTab({pageReference, focus}) {
    if (!this.#isConsole) throw new Error('not a console app');
    const key = JSON.stringify(pageReference);
    const known = this.tabs.findIndex((tab) => tab.key === key);
    if (known < 0) this.tabs.push({key});
    const tabId = `ctab${known < 0 ? this.tabs.length - 1 : known}`;
    if (focus) this.#show(pageReference);
    return tabId;
  }

  #show({type, attributes, state = {}}) {
    const {objectApiName: entity, recordId: id, actionName} = attributes;
    if (type === 'standard__recordPage' && actionName === 'view' && this.find(entity, id)) {
      this.navigate('open', {entity, id});
    } else if (type === 'standard__objectPage' && actionName === 'new' && Object.hasOwn(PREFIXES, entity)) {
      const fields = Object.fromEntries(new URLSearchParams(state.defaultFieldValues.replaceAll(',', '&')));
      this.navigate('create', {entity, fields});
    } else throw new Error('There is no such page.');
    this.shown = this.find(entity, id)?.name ?? `New ${entity}`;
    this.#changed(this);
  }

  #search({entity, kind, values}) {
    const own = kind === 'id' ? this.records.filter(({id}) => values.includes(id)) : [];
    const found = own.some((record) => record.entity === entity)
      ? own
      : values.flatMap((value) => this.lookUp(entity, SEARCHED[kind], value, {number: kind === 'phone'}));
    return [...new Set(found)].map(({id, name}) => ({entity, id, name}));
  }

  #save({fields}) {
    const task = JSON.parse(fields);
    const lookup = task.WhoId ?? task.WhatId;
    if (lookup && !this.records.some(({id}) => id === lookup)) throw new Error('No such record.');
    const id = recordId(PREFIXES.Task, 90_000 + this.logs.length);
    this.logs.push({Id: id, ...task});
    return id;
  }
}
