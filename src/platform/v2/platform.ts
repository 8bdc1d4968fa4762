import type {HubConfig} from '../../domain/settings.js';
import type {Platform, PlatformHost} from '../port/platform.js';
import {v2AfterCall, v2Availability} from './after-call.js';
import {v2Api} from './api.js';
import {v2Calls, v2Dial} from './calls.js';
import {v2Events} from './events.js';
import {v2State, writeRouting} from './state.js';

/** The contract's API. Every path, header and wire name of the dialect lives in this folder. */
export function v2Platform(config: HubConfig, host: PlatformHost): Platform {
  const api = v2Api(config, host);
  return {
    events: v2Events(api),
    state: v2State(api),
    calls: v2Calls(api),
    afterCall: v2AfterCall(api),
    availability: v2Availability(api),
    channels: {write: async (write, signal) => ({facts: await writeRouting(api, write, signal)})},
    dial: v2Dial(api),
  };
}
