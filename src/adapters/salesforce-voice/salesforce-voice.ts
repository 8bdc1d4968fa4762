import {AdapterError, type AdapterContext, type CrmAdapter} from '../crm-adapter.js';
import {readHostSettings} from '../common/host-settings.js';
import {Connector} from './connector.js';
import {loadLibrary} from './library.js';
import type {SalesforceVoiceOptions} from './options.js';
import {firstSetup, onSetup, originCheck, passOn} from './setup.js';

export {DEFAULT_STATUSES} from './statuses.js';
export type {SalesforceVoiceOptions, VoiceStatus} from './options.js';

/** How long Salesforce may take to set a connector up, in ms. Source: our choice; Omni-Channel starts with the app. */
const SETUP_LIMIT_MS = 60_000;
/** The contact centre's section that holds our settings. Source: hosts/salesforce. */
const SECTION = '/reqCxone/';

/**
 * Service Cloud Voice: Salesforce has its own controls, and this telephone carries out what they ask and tells them what
 * became of it. Records are popped by Salesforce itself, so there is nothing here to open or to search.
 *
 * The host speaks once, when its frame has loaded: load this file with the page, not after it.
 */
export class SalesforceVoiceAdapter implements CrmAdapter {
  readonly name = 'salesforce-voice';
  readonly options: SalesforceVoiceOptions;
  #connector: Connector | undefined;
  #stop: (() => void) | undefined;

  constructor(options: SalesforceVoiceOptions = {}) {
    this.options = options;
  }

  /** The contact centre's own section. @throws {AdapterError} `timeout`, `badConfig`. */
  async settings(signal: AbortSignal): Promise<Readonly<Record<string, unknown>>> {
    const {config} = await firstSetup(this.#allowed(), this.options.setupTimeoutMs ?? SETUP_LIMIT_MS, signal);
    const items = Object.entries(config)
      .filter(([key]) => key.startsWith(SECTION))
      .map(([key, value]): [string, unknown] => [key.slice(SECTION.length), value]);
    return readHostSettings('salesforce-voice: contact centre', Object.fromEntries(items));
  }

  async connect(context: AdapterContext): Promise<void> {
    const allowed = this.#allowed();
    if (window.parent === window) throw new AdapterError('notHere', 'salesforce-voice: not in a frame of Salesforce');
    const library = await loadLibrary();
    const {signal} = context;
    await firstSetup(allowed, this.options.setupTimeoutMs ?? SETUP_LIMIT_MS, signal);
    if (signal.aborted) return;
    const connector = new Connector(library, context, this.options);
    this.#connector = connector;
    // Again for each setup: after Salesforce reloads its part, this page may still be the same.
    this.#stop = onSetup(allowed, (setup) => {
      library.initializeConnector(connector);
      passOn(setup);
    });
  }

  /** The port is used by one adapter of the page at a time. */
  disconnect(): void {
    this.#stop?.();
    this.#connector?.stop();
    this.#connector = undefined;
  }

  /** @throws {AdapterError} `notFound`: records are Salesforce's own to pop. */
  async open(): Promise<void> {
    throw new AdapterError('notFound', 'salesforce-voice: Salesforce pops records itself');
  }

  async search(): Promise<readonly []> {
    return [];
  }

  /** @throws {AdapterError} `notFound`, as `open`. */
  async create(): Promise<void> {
    throw new AdapterError('notFound', 'salesforce-voice: Salesforce pops records itself');
  }

  #allowed(): (origin: string) => boolean {
    return originCheck(this.options.origin);
  }
}
