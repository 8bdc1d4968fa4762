import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import type {AgentStateName} from '../../src/domain/agent-state.js';
import {judgePresence, missingMeansGone} from '../../src/worker/freshness.js';

const TIMEOUT = {timeout: 10_000};
const onCall: AgentStateName = {state: 'onCall'};
const custom = (label: string): AgentStateName => ({state: 'custom', label});

describe('a change of the agent’s status, which has no version', () => {
  // [shown, previous of the event, data seen lately, what happens]. Source: contract §2 "Duplicates and order".
  const ROWS: readonly (readonly [AgentStateName | undefined, AgentStateName | undefined, boolean, string])[] = [
    [onCall, onCall, false, 'apply'],
    [onCall, onCall, true, 'apply, read'],
    [onCall, {state: 'available'}, true, 'drop'],
    [onCall, {state: 'available'}, false, 'apply, read'],
    [onCall, undefined, false, 'apply'],
    [onCall, undefined, true, 'apply, read'],
    [undefined, onCall, false, 'apply, read'],
    [undefined, onCall, true, 'drop'],
    [undefined, undefined, false, 'apply'],
    [custom('Training'), custom('training'), false, 'apply'],
    [custom('Training'), custom('Coaching'), false, 'apply, read'],
  ];
  for (const [shown, previous, seen, expected] of ROWS) {
    const name = (s: AgentStateName | undefined) => s?.label ?? s?.state ?? 'nothing';
    test(`shown ${name(shown)}, previous ${name(previous)}, ${seen ? 'seen' : 'new'}: ${expected}`, TIMEOUT, () => {
      const {apply, read} = judgePresence(shown, {previous}, seen);
      assert.equal([apply ? 'apply' : 'drop', ...(read ? ['read'] : [])].join(', '), expected);
    });
  }
});

describe('an interaction that a list does not have', () => {
  for (const [toldAt, asOf, gone] of [
    [100, 99, false],
    [100, 100, true],
    [100, 101, true],
    [undefined, 0, true],
  ] as const) {
    test(`told of at ${toldAt}, list of ${asOf}: ${gone ? 'over' : 'kept'}`, TIMEOUT, () => {
      assert.equal(missingMeansGone(toldAt, asOf), gone);
    });
  }
});
