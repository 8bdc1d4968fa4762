import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import type {AgentStateName} from '../../src/domain/agent-state.js';
import {clockWasSetBack, judgePresence, missingMeansGone} from '../../src/worker/connection/freshness.js';

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
  // [first seen, its version, list asked for, list as of, whether it is over].
  const ROWS: readonly (readonly [number, number | undefined, number, number, boolean])[] = [
    [100, 5_000, 200, 5_100, true],
    [100, 5_000, 200, 5_000, true],
    [100, 5_000, 200, 4_999, false],
    [100, 5_000, 99, 5_100, false],
    [100, undefined, 100, 0, true],
    [100, undefined, 99, 9_999, false],
  ];
  for (const [firstSeenAt, version, askedAt, asOf, gone] of ROWS) {
    const list = `seen at ${firstSeenAt} as ${version}, list asked for at ${askedAt} as of ${asOf}`;
    test(`${list}: ${gone ? 'over' : 'kept'}`, TIMEOUT, () => {
      assert.equal(missingMeansGone({firstSeenAt, version}, {askedAt, asOf}), gone);
    });
  }
});

describe('a server’s clock', () => {
  // [heard of at, the version, list asked for, list as of, whether it was set back]; trusted for 30.
  const ROWS: readonly (readonly [number, number | undefined, number, number, boolean])[] = [
    [100, 5_000, 131, 4_000, true],
    [100, 5_000, 130, 4_000, false],
    [100, 5_000, 131, 5_000, false],
    [100, undefined, 131, 4_000, false],
  ];
  for (const [toldAt, version, askedAt, asOf, setBack] of ROWS) {
    const list = `${version} heard of at ${toldAt}, list asked for at ${askedAt} as of ${asOf}`;
    test(`${list}: ${setBack ? 'set back' : 'as it was'}`, TIMEOUT, () => {
      assert.equal(clockWasSetBack({toldAt, version}, {askedAt, asOf}, 30), setBack);
    });
  }
});
