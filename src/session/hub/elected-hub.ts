import type {Endpoint} from 'comlink';
import {
  ChannelEndpoint,
  hubChannelName,
  isHubLetter,
  openHubChannel,
  type HubLetter,
  type HubPresence,
} from '../../domain/hub-channel.js';
import type {HubConfig, PageSettings} from '../../domain/settings.js';
import type {Problem} from '../../domain/snapshot.js';
import {challenge} from './challenge.js';
import type {HubChannel, HubTransport} from './hub-transport.js';
import {browserRefusal} from './join-problem.js';
import {trustedScriptUrl} from '../../domain/trusted-url.js';

/** A hub that this page runs for all. */
interface OwnHub {
  readonly endpoint: Endpoint;
  readonly failed: Promise<Problem>;
  stop(): void;
}

/** Whose hub it is, and how often a hub that may hang is asked. */
export type ElectedConfig = Pick<HubConfig, 'apiBase' | 'agentId'> &
  Pick<PageSettings, 'challengeIntervalMs' | 'challengeTries'>;

/** State that a page's two ways of running a hub share. */
export interface Mandate {
  /** The next hub that this page starts replaces the present one. */
  takesOver: boolean;
}

const NEVER = new Promise<never>(() => undefined);

/**
 * Elected mode, for pages that cannot have a SharedWorker: one page runs the hub, the others reach it over the
 * BroadcastChannel. The page that holds the Web Lock runs it. When that page is gone, the next in line takes over; when it
 * hangs or asks for it, a visible page does.
 */
function elected(config: ElectedConfig, mandate: Mandate, startOwn: () => Promise<OwnHub>): HubTransport {
  const name = hubChannelName(config.apiBase, config.agentId);

  /** Waits in line for the right to run the hub; resolves when this page has it. Held until `ended`. */
  const standForElection = (ended: AbortSignal, byForce: boolean): Promise<'elected'> =>
    new Promise((resolve, reject) => {
      const options: LockOptions = byForce ? {steal: true} : {signal: ended};
      const until = async (): Promise<void> => {
        // This page may have stopped waiting by now.
        if (ended.aborted) return;
        // A hub holds the lock `cxone-hub:…` in every mode. While it is held there is a hub, or one that is just ending.
        if (!byForce) await navigator.locks.request(name, {mode: 'shared', signal: ended}, () => undefined);
        if (ended.aborted) return;
        resolve('elected');
        await new Promise<void>((free) => ended.addEventListener('abort', () => free(), {once: true}));
      };
      // After the election this promise is settled. If the place is then taken by force, the hub here notices by its own lock.
      (async () => navigator.locks.request(`elect:${name}`, options, until))().catch((error: unknown) =>
        reject(ended.aborted ? (error as Error) : browserRefusal('Web Locks', error)),
      );
    });

  return {
    async open(pageId, signal): Promise<HubChannel> {
      // The page may have stopped waiting in the meantime, and nobody would ever end a hub that nobody waits for.
      signal.throwIfAborted();
      const byForce = mandate.takesOver;
      const ended = new AbortController();
      const channel = openHubChannel(config.apiBase, config.agentId);
      if (!channel) throw browserRefusal('BroadcastChannel', undefined);
      const closeAll = (): void => {
        ended.abort();
        channel.close();
      };
      signal.addEventListener('abort', closeAll, {once: true});
      const isHere = new Promise<HubPresence>((resolve) => {
        channel.addEventListener('message', ({data}) => {
          if (isHubLetter(data) && 'here' in data) resolve(data.here);
        });
      });
      const isElected = standForElection(ended.signal, byForce);
      channel.postMessage({to: 'hub', from: pageId, ask: 'anybody there'} satisfies HubLetter);
      const found = await (byForce ? isElected : Promise.race([isHere, isElected])).catch((error: unknown) => {
        closeAll();
        throw error;
      });
      if (found === 'elected') {
        const own = await startOwn().catch((error: unknown) => {
          closeAll();
          throw error;
        });
        if (signal.aborted) own.stop();
        signal.throwIfAborted();
        mandate.takesOver = false;
        const close = (): void => {
          own.stop();
          closeAll();
        };
        return {endpoint: own.endpoint, failed: own.failed, close, takesOver: byForce};
      }
      const endpoint = new ChannelEndpoint(channel, pageId, 'hub');
      const isReplaced = new Promise<void>((resolve) => {
        const takeOver = (): void => {
          mandate.takesOver = true;
          resolve();
        };
        channel.addEventListener('message', ({data}) => {
          if (!isHubLetter(data)) return;
          // A hub that hangs keeps its locks, so only the hub that replaced it can tell.
          if ('here' in data && data.here.epoch > found.epoch) resolve();
          else if (data.to !== pageId) return;
          else if ('lead' in data) takeOver();
          else if ('data' in data) endpoint.receive(data.data);
        });
        // A hub in a worker answers even while its page hangs.
        if (found.kind === 'page') challenge(name, channel, pageId, config, ended.signal, takeOver);
      });
      return {endpoint, failed: NEVER, gone: Promise.race([isElected.catch(() => NEVER), isReplaced]), close: closeAll};
    },
  };
}

/** The hub in a dedicated Worker of the elected page: a hung or hidden page does not stop it. */
export function electedWorkerHub(url: string, config: ElectedConfig, mandate: Mandate): HubTransport {
  return elected(config, mandate, async () => {
    const worker = new Worker(trustedScriptUrl(url), {type: 'module', name: 'cxone-hub'});
    const failed = new Promise<Problem>((resolve) => {
      worker.addEventListener('error', () => resolve({code: 'workerUnavailable', detail: 'Worker'}), {once: true});
    });
    return {endpoint: worker, failed, stop: () => worker.terminate()};
  });
}

/** The hub in the elected page itself, where no worker may run. */
export function electedPageHub(config: ElectedConfig, mandate: Mandate): HubTransport {
  return elected(config, mandate, async () => {
    const {startInPageHub} = await import('../../worker/entry/in-page-hub.js');
    const {port, stop} = startInPageHub();
    return {endpoint: port, failed: NEVER, stop};
  });
}
