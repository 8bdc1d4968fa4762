import type {RecordDraft, RecordRef, SearchQuery} from '../../domain/screen-pop.js';
import {own} from '../common/own.js';
import {hostDraft} from '../common/names.js';
import {readGuid} from '../common/odata.js';
import {
  AdapterError,
  type AdapterContext,
  type CallStateChange,
  type ClickToDial,
  type ContactLog,
  type CrmAdapter,
} from '../crm-adapter.js';
import {agentIdSetting} from './agent-id.js';
import {CallFollower} from './call-follower.js';
import {CifClient} from './cif-client.js';
import {cifLibrary} from './cif-library.js';
import {readRows} from './cif-values.js';
import {readCustomParameters} from './custom-parameters.js';
import {HostEvents} from './host-events.js';
import {Lookup} from './lookup.js';
import type {DynamicsOptions} from './options.js';
import {PHONE_CALL, phoneCallRow} from './phone-call.js';

/**
 * Dynamics 365 around a panel of the Channel Integration Framework, v1 and v2. Works wherever CIF's library is, or may
 * be loaded from: see `cifLibrary`. Numbers that are clicked come from apps whose provider allows outbound calls.
 */
export class DynamicsAdapter implements CrmAdapter {
  readonly name = 'dynamics';
  readonly options: DynamicsOptions;
  readonly #lookup: Lookup;
  #cif: CifClient | undefined;
  #events: HostEvents | undefined;
  #calls: CallFollower | undefined;

  constructor(options: DynamicsOptions = {}) {
    this.options = options;
    this.#lookup = this.#lookupBy(() => this.#ready());
  }

  async settings(signal: AbortSignal): Promise<Readonly<Record<string, unknown>>> {
    const cif = await this.#client(signal);
    const environment = await cif.ask('getEnvironment', [], signal);
    const given = readCustomParameters(environment);
    const agentColumn = this.options.agentIdColumn ?? own(given['dynamics'], 'agentIdColumn');
    const lookup = this.#lookupBy(() => cif);
    return {...given, ...(await agentIdSetting(lookup, agentColumn, own(environment, 'userId'), signal))};
  }

  async connect(context: AdapterContext): Promise<void> {
    const {sessions, sessionTemplate, clickToAct = true} = this.options;
    if (sessions && !sessionTemplate) throw new AdapterError('badConfig', 'dynamics: sessions needs sessionTemplate');
    const cif = await this.#client(context.signal);
    if (context.signal.aborted) return;
    this.#cif = cif;
    const events = new HostEvents(cif, context, (request) => this.#clicked(request, context));
    this.#events = events;
    this.#calls = new CallFollower(cif, context, this.options, {
      expectMode: (mode) => events.expectMode(mode),
      resolve: async (record, signal) => ({
        entity: this.#lookup.entity(record.entity),
        id: await this.#lookup.resolve(record, signal),
      }),
    });
    events.start();
    if (!clickToAct) return;
    cif.ask('setClickToAct', [true], context.signal).catch(() => {
      context.note({level: 'warn', event: 'dynamics_call_failed', data: {method: 'setClickToAct'}});
    });
  }

  async open(record: RecordRef, signal: AbortSignal): Promise<void> {
    const entityId = await this.#lookup.resolve(record, signal);
    // A record that opens while the session of its contact is made would stay in the one before.
    await this.#calls?.settled();
    await this.#openForm([{entityName: this.#lookup.entity(record.entity), entityId}], signal);
  }

  search(query: SearchQuery, signal: AbortSignal): Promise<readonly RecordRef[]> {
    return this.#lookup.search(query, signal);
  }

  async create(draft: RecordDraft, signal: AbortSignal): Promise<void> {
    const {fields} = hostDraft(this.#lookup.names, draft);
    await this.#openForm([{entityName: this.#lookup.entity(draft.entity)}, fields], signal);
  }

  async showMatches({entity, value}: SearchQuery, _: readonly RecordRef[], signal: AbortSignal): Promise<void> {
    await this.#ready().ask('renderSearchPage', [this.#lookup.entity(entity), value], signal);
  }

  onCallState(change: CallStateChange): void {
    this.#calls?.follow(change);
  }

  async saveLog(log: ContactLog, signal: AbortSignal): Promise<RecordRef | undefined> {
    if (this.options.saveLogs === false) return undefined;
    const {record, table} = await this.#lookup.regarding(log.record, signal);
    const row = phoneCallRow({...log, record}, table);
    if (!row) return undefined;
    const id = readGuid(own(await this.#ready().ask('createRecord', [PHONE_CALL, JSON.stringify(row)], signal), 'id'));
    return id ? {entity: PHONE_CALL, id} : undefined;
  }

  disconnect(): void {
    this.#events?.stop();
    this.#calls?.stop();
    this.#cif = this.#events = this.#calls = undefined;
  }

  #lookupBy(cif: () => CifClient): Lookup {
    return new Lookup(this.name, this.options, async (entity, query, signal) =>
      // Search only: CIF would choose by itself what to show, and show its search page even for one match.
      readRows(await cif().ask('searchAndOpenRecords', [entity, query, true], signal)),
    );
  }

  async #client(signal: AbortSignal): Promise<CifClient> {
    return new CifClient(await cifLibrary(this.options, signal), this.options.timeoutMs);
  }

  #ready(): CifClient {
    if (!this.#cif) throw new AdapterError('notHere', 'dynamics: not connected');
    return this.#cif;
  }

  /** CIF takes its objects as JSON texts. */
  async #openForm(args: readonly object[], signal: AbortSignal): Promise<void> {
    await this.#ready().ask(
      'openForm',
      args.map((arg) => JSON.stringify(arg)),
      signal,
    );
  }

  #clicked(request: ClickToDial, context: AdapterContext): void {
    this.#calls?.showPanel();
    context.onClickToDial(request);
  }
}
