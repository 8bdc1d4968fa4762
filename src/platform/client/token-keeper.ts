import {CxoneError, isCxoneError} from '../../domain/errors.js';
import {steadyNow} from '../../domain/monotonic.js';
import type {HubSettings} from '../../domain/settings.js';
import {Backoff} from './backoff.js';
import {pause} from '../../domain/pause.js';
import type {Log} from '../port/log.js';
import type {AccessToken, TokenProvider, TokenPurpose} from '../port/tokens.js';

/** A token as its source gave it. */
export interface GrantedToken {
  readonly accessToken: string;
  /** Absent: the token's own `exp`, else an hour. */
  readonly expiresInSeconds?: number;
  /** Space-separated. */
  readonly scope?: string;
}

/** Gets one token. `CxoneError` `TOKEN_REFUSED` is final, anything else is tried again. */
export type TokenGetter = (signal: AbortSignal) => Promise<GrantedToken>;

export interface TokenKeeperEvents {
  /** A fresh token is here. */
  onToken(scope: string | undefined): void;
  /**
   * There is no valid token. `final`: no more tries until `reset()`, else the next one is at `retryAt` (epoch ms).
   */
  onFailure(error: CxoneError, final: boolean, retryAt: number | undefined): void;
  /** There will be no further token, and the one that is held still serves; `onFailure` follows at its end. */
  onLastToken(error: CxoneError): void;
}

interface Held extends AccessToken {
  /** Epoch ms by our clock. */
  readonly expiresAt: number;
  readonly lifetimeMs: number;
  readonly gotAt: number;
}

/** Life of a token that says nothing of it. Source: contract §1. */
const DEFAULT_LIFETIME_SECONDS = 3_600;
/** Claims are written in whole seconds. Source: RFC 7519 allows fractions, and servers cut them off. */
const CLAIM_PRECISION_MS = 1_000;
/** How closely `exp − iat` and `expires_in` must agree for `iat` to be "now". Source: contract §1 "clock skew". */
const SAME_LIFETIME_SECONDS = 5;
/** The `Date` header has whole seconds, and the answer travelled: smaller differences say nothing. */
const DATE_HEADER_PRECISION_MS = 2_000;

/** A longer timer overflows and fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** A claim later than this is no moment, in seconds since 1970. Our choice: the year 5138. */
const LAST_CLAIM_SECONDS = 1e11;

/** A time claim. One that is no moment (1e400 reads as Infinity) would make the clock's offset, and every wait, NaN. */
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
    return {}; // Not a JWT: its life is told by expires_in.
  }
}

/** Holds the one access token of the browser: refreshes it in time, once for all callers. It is never stored or logged. */
export class TokenKeeper implements TokenProvider {
  readonly #get: TokenGetter;
  readonly #settings: HubSettings;
  readonly #log: Log;
  readonly #events: TokenKeeperEvents;
  #held: Held | undefined;
  #refreshing: Promise<Held> | undefined;
  /** Aborted once the try under way has an outcome. */
  #tried = new AbortController();
  /** Ends the pause between two tries. */
  #wakeUp = new AbortController();
  /** The source fails or is slow: a call that has a valid token does not wait for it again. */
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
    // Somebody else's refusal may have brought a new one already.
    if (this.#held && this.#held.value !== token.value) return Promise.resolve(this.#held);
    this.#held = undefined;
    return this.#refresh();
  }

  serverTimeSeen(serverNow: number): void {
    const offset = serverNow - steadyNow();
    if (Math.abs(offset - this.#clockOffsetMs) > DATE_HEADER_PRECISION_MS) this.#clockOffsetMs = offset;
  }

  /** Forgets a final failure, so that a person's Reconnect tries again. */
  reset(): void {
    if (!this.#finalFailure) return this.retryNow();
    this.#finalFailure = undefined;
    clearTimeout(this.#endTimer);
    // The one that is held may be good enough to connect with: then nobody else would ask.
    if (this.#held) void this.#refresh().catch(() => undefined /* told by onFailure */);
  }

  /** Does not wait for the next try: there is a source that was not there before. */
  retryNow(): void {
    this.#wakeUp.abort();
  }

  /** Forgets the token and stops all work. */
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
    // A short-lived token is always within its margin, and a source may hand out old ones: to refresh at every call would
    // be a storm. Whether it is really too old, the platform says.
    if (steadyNow() - this.#lastRefreshAt < this.#settings.tokenRefreshMinGapMs && !this.#refreshing) return held;
    if (left <= 0) return this.#refresh();
    // The old one is good for some time yet: a call stays under control through a broken or slow token source.
    if (!this.#finalFailure) await this.#tryFor(this.#refresh());
    return this.#valid ?? this.#refresh();
  }

  /** Waits for one try of a refresh, as long as that is worth while another token is good. */
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

  /** What was refused for good counts from when no valid token is left. */
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
        // While one is good nothing fails for want of another.
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
      // Freshly made: its iat is the server's now. A broker's cached token would fool this, so there life counts from receipt.
      if (told !== undefined) this.#clockOffsetMs = iat * 1_000 - now;
      // The second that is cut off `iat` was gone when it came: the server lets it end that much earlier.
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
