import * as z from 'zod/mini';
import {CxoneError, type ErrorCode} from '../../domain/errors.js';
import {jsonText} from '../../domain/json-text.js';
import {steadyNow} from '../../domain/monotonic.js';
import type {HubSettings} from '../../domain/settings.js';
import {errorBody} from './wire/index.js';
import {Backoff, parseRetryAfterMs} from '../client/backoff.js';
import {pause} from '../../domain/pause.js';
import {watchPolicy} from '../client/policy-watch.js';
import {WriteBreakers, type WriteFamily} from '../client/breaker.js';
import type {PlatformHost} from '../port/platform.js';

/** One request as the dialect wants it. */
export interface V2Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  /** From the API's root, with leading slash; path parts already encoded. */
  readonly path: string;
  /** Picks the token's margin, and what a 401 leads to. */
  readonly purpose: 'read' | 'write' | 'statusWrite';
  /** Whose server errors pause it, for a write that may be paused. */
  readonly family?: WriteFamily;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** As in `KeyedTry`. Whoever gives it repeats the request where that is right. */
  readonly mayLeave?: () => Promise<void>;
}

/** Codes that the platform's error body may name. Source: contract §3 "Error body". */
const NAMED: Readonly<Record<string, ErrorCode>> = {
  INVALID_TRANSITION: 'INVALID_TRANSITION',
  STATE_CONFLICT: 'STATE_CONFLICT',
  TOKEN_EXPIRED: 'TOKEN_EXPIRED',
  FORBIDDEN: 'FORBIDDEN',
  MISSING_SCOPE: 'MISSING_SCOPE',
  NOT_FOUND: 'NOT_FOUND',
  PRECONDITION_FAILED: 'PRECONDITION_FAILED',
  RATE_LIMITED: 'RATE_LIMITED',
  UNAVAILABLE: 'UNAVAILABLE',
};

function codeOf(status: number, named: string | undefined): ErrorCode {
  if (status === 401) return 'TOKEN_EXPIRED';
  if (status === 408) return 'TIMEOUT';
  if (status === 429) return 'RATE_LIMITED';
  if (status >= 500) return 'UNAVAILABLE';
  if (named !== undefined && Object.hasOwn(NAMED, named)) return NAMED[named] as ErrorCode;
  if (status === 403) return 'FORBIDDEN';
  if (status === 404) return 'NOT_FOUND';
  if (status === 409) return 'STATE_CONFLICT';
  if (status === 412) return 'PRECONDITION_FAILED';
  return 'BAD_REQUEST';
}

/** What may be done, as scopes word it: one of these is in every scope. Source: contract §14. */
const ACCESS = /\b(?:read|write|update|control|manage|publish|execute|view|configure)\b/i;
/** Scopes named in one message. Source: our choice; a person reads them. */
const MAX_SCOPES = 8;

/** Names of scopes only: a platform's message may quote what was sent. */
function scopesIn(message: string | undefined): string {
  const words = message?.match(/\b[a-z]{1,20}(?::[a-z]{1,20}){1,2}\b/gi) ?? [];
  return words
    .filter((word) => ACCESS.test(word))
    .slice(0, MAX_SCOPES)
    .join(' ');
}

/** A code as platforms write it; whatever else stands there is not quoted. */
function codeName(errorCode: string | undefined): string {
  return errorCode !== undefined && /^[A-Z][A-Z\d_]{0,40}$/.test(errorCode) ? errorCode : '';
}

/** HTTP as the `v2` dialect needs it: token, time limit, error codes, `Retry-After`, and breakers. */
export class V2Http {
  readonly #apiBase: string;
  readonly #settings: HubSettings;
  readonly #host: PlatformHost;
  readonly #breakers: WriteBreakers;

  constructor(apiBase: string, settings: HubSettings, host: PlatformHost) {
    this.#breakers = new WriteBreakers(settings);
    this.#apiBase = apiBase;
    this.#settings = settings;
    this.#host = host;
  }

  /**
   * Sends a request and parses its answer. A read that was refused with 401 is repeated once with a fresh token; a write
   * is not: the caller looks first whether it took effect. 429 is repeated here, since it was not carried out; but not what
   * has a key, and no change of a status or of after-call work that would come later than a click may.
   * @throws {CxoneError}
   */
  async send<Schema extends z.core.$ZodType>(request: V2Request, schema: Schema): Promise<z.core.output<Schema>> {
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

  async #once<Schema extends z.core.$ZodType>(request: V2Request, schema: Schema): Promise<z.core.output<Schema>> {
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
    const parsed = z.safeParse(errorBody, body);
    const named = parsed.success ? parsed.data : {};
    const code = codeOf(status, named.errorCode);
    const scopes = status === 403 ? scopesIn(named.message) : '';
    const detail = status === 403 ? (scopes ? ` (missing: ${scopes})` : '') : '';
    return new CxoneError(
      code,
      code === 'MISSING_SCOPE' && scopes ? scopes : `${what}: ${status} ${codeName(named.errorCode)}${detail}`.trim(),
      {
        status,
        retryAfterMs: parseRetryAfterMs(
          response.headers.get('retry-after'),
          steadyNow() + this.#host.tokens.clockOffsetMs,
        ),
        currentState: named.currentState?.slice(0, 40),
      },
    );
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
