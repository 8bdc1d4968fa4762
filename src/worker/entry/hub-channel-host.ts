import {
  ChannelEndpoint,
  isHubLetter,
  openHubChannel,
  type HubLetter,
  type HubPresence,
} from '../../domain/hub-channel.js';
import type {HubEndpoint} from './hub-host.js';

/** Serves the pages that reach this hub over the BroadcastChannel, each on an endpoint of its own. */
export class HubChannelHost {
  readonly #channel: BroadcastChannel | undefined;
  readonly #here: HubPresence;
  readonly #attach: (endpoint: HubEndpoint) => void;
  readonly #endpoints = new Map<string, ChannelEndpoint>();

  constructor(apiBase: string, agentId: string, here: HubPresence, attach: (endpoint: HubEndpoint) => void) {
    this.#here = here;
    this.#attach = attach;
    this.#channel = openHubChannel(apiBase, agentId);
    this.#channel?.addEventListener('message', ({data}) => this.#take(data));
    this.#announce();
  }

  /** A page is gone: its endpoint would otherwise be kept for ever. */
  forget(pageId: string): void {
    this.#endpoints.delete(pageId);
  }

  /** Asks a page to run the hub instead. */
  handOver(pageId: string): void {
    this.#channel?.postMessage({to: pageId, from: 'hub', lead: true} satisfies HubLetter);
  }

  close(): void {
    this.#channel?.close();
  }

  #announce(): void {
    this.#channel?.postMessage({to: '*', from: 'hub', here: this.#here} satisfies HubLetter);
  }

  #take(letter: unknown): void {
    if (!isHubLetter(letter) || letter.to !== 'hub') return;
    if ('ask' in letter) return this.#announce();
    if (!('data' in letter)) return;
    let endpoint = this.#endpoints.get(letter.from);
    if (!endpoint) {
      if (!this.#channel) return;
      // Comlink's goodbye comes after the page has left: it would keep a wire for nobody.
      if ((letter.data as {readonly type?: unknown} | null)?.type === 'RELEASE') return;
      endpoint = new ChannelEndpoint(this.#channel, 'hub', letter.from);
      this.#endpoints.set(letter.from, endpoint);
      this.#attach(endpoint);
    }
    endpoint.receive(letter.data);
  }
}
