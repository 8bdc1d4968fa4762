import type {RecordDraft, RecordRef, SearchQuery} from '../../domain/screen-pop.js';
import {hostDraft, hostEntity, mergeNames, type HostNames} from '../common/names.js';
import {
  AdapterError,
  isAdapterError,
  type AdapterContext,
  type CallStateChange,
  type ContactLog,
  type CrmAdapter,
} from '../crm-adapter.js';
import {SALESFORCE_NAMES} from '../salesforce/names.js';
import {own} from '../common/own.js';
import {entityOfId, isSalesforceId} from '../salesforce/record-id.js';
import {phoneVariants, searchText} from '../salesforce/search-text.js';
import {taskOf} from '../salesforce/task.js';
import {callComponent, handedOver, readClick, readRecords} from './component.js';
import type {LwcHost, LwcQuery, SalesforceLwcOptions} from './options.js';
import {newRecordPage, recordPage, type PageReference} from './page-references.js';

export type {LwcEvent, LwcHost, LwcQuery, SalesforceLwcOptions} from './options.js';
export type {PageReference} from './page-references.js';

/** The time limit of a search, in ms. Source: contract §6, the lookup's limit. */
const DEFAULT_LOOKUP_TIMEOUT_MS = 3_000;
/** The time limit of any other call, in ms. Our choice: a new tab in a busy org takes 2 to 3 s. */
const DEFAULT_CALL_TIMEOUT_MS = 5_000;
/** The time limit for the component's functions, in ms. Our choice: an adapter may be 20 s late, see architecture.md "Nobody is late". */
const DEFAULT_READY_TIMEOUT_MS = 30_000;
/** The longest number from another system. Our choice: the length of a text field. */
const MAX_FOREIGN_ID = 255;
/** The fewest digits to search for: shorter numbers are extensions and match half of all records. Our choice, as for Open CTI. */
const MIN_DIGITS = 5;

/**
 * Salesforce through a Lightning Web Component, which hands over its navigation and searches. See `docs/salesforce.md`; the
 * component itself is in the package's `salesforce` folder.
 */
export class SalesforceLwcAdapter implements CrmAdapter {
  readonly name = 'salesforce-lwc';
  readonly #given: LwcHost | PromiseLike<LwcHost>;
  readonly #options: SalesforceLwcOptions;
  readonly #names: HostNames;
  #host: LwcHost | undefined;
  #unsubscribe: (() => void) | undefined;
  #note: AdapterContext['note'] = () => undefined;

  /** Set only if the component can write tasks, because the hub asks every page whose adapter has it. */
  saveLog: CrmAdapter['saveLog'];

  /** @param host the component's functions, or a promise of them. Calls and screen pops wait for it, so none is lost. */
  constructor(host: LwcHost | PromiseLike<LwcHost>, options: SalesforceLwcOptions = {}) {
    this.#given = host;
    this.#options = options;
    this.#names = mergeNames(SALESFORCE_NAMES, options.names);
  }

  async connect(context: AdapterContext): Promise<void> {
    const {readyTimeoutMs = DEFAULT_READY_TIMEOUT_MS, log} = this.#options;
    const host = await handedOver(this.#given, readyTimeoutMs, context.signal);
    this.disconnect();
    this.#unsubscribe = await this.#listen(host, context);
    this.#note = context.note;
    this.#host = host;
    if (host.saveTask && log !== false) this.saveLog = (entry, signal) => this.#saveTask(entry, signal);
  }

  async open(record: RecordRef, signal: AbortSignal): Promise<void> {
    const {entity, id} = await this.#recordOf(record, signal);
    await this.#show(recordPage(entity, id), signal);
  }

  async search(query: SearchQuery, signal: AbortSignal): Promise<readonly RecordRef[]> {
    // The text is too short, too long or not a number: it would find half of the records or nothing.
    if (searchText(query) === undefined) return [];
    const {by, value} = query;
    const values =
      by === 'phone' ? phoneVariants(query).filter((digits) => digits.length >= MIN_DIGITS) : [value.trim()];
    return this.#find({entity: hostEntity(this.#names, query.entity), by, values}, signal);
  }

  async create(draft: RecordDraft, signal: AbortSignal): Promise<void> {
    const host = this.#connected();
    const {entity, fields} = hostDraft(this.#names, draft);
    const defaults = await this.#call('encodeDefaultFieldValues', signal, () => host.encodeDefaultFieldValues(fields));
    if (typeof defaults !== 'string') {
      throw new AdapterError('badReply', 'salesforce-lwc: encodeDefaultFieldValues gave no text');
    }
    const page = newRecordPage(entity, defaults);
    // `navigate` in a console app too, because the form is a modal of the page, not a tab.
    await this.#call('navigate', signal, () => host.navigate(page));
  }

  onCallState(change: CallStateChange): void {
    const host = this.#host;
    if (!host?.showCallState) return;
    // A failure of the utility item must not disturb the call.
    const limitMs = this.#options.callTimeoutMs ?? DEFAULT_CALL_TIMEOUT_MS;
    callComponent('showCallState', limitMs, new AbortController().signal, () => host.showCallState?.(change)).catch(
      (error: unknown) => {
        const code = isAdapterError(error) ? error.code : 'failed';
        this.#note({
          level: 'warn',
          event: 'adapter_call_failed',
          data: {adapter: this.name, call: 'showCallState', error: code},
        });
      },
    );
  }

  disconnect(): void {
    const unsubscribe = this.#unsubscribe;
    this.#host = this.#unsubscribe = this.saveLog = undefined;
    try {
      unsubscribe?.();
    } catch {
      // The component is already gone.
    }
  }

  async #listen(host: LwcHost, context: AdapterContext): Promise<(() => void) | undefined> {
    if (!host.subscribe) return undefined;
    const heard = (event: unknown): void => {
      const click = readClick(event);
      if (click) context.onClickToDial(click);
      else if (own(event, 'type') === 'focus') context.onHostActivity();
    };
    const end = await this.#call('subscribe', context.signal, () => host.subscribe?.(heard));
    return typeof end === 'function' ? (end as () => void) : undefined;
  }

  #connected(): LwcHost {
    if (!this.#host) throw new AdapterError('notHere', 'salesforce-lwc: not connected');
    return this.#host;
  }

  #call(call: keyof LwcHost, signal: AbortSignal, run: () => unknown): Promise<unknown> {
    return callComponent(call, this.#options.callTimeoutMs ?? DEFAULT_CALL_TIMEOUT_MS, signal, run);
  }

  async #find(query: LwcQuery, signal: AbortSignal): Promise<readonly RecordRef[]> {
    const host = this.#connected();
    if (!host.search) return [];
    const limitMs = this.#options.lookupTimeoutMs ?? DEFAULT_LOOKUP_TIMEOUT_MS;
    return readRecords(query.entity, await callComponent('search', limitMs, signal, () => host.search?.(query)));
  }

  /**
   * The record as Salesforce knows it. We search even for Salesforce's own ids, because navigation does not report that a
   * record does not exist.
   * @throws {AdapterError} `notFound`; `refused` if several records have the id.
   */
  async #recordOf(record: RecordRef, signal: AbortSignal): Promise<RecordRef> {
    const entity = hostEntity(this.#names, record.entity);
    const id = record.id.trim();
    const isOwn = isSalesforceId(id, entity);
    const missing = new AdapterError('notFound', `salesforce-lwc: no ${entity} has this id`);
    if (!this.#connected().search) {
      if (!isOwn) throw missing;
      return {entity: entityOfId(id) ?? entity, id};
    }
    if (id === '' || id.length > MAX_FOREIGN_ID) throw missing;
    const [one, another] = await this.#find({entity, by: 'id', values: [id]}, signal);
    if (!one) throw missing;
    if (another) throw new AdapterError('refused', `salesforce-lwc: more than one ${entity} has this id`);
    return one;
  }

  async #show(pageReference: PageReference, signal: AbortSignal): Promise<void> {
    const host = this.#connected();
    if (await this.#opensTabs(host, signal)) {
      await this.#call('openTab', signal, () => host.openTab?.({pageReference, focus: true}));
    } else await this.#call('navigate', signal, () => host.navigate(pageReference));
  }

  async #opensTabs(host: LwcHost, signal: AbortSignal): Promise<boolean> {
    if (!host.openTab) return false;
    return !host.isConsole || (await this.#call('isConsole', signal, () => host.isConsole?.())) === true;
  }

  async #saveTask(log: ContactLog, signal: AbortSignal): Promise<RecordRef | undefined> {
    const host = this.#connected();
    const about = log.record && (await this.#aboutOf(log.record, signal));
    const {entityApiName: _, ...fields} = taskOf(log, this.#options.log || {}, about);
    const id = await this.#call('saveTask', signal, () => host.saveTask?.(fields));
    return typeof id === 'string' && isSalesforceId(id, 'Task') ? {entity: 'Task', id} : undefined;
  }

  /** The record for the log. If it cannot be found, a log without its record is better than none. */
  async #aboutOf(record: RecordRef, signal: AbortSignal): Promise<{id: string; isPerson: boolean} | undefined> {
    try {
      const {entity, id} = await this.#recordOf(record, signal);
      return {id, isPerson: ['Contact', 'Lead'].includes(entity)};
    } catch (error) {
      if (isAdapterError(error) && error.code === 'timeout') throw error;
      return undefined;
    }
  }
}
