import type {Dialect} from '../port/dialect.js';
import {brokerTokens} from '../client/token-broker.js';
import {v2Platform} from './platform.js';
import {missingScopes} from './scopes.js';
import {wrongSetting} from '../client/config.schema.js';

/** The contract's API, with the token broker and the check of the settings. */
export const dialect: Dialect = {wrongSetting, missingScopes, platform: v2Platform, brokerTokens};
