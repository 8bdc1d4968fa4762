import type {Meta} from '@storybook/web-components-vite';
import type {AcwView} from '../src/domain/snapshot.js';
import {scriptedAcw, type SnapshotPatch} from '../test/support/scripted-session.js';
import {NOW, storyMaker} from './support/stage.js';

const meta: Meta = {title: 'Widgets/After-call work timer', component: 'cxone-acw-timer'};
export default meta;

const story = storyMaker('cxone-acw-timer');

const withLeft = (seconds: number, given: Partial<AcwView> = {}): AcwView =>
  scriptedAcw({endsAt: NOW + seconds * 1_000, ...given});
const one = (...given: Parameters<typeof withLeft>): SnapshotPatch => ({acw: {items: [withLeft(...given)]}});

export const None = story({});
export const Running = story(one(24, {reasonCode: 'Notes'}));
export const NearTheEnd = story(one(7));
export const WarnsEarlier = story(one(24), {args: {warnAt: 30}});
export const Extending = story(one(12, {extend: {allowed: false, block: 'waiting'}}));
export const Extended = story(one(42, {durationSeconds: 60}));
export const LongerThanAnHour = story(one(3_725, {durationSeconds: 7_200}));
export const CannotBeLeftEarly = story(one(20, {complete: {allowed: false, block: 'enforced'}}));
export const TimeIsUp = story(one(0, {state: 'overdue'}));
export const Over = story(
  one(0, {state: 'done', extend: {allowed: false, block: 'done'}, complete: {allowed: false, block: 'done'}}),
);
export const CallAndChat = story({
  acw: {items: [withLeft(9), withLeft(48, {interactionId: 'i-2', mediaType: 'webchat', durationSeconds: 60})]},
});
export const Refused = story(one(18), {
  async act(stage) {
    await stage.press('[data-action=extend]');
    await stage.scripted.last('extendAcw')?.refuse('INVALID_TRANSITION');
  },
});
export const NoConnection = story({
  ...one(18, {
    extend: {allowed: false, block: 'noConnection'},
    complete: {allowed: false, block: 'noConnection'},
  }),
  connection: {mode: 'offline'},
});
export const NoSession = story(undefined);
