/// <reference lib="webworker" />
import {brokerTokens} from './platform/token-broker.js';
import {V2Platform} from './platform/v2/v2-platform.js';
import {HubHost, type HubEndpoint} from './hub-host.js';

declare const self: (SharedWorkerGlobalScope | DedicatedWorkerGlobalScope) & typeof globalThis;

const shared = 'onconnect' in self;

const host = new HubHost(
  {
    kind: shared ? 'shared' : 'dedicated',
    platform: (config, tokens, log) => new V2Platform(config, tokens, log),
    brokerTokens: (config) => brokerTokens(config.tokenUrl, config.agentId),
  },
  () => self.close(),
);

// Before any await: after one, the first page's event would be lost and that page would wait for ever.
if (shared) self.addEventListener('connect', (event) => {
  const port = (event as MessageEvent).ports[0];
  if (port) host.attach(port);
});
else host.attach(self as unknown as HubEndpoint);
