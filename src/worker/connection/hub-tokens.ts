import type {Dialect} from '../../platform/port/dialect.js';
import {TokenKeeper, type TokenGetter} from '../../platform/client/token-keeper.js';
import type {HubSettings} from '../../domain/settings.js';
import type {Problem} from '../../domain/snapshot.js';
import type {HubLog} from '../log.js';
import type {Connection} from './connection.js';

export interface HubTokensOptions {
  readonly get: TokenGetter;
  readonly settings: HubSettings;
  readonly log: HubLog;
  readonly dialect: Pick<Dialect, 'missingScopes'>;
  readonly connection: () => Connection;
  warn(problem: Problem): void;
}

/** The hub's token keeper: what befalls the token is told as a warning, and to the connection. */
export function hubTokens({get, settings, log, dialect, connection, warn}: HubTokensOptions): TokenKeeper {
  return new TokenKeeper(get, settings, log, {
    onToken: (scope) => {
      const missing = dialect.missingScopes(scope);
      if (missing.length > 0) warn({code: 'missingScope', detail: missing.join(' ')});
      else connection().clearWarning('missingScope');
      connection().clearWarning('tokenEnding');
    },
    onFailure: (error, final, retryAt) => {
      connection().clearWarning('tokenEnding');
      connection().tokenFailed(error, final, retryAt);
    },
    onLastToken: () => warn({code: 'tokenEnding'}),
  });
}
