import type {HubConfig} from '../domain/settings.js';
import type {Problem} from '../domain/snapshot.js';
import {WIRE_VERSION} from '../worker/hub-api.js';
import type {HubChannel, HubTransport} from './hub-transport.js';
import {trustedWorkerUrl} from './trusted-url.js';

/** The worker beside this package. Rollup and Vite find it by this very expression. */
export function packageWorkerUrl(): string {
  return new URL('../worker/worker.js', import.meta.url).href;
}

/** The worker's name: pages share a hub only if all of this agrees. Source: architecture.md "One hub". */
export function hubName(config: Pick<HubConfig, 'apiBase' | 'agentId'>, extendedLifetime: boolean): string {
  return ['cxone-hub', WIRE_VERSION, config.apiBase, config.agentId, extendedLifetime ? 'extended' : 'plain'].join('|');
}

/** Thrown by an option's getter, so that it can be nobody else's error. */
const OPTION_IS_READ = new Error('the browser reads extendedLifetime');

/**
 * A browser that knows `extendedLifetime` reads the option before it makes anything, and meets the marker; one that
 * does not makes a plain worker at once. So support is found out without a worker made only to probe, and without
 * two pages asking for one name with different options (which is an `error` event).
 */
function startWorker(url: string, config: Pick<HubConfig, 'apiBase' | 'agentId'>): SharedWorker {
  const script = trustedWorkerUrl(url);
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

/** Joins, or starts, the hub that runs in a SharedWorker: one per browser profile, site and agent. */
export function sharedHub(url: string, config: Pick<HubConfig, 'apiBase' | 'agentId'>): HubTransport {
  return {
    open(): HubChannel {
      const worker = startWorker(url, config);
      const failed = new Promise<Problem>((resolve) => {
        // A script that is missing, refused by CSP or that fails to load says so here only, later, and without a reason.
        worker.addEventListener('error', () => resolve({code: 'workerUnavailable', detail: 'SharedWorker'}), {
          once: true,
        });
      });
      return {endpoint: worker.port, failed, close: () => worker.port.close()};
    },
  };
}
