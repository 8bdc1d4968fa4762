import type {HubConfig} from '../../domain/settings.js';
import type {Problem} from '../../domain/snapshot.js';
import {HELLO, WIRE_VERSION} from '../../worker/hub-api.js';
import type {HubChannel, HubTransport} from './hub-transport.js';
import {trustedScriptUrl} from '../../domain/trusted-url.js';

/** The worker beside this package. Rollup and Vite recognise exactly this expression. */
export function packageWorkerUrl(): string {
  return new URL('../../worker/worker.js', import.meta.url).href;
}

/** The worker's name: pages share a hub only if all of this agrees. Source: architecture.md "One hub". */
export function hubName(config: Pick<HubConfig, 'apiBase' | 'agentId'>, extendedLifetime: boolean): string {
  return ['cxone-hub', WIRE_VERSION, config.apiBase, config.agentId, extendedLifetime ? 'extended' : 'plain'].join('|');
}

/** Thrown by the option's getter. No other code throws this object, so it cannot be mistaken. */
const OPTION_IS_READ = new Error('the browser reads extendedLifetime');

/**
 * A browser that knows `extendedLifetime` reads the option before it starts anything, and its getter throws the marker. A
 * browser that does not know it starts a plain worker. This needs no extra worker to find out, and no two pages ask for
 * the same name with different options, which would be an `error` event.
 */
function startWorker(url: string, config: Pick<HubConfig, 'apiBase' | 'agentId'>): SharedWorker {
  const script = trustedScriptUrl(url);
  try {
    return new SharedWorker(script, {
      type: 'module',
      name: hubName(config, false),
      get extendedLifetime(): boolean {
        throw OPTION_IS_READ;
      },
    } as WorkerOptions);
  } catch (error) {
    if (error !== OPTION_IS_READ) throw error;
  }
  return new SharedWorker(script, {
    type: 'module',
    name: hubName(config, true),
    extendedLifetime: true,
  } as WorkerOptions);
}

/**
 * How long a worker may be silent before the page asks for it again, in ms; doubled each time. A page that comes while the
 * former worker is closing is connected to that one and never gets an answer. Source: a cold start took 40–90 ms here; if
 * the worker is only slow, asking again does no harm.
 */
const HELLO_WAIT_MS = 300;

/** Whether the worker runs. Also `true` once the signal aborts. */
function saysHello(port: MessagePort, waitMs: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (isHeard: boolean): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', yes);
      resolve(isHeard);
    };
    const yes = (): void => end(true);
    const timer = setTimeout(end, waitMs, false);
    port.addEventListener('message', ({data}) => data === HELLO && yes());
    signal.addEventListener('abort', yes);
    port.start();
  });
}

/** Joins, or starts, the hub that runs in a SharedWorker: one per browser profile, site and agent. */
export function sharedHub(url: string, config: Pick<HubConfig, 'apiBase' | 'agentId'>): HubTransport {
  return {
    async open(_pageId, signal): Promise<HubChannel> {
      for (let waitMs = HELLO_WAIT_MS; ; waitMs *= 2) {
        signal.throwIfAborted();
        const worker = startWorker(url, config);
        const failed = new Promise<Problem>((resolve) => {
          // This event is the only sign of a script that is missing, refused by CSP or broken. It comes late and gives no reason.
          worker.addEventListener('error', () => resolve({code: 'workerUnavailable', detail: 'SharedWorker'}), {
            once: true,
          });
        });
        const close = (): void => worker.port.close();
        if (await Promise.race([failed, saysHello(worker.port, waitMs, signal)])) {
          return {endpoint: worker.port, failed, close};
        }
        close();
      }
    },
  };
}
