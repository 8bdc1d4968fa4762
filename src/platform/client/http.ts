import * as z from 'zod/mini';
import {CxoneError, type ErrorCode} from '../../domain/errors.js';
import {jsonText} from '../../domain/json-text.js';
import {steadyNow} from '../../domain/monotonic.js';
import type {HubSettings} from '../../domain/settings.js';
import {Backoff, parseRetryAfterMs} from './backoff.js';
import {pause} from '../../domain/pause.js';
import {watchPolicy} from './policy-watch.js';
import {WriteBreakers, type WriteFamily} from './breaker.js';
import type {PlatformHost} from '../port/host.js';
import type {TokenPurpose} from '../port/tokens.js';

/** One request from a dialect. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Relative to the API's root, with a leading slash; path segments are already encoded. */
  readonly path: string;
  /** Decides how long the token must still be valid, and how we react to a 401. */
  readonly purpose: Exclude<TokenPurpose, 'connect'>;
  /** The family whose server errors pause this write. Absent: it is never paused. */
  readonly family?: WriteFamily;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** As in `KeyedTry`. A caller that sets it must do its own retries. */
  readonly mayLeave?: () => Promise<void>;
}

/** Settings of the same names. */
export type HttpSettings = Pick<
  HubSettings,
  | 'requestTimeoutMs'
  | 'retryBaseMs'
  | 'retryCapMs'
  | 'retryTries'
  | 'commandRetryWindowMs'
  | 'writeBreakerFailures'
  | 'writeBreakerPauseMs'
>;

/** What a refusal says, in our words. It must not contain the platform's text, which may quote what was sent. */
export interface Refusal {
  readonly code: ErrorCode;
  /** The whole message. Absent: the message names the request and its status. */
  readonly message?: string;
  /** The end of the message: the error's name, or what is missing. */
  readonly detail?: string;
  readonly currentState?: string;
}

/** HTTP for every dialect: token, time limit, `Retry-After`, and breakers. The dialect decides what an error means. */
export class Http {
  readonly #apiBase: string;
  readonly #settings: HttpSettings;
  readonly #host: PlatformHost;
  readonly #explain: (status: number, body: unknown) => Refusal;
  readonly #breakers: WriteBreakers;

  /** @param explain turns a refusal into an error; gets the HTTP status, and the body if it is JSON. */
  constructor(
    apiBase: string,
    settings: HttpSettings,
    host: PlatformHost,
    explain: (status: number, body: unknown) => Refusal,
  ) {
    this.#breakers = new WriteBreakers(settings);
    this.#apiBase = apiBase;
    this.#settings = settings;
    this.#host = host;
    this.#explain = explain;
  }

  /**
   * Sends a request and parses its answer. After a 401, a read is repeated once with a fresh token. A write is not: the
   * caller must first check whether it took effect. A request refused with 429 was not carried out, so it is repeated here,
   * with two exceptions: a request with `mayLeave`, and a status or after-call write that would exceed
   * `commandRetryWindowMs`.
   * @throws {CxoneError}
   */
  async send<Schema extends z.core.$ZodType>(request: HttpRequest, schema: Schema): Promise<z.core.output<Schema>> {
    const settings = this.#settings;
    const backoff = new Backoff(settings.retryBaseMs, settings.retryCapMs);
    const latestAt = Date.now() + settings.commandRetryWindowMs;
    let refreshed = false;
    for (;;) {
      try {
        return await this.#once(request, schema);
      } catch (error) {
        if (!(error instanceof CxoneError) || request.signal.aborted) throw error;
        if (error.code === 'TOKEN_EXPIRED' && request.purpose === 'read' && !refreshed) {
          refreshed = true;
          continue;
        }
        if (error.code !== 'RATE_LIMITED' || request.mayLeave || backoff.retries >= settings.retryTries) throw error;
        const ownMs = backoff.nextMs();
        const waitMs = error.retryAfterMs ?? ownMs;
        if (request.purpose === 'statusWrite' && Date.now() + waitMs > latestAt) throw error;
        if (request.purpose === 'read') this.#host.rateLimited?.(waitMs);
        await pause(waitMs, request.signal);
      }
    }
  }

  async #once<Schema extends z.core.$ZodType>(request: HttpRequest, schema: Schema): Promise<z.core.output<Schema>> {
    this.#breakers.check(request.family);
    const limit = AbortSignal.timeout(this.#settings.requestTimeoutMs);
    const signal = AbortSignal.any([request.signal, limit]);
    const token = await orAborted(this.#host.tokens.token(request.purpose), signal, limit);
    const what = `${request.method} ${request.path.split('?')[0] ?? ''}`;
    await request.mayLeave?.();
    const url = this.#apiBase + request.path;
    const refusedByPolicy = watchPolicy(url);
    let response: Response;
    let body: unknown;
    try {
      response = await fetch(url, {
        method: request.method,
        headers: {
          authorization: `Bearer ${token.value}`,
          ...(request.body === undefined ? {} : {'content-type': 'application/json'}),
          ...request.headers,
        },
        body: request.body === undefined ? undefined : jsonText(request.body),
        credentials: 'omit',
        cache: 'no-store',
        signal,
      });
      body = await response.json().catch((cause: unknown) => {
        if (signal.aborted) throw cause;
        return undefined;
      });
    } catch (cause) {
      if (limit.aborted) throw new CxoneError('TIMEOUT', `${what}: no answer in time`, {cause});
      if (request.signal.aborted) throw new CxoneError('CANCELLED', `${what}: no longer wanted`, {cause});
      throw new CxoneError('NETWORK', `${what}: no connection`, {cause, blockedBy: await refusedByPolicy()});
    }
    this.#noteServerTime(response);
    this.#breakers.note(request.family, response.status);
    if (!response.ok) {
      if (response.status === 401) {
        // Refresh the token for all callers; this caller decides whether to send again.
        await orAborted(this.#host.tokens.refused(token), signal, limit);
      }
      throw this.#errorOf(what, response, body);
    }
    const parsed = z.safeParse(schema, body);
    if (!parsed.success)
      throw new CxoneError('BAD_REPLY', `${what}: answer of unexpected shape`, {status: response.status});
    return parsed.data;
  }

  #errorOf(what: string, response: Response, body: unknown): CxoneError {
    const {status} = response;
    const {code, message, detail = '', currentState} = this.#explain(status, body);
    return new CxoneError(code, message ?? `${what}: ${status} ${detail}`.trim(), {
      status,
      retryAfterMs: parseRetryAfterMs(
        response.headers.get('retry-after'),
        steadyNow() + this.#host.tokens.clockOffsetMs,
      ),
      currentState,
    });
  }

  #noteServerTime(response: Response): void {
    const date = Date.parse(response.headers.get('date') ?? '');
    if (Number.isFinite(date)) this.#host.tokens.serverTimeSeen(date);
  }
}

/** Waits for a token, but no longer than the request's own time limit. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal, limit: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void =>
      reject(
        limit.aborted
          ? new CxoneError('TOKEN_SOURCE_FAILED', 'no token in time')
          : new CxoneError('CANCELLED', 'no longer wanted'),
      );
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, {once: true});
  });
}
