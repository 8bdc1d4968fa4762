import type {Meta} from '@storybook/web-components-vite';
import {CALL_ACTIONS} from '../src/domain/actions.js';
import type {InteractionView} from '../src/domain/snapshot.js';
import {scriptedInteraction, scriptedInteractions, type SnapshotPatch} from '../test/support/scripted-session.js';
import {NOW, storyMaker} from './support/stage.js';

const meta: Meta = {title: 'Widgets/Call controls', component: 'cxone-call-controls'};
export default meta;

const story = storyMaker('cxone-call-controls');

const contact = (
  state: InteractionView['state'],
  given: Partial<InteractionView> = {},
): ReturnType<typeof scriptedInteraction> =>
  scriptedInteraction({
    interactionId: 'i-1',
    state,
    startedAt: NOW - 185_000,
    stateSince: NOW - 62_000,
    ...given,
  });
const one = (...given: Parameters<typeof contact>): SnapshotPatch => scriptedInteractions([contact(...given)]);

const CHAT: Partial<InteractionView> = {
  interactionId: 'i-2',
  mediaType: 'webchat',
  from: 'dana.reyes@example.com',
  startedAt: NOW - 640_000,
};
const NO_CONNECTION = Object.fromEntries(
  CALL_ACTIONS.map((action) => [action, {allowed: false, block: 'noConnection'}]),
) as unknown as InteractionView['actions'];

export const None = story({});
export const Ringing = story(one('ringing', {startedAt: NOW - 7_000}));
export const RingingChat = story(one('ringing', {...CHAT, startedAt: NOW - 7_000}));
export const Talking = story(one('talking'));
export const Outgoing = story(one('talking', {direction: 'outbound', to: '+49 30 901820'}));
export const OnHold = story(one('hold'));
export const Muted = story(one('talking', {muted: true}));
export const WrapUp = story(one('acw'));

export const WaitingForConfirmation = story(one('talking', {waitingFor: 'hold'}));
export const OutcomeUnknown = story(one('talking', {waitingFor: 'hold', unknownOutcome: 'hold'}));
export const Refused = story(one('talking'), {
  async act(stage) {
    await stage.press('[data-action=hold]');
    await stage.scripted.last('hold')?.refuse('STATE_CONFLICT');
  },
});

export const Consulting = story(
  one('hold', {consultOpen: true, participants: [{role: 'consult', target: 'Second line support'}]}),
);
export const Conference = story(
  one('talking', {
    participants: [
      {role: 'conference', target: '+14155550177'},
      {role: 'conference', target: 'anna.schmidt@example.com'},
    ],
  }),
);
export const CallAndChat = story(scriptedInteractions([contact('talking', CHAT), contact('talking')], 'i-1'));
export const RingsDuringACall = story(
  scriptedInteractions(
    [contact('talking', {from: '+14155550177'}), contact('ringing', {interactionId: 'i-3', startedAt: NOW - 3_000})],
    'i-3',
  ),
);

export const KeypadOpen = story(one('talking'), {
  async act(stage) {
    await stage.press('[data-action=dtmf]');
    await stage.loaded('[data-digit]');
    await stage.press('[data-digit="4"]');
    await stage.scripted.last('sendDtmf')?.confirm();
    await stage.press('[data-digit="2"]');
  },
});
const panelOpen = (action: string): ReturnType<typeof story> =>
  story(one('talking'), {
    async act(stage) {
      await stage.press(`[data-action=${action}]`);
      await stage.loaded('input[name=target]');
    },
  });
export const TransferOpen = panelOpen('transfer');
export const AddOpen = panelOpen('conference');

export const NoConnection = story({...one('talking', {actions: NO_CONNECTION}), connection: {mode: 'offline'}});
export const NoSession = story(undefined);

export const Compact = story(one('talking'), {args: {layout: 'compact'}});
export const CompactRinging = story(one('ringing'), {args: {layout: 'compact'}});

export const LongNames = story(
  one('talking', {
    from: 'maximiliane.von.und.zu.hohenlohe-langenburg+customer.service@subsidiary.wholesale.example.com',
    muted: true,
    participants: [{role: 'conference', target: 'Rindfleischetikettierungsüberwachungsaufgabenübertragung'}],
  }),
);
