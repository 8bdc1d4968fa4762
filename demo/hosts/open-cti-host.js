import {PREFIXES, recordId, sampleRecords} from './open-cti-records.js';
import {findRecords} from './open-cti-search.js';

const MAX_TEXT = 255;
const ok = (returnValue = null) => ({success: true, returnValue, errors: null});
const refused = (code, description) => ({
  success: false,
  returnValue: null,
  errors: [{code, description, details: null}],
});

/**
 * An org that speaks Open CTI's messages with the page in one frame, Salesforce's own library or a stand-in: answers what
 * it is asked, keeps what it did, and tells of clicks. What a person sees of it is up to `view`.
 */
export class OpenCtiHost {
  /** The CRM's records: `{entity, id, name, fields}`. */
  records = sampleRecords();
  /** `silent`: never answers. `refuse`: answers with an error. `readyAfterMs` counts from the page's load. */
  behaviour = {mode: 'ok', delayMs: 0, readyAfterMs: 0};
  /** What was really shown: `{kind: 'open' | 'create' | 'matches', entity, id?, fields?, query?}`. */
  navigations = [];
  /** Each message that was understood: `{method, args}`. */
  requests = [];
  /** Activity records that the phone wrote. */
  logs = [];
  /** What the admin keeps in the call center. */
  callCenter = {
    '/reqGeneralInfo/reqInternalName': 'CXoneWidgets',
    '/reqGeneralInfo/reqDisplayName': 'CXone widgets',
    '/reqGeneralInfo/reqUseApi': 'true',
  };
  /** Whether numbers are links, and the softphone's item. */
  dialling = false;
  panel = {visible: false, label: 'Phone', icon: 'call'};

  #frame;
  #origin;
  #view;
  #ending = new AbortController();
  /** Method → the version of the library that listens. */
  #listeners = new Map();
  #made = 0;

  /**
   * @param {() => Window | null | undefined} frame the phone's window
   * @param {string} origin the phone's exact origin
   * @param {{open?, create?, matches?, panel?, dialling?, clicked?, refresh?}} view what shows a person what the org does
   */
  constructor(frame, origin, view = {}) {
    this.#frame = frame;
    this.#origin = origin;
    this.#view = view;
    addEventListener('message', (event) => this.#hear(event), {signal: this.#ending.signal});
  }

  close() {
    this.#ending.abort();
  }

  find(id) {
    // 15 characters name the same record as 18.
    return this.records.find((record) => record.id === id || (id?.length === 15 && record.id.startsWith(id)));
  }

  /** The agent clicks a number that is shown in the org. */
  clickToDial(number, record) {
    if (!this.dialling) return;
    const named = record && {recordId: record.id, recordName: record.name, objectType: record.entity};
    this.#tell('onClickToDial', {number, ...named, personAccount: false, params: ''});
    this.#view.clicked?.(number);
  }

  /** The agent goes somewhere in the org, or comes back to its tab. */
  activity(record) {
    const named = record && {recordId: record.id, recordName: record.name, objectType: record.entity};
    this.#tell('onNavigationChange', {url: location.href, ...named});
  }

  /** Another record, as the form of a new one saves it. */
  add(entity, fields) {
    const name = fields.Name ?? ([fields.FirstName, fields.LastName].filter(Boolean).join(' ') || 'New');
    const record = {entity, id: this.#newId(entity), name, fields: {...fields, Name: name}};
    this.records.push(record);
    return record;
  }

  #newId(entity) {
    return recordId(PREFIXES[entity] ?? 'a0X', 70_000 + ++this.#made);
  }

  #hear({data, origin, source}) {
    if (data?.apiType !== 'opencti' || data.shouldExecuteCallback || data.shouldExecuteListener) return;
    if (origin !== this.#origin || source !== this.#frame()) return;
    // An org that is still loading does not hear, and nothing waits for it.
    if (performance.now() < this.behaviour.readyAfterMs) return;
    const {methodName, callId, apiVersion, args = {}} = data;
    const method = this.#methods[methodName];
    if (!method) return;
    this.requests.push({method: methodName, args});
    if (data.isListenerRegistered) this.#listeners.set(methodName, apiVersion);
    const {mode, delayMs} = this.behaviour;
    if (mode === 'silent') return;
    const answer = () => {
      const response =
        mode === 'refuse' ? refused('GENERIC_ERROR', 'The org refuses everything.') : method.call(this, args);
      if (!data.isCallbackRegistered) return;
      this.#post({apiVersion, methodName, callId, shouldExecuteCallback: true, response});
    };
    if (delayMs > 0) setTimeout(answer, delayMs);
    else answer();
  }

  #tell(methodName, response) {
    const apiVersion = this.#listeners.get(methodName);
    if (apiVersion !== undefined) this.#post({apiVersion, methodName, shouldExecuteListener: true, response});
  }

  #post(message) {
    this.#frame()?.postMessage({apiType: 'opencti', ...message}, this.#origin);
  }

  #go(navigation, show) {
    this.navigations.push(navigation);
    show?.();
    this.activity(navigation.kind === 'open' ? this.find(navigation.id) : undefined);
    return ok();
  }

  #pop({type, params = {}}) {
    switch (type) {
      case 'sobject': {
        const record = this.find(params.recordId);
        if (!record) return refused('INVALID_PARAM', 'No such record.');
        return this.#go({kind: 'open', entity: record.entity, id: record.id}, () => this.#view.open?.(record));
      }
      case 'url':
        if (!/^\/(?!\/)/.test(params.url ?? '')) return refused('INVALID_PARAM', 'Only paths of this org.');
        return this.#go({kind: 'open', entity: 'url', id: params.url});
      case 'newRecord': {
        const {entityName: entity, defaultFieldValues: fields = {}} = params;
        if (!Object.hasOwn(PREFIXES, entity ?? '')) return refused('INVALID_PARAM', 'No such object.');
        return this.#go({kind: 'create', entity, fields}, () => this.#view.create?.(entity, fields));
      }
      case 'flow': {
        const {flowDevName: entity, flowArgs = []} = params;
        const fields = Object.fromEntries(flowArgs.map(({name, value}) => [name, value]));
        return this.#go({kind: 'create', entity, fields}, () => this.#view.create?.('Contact', fields));
      }
      case 'search': {
        const {searchString: query = ''} = params;
        if (query.length < 3) return refused('INVALID_PARAM', 'Three characters at least.');
        const records = findRecords(this.records, query) ?? [];
        return this.#go({kind: 'matches', entity: '*', query}, () => this.#view.matches?.(query, records));
      }
      default:
        return refused('INVALID_PARAM', 'No such type.');
    }
  }

  /** Searches as the softphone's layout says: one match opens, several are listed, none does nothing. */
  #search({searchParams, callType, deferred = false}) {
    if (typeof searchParams !== 'string' || !['inbound', 'outbound', 'internal'].includes(callType)) {
      return refused('INVALID_PARAM', 'searchParams and callType are needed.');
    }
    const found = findRecords(this.records, searchParams);
    if (!found) return refused('INVALID_PARAM', 'The search string cannot be read.');
    const rows = found.map(({entity, id, name, fields}) => [id, {Id: id, Name: name, RecordType: entity, ...fields}]);
    const pop =
      found.length === 0
        ? undefined
        : found.length === 1
          ? {type: 'sobject', params: {recordId: found[0].id}}
          : {type: 'search', params: {searchString: searchParams}};
    if (pop && !deferred) this.#pop(pop);
    return ok({...Object.fromEntries(rows), ...(deferred && pop && {SCREEN_POP_DATA: pop})});
  }

  #log({object}) {
    const {entityApiName, Id, ...fields} = object ?? {};
    for (const lookup of ['WhoId', 'WhatId']) {
      if (fields[lookup] !== undefined && !this.find(fields[lookup])) return refused('SERVER_ERROR', `Bad ${lookup}.`);
    }
    if (Id) {
      const known = this.logs.find((log) => log.Id === Id);
      if (!known) return refused('INVALID_PARAM', 'No such record.');
      Object.assign(known, fields);
      return ok(Id);
    }
    if (entityApiName !== 'Task' || String(fields.Subject ?? '').length > MAX_TEXT) {
      return refused('INVALID_PARAM', 'Not a task.');
    }
    const log = {entityApiName, Id: this.#newId('Task'), ...fields};
    this.logs.push(log);
    return ok(log.Id);
  }

  #showPanel(change) {
    Object.assign(this.panel, change);
    this.#view.panel?.(this.panel);
    return ok();
  }

  #dial(dialling) {
    this.dialling = dialling;
    this.#view.dialling?.(dialling);
    return ok();
  }

  #methods = {
    screenPop: this.#pop,
    searchAndScreenPop: this.#search,
    saveLog: this.#log,
    setSoftphonePanelVisibility: ({visible}) => this.#showPanel({visible: visible === true}),
    setSoftphoneItemLabel: ({label}) => this.#showPanel({label: String(label)}),
    setSoftphoneItemIcon: ({key}) => this.#showPanel({icon: String(key)}),
    setSoftphonePanelLabel: () => ok(),
    setSoftphonePanelIcon: () => ok(),
    setSoftphonePanelHeight: ({heightPX: px}) =>
      px >= 240 && px <= 2_560 ? ok() : refused('INVALID_PARAM', '240 to 2560.'),
    setSoftphonePanelWidth: ({widthPX: px}) =>
      px >= 200 && px <= 1_920 ? ok() : refused('INVALID_PARAM', '200 to 1920.'),
    isSoftphonePanelVisible: () => ok({visible: this.panel.visible}),
    getAppViewInfo: () => ok({url: location.href}),
    getCallCenterSettings: () => ok({...this.callCenter}),
    getSoftphoneLayout: () => ok({Internal: {}, Inbound: {}, Outbound: {}}),
    refreshView: () => {
      this.#view.refresh?.();
      return ok();
    },
    enableClickToDial: () => this.#dial(true),
    disableClickToDial: () => this.#dial(false),
    notifyInitializationComplete: () => ok(),
    onClickToDial: () => ok(),
    onNavigationChange: () => ok(),
  };
}
