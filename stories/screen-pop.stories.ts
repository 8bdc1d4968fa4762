import type {Meta} from '@storybook/web-components-vite';
import type {PopView} from '../src/domain/snapshot.js';
import {scriptedPop, type SnapshotPatch} from '../test/support/scripted-session.js';
import {NOW, storyMaker} from './support/stage.js';

const meta: Meta = {title: 'Widgets/Screen pop', component: 'cxone-screen-pop'};
export default meta;

const story = storyMaker('cxone-screen-pop');

const pop = (given: Partial<PopView> = {}): PopView => scriptedPop({receivedAt: NOW - 40_000, ...given});
const one = (given: Partial<PopView> = {}): SnapshotPatch => ({pops: {items: [pop(given)]}});

const MATCHES = [
  {entity: 'contact', id: '003A', name: 'Dana Reyes'},
  {entity: 'contact', id: '003B', name: 'Daniel Reyes-Montgomery, Contoso Ltd (Wholesale)'},
  {entity: 'contact', id: '003C'},
];

export const Empty = story({});
export const Opened = story(one());
export const Priority = story(one({priority: 'high'}));
export const FromMemory = story(one({cached: true}));
export const WaitsForAnswer = story(one({outcome: 'waiting', waitsFor: 'answer', records: []}));
export const WaitsForTheCrm = story(one({outcome: 'waiting', waitsFor: 'host', records: []}));
export const ChooseOneOfMany = story(one({outcome: 'several', records: MATCHES}));
export const NoneFound = story(
  one({outcome: 'none', records: [], draft: {entity: 'contact', fields: {phone: '+14155550134'}}}),
);
export const Failed = story(one({outcome: 'failed', error: 'ADAPTER_TIMEOUT'}));
export const NotKnownWhetherItOpened = story(one({outcome: 'unknown'}));
export const LastKnown = story({...one(), connection: {mode: 'offline', asOf: NOW - 30_000}});
export const Expired = story(one({outcome: 'expired', records: []}));
export const Dropped = story({pops: {items: [pop({outcome: 'dropped', records: []})], dropped: 3}});
export const Opening = story(one({outcome: 'failed', error: 'ADAPTER_FAILED'}), {
  act: (stage) => stage.press('[data-action=open]'),
});
export const Refused = story(one(), {
  async act(stage) {
    await stage.press('[data-action=open]');
    await stage.scripted.last('openPop')?.refuse('ADAPTER_FAILED');
  },
});
export const SeveralContacts = story({
  pops: {
    items: [
      pop({popId: 'i-3#1', interactionId: 'i-3', outcome: 'waiting', waitsFor: 'answer', records: []}),
      pop({popId: 'i-2#1', interactionId: 'i-2', outcome: 'several', records: MATCHES.slice(0, 2), fields: []}),
      pop(),
    ],
  },
});
export const HostileText = story(
  one({
    source: '<b>ivr</b>',
    records: [{entity: 'account', id: '1', name: '<img src=x onerror="alert(1)">'}],
    fields: [
      {name: '<script>alert(1)</script>', value: '"><svg onload=alert(1)>'},
      {name: 'right_to_left', value: '\u202Egnp.exe'},
      {name: 'a_name_without_any_space_that_is_longer_than_the_panel_is_wide', value: 'W'.repeat(300)},
      {name: 'link', value: 'javascript:alert(document.cookie)'},
    ],
  }),
);
export const NoSession = story(undefined);
