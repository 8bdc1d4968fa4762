import type {Endpoint} from 'comlink';
import {ChannelEndpoint, hubChannelName, isHubLetter, type HubLetter} from '../domain/hub-channel.js';
import type {HubConfig} from '../domain/settings.js';
import type {Problem} from '../domain/snapshot.js';
import type {HubChannel, HubTransport} from './hub-transport.js';
import {trustedWorkerUrl} from './trusted-url.js';

/** A hub that this page runs for all. */
interface OwnHub {
  readonly endpoint: Endpoint;
  readonly failed: Promise<Problem>;
  stop(): void;
}

const NEVER = new Promise<never>(() => undefined);

/**
 * Elected mode, for pages that cannot have a SharedWorker: one page runs the hub, the others reach it over the
 * BroadcastChannel. Whoever holds the Web Lock runs it; the next one in line takes over when that page is gone.
 */
function elected(config: Pick<HubConfig, 'apiBase' | 'agentId'>, startOwn: () => Promise<OwnHub>): HubTransport {
  const name = hubChannelName(config.apiBase, config.agentId);
  return {
    async open(pageId, signal): Promise<HubChannel> {
      const ended = new AbortController();
      const channel = new BroadcastChannel(name);
      const closeAll = (): void => {
        ended.abort();
        channel.close();
      };
      signal.addEventListener('abort', closeAll, {once: true});
      const isHere = new Promise<'here'>((resolve) => {
        channel.addEventListener('message', ({data}) => {
          if (isHubLetter(data) && 'here' in data) resolve('here');
        });
      });
      const isElected = new Promise<'elected'>((resolve) => {
        navigator.locks
          .request(`elect:${name}`, {signal: ended.signal}, async () => {
            // The lock `cxone-hub:…` is the hub's own, in whichever mode: held, there is one, or one that is just dying.
            await navigator.locks.request(name, {mode: 'shared', signal: ended.signal}, () => resolve('elected'));
            // Whoever heard `elected` may have let go of it by now.
            if (ended.signal.aborted) return;
            await new Promise<void>((free) => ended.signal.addEventListener('abort', () => free(), {once: true}));
          })
          .catch((error: unknown) => {
            if (!ended.signal.aborted) reportError(error);
          });
      });
      channel.postMessage({to: 'hub', from: pageId, ask: 'anybody there'} satisfies HubLetter);
      if ((await Promise.race([isHere, isElected])) === 'elected') {
        const own = await startOwn().catch((error: unknown) => {
          closeAll();
          throw error;
        });
        const close = (): void => {
          own.stop();
          closeAll();
        };
        return {endpoint: own.endpoint, failed: own.failed, close};
      }
      const endpoint = new ChannelEndpoint(channel, pageId, 'hub');
      channel.addEventListener('message', ({data}) => {
        if (isHubLetter(data) && data.to === pageId && 'data' in data) endpoint.receive(data.data);
      });
      return {endpoint, failed: NEVER, gone: isElected, close: closeAll};
    },
  };
}

/** The hub in a dedicated Worker of the elected page: a hung or hidden page does not stop it. */
export function electedWorkerHub(url: string, config: Pick<HubConfig, 'apiBase' | 'agentId'>): HubTransport {
  return elected(config, async () => {
    const worker = new Worker(trustedWorkerUrl(url), {type: 'module', name: 'cxone-hub'});
    const failed = new Promise<Problem>((resolve) => {
      worker.addEventListener('error', () => resolve({code: 'workerUnavailable', detail: 'Worker'}), {once: true});
    });
    return {endpoint: worker, failed, stop: () => worker.terminate()};
  });
}

/** The hub in the elected page itself, where no worker may run. */
export function electedPageHub(config: Pick<HubConfig, 'apiBase' | 'agentId'>): HubTransport {
  return elected(config, async () => {
    const {startInPageHub} = await import('../worker/in-page-hub.js');
    const {port, stop} = startInPageHub();
    return {endpoint: port, failed: NEVER, stop};
  });
}
