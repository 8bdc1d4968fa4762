/** The page in an org's softphone frame: an adapter for the test around it to drive. Its query is the frame's. */
import {expose} from 'comlink';
import {isAdapterError, type CallStateChange} from '../../src/adapters/crm-adapter.js';
import type {SalesforceOptions} from '../../src/adapters/salesforce/options.js';
import {SalesforceAdapter} from '../../src/adapters/salesforce/salesforce.js';
import {recordedContext} from '../support/adapter-context.js';

export interface Outcome {
  readonly value?: unknown;
  /** Of an AdapterError; another error's text. */
  readonly code?: string;
  readonly message?: string;
  readonly tookMs: number;
}

const adapters = new Map<string, SalesforceAdapter>();
const context = recordedContext(new AbortController().signal);

function adapterOf(name: string): SalesforceAdapter {
  const adapter = adapters.get(name);
  if (!adapter) throw new Error(`no adapter ${name}`);
  return adapter;
}

const api = {
  make(options: SalesforceOptions, name = 'main') {
    adapters.set(name, new SalesforceAdapter(options));
  },
  /** Calls a method of the adapter; the signal goes after `abortAfterMs`. */
  async ask(
    method: 'connect' | 'settings' | 'open' | 'search' | 'create' | 'showMatches' | 'saveLog',
    args: readonly unknown[] = [],
    {name = 'main', abortAfterMs}: {name?: string; abortAfterMs?: number} = {},
  ): Promise<Outcome> {
    const startedAt = performance.now();
    const signal = abortAfterMs === undefined ? new AbortController().signal : AbortSignal.timeout(abortAfterMs);
    const adapter = adapterOf(name);
    const call = adapter[method] as (...args: readonly unknown[]) => Promise<unknown>;
    const tookMs = (): number => performance.now() - startedAt;
    try {
      const value = await call.apply(adapter, method === 'connect' ? [context] : [...args, signal]);
      return {value, tookMs: tookMs()};
    } catch (error) {
      const {message} = error as Error;
      return {
        code: isAdapterError(error) ? error.code : `no AdapterError: ${String(error)}`,
        message,
        tookMs: tookMs(),
      };
    }
  },
  callState(change: CallStateChange) {
    adapterOf('main').onCallState(change);
  },
  disconnect(name = 'main') {
    adapterOf(name).disconnect();
  },
  seen() {
    const {dialled, notes, asked, active} = context;
    return {
      dialled,
      notes,
      asked,
      active,
      query: location.search,
      hash: location.hash,
      stored: JSON.stringify({...sessionStorage}),
      scripts: [...document.querySelectorAll('script')].map(({src}) => src).filter((src) => src.includes('opencti')),
    };
  },
  /** Loads the page anew, as a login's redirect brings it back. */
  goTo(search: string) {
    location.search = search;
  },
};
export type PhoneApi = typeof api;

/** As a Visualforce page does it: the library is there before the widgets. */
function ownLibrary(): Promise<void> {
  return new Promise((resolve) => {
    const script = document.createElement('script');
    script.src = '/demo/hosts/opencti_min.js';
    script.onload = script.onerror = () => resolve();
    document.head.append(script);
  });
}

if (new URLSearchParams(location.search).has('ownLibrary')) await ownLibrary();
const {port1, port2} = new MessageChannel();
expose(api, port1);
window.top!.postMessage({type: 'phone-ready'}, '*', [port2]);
