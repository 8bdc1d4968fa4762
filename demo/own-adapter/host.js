import {addPhone, FakeHost} from '/demo/hosts/fake-host.js';

/** A stand-in for Acme: what its library does for a frame. Replace it by the real one's messages, as exactly as you know them. */
class AcmeHost extends FakeHost {
  events = new EventTarget();

  /** The library, as a frame sees it. */
  library = {
    events: this.events,
    ready: () => this.ready,
    open: (kind, id) =>
      this.#answer(() => {
        if (!this.find(kind, id)) return false;
        this.navigate('open', {entity: kind, id});
        return true;
      }),
    find: (kind, by, value) =>
      this.#answer(() =>
        this.lookUp(kind, [by], value, {number: by === 'phone'}).map(({id, name}) => ({kind, id, name})),
      ),
    form: (kind, fields) => this.#answer(() => this.navigate('create', {entity: kind, fields})),
    note: (log) => this.#answer(() => void this.logs.push(log)),
  };

  activity() {
    this.events.dispatchEvent(new Event('activity'));
  }

  clickToDial(number) {
    this.events.dispatchEvent(new CustomEvent('dial', {detail: number}));
  }

  /** As the scenario wants it: late, never, or refused. */
  #answer(answer) {
    return new Promise((resolve, reject) => void this.respond(answer, resolve, reject));
  }
}

window.fakeHost = new AcmeHost();
window.acme = window.fakeHost.library;
addPhone();
