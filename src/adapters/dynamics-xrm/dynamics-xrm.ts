import type {RecordDraft, RecordRef, SearchQuery} from '../../domain/screen-pop.js';
import {hostDraft} from '../common/names.js';
import {readGuid} from '../common/odata.js';
import {own} from '../common/own.js';
import {AdapterError, type AdapterContext, type ContactLog, type CrmAdapter} from '../crm-adapter.js';
import {agentIdSetting} from '../dynamics/agent-id.js';
import {Lookup} from '../dynamics/lookup.js';
import {PHONE_CALL, phoneCallRow} from '../dynamics/phone-call.js';
import type {DynamicsXrmOptions} from './options.js';
import {ask, CALL_TIMEOUT_MS, navigate} from './xrm-client.js';
import {formWindow, waitForXrm, type XrmApi} from './xrm.js';

/** For the form around the page to bring `Xrm`, in ms. Source: architecture.md "Nobody is late". */
const READY_TIMEOUT_MS = 20_000;
/** Clicks in the form are reported at most once in this time, in ms. Our choice. */
const ACTIVITY_GAP_MS = 1_000;

/** Dynamics 365 around a web resource in a form, by the form's own client API. */
export class DynamicsXrmAdapter implements CrmAdapter {
  readonly name = 'dynamics-xrm';
  readonly options: DynamicsXrmOptions;
  readonly #lookup: Lookup;
  readonly #limitMs: number;
  #xrm: XrmApi | undefined;
  #connection: AbortController | undefined;

  constructor(options: DynamicsXrmOptions = {}) {
    this.options = options;
    this.#limitMs = options.timeoutMs ?? CALL_TIMEOUT_MS;
    this.#lookup = this.#lookupBy(() => this.#ready());
  }

  /** The one setting that a form knows is who the agent is: what stands in its address anyone can write. */
  async settings(signal: AbortSignal): Promise<Readonly<Record<string, unknown>>> {
    const xrm = await waitForXrm(this.options.readyTimeoutMs ?? READY_TIMEOUT_MS, signal);
    const userId = xrm.Utility?.getGlobalContext().userSettings.userId;
    return agentIdSetting(
      this.#lookupBy(() => xrm),
      this.options.agentIdColumn,
      userId,
      signal,
    );
  }

  async connect(context: AdapterContext): Promise<void> {
    this.#xrm = await waitForXrm(this.options.readyTimeoutMs ?? READY_TIMEOUT_MS, context.signal);
    this.#connection = new AbortController();
    this.#followAgent(context, this.#connection.signal);
  }

  async open(record: RecordRef, signal: AbortSignal): Promise<void> {
    const entityId = await this.#lookup.resolve(record, signal);
    const entityName = this.#lookup.entity(record.entity);
    await navigate('openForm', signal, () => this.#ready().Navigation.openForm({entityName, entityId}));
  }

  search(query: SearchQuery, signal: AbortSignal): Promise<readonly RecordRef[]> {
    return this.#lookup.search(query, signal);
  }

  async create(draft: RecordDraft, signal: AbortSignal): Promise<void> {
    const entityName = this.#lookup.entity(draft.entity);
    const {fields} = hostDraft(this.#lookup.names, draft);
    await navigate('openForm', signal, () => this.#ready().Navigation.openForm({entityName}, fields));
  }

  async showMatches({entity, value}: SearchQuery, _: readonly RecordRef[], signal: AbortSignal): Promise<void> {
    const {matches = 'search'} = this.options;
    if (matches === 'none') return;
    const entityName = this.#lookup.entity(entity);
    const page =
      matches === 'list'
        ? {pageType: 'entitylist', entityName}
        : {pageType: 'search', searchText: value, searchType: 1, EntityNames: [entityName], EntityGroupName: ''};
    await navigate('navigateTo', signal, () => this.#ready().Navigation.navigateTo(page));
  }

  async saveLog(log: ContactLog, signal: AbortSignal): Promise<RecordRef | undefined> {
    if (this.options.saveLogs === false) return undefined;
    const {record, table} = await this.#lookup.regarding(log.record, signal);
    const row = phoneCallRow({...log, record}, table);
    if (!row) return undefined;
    const {WebApi} = this.#ready();
    const made = await ask('createRecord', this.#limitMs, signal, () => WebApi.createRecord(PHONE_CALL, row));
    const id = readGuid(own(made, 'id'));
    return id ? {entity: PHONE_CALL, id} : undefined;
  }

  disconnect(): void {
    this.#connection?.abort();
    this.#xrm = this.#connection = undefined;
  }

  #lookupBy(xrm: () => XrmApi): Lookup {
    return new Lookup(this.name, this.options, async (entity, query, signal) => {
      const {WebApi} = xrm();
      const call = 'retrieveMultipleRecords';
      const rows = own(
        await ask(call, this.#limitMs, signal, () => WebApi.retrieveMultipleRecords(entity, query)),
        'entities',
      );
      if (!Array.isArray(rows)) throw new AdapterError('badReply', `dynamics-xrm: ${call} was not answered with rows`);
      return rows as unknown[];
    });
  }

  /** Whoever clicks in the form around works in this tab. */
  #followAgent({onHostActivity}: AdapterContext, signal: AbortSignal): void {
    let toldAt = -Infinity;
    const told = (): void => {
      if (performance.now() - toldAt < ACTIVITY_GAP_MS) return;
      toldAt = performance.now();
      onHostActivity();
    };
    formWindow()?.document.addEventListener('pointerdown', told, {signal, capture: true, passive: true});
  }

  #ready(): XrmApi {
    if (!this.#xrm) throw new AdapterError('notHere', 'dynamics-xrm: not connected');
    return this.#xrm;
  }
}
