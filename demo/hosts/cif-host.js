import {addRecord, findRecord, sampleRecords, USER_ID} from '../dynamics/records.js';
import {keyOf, query} from './cif-odata.js';

/** Dataverse's code for a record that is not there. */
const NOT_FOUND = -2147220969;

const V2_ONLY = ['notifyEvent', 'cancelEvent', 'createSession', 'createTab', 'getFocusedSession', 'onSessionSwitched'];

/** The session that every workspace starts with. */
export const HOME_SESSION = 'session-0';

class Refusal extends Error {
  constructor(message, errorCode) {
    super(message);
    this.errorCode = errorCode;
  }
}

const plain = (value) =>
  value instanceof Map ? Object.fromEntries([...value].map(([key, item]) => [key, plain(item)])) : value;
const asMap = (value) => new Map(Object.entries(value));
const parse = (text) => (text ? JSON.parse(text) : {});

/**
 * The host's end of the Channel Integration Framework: what the window at the top of Dynamics answers to the library in
 * the panel's frame. `desk` shows what happens; without one, it is only recorded.
 */
export class FakeCifHost {
  records = sampleRecords();
  behaviour = {mode: 'ok', delayMs: 0, readyAfterMs: 0};
  navigations = [];
  requests = [];
  logs = [];
  /** Calls of the host whose answer was not a promise, or failed. */
  handlerFailures = [];
  customParameters = '';
  version = 2;
  mode = 0;
  clickToAct = false;
  /** Those that the panel has started; the home session is not among them. */
  sessions = [];
  focusedSession = HOME_SESSION;
  /** Token → how the toast is answered. */
  toasts = new Map();
  #frame;
  #origin;
  #desk;
  #handlers = new Set();
  #startedAt = performance.now();
  #events = 0;

  /** @param frame gives the panel's window. @param origin the panel's, exact. */
  constructor({frame, origin, desk = {}}) {
    this.#frame = frame;
    this.#origin = origin;
    this.#desk = desk;
    addEventListener('message', ({data, origin: from, source}) => {
      if (from !== this.#origin || source !== this.#frame()) return;
      if (data?.messageType === 'CIF_Response') {
        if (data.messageOutcome !== 'success') this.handlerFailures.push(plain(data.messageData));
      } else if (data?.messageData instanceof Map) void this.#answer(data);
    });
  }

  /** The agent clicks a number in Dynamics. */
  clickToDial(number, record) {
    if (!this.clickToAct) return;
    const of = record && {entityLogicalName: record.entity, entityId: record.id};
    this.tell('onclicktoact', {value: number, name: 'telephone1', format: 'Phone', ...of});
  }

  /** The agent goes somewhere in Dynamics. */
  activity() {
    this.tell('onpagenavigate', {value: location.href});
  }

  /** The agent changes the panel's size. */
  changeMode(mode) {
    if (mode === this.mode) return;
    this.mode = mode;
    this.#desk.mode?.(mode);
    this.tell('onmodechanged', {value: mode});
  }

  /** The agent goes to another session; without an id, to the home session. */
  focusSession(sessionId = HOME_SESSION) {
    if (sessionId === this.focusedSession) return;
    this.focusedSession = sessionId;
    this.tell('onSessionSwitched', {sessionId, focused: true});
  }

  /** The agent presses a button of a toast, or does not in time. */
  answerToast(token, actionName) {
    this.toasts.get(token)?.(actionName);
  }

  /** Tells the library's handlers, where there are any. */
  tell(messageType, data) {
    if (!this.#handlers.has(messageType)) return;
    this.#post({messageType, messageData: asMap(data), messageCorrelationId: `host-${++this.#events}`});
  }

  #post(message) {
    this.#frame()?.postMessage(message, this.#origin);
  }

  async #answer({messageType, messageData, messageCorrelationId}) {
    const respond = (messageOutcome, data) =>
      this.#post({messageType: 'CIF_Response', messageOutcome, messageData: data, messageCorrelationId});
    if (messageType === 'standInHello') {
      const left = this.#startedAt + this.behaviour.readyAfterMs - performance.now();
      setTimeout(() => respond('success', new Map([['value', true]])), Math.max(0, left));
      return;
    }
    const args = plain(messageData);
    this.requests.push({method: messageType, args});
    const {mode, delayMs} = this.behaviour;
    if (mode === 'silent') return;
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    try {
      if (mode === 'refuse') throw new Refusal('Access is denied.', -2147220960);
      if (this.version < 2 && (V2_ONLY.includes(messageType) || V2_ONLY.includes(args.eventType))) {
        throw new Refusal(`${messageType} is not supported in this app.`, 1);
      }
      if (!Object.hasOwn(this.#methods, messageType)) throw new Refusal(`${messageType} is not known.`, 2);
      const value = await this.#methods[messageType](args);
      respond('success', new Map([['value', value]]));
    } catch (error) {
      respond('failure', asMap({message: error.message, errorCode: error.errorCode ?? -1}));
    }
  }

  #open(entity, id) {
    const record = findRecord(this.records, entity, id);
    if (!record) throw new Refusal(`${entity} With Id = ${id} Does Not Exist`, NOT_FOUND);
    this.navigations.push({kind: 'open', entity, id: record.id});
    this.#desk.open?.(record);
    return new Map([['savedEntityReference', []]]);
  }

  #methods = {
    searchandopenrecords: ({entityName, queryParameters, searchOnly}) => {
      const rows = query(this.records, entityName, queryParameters);
      // As the real one: one match opens, several bring up the search page.
      if (!searchOnly && rows.length === 1) this.#open(entityName, rows[0][keyOf(entityName)]);
      else if (!searchOnly && rows.length > 1) this.#matches(entityName, '');
      return new Map(rows.map((row, i) => [String(i), asMap(row)]));
    },
    renderSearchPage: ({entityName, searchString}) => this.#matches(entityName, searchString),
    openform: ({entityFormOptions, entityFormParameters}) => {
      const {entityName, entityId} = parse(entityFormOptions);
      if (entityId) return this.#open(entityName, entityId);
      const fields = parse(entityFormParameters);
      this.navigations.push({kind: 'create', entity: entityName, fields});
      this.#desk.create?.(entityName, fields);
      return new Map();
    },
    createrecord: ({entityName, data}) => {
      const fields = parse(data);
      const {id} = addRecord(this.records, entityName, fields);
      if (entityName === 'phonecall') this.logs.push({entity: entityName, id, ...fields});
      this.#desk.changed?.();
      return asMap({entityType: entityName, id});
    },
    retrieverecord: ({entityName, entityId}) => {
      const record = findRecord(this.records, entityName, entityId);
      if (!record) throw new Refusal(`${entityName} With Id = ${entityId} Does Not Exist`, NOT_FOUND);
      return asMap({...record.fields, [keyOf(entityName)]: record.id});
    },
    getenvironment: () =>
      asMap({
        appid: 'c0de0000-0000-4000-8000-000000000001',
        clientUrl: location.origin,
        orgUniqueName: 'harbourline',
        username: 'Dana Whitfield',
        userId: `{${USER_ID.toUpperCase()}}`,
        orgLcid: 1033,
        customParams: this.customParameters,
      }),
    setmode: ({value}) => {
      this.changeMode(value);
      return value;
    },
    getmode: () => this.mode,
    setwidth: ({value}) => value,
    getwidth: () => 340,
    setclicktoact: ({value}) => {
      this.clickToAct = value;
      this.#desk.changed?.();
      return value;
    },
    getclicktoact: () => this.clickToAct,
    addGenericHandler: ({eventType}) => {
      this.#handlers.add(eventType);
      return true;
    },
    removeGenericHandler: ({eventType}) => this.#handlers.delete(eventType),
    notifyEvent: ({cancellationToken, templateParameters}) =>
      new Promise((resolve) => {
        this.toasts.set(cancellationToken, (actionName) => {
          this.toasts.delete(cancellationToken);
          this.#desk.toastGone?.(cancellationToken);
          const responseReason = {Accept: 'Accept', Reject: 'DeclinedByAgent', Timeout: 'DisplayTimeout'}[actionName];
          resolve(asMap({actionName, responseReason}));
        });
        this.#desk.toast?.(cancellationToken, templateParameters);
      }),
    cancelEvent: ({cancellationToken}) => {
      this.toasts.delete(cancellationToken);
      this.#desk.toastGone?.(cancellationToken);
      return cancellationToken;
    },
    createSession: ({templateName, templateParameters}) => {
      const id = `session-${this.sessions.length + 1}`;
      this.sessions.push({id, templateName, tabs: []});
      this.#desk.session?.(id, templateParameters);
      this.focusSession(id);
      return id;
    },
    createTab: ({templateName, templateParameters}) => {
      const {entityName, entityId} = templateParameters;
      const session = this.sessions.find(({id}) => id === this.focusedSession);
      if (!session) throw new Refusal('The focused session is not of this provider.', 3);
      this.#open(entityName, entityId);
      session.tabs.push(templateName);
      return `${session.id}-tab-${session.tabs.length}`;
    },
    getFocusedSession: () => this.focusedSession,
  };

  #matches(entity, searchString) {
    this.navigations.push({kind: 'matches', entity, query: searchString});
    this.#desk.matches?.(entity, searchString);
  }
}

/** Where this host serves the library, which it passes to panels as `ucilib`. */
export const libraryAddress = () => new URL('/webresources/Widget/msdyn_ciLibrary.js', location.href).href;

/** The panel's frame, as the query parameter `phone` of a conformance page names it: of this machine only. */
export function phoneAddress(query) {
  const given = query.get('phone') ?? '';
  if (!URL.canParse(given)) return undefined;
  const url = new URL(given);
  return /^https?:$/.test(url.protocol) && /^(.+\.)?localhost$/.test(url.hostname) ? url : undefined;
}

/** What a conformance page's query says of the host's behaviour. */
export function behaviourOf(query) {
  const number = (name) => Math.max(0, Number(query.get(name)) || 0);
  const mode = query.get('mode');
  return {
    mode: ['silent', 'refuse'].includes(mode) ? mode : 'ok',
    delayMs: number('delayMs'),
    readyAfterMs: number('readyAfterMs'),
  };
}
