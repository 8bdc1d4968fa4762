/** The page in HubSpot's frame: an adapter for the test around it to drive. */
import {expose} from 'comlink';
import {isAdapterError, type CallStateChange} from '../../src/adapters/crm-adapter.js';
import {HubSpotAdapter} from '../../src/adapters/hubspot/hubspot.js';
import type {HubSpotOptions} from '../../src/adapters/hubspot/options.js';
import type {SliceName, Snapshot} from '../../src/domain/snapshot.js';
import {recordedContext} from '../support/adapter-context.js';

export interface Outcome {
  readonly value?: unknown;
  /** Of an AdapterError; another error's text. */
  readonly code?: string;
  readonly message?: string;
}

const context = recordedContext(new AbortController().signal);
const console_: string[] = [];
for (const method of ['log', 'debug', 'warn', 'error', 'info'] as const) {
  console[method] = (...args: unknown[]) => void console_.push(JSON.stringify(args));
}
let adapter = new HubSpotAdapter();

/** The adapter loads the SDK later than all that it needs itself. */
const loadedFiles = (): number => performance.getEntriesByType('resource').length;
const loadedAtStart = loadedFiles();

const api = {
  make(options: HubSpotOptions) {
    adapter = new HubSpotAdapter(options);
    return adapter.saveLog !== undefined;
  },
  async ask(
    method: 'connect' | 'open' | 'search' | 'create' | 'saveLog',
    args: readonly unknown[] = [],
  ): Promise<Outcome> {
    const call = adapter[method] as (...args: readonly unknown[]) => Promise<unknown>;
    try {
      const {signal} = new AbortController();
      return {value: await call.apply(adapter, method === 'connect' ? [context] : [...args, signal])};
    } catch (error) {
      const {message} = error as Error;
      return {code: isAdapterError(error) ? error.code : `no AdapterError: ${String(error)}`, message};
    }
  },
  show(name: SliceName, slice: Partial<Snapshot[SliceName]>) {
    context.show(name, slice);
  },
  callState(change: CallStateChange) {
    adapter.onCallState(change);
  },
  disconnect() {
    adapter.disconnect();
  },
  seen() {
    const {dialled, notes, asked, active} = context;
    return {dialled, notes, asked, active, console: console_};
  },
  loaded() {
    return loadedFiles() - loadedAtStart;
  },
};
export type PhoneApi = typeof api;

const {port1, port2} = new MessageChannel();
expose(api, port1);
window.top!.postMessage({type: 'phone-ready'}, '*', [port2]);
