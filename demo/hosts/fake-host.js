import {accounts, contacts} from '../crm/data.js';

/** The sample customers, in the words of the screen-pop rules. */
export const samples = [
  ...accounts.map(({id, name, phone}) => ({entity: 'account', id, name, fields: {name, phone}})),
  ...contacts.map(({id, name, email, phone}) => ({entity: 'contact', id, name, fields: {name, email, phone}})),
];

/** Digits only; the last nine tell numbers apart, with and without a country's code. */
const digits = (value) => String(value).replace(/\D/g, '').slice(-9);

/**
 * What the fake hosts have in common: records that can be searched, a behaviour that can be spoilt, and a list of what
 * they were asked and really did. Scenarios drive it through `window.fakeHost`.
 */
export class FakeHost {
  /** The host's own names of entity and fields. */
  records = samples;
  /** `mode`: ok, silent (never answers) or refuse; times in ms. */
  behaviour = {mode: 'ok', delayMs: 0, readyAfterMs: 0};
  navigations = [];
  requests = [];
  logs = [];

  /** Takes the behaviour that the page's address asks for. */
  constructor(query = new URLSearchParams(location.search)) {
    const {behaviour} = this;
    behaviour.mode = query.get('mode') ?? behaviour.mode;
    behaviour.delayMs = Number(query.get('delayMs') ?? 0);
    behaviour.readyAfterMs = Number(query.get('readyAfterMs') ?? 0);
  }

  /** Resolves when the host may answer for the first time. */
  get ready() {
    const left = this.behaviour.readyAfterMs - performance.now();
    return new Promise((resolve) => setTimeout(resolve, Math.max(0, left)));
  }

  /** Answers as the behaviour says: late, never, or with an error. `answer` may throw. */
  async respond(answer, reply, refuse) {
    const {mode, delayMs} = this.behaviour;
    if (mode === 'silent') return;
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    if (mode === 'refuse') return refuse(new Error('refused'));
    try {
      reply(await answer());
    } catch (error) {
      refuse(error);
    }
  }

  navigate(kind, details = {}) {
    this.navigations.push({kind, ...details});
  }

  find(entity, id) {
    return this.records.find((record) => record.entity === entity && record.id === id);
  }

  /** Records of an entity one of whose fields is the value; numbers are compared by their digits. */
  lookUp(entity, fields, value, {number = false} = {}) {
    const wanted = number ? digits(value) : String(value).toLowerCase();
    if (wanted === '') return [];
    return this.records.filter(
      (record) =>
        record.entity === entity &&
        fields.some((name) => {
          const actual = Object.hasOwn(record.fields, name) ? record.fields[name] : undefined;
          if (typeof actual !== 'string') return false;
          return number ? digits(actual) === wanted : actual.toLowerCase() === wanted;
        }),
    );
  }
}

/** An address of this machine: nothing else may be put into a demo's frame. */
export function localUrl(text) {
  if (!text || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  return /^https?:$/.test(url.protocol) && /^(.+\.)?localhost$/.test(url.hostname) ? url : undefined;
}

/** Puts the widgets' page, which the query names, into the page. */
export function addPhone({title = 'Phone', allow = 'microphone; autoplay'} = {}) {
  const url = localUrl(new URLSearchParams(location.search).get('phone'));
  const frame = document.createElement('iframe');
  frame.title = title;
  frame.allow = allow;
  if (url) frame.src = url.href;
  document.body.append(frame);
  return {frame, url};
}
