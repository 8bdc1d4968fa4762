import {withTimeLimit} from '../common/time-limit.js';
import {AdapterError} from '../crm-adapter.js';
import {readFailure, readValue} from './cif-values.js';

/** The methods of `Microsoft.CIFramework` that are used. Source: crm-hosts.md B1. */
export type CifMethod =
  | 'searchAndOpenRecords'
  | 'renderSearchPage'
  | 'openForm'
  | 'createRecord'
  | 'getEnvironment'
  | 'setMode'
  | 'setClickToAct'
  | 'addHandler'
  | 'removeHandler'
  | 'notifyEvent'
  | 'cancelEvent'
  | 'createSession'
  | 'createTab';

/** The library in the page; its version decides which methods it has. */
export type CifLibrary = Readonly<Partial<Record<CifMethod, (...args: readonly unknown[]) => unknown>>>;

/** For each call, in ms. Source: CIF's own limit; crm-hosts.md B1 "Time-out". */
export const CALL_TIMEOUT_MS = 10_000;

/** Calls CIF with a time limit for each call, and brings its answers into one shape. */
export class CifClient {
  constructor(
    readonly library: CifLibrary,
    readonly timeoutMs = CALL_TIMEOUT_MS,
  ) {}

  has(method: CifMethod): boolean {
    return typeof this.library[method] === 'function';
  }

  /**
   * @throws {AdapterError} `timeout`; `refused` with CIF's code, also for a method that this version lacks.
   */
  ask(method: CifMethod, args: readonly unknown[], signal?: AbortSignal, timeoutMs = this.timeoutMs): Promise<unknown> {
    return withTimeLimit(`dynamics: ${method}`, timeoutMs, signal, (resolve, reject) => {
      const call = async (): Promise<unknown> => {
        if (!this.has(method)) throw new AdapterError('refused', `dynamics: this version of CIF has no ${method}`);
        return this.library[method]?.(...args);
      };
      call().then(
        (value) => resolve(readValue(value)),
        (error: unknown) => reject(readFailure(method, error)),
      );
    });
  }
}
