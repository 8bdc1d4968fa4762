import type * as ElectedHub from './elected-hub.js';
import type {HubTransport} from './hub-transport.js';
import type {ResolvedConfig} from '../config/resolve-config.js';
import {packageWorkerUrl, sharedHub} from './shared-hub.js';

/** The ways to a hub, the best first. When one fails, at once or later, the next is tried. */
export function hubTransports({hub, page, workerUrl}: ResolvedConfig): readonly HubTransport[] {
  const url = workerUrl ?? packageWorkerUrl();
  const config = {...hub, ...page};
  const mandate: ElectedHub.Mandate = {takesOver: false};
  return [
    sharedHub(url, hub),
    later((module) => module.electedWorkerHub(url, config, mandate)),
    later((module) => module.electedPageHub(config, mandate)),
  ];
}

/** Loaded only after a SharedWorker failed, so few pages pay for it. */
function later(make: (module: typeof ElectedHub) => HubTransport): HubTransport {
  return {open: async (...args) => make(await import('./elected-hub.js')).open(...args)};
}
