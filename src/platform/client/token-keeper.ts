import {CxoneError, isCxoneError} from '../../domain/errors.js';
import {steadyNow} from '../../domain/monotonic.js';
import type {HubSettings} from '../../domain/settings.js';
import {Backoff} from './backoff.js';
import {pause} from '../../domain/pause.js';
import type {Log} from '../port/log.js';
import type {AccessToken, TokenProvider, TokenPurpose} from '../port/tokens.js';

/** A token as its source returned it. */
export interface GrantedToken {
  readonly accessToken: string;
  /** Absent: the lifetime in the token's own claims, otherwise an hour. */
  readonly expiresInSeconds?: number;
  /** Space-separated. */
  readonly scope?: string;
}

/** Gets one token. `CxoneError` `TOKEN_REFUSED` is final; any other error is retried. */
export type TokenGetter = (signal: AbortSignal) => Promise<GrantedToken>;

export interface TokenKeeperEvents {
  /** A fresh token arrived. */
  onToken(scope: string | undefined): void;
  /**
   * There is no valid token. `final`: no more tries until `reset()`. Otherwise the next try is at `retryAt` (epoch ms).
   */
  onFailure(error: CxoneError, final: boolean, retryAt: number | undefined): void;
  /** There will be no new token. The current one is still valid; `onFailure` follows when it expires. */
  onLastToken(error: CxoneError): void;
}

interface Held extends AccessToken {
  /** Epoch ms by our clock. */
  readonly expiresAt: number;
  readonly lifetimeMs: number;
  readonly gotAt: number;
}

/** The lifetime of a token that does not state one. Source: contract §1. */
const DEFAULT_LIFETIME_SECONDS = 3_600;
/** Claims are in whole seconds. Source: RFC 7519 allows fractions, but servers cut them off. */
const CLAIM_PRECISION_MS = 1_000;
/** How closely `exp − iat` and `expires_in` must agree for `iat` to be "now". Source: contract §1 "clock skew". */
const SAME_LIFETIME_SECONDS = 5;
/** The `Date` header has whole seconds, and the answer took time to arrive: smaller differences mean nothing. */
const DATE_HEADER_PRECISION_MS = 2_000;

/** A longer timer overflows and fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** We ignore a time claim later than this, in seconds since 1970. Our choice: the year 5138. */
const LAST_CLAIM_SECONDS = 1e11;

/** A valid time claim, or `undefined`. An invalid one (1e400 reads as Infinity) would turn the clock offset and all waits into NaN. */
const moment = (claim: unknown): number | undefined =>
  typeof claim === 'number' && claim >= 0 && claim < LAST_CLAIM_SECONDS ? claim : undefined;

function claimsOf(token: string): {exp?: number; iat?: number} {
  try {
    const body = token.split('.')[1];
    if (!body) return {};
    const claims: unknown = JSON.parse(atob(body.replace(/-/g, '+').replace(/_/g, '/')));
    if (typeof claims !== 'object' || claims === null) return {};
    const {exp, iat} = claims as Record<string, unknown>;
    return {exp: moment(exp), iat: moment(iat)};
  } catch {
    return {}; // Not a JWT: `expires_in` gives its lifetime.
  }
}

/** Holds the browser's one access token and refreshes it in time, once for all callers. The token is never stored or logged. */
export class TokenKeeper implements TokenProvider {
  readonly #get: TokenGetter;
  readonly #settings: HubSettings;
  readonly #log: Log;
  readonly #events: TokenKeeperEvents;
  #held: Held | undefined;
  #refreshing: Promise<Held> | undefined;
  /** Aborted once the current try has succeeded or failed. */
  #tried = new AbortController();
  /** Ends the pause between two tries. */
  #wakeUp = new AbortController();
  /** The token source fails or is slow: callers use a token that is still valid and do not wait again. */
  #isLate = false;
  #refreshTimer: ReturnType<typeof setTimeout> | undefined;
  #finalFailure: CxoneError | undefined;
  #endTimer: ReturnType<typeof setTimeout> | undefined;
  #stopped = new AbortController();
  #clockOffsetMs = 0;
  #lastRefreshAt = -Infinity;

  constructor(get: TokenGetter, settings: HubSettings, log: Log, events: TokenKeeperEvents) {
    this.#get = get;
    this.#settings = settings;
    this.#log = log;
    this.#events = events;
  }

  /** Server time minus ours, in ms. */
  get clockOffsetMs(): number {
    return this.#clockOffsetMs;
  }

  token(purpose: TokenPurpose): Promise<AccessToken> {
    const {tokenWriteMarginMs, tokenStatusWriteMarginMs, tokenConnectMarginMs} = this.#settings;
    const [marginMs, atMost] = {
      read: [0, 0],
      write: [tokenWriteMarginMs, 1 / 2],
      statusWrite: [tokenStatusWriteMarginMs, 1 / 2],
      connect: [tokenConnectMarginMs, 1 / 4],
    }[purpose] as [number, number];
    return this.#good((lifetimeMs) => Math.min(marginMs, lifetimeMs * atMost));
  }

  refused(token: AccessToken): Promise<AccessToken> {
    // Another caller's refusal may already have brought a new token.
    if (this.#held && this.#held.value !== token.value) return Promise.resolve(this.#held);
    this.#held = undefined;
    return this.#refresh();
  }

  serverTimeSeen(serverNow: number): void {
    const offset = serverNow - steadyNow();
    if (Math.abs(offset - this.#clockOffsetMs) > DATE_HEADER_PRECISION_MS) this.#clockOffsetMs = offset;
  }

  /** Clears a final failure, so that the agent's Reconnect tries again. */
  reset(): void {
    if (!this.#finalFailure) return this.retryNow();
    this.#finalFailure = undefined;
    clearTimeout(this.#endTimer);
    // If the current token is valid long enough for connecting, nobody else would ask for a new one.
    if (this.#held) void this.#refresh().catch(() => undefined /* told by onFailure */);
  }

  /** Tries at once instead of waiting, because a new token source is available. */
  retryNow(): void {
    this.#wakeUp.abort();
  }

  /** Drops the token and stops all work. */
  stop(): void {
    clearTimeout(this.#refreshTimer);
    clearTimeout(this.#endTimer);
    this.#stopped.abort();
    this.#held = undefined;
  }

  get #valid(): Held | undefined {
    return this.#held && this.#held.expiresAt > steadyNow() ? this.#held : undefined;
  }

  async #good(marginMs: (lifetimeMs: number) => number): Promise<AccessToken> {
    const held = this.#held;
    if (!held) return this.#refresh();
    const left = held.expiresAt - steadyNow();
    if (left > marginMs(held.lifetimeMs)) return held;
    // A short-lived token may always be within the margin, and a source may return old tokens. Refreshing at every call
    // would flood the source, so we use the token and let the platform decide whether it is too old.
    if (steadyNow() - this.#lastRefreshAt < this.#settings.tokenRefreshMinGapMs && !this.#refreshing) return held;
    if (left <= 0) return this.#refresh();
    // The old token is still valid, so the agent keeps control of a call even if the token source is broken or slow.
    if (!this.#finalFailure) await this.#tryFor(this.#refresh());
    return this.#valid ?? this.#refresh();
  }

  /** Waits for one refresh try, at most `tokenRefreshWaitMs`, because the current token is still valid. */
  async #tryFor(refresh: Promise<Held>): Promise<void> {
    refresh.catch(() => undefined /* told by onFailure */);
    if (this.#isLate) return;
    await pause(this.#settings.tokenRefreshWaitMs, this.#tried.signal);
    this.#isLate = this.#refreshing !== undefined;
  }

  #refresh(): Promise<Held> {
    if (this.#finalFailure) {
      this.#tellEnd();
      return Promise.reject(this.#finalFailure);
    }
    this.#refreshing ??= this.#tryUntilGot().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  /** Reports a final failure once no valid token is left. */
  #tellEnd(): void {
    const error = this.#finalFailure;
    clearTimeout(this.#endTimer);
    if (!error) return;
    const held = this.#valid;
    if (!held) return this.#events.onFailure(error, true, undefined);
    this.#endTimer = setTimeout(() => this.#tellEnd(), Math.min(held.expiresAt - steadyNow(), LONGEST_TIMER_MS));
  }

  async #tryUntilGot(): Promise<Held> {
    clearTimeout(this.#refreshTimer);
    const {signal} = this.#stopped;
    const backoff = new Backoff(this.#settings.tokenRetryBaseMs, this.#settings.tokenRetryCapMs);
    for (;;) {
      if (signal.aborted) throw new CxoneError('SIGNED_OUT', 'token no longer wanted');
      this.#lastRefreshAt = steadyNow();
      this.#tried = new AbortController();
      try {
        const granted = await this.#get(
          AbortSignal.any([signal, AbortSignal.timeout(this.#settings.tokenSourceTimeoutMs)]),
        );
        if (signal.aborted) throw new CxoneError('SIGNED_OUT', 'token no longer wanted');
        return this.#hold(granted);
      } catch (cause) {
        if (signal.aborted) throw new CxoneError('SIGNED_OUT', 'token no longer wanted', {cause});
        const error = isCxoneError(cause)
          ? cause
          : new CxoneError('TOKEN_SOURCE_FAILED', 'the token source failed', {cause});
        const final = error.code === 'TOKEN_REFUSED';
        this.#log.warn('token_failed', {code: error.code, status: error.status ?? null, attempt: backoff.retries});
        const waitMs = error.retryAfterMs ?? backoff.nextMs();
        this.#tried.abort();
        if (final) {
          this.#finalFailure = error;
          if (this.#valid) this.#events.onLastToken(error);
          this.#tellEnd();
          throw error;
        }
        // While the current token is valid, nothing fails yet.
        if (!this.#valid) this.#events.onFailure(error, false, steadyNow() + waitMs);
        this.#wakeUp = new AbortController();
        await pause(waitMs, AbortSignal.any([signal, this.#wakeUp.signal]));
      }
    }
  }

  #hold(granted: GrantedToken): Held {
    const now = steadyNow();
    const {exp, iat} = claimsOf(granted.accessToken);
    const claimed = exp !== undefined && iat !== undefined ? exp - iat : undefined;
    const told = granted.expiresInSeconds;
    const lifetimeMs = 1_000 * (told ?? claimed ?? DEFAULT_LIFETIME_SECONDS);
    let expiresAt = now + lifetimeMs;
    if (
      exp !== undefined &&
      iat !== undefined &&
      claimed !== undefined &&
      (told === undefined || Math.abs(claimed - told) <= SAME_LIFETIME_SECONDS)
    ) {
      // A new token's `iat` is the server's current time. A cached token from a broker does not get here: its two lifetimes
      // differ, so its lifetime counts from receipt.
      if (told !== undefined) this.#clockOffsetMs = iat * 1_000 - now;
      // `iat` may be cut off by up to a second, so the token may expire that much earlier by our clock.
      expiresAt = exp * 1_000 - this.#clockOffsetMs - CLAIM_PRECISION_MS;
    }
    const held: Held = {value: granted.accessToken, expiresAt, lifetimeMs, gotAt: now};
    this.#held = held;
    this.#isLate = false;
    this.#tried.abort();
    clearTimeout(this.#endTimer);
    this.#schedule(held);
    this.#log.info('token_received', {lifetimeSeconds: Math.round(lifetimeMs / 1_000)});
    this.#events.onToken(granted.scope);
    return held;
  }

  #schedule(held: Held): void {
    const s = this.#settings;
    const lead = Math.min(s.tokenRefreshLeadMs, held.lifetimeMs / 2);
    const delay = Math.max(held.expiresAt - lead - steadyNow(), s.tokenRefreshMinGapMs);
    clearTimeout(this.#refreshTimer);
    this.#refreshTimer = setTimeout(
      () => void this.#refresh().catch(() => undefined /* told by onFailure */),
      Math.min(delay, LONGEST_TIMER_MS),
    );
  }
}
