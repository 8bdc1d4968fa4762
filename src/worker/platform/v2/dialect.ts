import type {Dialect} from '../../dialect.js';
import {wrongSetting} from '../../hub-config.schema.js';
import {brokerTokens} from '../token-broker.js';
import {V2Platform} from './v2-platform.js';

/** The contract's API, with the token broker and the check of the settings. */
export const dialect: Dialect = {
  wrongSetting,
  platform: (...given) => new V2Platform(...given),
  brokerTokens,
};
