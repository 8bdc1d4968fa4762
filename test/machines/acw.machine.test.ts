import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import fc from '../support/fast-check.js';
import {createActor} from 'xstate';
import type {AcwFacts} from '../../src/domain/interaction.js';
import {ACW_ROUNDING_MS, acwMachine, acwView, type AcwMachineEvent} from '../../src/machines/acw.machine.js';
import {readMatrix} from './matrix.js';

const TIMEOUT = {timeout: 10_000};
/** Begins at 10,000 with 30 s: ends at 40,000. */
const acw = (more: Partial<AcwFacts> = {}): AcwFacts => ({
  durationSeconds: 30,
  remainingSeconds: 30,
  type: 'system',
  reasonCode: 'wrap',
  enforced: false,
  ...more,
});
const told = (remainingSeconds: number, at: number, more: Partial<AcwFacts> = {}): AcwMachineEvent => ({
  type: 'facts',
  acw: acw({remainingSeconds, ...more}),
  at,
});

function start(facts: AcwFacts = acw(), ...events: AcwMachineEvent[]) {
  const input = {interactionId: 'i', sessionId: 's', mediaType: 'voice', acw: facts, at: 10_000} as const;
  const actor = createActor(acwMachine, {input}).start();
  const send = (...list: AcwMachineEvent[]) => list.forEach((event) => actor.send(event));
  send(...events);
  return {
    send,
    value: () => actor.getSnapshot().value,
    view: (connected = true) => acwView(actor.getSnapshot(), {connected, extendBySeconds: 15}),
  };
}

const EXTEND: AcwMachineEvent = {type: 'extend.sent'};
const COMPLETE: AcwMachineEvent = {type: 'complete.sent'};
const SETTLED: AcwMachineEvent = {type: 'change.settled'};
const ENDED: AcwMachineEvent = {type: 'ended', at: 50_000};

describe('the countdown is the platform’s', () => {
  const PREPARE: Record<string, AcwMachineEvent[]> = {
    running: [],
    overdue: [{type: 'time', at: 40_000}],
    done: [ENDED],
  };
  const EVENTS: Record<string, AcwMachineEvent> = {
    'facts:left': told(20, 41_000),
    'facts:none': told(0, 41_000),
    'facts:less': told(-3, 41_000),
    'facts:older': told(0, 9_000),
    'time:before': {type: 'time', at: 39_999},
    'time:at': {type: 'time', at: 40_000},
    'time:after': {type: 'time', at: 99_000},
    'extend.sent': EXTEND,
    'complete.sent': COMPLETE,
    'change.settled': SETTLED,
    ended: ENDED,
  };
  const CELLS = readMatrix(`
                     running  overdue  done
    facts:left       .        running  .
    facts:none       overdue  .        .
    facts:less       overdue  .        .
    facts:older      .        .        .
    time:before      .        .        .
    time:at          overdue  .        .
    time:after       overdue  .        .
    extend.sent      .        .        .
    complete.sent    .        .        .
    change.settled   .        .        .
    ended            done     done     .
  `);
  for (const {state, event, target} of CELLS) {
    test(`${state} + ${event} → ${target}`, TIMEOUT, () => {
      const [prepare, sent] = [PREPARE[state], EVENTS[event]];
      assert.ok(prepare && sent);
      const it = start(acw(), ...prepare);
      assert.equal(it.value().countdown, state, 'prepared');
      it.send(sent);
      assert.equal(it.value().countdown, target);
      assert.equal(it.view().state, target);
    });
  }

  test('is corrected either way', TIMEOUT, () => {
    const it = start();
    assert.equal(it.view().endsAt, 40_000);
    it.send(told(20, 15_000));
    assert.equal(it.view().endsAt, 35_000, 'earlier');
    it.send(told(28, 20_000));
    assert.equal(it.view().endsAt, 48_000, 'later');
  });

  test('does not stumble over whole seconds', TIMEOUT, () => {
    const it = start();
    it.send(told(25, 14_001));
    assert.equal(it.view().endsAt, 40_000, '999 ms are rounding');
    it.send(told(24, 15_000));
    assert.equal(it.view().endsAt, 39_000, `${ACW_ROUNDING_MS} ms are not`);
    it.send(told(24, 15_500, {durationSeconds: 31}));
    assert.deepEqual([it.view().endsAt, it.view().durationSeconds], [39_500, 31], 'a new length is no rounding');
  });

  test('never drifts a second from what was told last', TIMEOUT, () => {
    const report = fc.record({remaining: fc.integer({min: 0, max: 600}), after: fc.integer({min: 0, max: 6_000})});
    fc.assert(
      fc.property(fc.array(report, {maxLength: 20}), (reports) => {
        const it = start();
        let at = 10_000;
        for (const {remaining, after} of reports) {
          at += after;
          it.send(told(remaining, at));
          const endsAt = at + remaining * 1_000;
          assert.ok(Math.abs(it.view().endsAt - endsAt) < ACW_ROUNDING_MS);
          assert.equal(it.view().state, at >= it.view().endsAt ? 'overdue' : 'running');
        }
      }),
      {numRuns: 200},
    );
  });

  test('nothing left at the start is overdue at once', TIMEOUT, () => {
    assert.equal(start(acw({remainingSeconds: 0})).view().state, 'overdue');
  });

  test('a slow answer does not undo a later one', TIMEOUT, () => {
    const it = start();
    it.send(told(50, 20_000, {durationSeconds: 60}), told(25, 15_000));
    assert.deepEqual([it.view().endsAt, it.view().durationSeconds], [70_000, 60]);
  });

  test('a report without a reason keeps the known one', TIMEOUT, () => {
    const it = start();
    it.send(told(29, 11_000, {reasonCode: undefined}));
    assert.equal(it.view().reasonCode, 'wrap');
  });
});

describe('one change at a time', () => {
  const PREPARE: Record<string, AcwMachineEvent[]> = {
    idle: [],
    extending: [EXTEND],
    completing: [COMPLETE],
    closed: [ENDED],
  };
  const EVENTS: Record<string, AcwMachineEvent> = {
    facts: told(29, 11_000),
    time: {type: 'time', at: 40_000},
    'extend.sent': EXTEND,
    'complete.sent': COMPLETE,
    'change.settled': SETTLED,
    ended: ENDED,
  };
  const free = readMatrix(`
                     idle        extending  completing  closed
    facts            .           .          .           .
    time             .           .          .           .
    extend.sent      extending   .          .           .
    complete.sent    completing  .          .           .
    change.settled   .           idle       idle        .
    ended            closed      closed     closed      .
  `).map((cell) => ({...cell, enforced: false}));
  const enforced = readMatrix(`
                     idle        extending  closed
    facts            .           .          .
    time             .           .          .
    extend.sent      extending   .          .
    complete.sent    .           .          .
    change.settled   .           idle       .
    ended            closed      closed     .
  `).map((cell) => ({...cell, enforced: true}));
  for (const {state, event, target, enforced: isEnforced} of [...free, ...enforced]) {
    test(`${isEnforced ? 'enforced, ' : ''}${state} + ${event} → ${target}`, TIMEOUT, () => {
      const [prepare, sent] = [PREPARE[state], EVENTS[event]];
      assert.ok(prepare && sent);
      const facts = acw({enforced: isEnforced});
      const it = start(facts, ...prepare);
      assert.equal(it.value().change, state, 'prepared');
      it.send(sent.type === 'facts' ? {...sent, acw: facts} : sent);
      assert.equal(it.value().change, target);
    });
  }

  const WORDS: readonly (readonly [string, boolean, AcwMachineEvent[], boolean, string, string])[] = [
    ['free', false, [], true, 'yes', 'yes'],
    ['free, overdue', false, [{type: 'time', at: 40_000}], true, 'yes', 'yes'],
    ['free, extending', false, [EXTEND], true, 'waiting', 'waiting'],
    ['free, completing', false, [COMPLETE], true, 'waiting', 'waiting'],
    ['free, answered', false, [EXTEND, SETTLED], true, 'yes', 'yes'],
    ['free, no connection', false, [], false, 'noConnection', 'noConnection'],
    ['free, extending, no connection', false, [EXTEND], false, 'waiting', 'waiting'],
    ['free, done', false, [ENDED], false, 'done', 'done'],
    ['enforced', true, [], true, 'yes', 'enforced'],
    ['enforced, extending', true, [EXTEND], true, 'waiting', 'enforced'],
    ['enforced, no connection', true, [], false, 'noConnection', 'enforced'],
    ['enforced, done', true, [ENDED], true, 'done', 'done'],
  ];
  for (const [what, isEnforced, events, connected, extend, complete] of WORDS) {
    test(`${what}: extend ${extend}, complete ${complete}`, TIMEOUT, () => {
      const view = start(acw({enforced: isEnforced}), ...events).view(connected);
      const word = ({allowed, block}: {allowed: boolean; block?: string}) => (allowed ? 'yes' : block);
      assert.deepEqual([word(view.extend), word(view.complete)], [extend, complete]);
    });
  }

  test('the platform may lift or set the rule', TIMEOUT, () => {
    const it = start(acw({enforced: true}));
    it.send(told(29, 11_000, {enforced: false}));
    assert.equal(it.view().complete.allowed, true);
  });

  test('the view names its session', TIMEOUT, () => {
    const {interactionId, sessionId, mediaType, extendBySeconds} = start().view();
    assert.deepEqual(
      {interactionId, sessionId, mediaType, extendBySeconds},
      {interactionId: 'i', sessionId: 's', mediaType: 'voice', extendBySeconds: 15},
    );
  });
});
