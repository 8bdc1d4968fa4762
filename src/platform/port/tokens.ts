/** A bearer token with its life judged by its keeper; never stored, never logged. */
export interface AccessToken {
  readonly value: string;
}

/**
 * What a token is for; picks how much longer it must be good for: `connect` for opening the source of events. Source:
 * contract §1 "before every write".
 */
export type TokenPurpose = 'read' | 'write' | 'statusWrite' | 'connect';

/** Gives requests a token that is good for the call, and a fresh one after a refusal. `client/token-keeper.ts` is one. */
export interface TokenProvider {
  token(purpose: TokenPurpose): Promise<AccessToken>;
  /** To be called when the platform refuses this token: it is refreshed once for all callers. */
  refused(token: AccessToken): Promise<AccessToken>;
  /** The server's clock as an answer shows it, epoch ms; refines the clock offset. */
  serverTimeSeen(serverNow: number): void;
  /** Server time minus ours, in ms. */
  readonly clockOffsetMs: number;
}
