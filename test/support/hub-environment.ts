/**
 * What a hub finds in a browser and Node lacks: storage, locks, a socket, and a scope that hears of the network. Import it
 * before anything of `src`. What only a real browser can show is tested there, in `test/worker`.
 */
import {setMaxListeners} from 'node:events';
import 'fake-indexeddb/auto';
import {WebSocket} from 'ws';
import {WebLocks} from './web-locks.js';

// Every part of a hub listens to its end; Node takes that for a leak.
setMaxListeners(0);

const scope = new EventTarget();
Object.assign(globalThis, {
  self: globalThis,
  WebSocket,
  addEventListener: scope.addEventListener.bind(scope),
  removeEventListener: scope.removeEventListener.bind(scope),
  dispatchEvent: scope.dispatchEvent.bind(scope),
});
Object.defineProperty(globalThis, 'navigator', {value: {locks: new WebLocks(), onLine: true}, configurable: true});
