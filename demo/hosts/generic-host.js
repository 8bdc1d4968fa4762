import {FakeHost} from './fake-host.js';

/** A host that answers the message protocol of docs/generic.md to one frame of one origin. */
export class GenericHost extends FakeHost {
  #frame;
  #origin;

  constructor(frame, origin) {
    super();
    this.#frame = frame;
    this.#origin = origin;
    addEventListener('message', ({data, origin: from, source}) => {
      if (from !== origin || source !== frame.contentWindow || data?.type !== 'cxone-crm') return;
      void this.#take(data);
    });
  }

  clickToDial(number, record) {
    this.#post({type: 'cxone-crm-event', event: 'click-to-dial', number, record});
  }

  activity() {
    this.#post({type: 'cxone-crm-event', event: 'activity'});
  }

  #post(message) {
    this.#frame.contentWindow.postMessage(message, this.#origin);
  }

  async #take({id, method, ...args}) {
    await this.ready;
    this.requests.push({method, args});
    const reply = (body) => this.#post({type: 'cxone-crm-reply', id, ...body});
    if (method === 'call-state') return;
    await this.respond(
      () => this.#answer(method, args),
      (result) => reply({ok: true, result}),
      (error) => reply({ok: false, error: error.message}),
    );
  }

  #answer(method, {entity, recordId, by, value, fields, log}) {
    switch (method) {
      case 'ping':
        return undefined;
      case 'open':
        if (!this.find(entity, recordId)) throw new Error('no such record');
        return this.navigate('open', {entity, id: recordId});
      case 'search':
        return this.lookUp(entity, by === 'text' ? ['name'] : [by], value, {number: by === 'phone'}).map(
          ({id, name}) => ({entity, id, name}),
        );
      case 'create':
        return this.navigate('create', {entity, fields});
      case 'show':
        return this.navigate('matches', {entity, query: value});
      case 'log':
        this.logs.push(log);
        return undefined;
      default:
        throw new Error('no such method');
    }
  }
}
