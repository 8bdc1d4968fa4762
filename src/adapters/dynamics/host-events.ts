import {numberText} from '../../domain/phone-number.js';
import type {AdapterContext, ClickToDial} from '../crm-adapter.js';
import {readGuid} from '../common/odata.js';
import type {CifClient} from './cif-client.js';
import {own, ownText} from '../common/own.js';
import {readValue} from './cif-values.js';

/** How long a change of the panel that we asked for is taken as ours, in ms. Our choice. */
const OWN_CHANGE_MS = 3_000;

/** The number behind a click, or `undefined` for what is none: an address, an event of another kind. */
function readClick(data: unknown): ClickToDial | undefined {
  const number = ownText(data, 'value');
  if (!number || numberText(number) === undefined) return undefined;
  const entity = ownText(data, 'entityLogicalName');
  const id = readGuid(own(data, 'entityId')) ?? readGuid(own(data, 'recordId')) ?? readGuid(own(data, 'id'));
  return entity && id ? {number, record: {entity, id}} : {number};
}

/** What Dynamics tells the panel unasked, until `stop`. */
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

  /** The panel is about to change because a contact rings: that is no sign of the agent. */
  expectMode(mode: number): void {
    this.#ownMode = {mode, until: performance.now() + OWN_CHANGE_MS};
  }

  stop(): void {
    for (const [name, handler] of this.#handlers) {
      this.#cif.ask('removeHandler', [name, handler]).catch(() => undefined);
    }
    this.#handlers.clear();
  }

  /** A page that nobody sees is not the one the agent works in. */
  #active(): void {
    if (document.visibilityState === 'visible') this.#context.onHostActivity();
  }

  #on(name: string, callback: (data: unknown) => void): void {
    // CIF waits for a promise and gives up on slow ones: what follows from the event runs by itself.
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
