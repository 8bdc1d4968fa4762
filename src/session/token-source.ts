import {CxoneError} from '../domain/errors.js';
import type {TokenGift} from '../worker/hub-api.js';
import type {TokenReply, TokenSource} from './session.js';

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

function read(reply: string | TokenReply): TokenGift {
  const {accessToken, expiresInSeconds, scope}: Partial<TokenReply> =
    typeof reply === 'string' ? {accessToken: reply} : (reply ?? {});
  const token = text(accessToken);
  if (!token) return {ok: false, message: 'the page’s token source gave no access token'};
  const lifetime = typeof expiresInSeconds === 'number' && expiresInSeconds > 0 ? expiresInSeconds : undefined;
  return {ok: true, accessToken: token, expiresInSeconds: lifetime, scope: text(scope)};
}

/**
 * Asks the page's own token source. Never throws; a failure is told by class name only, since a host's error text may
 * quote the very token or secret that must not travel.
 */
export async function askTokenSource(source: TokenSource, timeoutMs: number): Promise<TokenGift> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new CxoneError('TIMEOUT', 'token source')), timeoutMs);
  });
  try {
    return read(await Promise.race([source(), late]));
  } catch (error) {
    if (error instanceof CxoneError) return {ok: false, message: `the page’s token source took over ${timeoutMs} ms`};
    return {
      ok: false,
      message: `the page’s token source failed (${error instanceof Error ? error.name : typeof error})`,
    };
  } finally {
    clearTimeout(timer);
  }
}
