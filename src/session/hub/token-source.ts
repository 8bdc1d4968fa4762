import type {TokenGift} from '../../worker/hub-api.js';
import type {TokenReply, TokenSource} from '../session.js';

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
 * Asks the page's own token source; the hub limits the time. Never throws. Of a failure only the class name is passed on,
 * because a host's error text may contain the token or a secret.
 */
export async function askTokenSource(source: TokenSource): Promise<TokenGift> {
  try {
    return read(await source());
  } catch (error) {
    const name = error instanceof Error ? error.name : typeof error;
    return {ok: false, message: `the page’s token source failed (${name})`};
  }
}
