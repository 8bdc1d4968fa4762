import {AdapterError} from '../crm-adapter.js';

/**
 * Settles in time, whatever a host's library does: it resolves or rejects as `start` says, or rejects after `limitMs` or
 * with `signal`. What comes later is ignored.
 * @param what host and call, for the error: `salesforce: screenPop`. No customer data.
 * @throws {AdapterError} `timeout`
 */
export function withTimeLimit<T>(
  what: string,
  limitMs: number,
  signal: AbortSignal | undefined,
  start: (resolve: (value: T) => void, reject: (error: unknown) => void) => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const late = (): void => settle(() => reject(new AdapterError('timeout', `${what} was not answered`)));
    const timer = setTimeout(late, limitMs);
    const settle = (done: () => void): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', late);
      done();
    };
    if (signal?.aborted) return late();
    signal?.addEventListener('abort', late);
    try {
      start(
        (value) => settle(() => resolve(value)),
        (error) => settle(() => reject(error instanceof Error ? error : new AdapterError('refused', `${what} failed`))),
      );
    } catch (error) {
      // Open CTI throws strings.
      settle(() => reject(new AdapterError('refused', `${what} failed`, {cause: error})));
    }
  });
}
