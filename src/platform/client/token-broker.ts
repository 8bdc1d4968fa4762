import {CxoneError} from '../../domain/errors.js';
import {tokenErrorReply, tokenReply} from './token.schema.js';
import {parseRetryAfterMs} from './backoff.js';
import {watchPolicy} from './policy-watch.js';
import type {GrantedToken, TokenGetter} from './token-keeper.js';

/** Errors that a retry cannot fix. Source: contract §1 "failure to get a token", RFC 6749 §5.2. */
const FINAL_ERRORS = new Set([
  'invalid_client',
  'invalid_scope',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_request',
]);

/**
 * Gets tokens from a broker: a server that knows the agent by its own cookie and holds the client secret. The custom header
 * protects against CSRF: another site cannot send it without the broker's permission.
 */
export function brokerTokens(tokenUrl: string, agentId: string): TokenGetter {
  return async (signal): Promise<GrantedToken> => {
    let response: Response;
    let body: unknown;
    const refusedByPolicy = watchPolicy(tokenUrl);
    try {
      response = await fetch(tokenUrl, {
        method: 'POST',
        headers: {'content-type': 'application/json', 'x-requested-with': 'cxone-crm-widgets'},
        body: JSON.stringify({agentId}),
        credentials: 'include',
        cache: 'no-store',
        redirect: 'error',
        signal,
      });
      body = await response.json().catch(() => undefined);
    } catch (cause) {
      const blockedBy = signal.aborted ? undefined : await refusedByPolicy();
      throw new CxoneError('TOKEN_SOURCE_FAILED', 'the token broker did not answer', {cause, blockedBy});
    }
    const {status} = response;
    if (!response.ok) {
      const parsed = tokenErrorReply.safeParse(body);
      const named = parsed.success ? (parsed.data.error ?? parsed.data.errorCode)?.toLowerCase() : undefined;
      if (status === 404 && named === 'not_found')
        throw new CxoneError('NOT_FOUND', 'the broker knows no such agent', {status});
      if ((status === 400 || status === 401) && named && FINAL_ERRORS.has(named)) {
        throw new CxoneError('TOKEN_REFUSED', `the token broker answered ${named}`, {status});
      }
      throw new CxoneError('TOKEN_SOURCE_FAILED', `the token broker answered ${status}`, {
        status,
        retryAfterMs: parseRetryAfterMs(response.headers.get('retry-after'), Date.now()),
      });
    }
    const reply = tokenReply.safeParse(body);
    if (!reply.success) throw new CxoneError('TOKEN_SOURCE_FAILED', 'the token broker answered nonsense', {status});
    const {access_token, scope} = reply.data;
    const expires_in = reply.data.expires_in ?? undefined;
    return {
      accessToken: access_token,
      ...(Number.isFinite(expires_in) && (expires_in as number) > 0 ? {expiresInSeconds: expires_in} : {}),
      ...(scope == null ? {} : {scope}),
    };
  };
}
