import type {Endpoint} from 'comlink';
import type {ConnectionSlice} from './snapshot.js';

/**
 * How pages that cannot have a SharedWorker reach the hub: one BroadcastChannel an agent, letters with an addressee.
 * Every script of the origin hears it, so no token ever crosses it.
 */
export type HubLetter =
  /** Page → hub, or hub → the page named: a message of the endpoint. */
  | {readonly to: string; readonly from: string; readonly data: unknown}
  /** A page asks whether there is a hub; a hub answers, and also says so unasked when it starts. */
  | {readonly to: 'hub'; readonly from: string; readonly ask: 'anybody there'}
  | {readonly to: '*'; readonly from: 'hub'; readonly here: HubPresence}
  /** A hub asks the page named to run the hub from now on. */
  | {readonly to: string; readonly from: 'hub'; readonly lead: true};

/** What a hub tells of itself. */
export interface HubPresence {
  readonly kind: ConnectionSlice['hub']['kind'];
  /** With a database each hub has a higher one than the hub before it: if two hubs answer, the higher one is current. */
  readonly epoch: number;
}

/** The channel carries api-base and agent only, like the hub lock. */
export function hubChannelName(apiBase: string, agentId: string): string {
  return `cxone-hub:${apiBase}|${agentId}`;
}

/** The channel, or `undefined` if the browser refuses it: then other pages cannot be reached. */
export function openHubChannel(apiBase: string, agentId: string): BroadcastChannel | undefined {
  try {
    return new BroadcastChannel(hubChannelName(apiBase, agentId));
  } catch {
    return undefined;
  }
}

/** An endpoint for Comlink over the channel, between `from` and `to`. `proxy()` and transfers do not work over it. */
export class ChannelEndpoint extends EventTarget implements Endpoint {
  readonly #channel: BroadcastChannel;
  readonly #from: string;
  readonly #to: string;

  constructor(channel: BroadcastChannel, from: string, to: string) {
    super();
    this.#channel = channel;
    this.#from = from;
    this.#to = to;
  }

  postMessage(data: unknown): void {
    try {
      this.#channel.postMessage({to: this.#to, from: this.#from, data} satisfies HubLetter);
    } catch (error) {
      // The channel is closed. A closed port stays silent too, and Comlink may still say goodbye when it collects its proxies.
      if ((error as Error).name !== 'InvalidStateError') throw error;
    }
  }

  /** Hands in a letter that was for this endpoint. */
  receive(data: unknown): void {
    this.dispatchEvent(new MessageEvent('message', {data}));
  }

  start(): void {
    // A BroadcastChannel needs no start.
  }
}

/** Checks the shape, because any script of the origin can post on a channel. */
export function isHubLetter(data: unknown): data is HubLetter {
  if (typeof data !== 'object' || data === null) return false;
  const {to, from} = data as Record<string, unknown>;
  return typeof to === 'string' && typeof from === 'string';
}
