import {loadScript} from '../common/load-script.js';
import {withTimeLimit} from '../common/time-limit.js';
import {AdapterError} from '../crm-adapter.js';

/** The parts of Salesforce's library that we use: methods that take one object, and constants. */
export type OpenCtiLibrary = Readonly<Record<string, unknown>>;

/** How long the script may take, in ms. Source: our choice; longer than any caller waits. */
const LOAD_LIMIT_MS = 120_000;

/** All adapters of the page share one load, because a second copy of the library never gets an answer. */
const loads = new Map<string, Promise<void>>();

/** The library that the page already has, whether loaded by the page itself or by us. */
export function presentLibrary(): OpenCtiLibrary | undefined {
  return (globalThis as {sforce?: {opencti?: OpenCtiLibrary}}).sforce?.opencti;
}

/**
 * Loads the library from the org, once per page.
 * @param org the org's checked origin.
 * @throws {AdapterError} `badConfig` for an invalid version; `refused`, `timeout` as `loadScript`.
 */
export async function loadLibrary(
  org: string,
  apiVersion: string,
  limitMs: number,
  signal: AbortSignal,
): Promise<OpenCtiLibrary> {
  if (!/^\d{2,3}\.0$/.test(apiVersion)) {
    throw new AdapterError('badConfig', 'salesforce: apiVersion must be like 66.0');
  }
  const url = new URL(`/support/api/${apiVersion}/lightning/opencti_min.js`, org);
  let load = loads.get(url.href);
  if (!load) {
    load = loadScript('salesforce', url, LOAD_LIMIT_MS);
    loads.set(url.href, load);
    // Let the next adapter try again: the network or the policy may have been fixed.
    load.catch(() => loads.delete(url.href));
  }
  const loaded = load;
  await withTimeLimit<void>(`salesforce: ${url.host}`, limitMs, signal, (resolve, reject) => {
    loaded.then(resolve, reject);
  });
  const library = presentLibrary();
  if (!library) throw new AdapterError('badReply', 'salesforce: the library has no sforce.opencti');
  return library;
}
