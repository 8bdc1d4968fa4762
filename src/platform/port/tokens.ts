/** A bearer token. Its keeper tracks how long it is valid; it is never stored or logged. */
export interface AccessToken {
  readonly value: string;
}

/**
 * The purpose of a token, which decides how much longer it must be valid. `connect` is for opening the source of events.
 * Source: contract §1 "before every write".
 */
export type TokenPurpose = 'read' | 'write' | 'statusWrite' | 'connect';

/** Gives requests a valid token, and a fresh one after a refusal. `client/token-keeper.ts` implements it. */
export interface TokenProvider {
  token(purpose: TokenPurpose): Promise<AccessToken>;
  /** Call this when the platform refuses the token. The token is refreshed once for all callers. */
  refused(token: AccessToken): Promise<AccessToken>;
  /** Takes the server's time from an answer, epoch ms, to correct the clock offset. */
  serverTimeSeen(serverNow: number): void;
  /** Server time minus ours, in ms. */
  readonly clockOffsetMs: number;
}
