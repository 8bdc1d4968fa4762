import type {HubConfig, HubConfigRequest} from '../../domain/settings.js';
import type {Log} from './log.js';
import type {Platform, PlatformHints, TokenProvider} from './platform.js';
import type {TokenGetter} from '../client/token-keeper.js';

/**
 * A platform's language, as a part of its own that is loaded beside the hub: everything that reads from outside and
 * writes to it, with the schemas for both.
 */
export interface Dialect {
  /** The path of the first setting that cannot be used, or `undefined`. */
  wrongSetting(config: HubConfigRequest): string | undefined;
  platform(config: HubConfig, tokens: TokenProvider, log: Log, events: PlatformHints): Platform;
  brokerTokens(tokenUrl: string, agentId: string): TokenGetter;
}
