import {numberText} from '../../domain/phone-number.js';
import type {AdapterContext, ClickToDial} from '../crm-adapter.js';
import {readGuid} from '../common/odata.js';
import type {CifClient} from './cif-client.js';
import {own, ownText} from '../common/own.js';
import {readValue} from './cif-values.js';

/** For how long after our request a change of the panel counts as ours, in ms. Our choice. */
const OWN_CHANGE_MS = 3_000;

/** The clicked number, or `undefined` if the click was on something else, such as an address. */
function readClick(data: unknown): ClickToDial | undefined {
  const number = ownText(data, 'value');
  if (!number || numberText(number) === undefined) return undefined;
  const entity = ownText(data, 'entityLogicalName');
  const id = readGuid(own(data, 'entityId')) ?? readGuid(own(data, 'recordId')) ?? readGuid(own(data, 'id'));
  return entity && id ? {number, record: {entity, id}} : {number};
}

/** Handles the events that Dynamics sends to the panel, until `stop`. */
export class HostEvents {
  readonly #cif: CifClient;
  readonly #context: AdapterContext;
  readonly #onClick: (request: ClickToDial) => void;
  readonly #handlers = new Map<string, (data: unknown) => Promise<unknown>>();
  #ownMode: {readonly mode: number; readonly until: number} | undefined;

  constructor(cif: CifClient, context: AdapterContext, onClick: (request: ClickToDial) => void) {
    this.#cif = cif;
    this.#context = context;
    this.#onClick = onClick;
  }

  start(): void {
    this.#on('onclicktoact', (data) => {
      const click = readClick(data);
      if (click) this.#onClick(click);
    });
    this.#on('onmodechanged', (data) => {
      const ours = this.#ownMode;
      this.#ownMode = undefined;
      if (!ours || ours.until < performance.now() || own(data, 'value') !== ours.mode) this.#active();
    });
    this.#on('onpagenavigate', () => this.#active());
    // Only v2 knows it, and refuses nothing else for it.
    this.#on('onSessionSwitched', () => this.#active());
  }

  /** The panel is about to change because a contact rings, which is no activity of the agent. */
  expectMode(mode: number): void {
    this.#ownMode = {mode, until: performance.now() + OWN_CHANGE_MS};
  }

  stop(): void {
    for (const [name, handler] of this.#handlers) {
      this.#cif.ask('removeHandler', [name, handler]).catch(() => undefined);
    }
    this.#handlers.clear();
  }

  /** The agent does not work in a hidden page. */
  #active(): void {
    if (document.visibilityState === 'visible') this.#context.onHostActivity();
  }

  #on(name: string, callback: (data: unknown) => void): void {
    // CIF waits for a handler's promise and gives up if it is slow, so our work runs on its own.
    const handler = (data: unknown): Promise<unknown> => {
      if (this.#handlers.get(name) === handler) queueMicrotask(() => callback(readValue(data)));
      return Promise.resolve();
    };
    this.#handlers.set(name, handler);
    this.#cif.ask('addHandler', [name, handler]).catch(() => {
      this.#context.note({level: 'info', event: 'dynamics_event_unavailable', data: {name}});
    });
  }
}
