import type {HubTransport} from './hub-transport.js';
import type {ResolvedConfig} from './resolve-config.js';
import {packageWorkerUrl, sharedHub} from './shared-hub.js';

/** The ways to a hub, the best first. A way that fails, at once or later, leads to the next. */
export function hubTransports({hub, workerUrl}: ResolvedConfig): readonly HubTransport[] {
  const url = workerUrl ?? packageWorkerUrl();
  return [
    sharedHub(url, hub),
    // Loaded where a SharedWorker failed: few pages pay for it.
    {open: async (...args) => (await import('./elected-hub.js')).electedWorkerHub(url, hub).open(...args)},
    {open: async (...args) => (await import('./elected-hub.js')).electedPageHub(hub).open(...args)},
  ];
}
