/// <reference lib="webworker" />
import {HELLO} from './hub-api.js';
import {loadDialect} from '../platform/dialects.js';
import {HubHost} from './entry/hub-host.js';

declare const self: (SharedWorkerGlobalScope | DedicatedWorkerGlobalScope) & typeof globalThis;

const shared = 'onconnect' in self;
const host = new HubHost(shared ? 'shared' : 'dedicated', loadDialect, () => self.close());

// Before any await: after one, the first page's event would be lost and that page would wait for ever.
if (shared) {
  self.addEventListener('connect', (event) => {
    const [port] = event.ports;
    if (!port) return;
    host.attach(port);
    port.postMessage(HELLO);
  });
} else {
  host.attach(self);
}
