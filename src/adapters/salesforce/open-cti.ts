import {withTimeLimit} from '../common/time-limit.js';
import {AdapterError} from '../crm-adapter.js';
import type {OpenCtiLibrary} from './library.js';
import {own} from '../common/own.js';

/** The library's methods that we call. Source: crm-hosts.md A3. */
export type OpenCtiMethod =
  | 'screenPop'
  | 'searchAndScreenPop'
  | 'saveLog'
  | 'refreshView'
  | 'getCallCenterSettings'
  | 'setSoftphonePanelVisibility'
  | 'setSoftphoneItemLabel'
  | 'setSoftphoneItemIcon'
  | 'enableClickToDial'
  | 'notifyInitializationComplete';
export type OpenCtiEvent = 'onClickToDial' | 'onNavigationChange';

/** How often to ask an org again that does not answer yet, in ms. Source: our choice. */
const ASK_AGAIN_MS = 500;

type Arguments = Readonly<Record<string, unknown>>;
type Listener = (payload: unknown) => void;

/** The library cannot remove a listener, so we add one per method for the life of the page, and it passes the events on. */
const listeners = new WeakMap<OpenCtiLibrary, Map<OpenCtiEvent, Set<Listener>>>();

/** Only the host's error codes go into messages, because its descriptions may quote customer data. */
function codesOf(response: unknown): string {
  const errors = own(response, 'errors') ?? own(response, 'error');
  const codes = (Array.isArray(errors) ? (errors as unknown[]) : [errors])
    .slice(0, 3)
    .map((error) => own(error, 'code'))
    .filter((code) => typeof code === 'string' && /^[A-Z][A-Z_]{1,39}$/.test(code));
  return codes.length > 0 ? ` (${codes.join(', ')})` : '';
}

/** The value of a response in the format `{success, returnValue, errors}`. */
function valueOf(method: OpenCtiMethod, response: unknown): unknown {
  const success = own(response, 'success');
  if (success === true) return own(response, 'returnValue');
  if (success !== false) throw new AdapterError('badReply', `salesforce: ${method} was answered without success`);
  throw new AdapterError('refused', `salesforce: ${method} was refused${codesOf(response)}`);
}

/**
 * Open CTI with what its library lacks: a time limit for every call, because a missing host never answers; errors instead of
 * thrown strings; and listeners that can be removed.
 */
export class OpenCti {
  readonly #library: OpenCtiLibrary;
  readonly #callTimeoutMs: number;

  constructor(library: OpenCtiLibrary, callTimeoutMs: number) {
    this.#library = library;
    this.#callTimeoutMs = callTimeoutMs;
  }

  /**
   * @returns `returnValue`; the caller must check its shape.
   * @throws {AdapterError} `timeout`; `refused`, also if the library is too old; `badReply`.
   */
  call(
    method: OpenCtiMethod,
    args: Arguments = {},
    signal?: AbortSignal,
    limitMs = this.#callTimeoutMs,
  ): Promise<unknown> {
    return withTimeLimit(`salesforce: ${method}`, limitMs, signal, (resolve, reject) => {
      this.#invoke(method, args, settleWith(method, resolve, reject));
    });
  }

  /** As `call` without arguments, but asks again until the host answers. */
  async callWhenThere(method: OpenCtiMethod, limitMs: number, signal: AbortSignal): Promise<unknown> {
    let timer: ReturnType<typeof setInterval> | undefined;
    try {
      return await withTimeLimit(`salesforce: ${method}`, limitMs, signal, (resolve, reject) => {
        const ask = (): void => this.#invoke(method, {}, settleWith(method, resolve, reject));
        timer = setInterval(() => {
          try {
            ask();
          } catch {
            // It throws as on the first call, which has already rejected.
          }
        }, ASK_AGAIN_MS);
        ask();
      });
    } finally {
      clearInterval(timer);
    }
  }

  /** Listens to the host's events until `signal` aborts. */
  listen(event: OpenCtiEvent, listener: Listener, signal: AbortSignal): void {
    const events = listeners.get(this.#library) ?? new Map<OpenCtiEvent, Set<Listener>>();
    listeners.set(this.#library, events);
    const known = events.get(event);
    const all = known ?? new Set<Listener>();
    all.add(listener);
    signal.addEventListener('abort', () => all.delete(listener), {once: true});
    if (known) return;
    events.set(event, all);
    const pass = (payload: unknown): void => {
      for (const one of [...all]) one(payload);
    };
    try {
      this.#method(event)({listener: pass});
    } catch (error) {
      events.delete(event);
      throw error instanceof AdapterError ? error : new AdapterError('refused', `salesforce: ${event} failed`);
    }
  }

  /** A constant of the library, whose name may differ from the documentation. */
  constant(group: 'SCREENPOP_TYPE' | 'CALL_TYPE', name: string, documented: string): string {
    const value = own(own(this.#library, group), name);
    return typeof value === 'string' ? value : documented;
  }

  #invoke(method: OpenCtiMethod, args: Arguments, callback: (response: unknown) => void): void {
    this.#method(method)({...args, callback});
  }

  #method(name: OpenCtiMethod | OpenCtiEvent): (args: Arguments) => void {
    const method = this.#library[name];
    if (typeof method !== 'function')
      throw new AdapterError('refused', `salesforce: this version of Open CTI has no ${name}`);
    return (args) => void (method as (args: Arguments) => unknown).call(this.#library, args);
  }
}

function settleWith(
  method: OpenCtiMethod,
  resolve: (value: unknown) => void,
  reject: (error: unknown) => void,
): (response: unknown) => void {
  return (response) => {
    try {
      resolve(valueOf(method, response));
    } catch (error) {
      reject(error);
    }
  };
}
