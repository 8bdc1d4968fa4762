import {randomBytes, randomUUID} from 'node:crypto';
import {errors, jwtVerify, SignJWT} from 'jose';
import {DEFAULT_TOKEN_LIFETIME_SECONDS} from '../src/platform/v2/wire/index.js';
import type {ServerClock} from './model/clock.js';
import {Refusal} from './model/refusal.js';

/** All scopes that the features need. Source: contract §14. */
export const ALL_SCOPES: readonly string[] = [
  'agent:status:update',
  'telephony:control',
  'interactions:read',
  'work:read',
  'agent:read',
  'agent:write',
  'wfm:read',
  'events:publish',
  'skill:read',
  'realtime:read',
  'users:read',
  'analytics:read',
  'telephony:write',
  'report:read',
  'session:manage',
];

/** A normal form of a scope name: names that differ only by order or plural count as one. Source: contract §14. */
export function canonicalScope(scope: string): string {
  const parts = scope.toLowerCase().split(':');
  return parts
    .map((part) => part.replace(/s$/, ''))
    .sort()
    .join(':');
}

/** The claims of a valid token. */
export interface TokenClaims {
  /** The only agent the token is for; `undefined` in a service's token. */
  readonly agentId: string | undefined;
  readonly has: (scope: string) => boolean;
}

export interface IssuedToken {
  readonly access_token: string;
  readonly token_type: 'Bearer';
  readonly expires_in: number;
  readonly scope: string;
}

const ISSUER = 'cxone-simulator';

/** Signs and checks access tokens, both by the server's clock, including its skew. */
export class Tokens {
  readonly #secret = randomBytes(32);
  readonly #clock: ServerClock;
  readonly #startScopes: readonly string[];
  readonly #startLifetimeSeconds: number;
  /** Scopes that new tokens carry. */
  scopes: readonly string[];
  /** The lifetime of new tokens, in seconds. */
  lifetimeSeconds: number;
  /** Tokens of an earlier generation are expired, whatever their `exp`. */
  #generation = 0;
  #issued = 0;

  constructor(
    clock: ServerClock,
    options: {readonly scopes?: readonly string[]; readonly lifetimeSeconds?: number} = {},
  ) {
    this.#clock = clock;
    this.#startScopes = options.scopes ?? ALL_SCOPES;
    this.#startLifetimeSeconds = options.lifetimeSeconds ?? DEFAULT_TOKEN_LIFETIME_SECONDS;
    this.scopes = this.#startScopes;
    this.lifetimeSeconds = this.#startLifetimeSeconds;
  }

  /** How many tokens were issued since the start or the last reset. */
  get issued(): number {
    return this.#issued;
  }

  /** Resets the lifetime of new tokens; issued tokens keep theirs. */
  resetLifetime(): void {
    this.lifetimeSeconds = this.#startLifetimeSeconds;
  }

  /** Resets the scopes of new tokens. */
  resetScopes(): void {
    this.scopes = this.#startScopes;
  }

  /** Resets lifetime, scopes and count. Valid tokens stay valid, so that an open page does not notice a reset. */
  reset(): void {
    this.resetLifetime();
    this.resetScopes();
    this.#issued = 0;
  }

  /** Makes every issued token count as expired from now on. */
  expireAll(): void {
    this.#generation++;
  }

  /** @param agentId limits the token to this agent. */
  async issue(scopes: readonly string[], agentId?: string): Promise<IssuedToken> {
    this.#issued++;
    const issuedAt = Math.floor(this.#clock.serverNow() / 1_000);
    const scope = scopes.join(' ');
    const token = await new SignJWT({scope, gen: this.#generation, ...(agentId === undefined ? {} : {agent: agentId})})
      .setProtectedHeader({alg: 'HS256', typ: 'JWT'})
      .setIssuer(ISSUER)
      .setSubject(agentId ?? 'service')
      .setJti(randomUUID())
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + Math.ceil(this.lifetimeSeconds))
      .sign(this.#secret);
    return {access_token: token, token_type: 'Bearer', expires_in: this.lifetimeSeconds, scope};
  }

  /** @throws {Refusal} `TOKEN_EXPIRED` if the token is missing, forged or expired. */
  async verify(token: string | undefined): Promise<TokenClaims> {
    if (!token) throw new Refusal('TOKEN_EXPIRED', 'there is no access token');
    try {
      const {payload} = await jwtVerify(token, this.#secret, {
        issuer: ISSUER,
        currentDate: new Date(this.#clock.serverNow()),
      });
      if (payload['gen'] !== this.#generation) throw new Refusal('TOKEN_EXPIRED', 'the access token has expired');
      const scope = typeof payload['scope'] === 'string' ? payload['scope'] : '';
      const granted = new Set(scope.split(' ').map(canonicalScope));
      const agentId = payload['agent'];
      return {
        agentId: typeof agentId === 'string' ? agentId : undefined,
        has: (scope) => granted.has(canonicalScope(scope)),
      };
    } catch (error) {
      if (error instanceof Refusal) throw error;
      const expired = error instanceof errors.JWTExpired;
      throw new Refusal('TOKEN_EXPIRED', expired ? 'the access token has expired' : 'the access token is not valid');
    }
  }
}

/** The token of an `Authorization: Bearer …` header. */
export function bearerOf(header: string | undefined): string | undefined {
  return /^Bearer\s+(\S+)$/i.exec(header ?? '')?.[1];
}
