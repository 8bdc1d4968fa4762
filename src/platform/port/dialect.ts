import type {HubConfig, HubConfigRequest} from '../../domain/settings.js';
import type {PlatformHost} from './host.js';
import type {Platform} from './platform.js';
import type {TokenGetter} from '../client/token-keeper.js';

/**
 * The code for one platform's API, in a chunk that loads beside the hub: everything that reads from the platform and writes
 * to it, with the schemas for both.
 */
export interface Dialect {
  /** The path of the first invalid setting and what it should be, or `undefined`. */
  wrongSetting(config: HubConfigRequest): string | undefined;
  /** Scopes that the features need and a token lacks; empty if the token does not list its scopes. */
  missingScopes(scope: string | undefined): readonly string[];
  platform(config: HubConfig, host: PlatformHost): Platform;
  brokerTokens(tokenUrl: string, agentId: string): TokenGetter;
}
