import {AdapterError} from '../crm-adapter.js';
import {readNews, readReply, type HostNews, type HostReply} from './replies.js';

/** Version of the message protocol in `docs/generic.md`. */
export const PROTOCOL_VERSION = 1;

/** What a page may ask of its host. */
export type HostMethod = 'ping' | 'open' | 'search' | 'create' | 'show' | 'log' | 'call-state';

export interface MessageHostOptions {
  readonly target: Window;
  /** Exact; `*` never gets here. */
  readonly origin: string;
  /** For each request, in ms. */
  readonly timeoutMs: number;
}

/**
 * Requests and replies with a host page by `postMessage`. Speaks to one window of one origin, and believes nobody
 * else: another frame of the same origin, or the same window after it went elsewhere, is not the host.
 */
export class MessageHost {
  readonly #options: MessageHostOptions;
  readonly #waiting = new Map<string, (reply: HostReply) => void>();
  readonly #ending = new AbortController();
  /** Makes this page's ids differ from those of other frames that speak to the same host. */
  readonly #prefix = crypto.getRandomValues(new Uint32Array(2)).join('-');
  #count = 0;

  constructor(options: MessageHostOptions, onNews: (news: HostNews) => void) {
    this.#options = options;
    addEventListener(
      'message',
      ({data, origin, source}: MessageEvent<unknown>) => {
        if (origin !== options.origin || source !== options.target) return;
        const reply = readReply(data);
        if (reply) return this.#waiting.get(reply.id)?.(reply);
        const news = readNews(data);
        if (news) onNews(news);
      },
      {signal: this.#ending.signal},
    );
  }

  /**
   * Asks the host and resolves with its `result`, whose shape the caller checks.
   * @throws {AdapterError} `timeout` without a reply in time, `refused` when the host says no.
   */
  request(
    method: HostMethod,
    parameters: Readonly<Record<string, unknown>>,
    signal?: AbortSignal,
    timeoutMs = this.#options.timeoutMs,
  ): Promise<unknown> {
    const id = `${this.#prefix}-${++this.#count}`;
    return new Promise<unknown>((resolve, reject) => {
      const fail = (): void => settle(() => reject(new AdapterError('timeout', `generic: ${method} was not answered`)));
      const timer = setTimeout(fail, timeoutMs);
      const settle = (done: () => void): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', fail);
        this.#waiting.delete(id);
        done();
      };
      signal?.addEventListener('abort', fail);
      this.#waiting.set(id, ({ok, result}) =>
        settle(() =>
          ok ? resolve(result) : reject(new AdapterError('refused', `generic: the host refused ${method}`)),
        ),
      );
      this.tell(method, parameters, id);
    });
  }

  /** Sends without waiting for a reply. */
  tell(
    method: HostMethod,
    parameters: Readonly<Record<string, unknown>>,
    id = `${this.#prefix}-${++this.#count}`,
  ): void {
    const {target, origin} = this.#options;
    target.postMessage({type: 'cxone-crm', version: PROTOCOL_VERSION, id, method, ...parameters}, origin);
  }

  close(): void {
    this.#ending.abort();
    this.#waiting.clear();
  }
}
