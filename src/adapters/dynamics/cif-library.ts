import {loadScript} from '../common/load-script.js';
import {withTimeLimit} from '../common/time-limit.js';
import {AdapterError} from '../crm-adapter.js';
import {CifClient, type CifLibrary} from './cif-client.js';
import type {DynamicsOptions} from './options.js';
import {libraryUrl, orgOrigin} from './org-address.js';

/** For loading and getting ready, in ms. Our choice: Dynamics takes tens of seconds to start. */
const READY_TIMEOUT_MS = 60_000;
/** How often we check whether a library that the page loads itself is there and ready, in ms. Our choice. */
const LOOK_GAP_MS = 250;

/** The event that the library sends once its functions may be used. */
const READY_EVENT = 'CIFInitDone';

const present = (): CifLibrary | undefined =>
  (globalThis as {Microsoft?: {CIFramework?: CifLibrary}}).Microsoft?.CIFramework;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** One load per page, however many adapters it has: the library is a global. */
let loading: Promise<CifLibrary> | undefined;
/** Libraries that the page has brought itself, and when they are ready. */
const known = new WeakMap<CifLibrary, Promise<CifLibrary>>();

async function load(org: URL, limitMs: number): Promise<CifLibrary> {
  // Listen before the script starts: it sends its event only once.
  const ready = withTimeLimit<void>('dynamics: CIFInitDone', limitMs, undefined, (resolve) =>
    addEventListener(READY_EVENT, () => resolve(), {once: true}),
  );
  // A failure of the script ends the wait at once.
  ready.catch(() => undefined);
  const attributes = {'data-crmurl': org.origin, 'data-cifid': 'CIFMainLibrary'};
  await loadScript('dynamics', libraryUrl(org), limitMs, undefined, attributes);
  await ready;
  const library = present();
  if (!library) throw new AdapterError('badReply', 'dynamics: the library brought no CIFramework');
  return library;
}

/** A library that the page loads by its own tag. Its event may be long past, so we also ask it. */
async function waitFor(isOver: () => boolean): Promise<CifLibrary> {
  let told = false;
  const listener = (): void => void (told = true);
  addEventListener(READY_EVENT, listener, {once: true});
  try {
    for (;;) {
      const library = present();
      if (library && told) return library;
      const cif = library && new CifClient(library);
      if (cif && !cif.has('getEnvironment')) return cif.library;
      if (isOver()) throw new AdapterError('timeout', 'dynamics: CIFInitDone was not heard');
      const answer = cif?.ask('getEnvironment', [], undefined, 2_000).then(
        () => true,
        () => false,
      );
      const [answered] = await Promise.all([answer, pause(LOOK_GAP_MS)]);
      if (library && answered) return library;
    }
  } finally {
    removeEventListener(READY_EVENT, listener);
  }
}

let waiting: Promise<CifLibrary> | undefined;

function wait(limitMs: number): Promise<CifLibrary> {
  const library = present();
  const running = library ? known.get(library) : waiting;
  if (running) return running;
  const giveUpAt = performance.now() + limitMs;
  const started = waitFor(() => performance.now() > giveUpAt);
  waiting = started;
  started
    .then((found) => void known.set(found, started))
    .catch(() => undefined)
    .finally(() => {
      if (waiting === started) waiting = undefined;
    });
  return started;
}

function find({orgUrl, hosts}: DynamicsOptions, limitMs: number): Promise<CifLibrary> {
  if (present() || document.querySelector('script[data-cifid]')) return wait(limitMs);
  const address = orgUrl ?? new URLSearchParams(location.search).get('ucilib');
  if (address === null) throw new AdapterError('notHere', 'dynamics: this page has no library of CIF');
  const org = orgOrigin(address, hosts);
  // In a top page the library would send its messages to the page itself and never get an answer.
  if (window.top === window) throw new AdapterError('notHere', 'dynamics: this page is in no frame');
  const started = load(org, limitMs);
  loading = started;
  // The next one may try again.
  started.catch(() => void (loading = undefined));
  return started;
}

/**
 * CIF's library, ready to be used: the one the page has, or else loaded from the org that the settings or the page's
 * query (`ucilib`) name.
 * @throws {AdapterError} `notHere` where nothing names one; `unsafeUrl`, `refused` or `timeout` when it cannot be had.
 */
export async function cifLibrary(options: DynamicsOptions, signal?: AbortSignal): Promise<CifLibrary> {
  const {readyTimeoutMs: limitMs = READY_TIMEOUT_MS} = options;
  const library = loading ?? find(options, limitMs);
  return withTimeLimit('dynamics: CIFInitDone', limitMs, signal, (resolve, reject) => library.then(resolve, reject));
}
