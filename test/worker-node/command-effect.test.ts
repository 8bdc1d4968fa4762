import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import type {CallAction} from '../../src/domain/actions.js';
import {CxoneError} from '../../src/domain/errors.js';
import type {InteractionFacts} from '../../src/domain/interaction.js';
import {checkedParameters, effectReached} from '../../src/worker/command-effect.js';

const facts = (more: Partial<InteractionFacts>): InteractionFacts => ({interactionId: 'i', state: 'talking', ...more});
const consult = {role: 'consult', target: 't'} as const;
const member = {role: 'conference', target: 't'} as const;

describe('what shows that a command was carried out', () => {
  const table: [CallAction, 'blind' | 'consult' | undefined, InteractionFacts, boolean | undefined][] = [
    ['answer', undefined, facts({state: 'ringing'}), false],
    ['answer', undefined, facts({state: 'talking'}), true],
    ['reject', undefined, facts({state: 'ringing'}), false],
    ['reject', undefined, facts({state: 'ended'}), true],
    ['release', undefined, facts({state: 'acw'}), true],
    ['release', undefined, facts({}), false],
    ['hold', undefined, facts({state: 'hold'}), true],
    ['hold', undefined, facts({}), false],
    ['resume', undefined, facts({}), true],
    ['resume', undefined, facts({state: 'hold'}), false],
    ['mute', undefined, facts({muted: true}), true],
    ['mute', undefined, facts({muted: false}), false],
    ['unmute', undefined, facts({muted: false}), true],
    ['unmute', undefined, facts({}), false],
    ['transfer', 'blind', facts({state: 'acw'}), true],
    ['transfer', 'blind', facts({}), false],
    ['transfer', 'consult', facts({state: 'hold', participants: [consult]}), true],
    ['transfer', 'consult', facts({state: 'hold'}), false],
    ['conference', undefined, facts({participants: [member]}), true],
    ['conference', undefined, facts({}), false],
    ['completeTransfer', undefined, facts({state: 'ended'}), true],
    ['completeTransfer', undefined, facts({state: 'hold'}), false],
    ['cancelTransfer', undefined, facts({}), true],
    ['cancelTransfer', undefined, facts({participants: [consult]}), false],
    ['dtmf', undefined, facts({}), undefined],
  ];
  for (const [action, type, given, expected] of table) {
    it(`${action} ${type ?? ''} at ${given.state}: ${String(expected)}`, () => {
      assert.equal(effectReached(action, {type}, given), expected);
    });
  }
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
