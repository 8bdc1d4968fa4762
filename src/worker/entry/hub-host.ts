import * as Comlink from 'comlink';
import {CxoneError} from '../../domain/errors.js';
import type {DialectLoader} from '../../platform/dialects.js';
import type {Dialect} from '../../platform/port/dialect.js';
import {Hub, type RetireReason} from '../hub.js';
import {HubChannelHost} from './hub-channel-host.js';
import {DEFAULT_HUB_SETTINGS, DIALECTS, type HubConfig} from '../../domain/settings.js';
import type {ConnectionSlice} from '../../domain/snapshot.js';
import {
  WIRE_VERSION,
  type HubApi,
  type HubEnvelope,
  type HubMessage,
  type JoinAnswer,
  type JoinRequest,
} from '../hub-api.js';
import {installErrorTransfer} from '../../domain/wire-errors.js';

/** An endpoint that hub messages can be posted to as well. */
export type HubEndpoint = Comlink.Endpoint & {postMessage(message: unknown): void};

type AnyCall = (...args: readonly unknown[]) => Promise<unknown>;

/**
 * Puts hubs on endpoints: makes the hub when the first page joins, and a new one when the former has retired for another
 * reason than the end of this worker. Knows no ports' origin: a SharedWorker's, a Worker's or a channel's.
 */
export class HubHost {
  readonly #kind: ConnectionSlice['hub']['kind'];
  readonly #load: DialectLoader;
  readonly #onRetired: (reason: RetireReason) => void;
  #hub: Hub | undefined;
  #channel: HubChannelHost | undefined;
  #closed = false;

  /** @param load loads a dialect, which lies beside this bundle: its size is nobody's who speaks another one. */
  constructor(kind: ConnectionSlice['hub']['kind'], load: DialectLoader, onRetired: (reason: RetireReason) => void) {
    installErrorTransfer();
    this.#kind = kind;
    this.#load = load;
    this.#onRetired = onRetired;
  }

  /**
   * Serves a page on its endpoint.
   * @param overheard every script of the origin hears this endpoint: no token may cross it.
   */
  attach(endpoint: HubEndpoint, overheard = false): void {
    const post = (message: HubMessage): void => {
      endpoint.postMessage({cxone: message, epoch: this.#hub?.epoch ?? 0} satisfies HubEnvelope);
    };
    Comlink.expose(this.#api(post, overheard), endpoint);
  }

  retire(reason: RetireReason): void {
    this.#hub?.retire(reason);
  }

  /** Ends for good: whoever is just joining gets no hub that nobody would end. */
  close(): void {
    this.#closed = true;
    this.retire('idle');
  }

  #api(post: (message: HubMessage) => void, overheard: boolean): HubApi {
    const join = (request: JoinRequest): Promise<JoinAnswer> =>
      this.#join(overheard ? {...request, canGiveTokens: false, takesOver: false} : request, post);
    const call = async (name: string, args: readonly unknown[]): Promise<unknown> => {
      const calls: Readonly<Record<string, unknown>> | undefined = this.#hub?.calls;
      if (!calls) throw new CxoneError('HUB_UNREACHABLE', 'join first');
      if (!Object.hasOwn(calls, name)) throw new CxoneError('INTERNAL', `no such call: ${name.slice(0, 40)}`);
      return (calls[name] as AnyCall)(...args);
    };
    // Whichever hub there is when it is called.
    return new Proxy({} as HubApi, {
      get: (_, name) => (name === 'join' ? join : (...args: unknown[]) => call(String(name), args)),
    });
  }

  async #join(request: JoinRequest, post: (message: HubMessage) => void) {
    if (request.wireVersion !== WIRE_VERSION) {
      // A newer page must not talk to an older hub: the hub makes room, older pages are told to reload.
      if (request.wireVersion > WIRE_VERSION) this.#hub?.retire('newer-page');
      throw new CxoneError('OUT_OF_DATE', `hub speaks wire version ${WIRE_VERSION}, page ${request.wireVersion}`);
    }
    const name = request.config.dialect ?? 'v2';
    const loading = this.#load(name);
    if (!loading) throw new CxoneError('CONFIG_INVALID', `dialect: one of ${DIALECTS.join(', ')}`);
    const dialect = await loading.catch((cause: unknown) => {
      throw new CxoneError('WORKER_UNAVAILABLE', 'the platform dialect beside the worker script did not load', {cause});
    });
    if (this.#closed) throw new CxoneError('HUB_UNREACHABLE', 'this hub has ended');
    const wrong = dialect.wrongSetting(request.config);
    if (wrong !== undefined) throw new CxoneError('CONFIG_INVALID', wrong);
    const {tokenSource, tokenUrl, ...asked} = request.config;
    const config: HubConfig = {...asked, settings: {...DEFAULT_HUB_SETTINGS, ...asked.settings}};
    if (this.#hub?.isIdleWithout(config)) {
      const former = this.#hub;
      this.#hub = undefined;
      former.retire('idle');
    }
    this.#hub ??= this.#newHub(config, dialect, request.takesOver ?? false);
    return this.#hub.join({...request, config, tokenUrl: tokenSource === 'broker' ? tokenUrl : undefined}, post);
  }

  #newHub(config: HubConfig, dialect: Dialect, takesOver: boolean): Hub {
    let isLast = false;
    const hub: Hub = new Hub(config, {kind: this.#kind, takesOver}, dialect, {
      // Only now: pages must not reach one that waits for another hub to go.
      onStarted: () => {
        const {apiBase, agentId} = config;
        const here = {kind: this.#kind, epoch: hub.epoch};
        this.#channel = new HubChannelHost(apiBase, agentId, here, (endpoint) => this.attach(endpoint, true));
      },
      onStartFailed: () => {
        if (this.#hub === hub) this.#hub = undefined;
      },
      onPageGone: (pageId) => this.#channel?.forget(pageId),
      onHandOver: (pageId) => this.#channel?.handOver(pageId),
      onRetiring: () => {
        this.#channel?.close();
        this.#channel = undefined;
        // One that made room for another is not the end of this worker.
        isLast = this.#hub === hub;
        if (isLast) this.#hub = undefined;
      },
      onRetired: (reason) => {
        // A page that came meanwhile has a hub of its own.
        if (isLast && !this.#hub) this.#onRetired(reason);
      },
    });
    return hub;
  }
}
