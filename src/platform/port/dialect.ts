import type {HubConfig, HubConfigRequest} from '../../domain/settings.js';
import type {PlatformHost} from './host.js';
import type {Platform} from './platform.js';
import type {TokenGetter} from '../client/token-keeper.js';

/**
 * A platform's language, as a part of its own that is loaded beside the hub: everything that reads from outside and
 * writes to it, with the schemas for both.
 */
export interface Dialect {
  /** The path of the first setting that cannot be used, or `undefined`. */
  wrongSetting(config: HubConfigRequest): string | undefined;
  /** Scopes that the features need and a token lacks; empty where the token does not say what it has. */
  missingScopes(scope: string | undefined): readonly string[];
  platform(config: HubConfig, host: PlatformHost): Platform;
  brokerTokens(tokenUrl: string, agentId: string): TokenGetter;
}
