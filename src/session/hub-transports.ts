import type {HubTransport} from './hub-transport.js';
import type {ResolvedConfig} from './resolve-config.js';
import {packageWorkerUrl, sharedHub} from './shared-hub.js';

/** The ways to a hub, the best first. */
export function hubTransports({hub, workerUrl}: ResolvedConfig): readonly HubTransport[] {
  return [sharedHub(workerUrl ?? packageWorkerUrl(), hub)];
}
