import {CxoneError} from '../../domain/errors.js';

/**
 * What becomes of a page's call, within a limit in ms: the page waits longer than this, so it always hears the hub's own
 * word. The work goes on.
 * @throws {CxoneError} `UNKNOWN_OUTCOME`: it takes longer.
 */
export function answeredWithin<T>(limitMs: number, what: string, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new CxoneError('UNKNOWN_OUTCOME', `${what}: not done within ${limitMs} ms`)),
      limitMs,
    );
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
