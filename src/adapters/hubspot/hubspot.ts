import type {RecordRef, SearchQuery} from '../../domain/screen-pop.js';
import {hostEntity, mergeNames, type HostNames} from '../common/names.js';
import {own, ownText} from '../common/own.js';
import {withTimeLimit} from '../common/time-limit.js';
import {
  AdapterError,
  isAdapterError,
  type AdapterContext,
  type CallStateChange,
  type ContactLog,
  type CrmAdapter,
} from '../crm-adapter.js';
import {HubSpotCalls} from './calls.js';
import {pageChannel, type HubSpotChannel} from './channel.js';
import {writeEngagement} from './engagement.js';
import type {Sdk} from './library.js';
import {clickedRecord, HUBSPOT_NAMES, objectOf} from './objects.js';
import type {HubSpotLogOptions, HubSpotOptions} from './options.js';
import {tellStanding} from './standing.js';

type ObjectCoordinates = Parameters<Sdk['navigateToRecord']>[0]['objectCoordinates'];

/** Source: contract §6, the lookup's limit. */
const DEFAULT_MATCH_TIMEOUT_MS = 3_000;
/** Source: our choice; HubSpot's page refuses by itself, without asking a server. */
const DEFAULT_REFUSAL_TIMEOUT_MS = 1_000;
/** Source: our choice; two steps stay under the 9 s that a log may take. */
const DEFAULT_LOG_TIMEOUT_MS = 4_000;
/** Source: the SDK; HubSpot's page sends its greeting for this long after it has loaded the frame. */
const DEFAULT_READY_TIMEOUT_MS = 30_000;
const NOT_CONNECTED = 'The CXone phone is not connected.';

/**
 * HubSpot, by its calling SDK: the page is the calling app's frame. Callers are looked up by HubSpot itself, records open,
 * clicked numbers are told, calls are logged. The SDK has neither a search by anything else nor forms for new records.
 */
export class HubSpotAdapter implements CrmAdapter {
  readonly name = 'hubspot';
  /** Only where logs are wanted: a page whose adapter has it is asked to write them. */
  readonly saveLog: CrmAdapter['saveLog'];
  readonly #options: HubSpotOptions;
  readonly #names: HostNames;
  #channel: HubSpotChannel | undefined;
  #calls: HubSpotCalls | undefined;
  #stop: (() => void) | undefined;

  constructor(options: HubSpotOptions = {}) {
    this.#options = options;
    this.#names = mergeNames(HUBSPOT_NAMES, options.names);
    const {log = {}} = options;
    if (log) this.saveLog = (contact, signal) => this.#write(contact, log, signal);
  }

  async connect(context: AdapterContext): Promise<void> {
    if (window.parent === window) throw new AdapterError('notHere', 'hubspot: this page is not in a frame');
    const {size, matchTimeoutMs = DEFAULT_MATCH_TIMEOUT_MS, readyTimeoutMs = DEFAULT_READY_TIMEOUT_MS} = this.#options;
    const channel = await pageChannel(context.signal);
    await channel.whenReady(this.#options, readyTimeoutMs, context.signal);
    if (channel.isSecondary) {
      throw new AdapterError('badConfig', 'hubspot: usesCallingWindow must be false in the calling settings');
    }
    const {phone} = context;
    const standing = tellStanding(channel, phone);
    const calls = new HubSpotCalls(channel, matchTimeoutMs);
    const stopWatching = phone.subscribe('interactions', ({items}) => calls.update(items));
    if (size) channel.sdk.resizeWidget(size);
    channel.news = {
      DIAL_NUMBER: (data) => this.#clicked(channel, context, standing.isConnected(), data),
      END_CALL: (data) => endCall(context, calls, data),
      VISIBILITY_CHANGED(data) {
        if (own(data, 'isMinimized') !== true && own(data, 'isHidden') !== true) context.onHostActivity();
      },
      onFailure: (call) => noteFailure(context, call),
    };
    this.#channel = channel;
    this.#calls = calls;
    this.#stop = () => {
      channel.news = {};
      stopWatching();
      calls.clear();
      standing.stop();
    };
  }

  async open(record: RecordRef, signal: AbortSignal): Promise<void> {
    const {channel} = this.#connected();
    const {openIn = 'CURRENT_TAB', refusalTimeoutMs = DEFAULT_REFUSAL_TIMEOUT_MS} = this.#options;
    const object = objectOf(this.#names, record);
    if (!object) throw new AdapterError('notFound', 'hubspot: this is no record of HubSpot');
    const objectCoordinates = {portalId: channel.portalId, ...object} as ObjectCoordinates;
    const question = {
      what: 'navigateToRecord',
      failed: 'NAVIGATE_TO_RECORD_FAILED',
      isMine: (data: unknown) => {
        const refused = own(own(data, 'objectCoordinates'), 'objectId');
        return refused === undefined || Number(refused) === object.objectId;
      },
    };
    const navigate = (): void => channel.sdk.navigateToRecord({objectCoordinates, openIn});
    await channel.ask(question, refusalTimeoutMs, undefined, navigate).catch((error: unknown) => {
      // HubSpot only answers if it fails. Silence means that the record opens.
      if (!(isAdapterError(error) && error.code === 'timeout')) throw error;
    });
    if (signal.aborted) throw new AdapterError('timeout', 'hubspot: navigateToRecord was given up');
  }

  async search({entity, by, value}: SearchQuery, signal: AbortSignal): Promise<readonly RecordRef[]> {
    const {calls} = this.#connected();
    // The SDK can only look up callers. Any other search finds nothing, and the plan goes on.
    if (by !== 'phone') return [];
    const wanted = hostEntity(this.#names, entity);
    const {matchTimeoutMs = DEFAULT_MATCH_TIMEOUT_MS} = this.#options;
    return withTimeLimit('hubspot: incomingCall', matchTimeoutMs, signal, (resolve, reject) => {
      calls
        .matchesOf(value, signal)
        .then((found) => resolve(found.filter((record) => record.entity === wanted)), reject);
    });
  }

  /** @throws {AdapterError} `refused`: HubSpot's SDK opens no form. */
  async create(): Promise<void> {
    throw new AdapterError('refused', 'hubspot: the calling SDK opens no form for a new record');
  }

  onCallState(change: CallStateChange): void {
    this.#calls?.follow(change);
  }

  disconnect(): void {
    this.#stop?.();
    this.#channel = this.#calls = this.#stop = undefined;
  }

  #connected(): {readonly channel: HubSpotChannel; readonly calls: HubSpotCalls} {
    const [channel, calls] = [this.#channel, this.#calls];
    if (!channel || !calls) throw new AdapterError('notHere', 'hubspot: not connected');
    return {channel, calls};
  }

  async #write(log: ContactLog, options: HubSpotLogOptions, signal: AbortSignal): Promise<RecordRef | undefined> {
    const {channel} = this.#connected();
    // The SDK knows calls only.
    if (log.mediaType !== 'voice') return undefined;
    const {logTimeoutMs = DEFAULT_LOG_TIMEOUT_MS} = this.#options;
    const id = await writeEngagement(channel, log, options, this.#names, logTimeoutMs, signal);
    return {entity: 'call', id: String(id)};
  }

  #clicked({sdk}: HubSpotChannel, context: AdapterContext, connected: boolean, data: unknown): void {
    const number = ownText(data, 'phoneNumber')?.trim();
    if (!number) return;
    if (!connected) return sdk.sendError({message: this.#options.notConnectedText ?? NOT_CONNECTED});
    const record = clickedRecord(data);
    context.onClickToDial({number, ...(record && {record})});
  }
}

/** HubSpot's own button ends the call that it names, or the only one. */
function endCall({phone}: AdapterContext, {ids}: HubSpotCalls, data: unknown): void {
  const named = ownText(data, 'externalCallId');
  const id = named === undefined && ids.length === 1 ? ids[0] : ids.find((one) => one === named);
  // The command itself reports why it failed.
  if (id !== undefined) void phone.commands.release(id).catch(() => undefined);
}

function noteFailure({note}: AdapterContext, message: string): void {
  note({
    level: 'warn',
    event: 'adapter_call_failed',
    data: {adapter: 'hubspot', call: message, error: 'refused'},
  });
}
