import type {Meta} from '@storybook/web-components-vite';
import type {AgentSlice, StateChoice} from '../src/domain/snapshot.js';
import {AVAILABLE, type SnapshotPatch} from '../test/support/scripted-session.js';
import {NOW, storyMaker} from './support/stage.js';

const meta: Meta = {title: 'Widgets/Status picker', component: 'cxone-status-picker'};
export default meta;

const story = storyMaker('cxone-status-picker');

/** An agent who is available, but for what is given. */
const agent = (given: Partial<AgentSlice>): SnapshotPatch => ({
  ...AVAILABLE,
  agent: {...AVAILABLE.agent, presenceSince: NOW - 754_000, ...given},
});
const choices = AVAILABLE.agent!.choices!;
const blocked = (block: StateChoice['block']): StateChoice[] =>
  choices.map((choice) => ({...choice, allowed: false, block}));

export const Available = story(agent({}));
export const Lunch = story(agent({presence: {state: 'lunch'}}));
export const OwnStatus = story(agent({presence: {state: 'custom', label: 'Training'}}));
export const OfflineStatus = story(agent({presence: {state: 'offline'}}));
export const NotKnownYet = story({});
export const WithOwnCaption = story(agent({}), {args: {label: 'Queue: Support'}});

export const LunchAfterThisCall = story(
  agent({presence: {state: 'onCall'}, pending: {state: 'lunch', since: NOW, waitsFor: 1}}),
);
export const TrainingAfterThreeContacts = story(
  agent({presence: {state: 'onCall'}, pending: {state: 'custom', label: 'Training', since: NOW, waitsFor: 3}}),
);
export const Switching = story(agent({requested: {state: 'busy'}}));
export const RoutingDisagrees = story(
  agent({mismatch: {presence: {state: 'available'}, routing: {state: 'notReady'}}}),
);

export const MenuOpen = story(agent({}), {act: (stage) => stage.press('.trigger')});
export const MenuWithoutPermission = story(agent({choices: blocked('missingScope')}), {
  act: (stage) => stage.press('.trigger'),
});
export const Refused = story(agent({}), {
  async act(stage) {
    await stage.press('[data-state=meeting]');
    await stage.scripted.last('setStatus')?.refuse('FORBIDDEN');
  },
});

export const NoConnection = story({
  ...agent({choices: blocked('noConnection')}),
  connection: {mode: 'offline'},
});
export const NoSession = story(undefined);

const LONG = 'Training on the new returns process for wholesale customers in all regions';
export const LongNames = story(
  agent({
    presence: {state: 'custom', label: LONG},
    pending: {
      state: 'custom',
      label: 'Donaudampfschifffahrtsgesellschaftskapitänsbesprechung',
      since: NOW,
      waitsFor: 2,
    },
    choices: [...choices, {state: 'custom', label: LONG, allowed: true}],
  }),
  {act: (stage) => stage.press('.trigger')},
);
