import {AdapterError} from '/dist/static/cxone-crm-widgets.js';

/** Acme calls the rules' `account` otherwise. */
const ENTITIES = {account: 'customer', contact: 'person'};
const acmeName = (entity) => ENTITIES[entity] ?? entity;

/** How long Acme may take, in ms. Its library waits for ever. */
const LIMIT_MS = 3_000;

/** The CRM "Acme", by the library that its page gives to a frame. */
export class AcmeAdapter {
  name = 'acme';
  #acme;
  #ending = new AbortController();

  constructor(library) {
    this.#acme = library;
  }

  async connect({onHostActivity, onClickToDial}) {
    if (!this.#acme) throw new AdapterError('notHere', 'acme: this page is not in Acme');
    const {signal} = this.#ending;
    await this.#acme.ready();
    this.#acme.events.addEventListener('activity', () => onHostActivity(), {signal});
    this.#acme.events.addEventListener('dial', ({detail}) => onClickToDial({number: detail}), {signal});
  }

  async open({entity, id}, signal) {
    const found = await this.#ask('open', (acme) => acme.open(acmeName(entity), id), signal);
    if (!found) throw new AdapterError('notFound', 'acme: no such record');
  }

  async search({entity, by, value}, signal) {
    const found = await this.#ask('find', (acme) => acme.find(acmeName(entity), by, value), signal);
    return found.map(({kind, id, name}) => ({entity: kind, id, name}));
  }

  async create({entity, fields}, signal) {
    await this.#ask('form', (acme) => acme.form(acmeName(entity), fields), signal);
  }

  async saveLog(log, signal) {
    await this.#ask('note', (acme) => acme.note(log), signal);
  }

  disconnect() {
    this.#ending.abort();
  }

  /** Settles in time, and fails in the port's own words. */
  #ask(what, call, signal) {
    return new Promise((resolve, reject) => {
      const late = () => reject(new AdapterError('timeout', `acme: ${what} was not answered`));
      AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)]).addEventListener('abort', late);
      call(this.#acme).then(resolve, (cause) =>
        reject(new AdapterError('refused', `acme: ${what} was refused`, {cause})),
      );
    });
  }
}
