import type {Meta} from '@storybook/web-components-vite';
import type {ConnectionSlice} from '../src/domain/snapshot.js';
import type {SnapshotPatch} from '../test/support/scripted-session.js';
import {holdClock, NOW, storyMaker} from './support/stage.js';

const meta: Meta = {title: 'Widgets/Connection banner', component: 'cxone-connection-banner'};
export default meta;

const story = storyMaker('cxone-connection-banner');

const connection = (mode: ConnectionSlice['mode'], given: Partial<ConnectionSlice> = {}): SnapshotPatch => ({
  connection: {mode, asOf: NOW - 14_000, ...given},
});

/** Nothing is shown while all is well. */
export const Connected = story(connection('live'));
/** A start that takes longer than usual. */
export const Connecting = story(connection('connecting', {asOf: 0}), {act: () => holdClock(NOW + 1_000)});
export const Reconnecting = story(connection('polling', {nextTryAt: NOW + 8_000, attempt: 3}));
export const NoLiveUpdates = story(
  connection('degraded', {
    asOf: NOW - 400_000,
    nextTryAt: NOW + 52_000,
    problem: {code: 'apiUnreachable'},
  }),
);
export const Offline = story(connection('offline'));
export const SetUpWrong = story(connection('error', {asOf: 0, problem: {code: 'missingApiBase'}}));
export const AgentNotFound = story(
  connection('error', {asOf: 0, problem: {code: 'agentNotFound', detail: 'a1b2c3d4-e5f6-7890-abcd-ef1234567890'}}),
);
export const TokenRefused = story(connection('error', {problem: {code: 'tokenRefused'}}));
export const SignedOut = story(connection('error', {problem: {code: 'signedOut'}}));
export const OneWarning = story(connection('live', {warnings: [{code: 'storageUnavailable'}]}));
export const SeveralWarnings = story(
  connection('polling', {
    nextTryAt: NOW + 3_000,
    warnings: [{code: 'settingsDiffer'}, {code: 'missingScope', detail: 'telephony:write'}, {code: 'popBufferFull'}],
  }),
);
/** Back again: what changed while nobody could tell. */
export const BackAfterAnOutage = story(
  connection('live', {
    outage: {
      from: NOW - 125_000,
      to: NOW,
      status: {before: {state: 'available'}, after: {state: 'lunch'}},
      missed: 2,
      ended: 1,
      acwEnded: 1,
    },
  }),
);
export const Refused = story(connection('offline'), {
  async act(stage) {
    await stage.press('[data-action=reconnect]');
    await stage.scripted.last('reconnect')?.refuse('NETWORK');
  },
});
export const NoSession = story(undefined);
