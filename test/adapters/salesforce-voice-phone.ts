/** The page in a contact center's frame: the adapter, with a telephone for the test around it to play. */
import {expose} from 'comlink';
import {isAdapterError} from '../../src/adapters/crm-adapter.js';
import type {SalesforceVoiceOptions} from '../../src/adapters/salesforce-voice/options.js';
import {SalesforceVoiceAdapter} from '../../src/adapters/salesforce-voice/salesforce-voice.js';
import {CxoneError, type ErrorCode} from '../../src/domain/errors.js';
import type {InteractionView, SliceName, Snapshot} from '../../src/domain/snapshot.js';
import {recordedContext} from '../support/adapter-context.js';
import {scriptedInteraction} from '../support/scripted-session.js';

export type GivenCall = Partial<InteractionView> & Pick<InteractionView, 'interactionId' | 'state'>;

const refused: Record<string, Error> = {};
const ending = new AbortController();
const context = recordedContext(ending.signal, refused);
let adapter: SalesforceVoiceAdapter;
/** What the page heard itself, past the adapter. */
const heard: unknown[] = [];
addEventListener('message', ({data}) => void heard.push((data as {type?: unknown}).type));

async function outcome(act: () => Promise<unknown>): Promise<{value?: unknown; code?: string; message?: string}> {
  try {
    return {value: await act()};
  } catch (error) {
    const {message} = error as Error;
    return {code: isAdapterError(error) ? error.code : `no AdapterError: ${String(error)}`, message};
  }
}

const api = {
  make(options: SalesforceVoiceOptions) {
    adapter = new SalesforceVoiceAdapter(options);
  },
  connect: () =>
    outcome(async () => {
      await adapter.connect(context);
    }),
  settings: () => outcome(() => adapter.settings(ending.signal)),
  async records() {
    return {
      open: await outcome(() => adapter.open()),
      create: await outcome(() => adapter.create()),
      search: await outcome(() => adapter.search()),
    };
  },
  show<Name extends SliceName>(name: Name, slice: Partial<Snapshot[Name]>) {
    context.show(name, slice);
  },
  /** The present calls; which actions are allowed follows from their state. */
  calls(items: readonly GivenCall[]) {
    context.show('interactions', {items: items.map((item) => scriptedInteraction(item)), asOf: Date.now()});
  },
  /** From now on the platform does not carry this out. */
  refuse(name: string, code: ErrorCode) {
    refused[name] = new CxoneError(code, 'a number that nobody may read: +14155550134');
  },
  allow(name: string) {
    delete refused[name];
  },
  seen() {
    const {asked, notes, active, dialled} = context;
    return {asked, notes, active, dialled, heard};
  },
  disconnect() {
    adapter.disconnect();
  },
  abort() {
    ending.abort();
  },
};
export type VoicePhoneApi = typeof api;

const {port1, port2} = new MessageChannel();
expose(api, port1);
window.top!.postMessage({type: 'phone-ready'}, '*', [port2]);
