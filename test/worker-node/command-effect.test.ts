import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {CALL_ACTIONS, type CallAction} from '../../src/domain/actions.js';
import {CxoneError} from '../../src/domain/errors.js';
import type {InteractionFacts} from '../../src/domain/interaction.js';
import {checkedParameters, effectReached} from '../../src/worker/calls/command-effect.js';

type Shown = Pick<InteractionFacts, 'muted' | 'participants'>;
const ended: InteractionFacts = {interactionId: 'i', state: 'ended'};
const consult = {participants: [{role: 'consult', target: 't'}]} as const;
const member = {participants: [{role: 'conference', target: 't'}]} as const;
const nobody = {participants: []} as const;
const muted = {muted: true};
const heard = {muted: false};

/** Every state, in the order of a row's letters: + carried out, − not, ? nobody can tell. */
const STATES = ['queued', 'ringing', 'talking', 'hold', 'acw', 'ended'] as const;
const MEANS: Readonly<Record<string, boolean | undefined>> = {'+': true, '−': false, '?': undefined};

describe('what shows that a command was carried out', () => {
  const table: readonly (readonly [CallAction, 'blind' | 'consult' | undefined, Shown, string])[] = [
    ['answer', undefined, {}, '−−++??'],
    ['reject', undefined, {}, '+−−−++'],
    ['release', undefined, {}, '+−−−++'],
    ['hold', undefined, {}, '??−+??'],
    ['resume', undefined, {}, '??+−??'],
    ['mute', undefined, {}, '??????'],
    ['mute', undefined, muted, '??++??'],
    ['mute', undefined, heard, '??−−??'],
    ['unmute', undefined, {}, '??????'],
    ['unmute', undefined, muted, '??−−??'],
    ['unmute', undefined, heard, '??++??'],
    ['transfer', 'blind', {}, '+?−−++'],
    ['transfer', 'consult', {}, '??????'],
    ['transfer', 'consult', nobody, '??−−??'],
    ['transfer', 'consult', member, '??−−??'],
    ['transfer', 'consult', consult, '??++??'],
    ['conference', undefined, {}, '??????'],
    ['conference', undefined, nobody, '??−−??'],
    ['conference', undefined, member, '??++??'],
    ['completeTransfer', undefined, {}, '+?−−++'],
    ['cancelTransfer', undefined, {}, '??????'],
    ['cancelTransfer', undefined, nobody, '??++??'],
    ['cancelTransfer', undefined, consult, '??−−??'],
    ['dtmf', undefined, {}, '??????'],
  ];
  for (const [action, type, shown, row] of table) {
    it(`${action} ${type ?? ''} with ${JSON.stringify(shown)}`, () => {
      const told = STATES.map((state) => effectReached(action, {type}, {...ended, ...shown, state}));
      assert.deepEqual(
        told,
        [...row].map((letter) => MEANS[letter]),
      );
    });
  }

  it('is told of every action', () => {
    assert.deepEqual(new Set(table.map(([action]) => action)), new Set(CALL_ACTIONS));
  });
});

describe('what a command may carry', () => {
  const refused: [CallAction, object][] = [
    ['dtmf', {digits: ''}],
    ['dtmf', {digits: '12x'}],
    ['transfer', {target: '+1555'}],
    ['transfer', {target: ' ', type: 'blind'}],
    ['conference', {}],
    ['conference', {target: 'x'.repeat(300)}],
  ];
  for (const [action, parameters] of refused) {
    it(`refuses ${action} ${JSON.stringify(parameters).slice(0, 40)} without quoting it`, () => {
      assert.throws(
        () => checkedParameters(action, parameters),
        (error: unknown) =>
          error instanceof CxoneError && error.code === 'INVALID_INPUT' && !error.message.includes('1555'),
      );
    });
  }

  it('keeps only what the action takes', () => {
    assert.deepEqual(checkedParameters('answer', {target: 'x', digits: '1'}), {});
    assert.deepEqual(checkedParameters('dtmf', {digits: ' 1a# '}), {digits: '1A#'});
  });
});
