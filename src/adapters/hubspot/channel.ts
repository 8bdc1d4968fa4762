import {own} from '../common/own.js';
import {withTimeLimit} from '../common/time-limit.js';
import {AdapterError} from '../crm-adapter.js';
import {loadSdk, type Sdk, type SdkClass} from './library.js';

/** HubSpot's own pages: `app`, and `app-eu1` … for accounts that are kept elsewhere. Source: docs/hubspot.md. */
const HUBSPOT = /^https:\/\/app(-[a-z]{2}\d{1,2})?\.hubspot\.com$/;

/** Messages that HubSpot sends unasked, and their handlers. Source: `messageType` of the SDK. */
export interface HubSpotNews {
  readonly DIAL_NUMBER?: (data: unknown) => void;
  readonly END_CALL?: (data: unknown) => void;
  readonly VISIBILITY_CHANGED?: (data: unknown) => void;
  /** Something that HubSpot could not do. */
  readonly onFailure?: (type: string) => void;
}

/** Something asked of HubSpot, and the messages that answer it. */
export interface Question {
  /** For the error: no customer data. */
  readonly what: string;
  readonly succeeded?: string;
  readonly failed: string;
  /** Whether an answer is for this question. An answer that does not say goes to the oldest question. */
  readonly isMine: (data: unknown) => boolean;
}

interface Waiting {
  readonly question: Question;
  readonly settle: (type: string, data: unknown) => void;
}

/** Who may be HubSpot. */
export interface Hosts {
  /** One exact origin. Default: HubSpot's own. */
  readonly origin?: string;
  /** One account. Default: any. */
  readonly portalId?: number;
}

/** Whether an origin may be HubSpot. @throws {AdapterError} `badConfig` when `only` is not one exact origin. */
function originCheck(only: string | undefined): (origin: string) => boolean {
  if (only === undefined) return (origin) => HUBSPOT.test(origin);
  if (!URL.canParse(only) || new URL(only).origin !== only || only === 'null') {
    throw new AdapterError('badConfig', 'hubspot: origin must be one exact origin');
  }
  return (origin) => origin === only;
}

/** Answers about the call of this id. */
export const ofCall =
  (callId: string): Question['isMine'] =>
  (data) => {
    const named = own(data, 'externalCallId') ?? undefined;
    return named === undefined || named === callId;
  };

/**
 * HubSpot's SDK with what it lacks. It believes any window that says `SYNC`, and from then on the origin which that message
 * names: here only the page around this frame is heard, if it is HubSpot. It has no time limits and no answers: here a
 * question has both. It writes every message, with customers' numbers, to the console: here it does not.
 */
export class HubSpotChannel {
  readonly sdk: Sdk;
  /** Set by the adapter in use. */
  news: HubSpotNews = {};
  readonly #waiting = new Set<Waiting>();
  #mayBegin: (origin: string, sync: unknown) => boolean = () => false;
  /** HubSpot's first message and its sender: from then on only that sender is heard. */
  #begun: {readonly origin: string; readonly sync: unknown} | undefined;
  #onReady: (() => void) | undefined;

  constructor(library: SdkClass) {
    const eventHandlers = {
      defaultEventHandler: (data: unknown, event: {type: string}) => this.#take(event.type, data),
    };
    this.sdk = new library({debugMode: false, eventHandlers} as unknown as ConstructorParameters<SdkClass>[0]);
    const {iFrameManager} = this.sdk;
    removeEventListener('message', iFrameManager.messageHandler);
    addEventListener('message', (event) => this.#hear(event));
    iFrameManager.logDebugMessage = () => undefined;
  }

  /** The account's number. */
  get portalId(): number {
    return Number(own(this.#begun?.sync, 'portalId'));
  }

  /** Whether a calling window beside this frame holds the calls. */
  get isSecondary(): boolean {
    const sync = this.#begun?.sync;
    return own(sync, 'usesCallingWindow') === true && own(sync, 'iframeLocation') === 'remote';
  }

  /**
   * Resolves when HubSpot has spoken: it asks for 30 s after the frame has loaded, and once answered never again.
   * @throws {AdapterError} `badConfig` where `origin` is not one exact origin; `timeout`.
   */
  whenReady({origin: only, portalId}: Hosts, limitMs: number, signal: AbortSignal): Promise<void> {
    const isHubSpot = originCheck(only);
    this.#mayBegin = (origin, sync) =>
      isHubSpot(origin) &&
      // The SDK would send to any origin that this names.
      (own(sync, 'hostUrl') ?? origin) === origin &&
      (portalId === undefined || Number(own(sync, 'portalId')) === portalId);
    return withTimeLimit<void>('hubspot: SYNC', limitMs, signal, (resolve) => {
      this.#onReady = () => resolve();
      if (this.#begun && this.#mayBegin(this.#begun.origin, this.#begun.sync)) resolve();
    });
  }

  /**
   * Asks by `send`, and resolves with HubSpot's answer, whose shape the caller checks.
   * @throws {AdapterError} `refused`, `timeout`
   */
  ask(question: Question, limitMs: number, signal: AbortSignal | undefined, send: () => void): Promise<unknown> {
    const what = `hubspot: ${question.what}`;
    let waiting: Waiting | undefined;
    return withTimeLimit<unknown>(what, limitMs, signal, (resolve, reject) => {
      const settle: Waiting['settle'] = (type, data) =>
        type === question.failed ? reject(new AdapterError('refused', `${what} was refused`)) : resolve(data);
      this.#waiting.add((waiting = {question, settle}));
      send();
    }).finally(() => {
      if (waiting) this.#waiting.delete(waiting);
    });
  }

  #hear({data, origin, source}: MessageEvent<unknown>): void {
    if (source !== window.parent) return;
    const type = own(data, 'type');
    if (this.#begun === undefined) {
      if (type !== 'SYNC' || !this.#mayBegin(origin, data)) return;
      this.#begun = {origin, sync: data};
      // If the embedding page is known by its referrer only, that may be another page of the same site.
      this.sdk.iFrameManager.destinationHost = origin;
    }
    // `SET_WIDGET_URL` is for HubSpot's own end: here it would change whom the SDK speaks to.
    if (origin !== this.#begun.origin || typeof type !== 'string' || type === 'SET_WIDGET_URL') return;
    this.sdk.iFrameManager.onMessage({data, origin});
  }

  #take(type: string, data: unknown): void {
    if (type === 'READY') return this.#onReady?.();
    for (const {question, settle} of this.#waiting) {
      if ((type === question.succeeded || type === question.failed) && question.isMine(data)) {
        settle(type, data);
        break;
      }
    }
    if (/^[A-Z_]{1,40}_FAILED$/.test(type)) this.news.onFailure?.(type);
    if (type === 'DIAL_NUMBER' || type === 'END_CALL' || type === 'VISIBILITY_CHANGED') this.news[type]?.(data);
  }
}

let ofPage: HubSpotChannel | undefined;

/** The page's channel: HubSpot greets a frame once, so a second session of the page goes on with the first one's. */
export async function pageChannel(signal: AbortSignal): Promise<HubSpotChannel> {
  const library = await loadSdk(signal);
  return (ofPage ??= new HubSpotChannel(library));
}
