import type {RecordDraft, RecordRef, SearchQuery} from '../../domain/screen-pop.js';
import {readHostSettings} from '../common/host-settings.js';
import {hostDraft, hostEntity, mergeNames, type HostNames} from '../common/names.js';
import {
  AdapterError,
  isAdapterError,
  type AdapterContext,
  type CallStateChange,
  type ContactLog,
  type CrmAdapter,
} from '../crm-adapter.js';
import {fillUrl} from '../generic/templates.js';
import {callCenterItems} from './call-center.js';
import {softphoneOrg} from './frame.js';
import {loadLibrary, presentLibrary} from './library.js';
import {ofEntity, readMatches, recordsOf, withEmail, type Matches} from './matches.js';
import {SALESFORCE_NAMES} from './names.js';
import {OpenCti} from './open-cti.js';
import type {SalesforceOptions} from './options.js';
import {entry, ownText} from '../common/own.js';
import {entityOfId, isSalesforceId} from './record-id.js';
import {searchPageText, searchText} from './search-text.js';
import {SoftphoneItem} from './softphone-item.js';
import {taskOf} from './task.js';

/** The current version of the library. Source: crm-hosts.md A1. */
const DEFAULT_API_VERSION = '66.0';
/** The time limit of a search, in ms. Source: contract §6, the lookup's limit. */
const DEFAULT_LOOKUP_TIMEOUT_MS = 3_000;
/** The time limit of any other call, in ms. Our choice: a new tab in a busy org takes 2 to 3 s. */
const DEFAULT_CALL_TIMEOUT_MS = 5_000;
/** The time limit for library and org, in ms. Our choice: an adapter may be 20 s late, see architecture.md "Nobody is late". */
const DEFAULT_READY_TIMEOUT_MS = 30_000;
/** How many searches keep their pop data. Our choice: more than an agent has contacts at a time. */
const MAX_KEPT_POPS = 20;
/** A base for resolving paths of the org, so that a path to another host is noticed. */
const ANY_ORG = 'https://org.invalid';

const keyOf = ({entity, by, value}: SearchQuery): string => JSON.stringify([entity, by, value]);

/** Salesforce through Open CTI: the page is the softphone in a Lightning app's utility bar. Setup: `docs/salesforce.md`. */
export class SalesforceAdapter implements CrmAdapter {
  readonly name = 'salesforce';
  readonly #options: SalesforceOptions;
  readonly #names: HostNames;
  /** The layout's pop data of each search, by query. Customer data, in memory only. */
  readonly #pops = new Map<string, Readonly<Record<string, unknown>>>();
  #ending = new AbortController();
  #cti: OpenCti | undefined;
  #item: SoftphoneItem | undefined;

  constructor(options: SalesforceOptions = {}) {
    this.#options = options;
    this.#names = mergeNames(SALESFORCE_NAMES, options.names);
  }

  async settings(signal: AbortSignal): Promise<Readonly<Record<string, unknown>>> {
    const {callCenter} = await this.#begin(signal);
    return readHostSettings('salesforce: call center', callCenterItems(await callCenter()));
  }

  async connect(context: AdapterContext): Promise<void> {
    // A page may use the same adapter object for a second session.
    this.#ending = new AbortController();
    const signal = AbortSignal.any([context.signal, this.#ending.signal]);
    const {cti, callCenter} = await this.#begin(signal);
    await callCenter().catch((error: unknown) => {
      // If the org refuses, it is still there.
      if (isAdapterError(error) && error.code === 'timeout') throw error;
    });
    const item = new SoftphoneItem(cti, this.#options, (call, error) => noteFailure(context, call, error));
    cti.listen('onNavigationChange', () => context.onHostActivity(), signal);
    cti.listen('onClickToDial', (payload) => this.#clickedNumber(context, item, payload), signal);
    for (const call of ['enableClickToDial', 'notifyInitializationComplete'] as const) {
      void cti.call(call, {}, signal).catch((error: unknown) => {
        if (!signal.aborted) noteFailure(context, call, error);
      });
    }
    this.#cti = cti;
    this.#item = item;
  }

  async open(record: RecordRef, signal: AbortSignal): Promise<void> {
    const cti = this.#connected();
    const entity = hostEntity(this.#names, record.entity);
    const template = entry(this.#options.urls, record.entity) ?? entry(this.#options.urls, entity);
    const target =
      template === undefined
        ? {
            type: cti.constant('SCREENPOP_TYPE', 'SOBJECT', 'sobject'),
            params: {recordId: await this.#idOf(cti, entity, record.id, signal)},
          }
        : {type: cti.constant('SCREENPOP_TYPE', 'URL', 'url'), params: {url: orgPath(template, record)}};
    await cti.call('screenPop', target, signal);
  }

  async search(query: SearchQuery, signal: AbortSignal): Promise<readonly RecordRef[]> {
    const text = searchText(query);
    if (text === undefined) return [];
    const {items, popData} = await this.#find(this.#connected(), text, signal);
    this.#keepPop(query, popData);
    const found = ofEntity(items, hostEntity(this.#names, query.entity));
    return recordsOf(query.by === 'email' ? withEmail(found, query.value) : found);
  }

  async create(draft: RecordDraft, signal: AbortSignal): Promise<void> {
    const cti = this.#connected();
    const {entity, fields} = hostDraft(this.#names, draft);
    const flow = entry(this.#options.flow, draft.entity) ?? entry(this.#options.flow, entity);
    if (!flow) {
      const type = cti.constant('SCREENPOP_TYPE', 'NEW_RECORD_MODAL', 'newRecord');
      // Inside `params`, because the library does not pass on fields beside it. Source: crm-hosts.md A2.
      await cti.call('screenPop', {type, params: {entityName: entity, defaultFieldValues: fields}}, signal);
      return;
    }
    const args = flow.args ?? Object.fromEntries(Object.keys(draft.fields).map((field) => [field, field]));
    const flowArgs = Object.entries(args).map(([name, field]) => ({
      name,
      type: 'String',
      value: entry(draft.fields, field) ?? '',
    }));
    const type = cti.constant('SCREENPOP_TYPE', 'FLOW', 'flow');
    await cti.call('screenPop', {type, params: {flowDevName: flow.name, flowArgs}}, signal);
  }

  async showMatches(query: SearchQuery, _records: readonly RecordRef[], signal: AbortSignal): Promise<void> {
    const cti = this.#connected();
    const kept = this.#pops.get(keyOf(query));
    if (kept) return void (await cti.call('screenPop', kept, signal));
    const searchString = searchPageText(query);
    if (searchString === undefined) throw new AdapterError('refused', 'salesforce: too short for the search page');
    await cti.call(
      'screenPop',
      {type: cti.constant('SCREENPOP_TYPE', 'SEARCH', 'search'), params: {searchString}},
      signal,
    );
  }

  onCallState(change: CallStateChange): void {
    this.#item?.follow(change);
  }

  async saveLog(log: ContactLog, signal: AbortSignal): Promise<RecordRef | undefined> {
    const {log: options = {}} = this.#options;
    if (options === false) return undefined;
    const cti = this.#connected();
    const about = log.record && (await this.#aboutOf(cti, log.record, signal));
    const saved = await cti.call('saveLog', {value: taskOf(log, options, about)}, signal);
    // This makes the new task visible. If it fails, the task is still saved.
    void cti.call('refreshView').catch(() => undefined);
    const id = typeof saved === 'string' ? saved : (ownText(saved, 'recordId') ?? ownText(saved, 'Id'));
    return id ? {entity: 'Task', id} : undefined;
  }

  disconnect(): void {
    this.#item?.clear();
    this.#ending.abort();
    this.#pops.clear();
    this.#cti = this.#item = undefined;
  }

  /**
   * Loads the library. `callCenter` reads the admin's call center; its answer also shows that the org is there.
   */
  async #begin(signal: AbortSignal): Promise<{readonly cti: OpenCti; readonly callCenter: () => Promise<unknown>}> {
    const startedAt = performance.now();
    const limitMs = this.#options.readyTimeoutMs ?? DEFAULT_READY_TIMEOUT_MS;
    const {hosts, apiVersion = DEFAULT_API_VERSION, callTimeoutMs = DEFAULT_CALL_TIMEOUT_MS} = this.#options;
    // A Visualforce page brings its own library.
    const library = presentLibrary() ?? (await loadLibrary(softphoneOrg(hosts), apiVersion, limitMs, signal));
    const cti = new OpenCti(library, callTimeoutMs);
    const leftMs = Math.max(0, limitMs - (performance.now() - startedAt));
    return {cti, callCenter: () => cti.callWhenThere('getCallCenterSettings', leftMs, signal)};
  }

  #connected(): OpenCti {
    if (!this.#cti) throw new AdapterError('notHere', 'salesforce: not connected');
    return this.#cti;
  }

  #find(cti: OpenCti, searchParams: string, signal: AbortSignal): Promise<Matches> {
    const callType = cti.constant('CALL_TYPE', 'INBOUND', 'inbound');
    const limitMs = this.#options.lookupTimeoutMs ?? DEFAULT_LOOKUP_TIMEOUT_MS;
    return cti
      .call('searchAndScreenPop', {searchParams, callType, deferred: true}, signal, limitMs)
      .then((returnValue) => readMatches(returnValue));
  }

  /**
   * The record's own id. An id from another system is searched for: the softphone layout must include the field that holds it.
   * @throws {AdapterError} `notFound`; `refused` if several records have it.
   */
  async #idOf(cti: OpenCti, entity: string, id: string, signal: AbortSignal): Promise<string> {
    if (isSalesforceId(id, entity)) return id;
    const text = searchText({by: 'text', value: id});
    const found = text === undefined ? [] : ofEntity((await this.#find(cti, text, signal)).items, entity);
    // The search splits `ACC-44921`, so prefer records with a field that holds exactly this value.
    const exact = found.filter(({values}) => values.includes(id.trim().toLowerCase()));
    const [one, another] = exact.length > 0 ? exact : found;
    if (!one) throw new AdapterError('notFound', `salesforce: no ${entity} has this id`);
    if (another) throw new AdapterError('refused', `salesforce: more than one ${entity} has this id`);
    return one.record.id;
  }

  /** The record for the log. If it cannot be found, a log without its record is better than none. */
  async #aboutOf(
    cti: OpenCti,
    record: RecordRef,
    signal: AbortSignal,
  ): Promise<{id: string; isPerson: boolean} | undefined> {
    const entity = hostEntity(this.#names, record.entity);
    try {
      const id = await this.#idOf(cti, entity, record.id, signal);
      return {id, isPerson: ['Contact', 'Lead'].includes(entityOfId(id) ?? entity)};
    } catch (error) {
      if (isAdapterError(error) && error.code === 'timeout') throw error;
      return undefined;
    }
  }

  #keepPop(query: SearchQuery, popData: Readonly<Record<string, unknown>> | undefined): void {
    const key = keyOf(query);
    this.#pops.delete(key);
    if (!popData) return;
    this.#pops.set(key, popData);
    for (const oldest of [...this.#pops.keys()].slice(0, -MAX_KEPT_POPS)) this.#pops.delete(oldest);
  }

  #clickedNumber(context: AdapterContext, item: SoftphoneItem, payload: unknown): void {
    const number = ownText(payload, 'number')?.trim();
    if (!number) return;
    item.open();
    const id = ownText(payload, 'recordId');
    const entity = id && (ownText(payload, 'objectType') ?? entityOfId(id));
    const name = ownText(payload, 'recordName');
    const record = id && entity ? {entity, id, ...(name !== undefined && {name})} : undefined;
    context.onClickToDial({number, ...(record && {record})});
  }
}

/** A path in the org. @throws {AdapterError} `badConfig`, `unsafeUrl` */
function orgPath(template: string, {id, name}: RecordRef): string {
  if (!template.startsWith('/')) throw new AdapterError('badConfig', 'salesforce: urls must be paths in the org');
  const {origin, pathname, search, hash} = fillUrl(template, {id, name}, ANY_ORG);
  if (origin !== ANY_ORG) throw new AdapterError('badConfig', 'salesforce: urls must be paths in the org');
  return pathname + search + hash;
}

function noteFailure({note}: AdapterContext, call: string, error: unknown): void {
  const code = isAdapterError(error) ? error.code : 'failed';
  note({level: 'warn', event: 'adapter_call_failed', data: {adapter: 'salesforce', call, error: code}});
}
