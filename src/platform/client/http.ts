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

/** One request as the dialect wants it. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** From the API's root, with leading slash; path parts already encoded. */
  readonly path: string;
  /** Picks the token's margin, and what a 401 leads to. */
  readonly purpose: Exclude<TokenPurpose, 'connect'>;
  /** Whose server errors pause it, for a write that may be paused. */
  readonly family?: WriteFamily;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** As in `KeyedTry`. Whoever gives it repeats the request where that is right. */
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

/** What an answer of refusal says, in our words. No text of the platform's may be in it: that may quote what was sent. */
export interface Refusal {
  readonly code: ErrorCode;
  /** The whole message, where what was asked is no part of it. */
  readonly message?: string;
  /** Ends the message: a name of the error, or what is missing. */
  readonly detail?: string;
  readonly currentState?: string;
}

/** HTTP for every dialect: token, time limit, `Retry-After`, and breakers. What an error means, its dialect says. */
export class Http {
  readonly #apiBase: string;
  readonly #settings: HttpSettings;
  readonly #host: PlatformHost;
  readonly #explain: (status: number, body: unknown) => Refusal;
  readonly #breakers: WriteBreakers;

  /** @param explain reads an answer of refusal: its HTTP status, and its body as far as it is JSON. */
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
   * Sends a request and parses its answer. A read that was refused with 401 is repeated once with a fresh token; a write
   * is not: the caller looks first whether it took effect. 429 is repeated here, since it was not carried out; but not what
   * has a key, and no change of a status or of after-call work that would come later than a click may.
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
        // Refreshed here for everybody; the caller decides whether to send again.
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

/** Waits for a token no longer than for the answer itself. */
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
