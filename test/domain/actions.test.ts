import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {CALL_ACTIONS, judgeAction, type CallAction} from '../../src/domain/actions.js';
import {INTERACTION_STATES, MEDIA_TYPES, type InteractionState, type MediaType} from '../../src/domain/interaction.js';
import {readMatrix} from '../machines/matrix.js';

const TIMEOUT = {timeout: 10_000};

/**
 * Contract §3, written out, with Mute and Unmute also while the agent talks to a second party. Columns: the state, `m` muted, `c` with a consult open. A column without `m` or `c` of a
 * state where they make no difference stands for all of them. `yes` is allowed, else why not.
 */
const VOICE = readMatrix(`
                   queued  ringing       talking     talking+m     talking+c    talking+mc   hold        hold+c       hold+mc      acw         ended
  answer           queued  yes           notRinging  notRinging    notRinging   notRinging   notRinging  notRinging   notRinging   wrappingUp  ended
  reject           queued  yes           notRinging  notRinging    notRinging   notRinging   notRinging  notRinging   notRinging   wrappingUp  ended
  hold             queued  stillRinging  yes         yes           consultOpen  consultOpen  onHold      onHold       onHold       wrappingUp  ended
  resume           queued  stillRinging  notOnHold   notOnHold     notOnHold    notOnHold    yes         consultOpen  consultOpen  wrappingUp  ended
  mute             queued  stillRinging  yes         alreadyMuted  yes          alreadyMuted onHold      yes          alreadyMuted wrappingUp  ended
  unmute           queued  stillRinging  notMuted    yes           notMuted     yes          onHold      notMuted     yes          wrappingUp  ended
  transfer         queued  stillRinging  yes         yes           consultOpen  consultOpen  yes         consultOpen  consultOpen  wrappingUp  ended
  conference       queued  stillRinging  yes         yes           yes          yes          yes         yes          yes          wrappingUp  ended
  dtmf             queued  stillRinging  yes         yes           yes          yes          onHold      consultOpen  consultOpen  wrappingUp  ended
  release          queued  yes           yes         yes           yes          yes          yes         yes          yes          wrappingUp  ended
  completeTransfer queued  stillRinging  noConsult   noConsult     yes          yes          noConsult   yes          yes          wrappingUp  ended
  cancelTransfer   queued  stillRinging  noConsult   noConsult     yes          yes          noConsult   yes          yes          wrappingUp  ended
`);

/** Contract §3: other media have Answer, Reject, Transfer and Release only. */
const OTHER_MEDIA = readMatrix(`
                   queued            ringing           talking           talking+c         hold              hold+c            acw               ended
  answer           queued            yes               notRinging        notRinging        notRinging        notRinging        wrappingUp        ended
  reject           queued            yes               notRinging        notRinging        notRinging        notRinging        wrappingUp        ended
  transfer         queued            stillRinging      yes               consultOpen       yes               consultOpen       wrappingUp        ended
  release          queued            yes               yes               yes               yes               yes               wrappingUp        ended
  hold             notForThisMedium  notForThisMedium  notForThisMedium  notForThisMedium  notForThisMedium  notForThisMedium  notForThisMedium  notForThisMedium
  resume           notForThisMedium  notForThisMedium  notForThisMedium  notForThisMedium  notForThisMedium  notForThisMedium  notForThisMedium  notForThisMedium
  mute             notForThisMedium  notForThisMedium  notForThisMedium  notForThisMedium  notForThisMedium  notForThisMedium  notForThisMedium  notForThisMedium
  unmute           notForThisMedium  notForThisMedium  notForThisMedium  notForThisMedium  notForThisMedium  notForThisMedium  notForThisMedium  notForThisMedium
  conference       notForThisMedium  notForThisMedium  notForThisMedium  notForThisMedium  notForThisMedium  notForThisMedium  notForThisMedium  notForThisMedium
  dtmf             notForThisMedium  notForThisMedium  notForThisMedium  notForThisMedium  notForThisMedium  notForThisMedium  notForThisMedium  notForThisMedium
  completeTransfer notForThisMedium  notForThisMedium  notForThisMedium  notForThisMedium  notForThisMedium  notForThisMedium  notForThisMedium  notForThisMedium
  cancelTransfer   notForThisMedium  notForThisMedium  notForThisMedium  notForThisMedium  notForThisMedium  notForThisMedium  notForThisMedium  notForThisMedium
`);

function expected(
  action: CallAction,
  state: InteractionState,
  muted: boolean,
  consult: boolean,
  media: MediaType,
): string {
  const table = media === 'voice' ? VOICE : OTHER_MEDIA;
  const columns = [`${state}+${muted ? 'm' : ''}${consult ? 'c' : ''}`, `${state}+${consult ? 'c' : ''}`, state];
  for (const column of columns) {
    const cell = table.find((c) => c.event === action && c.state === column);
    if (cell) return cell.target;
  }
  throw new Error(`no cell for ${action} in ${state}`);
}

describe('what an agent may ask for', () => {
  test('the table has a row for every action', TIMEOUT, () => {
    for (const table of [VOICE, OTHER_MEDIA]) {
      assert.deepEqual(new Set(table.map(({event}) => event)), new Set<string>(CALL_ACTIONS));
    }
  });

  for (const mediaType of MEDIA_TYPES) {
    for (const action of CALL_ACTIONS) {
      test(`${action}, ${mediaType}: every state, muted or not, with and without a consult`, TIMEOUT, () => {
        for (const state of INTERACTION_STATES) {
          for (const muted of [false, true]) {
            for (const consultOpen of [false, true]) {
              const word = expected(action, state, muted, consultOpen, mediaType);
              assert.deepEqual(
                judgeAction(action, {state, mediaType, muted, consultOpen}),
                word === 'yes' ? {allowed: true} : {allowed: false, block: word},
                `${state}, muted ${muted}, consult ${consultOpen}`,
              );
            }
          }
        }
      });
    }
  }
});
