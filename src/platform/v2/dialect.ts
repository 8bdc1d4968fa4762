import type {Dialect} from '../port/dialect.js';
import {wrongSetting} from './settings.schema.js';
import {brokerTokens} from '../client/token-broker.js';
import {V2Platform} from './v2-platform.js';

/** The contract's API, with the token broker and the check of the settings. */
export const dialect: Dialect = {
  wrongSetting,
  platform: (...given) => new V2Platform(...given),
  brokerTokens,
};
