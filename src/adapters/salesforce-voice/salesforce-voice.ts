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
/** The section of the contact centre with our settings. Source: hosts/salesforce. */
const SECTION = '/reqCxone/';

/**
 * Service Cloud Voice: Salesforce has its own call controls. This adapter carries out their requests and reports the results.
 * Salesforce pops records itself, so this adapter neither opens nor searches records.
 *
 * Load this file together with the page: Salesforce sends its setup only once, when its frame has loaded.
 */
export class SalesforceVoiceAdapter implements CrmAdapter {
  readonly name = 'salesforce-voice';
  readonly options: SalesforceVoiceOptions;
  #connector: Connector | undefined;
  #stop: (() => void) | undefined;

  constructor(options: SalesforceVoiceOptions = {}) {
    this.options = options;
  }

  /** The settings in our section of the contact centre. @throws {AdapterError} `timeout`, `badConfig`. */
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
    // Once for each setup, because Salesforce may reload its own part while this page stays.
    this.#stop = onSetup(allowed, (setup) => {
      library.initializeConnector(connector);
      passOn(setup);
    });
  }

  /** Releases the port, which only one adapter of the page can use at a time. */
  disconnect(): void {
    this.#stop?.();
    this.#connector?.stop();
    this.#connector = undefined;
  }

  /** @throws {AdapterError} `notFound` always, because Salesforce pops records itself. */
  async open(): Promise<void> {
    throw new AdapterError('notFound', 'salesforce-voice: Salesforce pops records itself');
  }

  async search(): Promise<readonly []> {
    return [];
  }

  /** @throws {AdapterError} `notFound` always, as `open`. */
  async create(): Promise<void> {
    throw new AdapterError('notFound', 'salesforce-voice: Salesforce pops records itself');
  }

  #allowed(): (origin: string) => boolean {
    return originCheck(this.options.origin);
  }
}
