import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import fc from '../support/fast-check.js';
import {EventDedup, type DedupEvent} from '../../src/worker/connection/dedup.js';
import {digestOf} from '../../src/platform/client/digest.js';

const TIMEOUT = {timeout: 20_000};
/** The defaults of contract §2, written out. */
const SETTINGS = {dedupSameSecondMs: 1_000, dedupArrivalMs: 500, dedupTtlMs: 5_000, dedupMaxEntries: 4_096};
const T0 = 1_700_000_000_000;

const event = (data: unknown, timestamp = T0, more: Partial<DedupEvent> = {}): DedupEvent => ({
  interactionId: 'i-1',
  eventType: 'changed',
  digest: digestOf(data),
  timestamp,
  ...more,
});

/** As the hub does: what is new is applied. */
function arrives(dedup: EventDedup, what: DedupEvent, at: number): 'new' | 'duplicate' {
  const verdict = dedup.judge(what, at);
  if (verdict === 'new') dedup.markApplied(what);
  return verdict;
}

describe('copies are dropped', () => {
  // [ms between arrivals, ms between timestamps, verdict on the second]; T0 is a whole second.
  const PAIRS: readonly (readonly [number, number, 'new' | 'duplicate'])[] = [
    [0, 0, 'duplicate'],
    [0, 7_000, 'duplicate'],
    [500, 7_000, 'duplicate'],
    [501, 7_000, 'new'],
    [500, -7_000, 'duplicate'],
    [501, 0, 'duplicate'],
    [501, 999, 'duplicate'],
    [501, 1_000, 'new'],
    [501, -1, 'new'],
    [1_000, 999, 'duplicate'],
    [1_001, 0, 'new'],
    [6_000, 0, 'new'],
  ];
  for (const [arrival, stamp, verdict] of PAIRS) {
    test(`${arrival} ms later, stamped ${stamp} ms later: ${verdict}`, TIMEOUT, () => {
      const dedup = new EventDedup(SETTINGS);
      assert.equal(arrives(dedup, event('x'), 10_000), 'new');
      assert.equal(arrives(dedup, event('x', T0 + stamp), 10_000 + arrival), verdict);
    });
  }

  test('any copy within 500 ms, whatever its timestamp', TIMEOUT, () => {
    fc.assert(
      fc.property(
        fc.json(),
        fc.integer({min: 0, max: 500}),
        fc.integer({min: -1e9, max: 1e9}),
        (text, later, stamp) => {
          const dedup = new EventDedup(SETTINGS);
          assert.equal(arrives(dedup, event(text), 10_000), 'new');
          assert.equal(arrives(dedup, event(text, T0 + stamp), 10_000 + later), 'duplicate');
        },
      ),
    );
  });

  test('any copy stamped in the same second within 1,000 ms', TIMEOUT, () => {
    fc.assert(
      fc.property(fc.integer({min: 0, max: 1_000}), fc.integer({min: 0, max: 999}), (later, stamp) => {
        const dedup = new EventDedup(SETTINGS);
        arrives(dedup, event('x'), 10_000);
        assert.equal(arrives(dedup, event('x', T0 + stamp), 10_000 + later), 'duplicate');
      }),
    );
  });

  test('a copy of what was judged but not applied', TIMEOUT, () => {
    const dedup = new EventDedup(SETTINGS);
    arrives(dedup, event('x'), 10_000);
    assert.equal(dedup.judge(event('stale'), 10_010), 'new');
    assert.equal(dedup.judge(event('stale'), 10_020), 'duplicate');
    assert.equal(dedup.judge(event('x'), 10_030), 'duplicate', 'and what was not applied makes nothing else a change');
  });

  test('a row of copies does not stretch the window', TIMEOUT, () => {
    const dedup = new EventDedup(SETTINGS);
    arrives(dedup, event('x'), 10_000);
    assert.equal(arrives(dedup, event('x', T0 + 5_000), 10_400), 'duplicate');
    assert.equal(arrives(dedup, event('x', T0 + 5_000), 10_800), 'new');
  });
});

describe('a real change is never dropped', () => {
  test('hold, talk, hold within 500 ms is three changes', TIMEOUT, () => {
    const dedup = new EventDedup(SETTINGS);
    const verdicts = ['hold', 'talking', 'hold'].map((state, i) => arrives(dedup, event({state}), 10_000 + i * 150));
    assert.deepEqual(verdicts, ['new', 'new', 'new']);
  });

  test('hold, talk, hold, each twice, is three changes', TIMEOUT, () => {
    const dedup = new EventDedup(SETTINGS);
    const states = ['hold', 'hold', 'talking', 'talking', 'hold', 'hold'];
    const verdicts = states.map((state, i) => arrives(dedup, event({state}, T0 + i), 10_000 + i * 40));
    assert.deepEqual(verdicts, ['new', 'duplicate', 'new', 'duplicate', 'new', 'duplicate']);
  });

  test('other data, another interaction and another type are other events', TIMEOUT, () => {
    const dedup = new EventDedup(SETTINGS);
    arrives(dedup, event('x'), 10_000);
    assert.equal(arrives(dedup, event('x', T0, {interactionId: 'i-2'}), 10_001), 'new');
    assert.equal(arrives(dedup, event('x', T0, {interactionId: undefined}), 10_002), 'new');
    assert.equal(arrives(dedup, event('x', T0, {eventType: 'assigned'}), 10_003), 'new');
    assert.equal(arrives(dedup, event('y'), 10_004), 'new');
  });

  test('another interaction’s change in between makes no copy a change', TIMEOUT, () => {
    const dedup = new EventDedup(SETTINGS);
    arrives(dedup, event('x'), 10_000);
    arrives(dedup, event('z', T0, {interactionId: 'i-2'}), 10_010);
    arrives(dedup, event('z', T0, {eventType: 'assigned'}), 10_020);
    assert.equal(arrives(dedup, event('x'), 10_030), 'duplicate');
  });

  test('ids that are put together alike are still two', TIMEOUT, () => {
    const dedup = new EventDedup(SETTINGS);
    arrives(dedup, event('x', T0, {eventType: 'a', interactionId: 'b","c'}), 10_000);
    assert.equal(arrives(dedup, event('x', T0, {eventType: 'a","b', interactionId: 'c'}), 10_001), 'new');
  });

  test('the agent’s own chain goes on through calls and between them', TIMEOUT, () => {
    const dedup = new EventDedup(SETTINGS);
    const status = (from: string, to: string, interactionId?: string) =>
      event({from, to}, T0, {eventType: 'status', interactionId, agentWide: true});
    const row = [
      status('onCall', 'available'),
      status('available', 'onCall', 'i-7'),
      status('onCall', 'available'),
      status('available', 'onCall', 'i-7'),
    ];
    assert.deepEqual(
      row.map((what, i) => arrives(dedup, what, 10_000 + i * 50)),
      ['new', 'new', 'new', 'new'],
    );
    const last = row.at(-1);
    assert.ok(last);
    assert.equal(arrives(dedup, last, 10_200), 'duplicate');
  });

  test('every change of a random life is applied, every immediate copy is not', TIMEOUT, () => {
    const step = fc.record({
      call: fc.constantFrom('i-1', 'i-2'),
      state: fc.constantFrom('talking', 'hold', 'acw'),
      gap: fc.integer({min: 0, max: 700}),
      copies: fc.integer({min: 0, max: 2}),
      stamp: fc.integer({min: 0, max: 3_000}),
    });
    fc.assert(
      fc.property(fc.array(step, {maxLength: 40}), (steps) => {
        const dedup = new EventDedup(SETTINGS);
        const shown = new Map<string, string>();
        let now = 10_000;
        for (const {call, state, gap, copies, stamp} of steps) {
          now += gap;
          const what = event({state}, T0 + stamp, {interactionId: call});
          const verdict = arrives(dedup, what, now);
          if (shown.get(call) !== state) assert.equal(verdict, 'new', `${call} ${state} at ${now}`);
          shown.set(call, state);
          // A repeat that was dropped opens no window of its own.
          for (let i = 0; verdict === 'new' && i < copies; i++) {
            assert.equal(arrives(dedup, {...what, timestamp: T0 + stamp + 5_000 * (i + 1)}, now), 'duplicate');
          }
        }
      }),
      {numRuns: 500},
    );
  });

  test('a clock that is set back swallows nothing', TIMEOUT, () => {
    const dedup = new EventDedup(SETTINGS);
    arrives(dedup, event('x'), 3_600_000);
    assert.equal(arrives(dedup, event('x'), 10_000), 'new');
    assert.equal(arrives(dedup, event('x'), 10_010), 'duplicate', 'and windows work by the new time');
    const mixed = new EventDedup(SETTINGS);
    arrives(mixed, event('old'), 10_000);
    arrives(mixed, event('x'), 14_000);
    assert.equal(arrives(mixed, event('x'), 10_100), 'new', 'behind an entry that is still valid, too');
  });
});

describe('what is remembered', () => {
  test('lives five seconds', TIMEOUT, () => {
    const dedup = new EventDedup(SETTINGS);
    dedup.judge(event('x'), 10_000);
    assert.equal(dedup.inspect(event('x', T0 + 9_000), 15_000).seenBefore, true);
    const other = new EventDedup(SETTINGS);
    other.judge(event('x'), 10_000);
    assert.equal(other.inspect(event('x', T0 + 9_000), 15_001).seenBefore, false);
    assert.equal(other.size, 1);
  });

  test('tells that data was seen, even when a change came in between', TIMEOUT, () => {
    const dedup = new EventDedup(SETTINGS);
    assert.deepEqual(dedup.inspect(event('a'), 10_000), {verdict: 'new', seenBefore: false});
    dedup.markApplied(event('a'));
    dedup.inspect(event('b'), 10_100);
    dedup.markApplied(event('b'));
    assert.deepEqual(dedup.inspect(event('a'), 10_200), {verdict: 'new', seenBefore: true});
  });

  test('is bounded, the oldest goes first', TIMEOUT, () => {
    const dedup = new EventDedup({...SETTINGS, dedupMaxEntries: 3});
    for (const [i, data] of ['a', 'b', 'c', 'd'].entries()) dedup.judge(event(data), 10_000 + i);
    assert.equal(dedup.size, 3);
    assert.equal(dedup.inspect(event('d'), 10_010).seenBefore, true);
    assert.equal(dedup.inspect(event('a'), 10_011).seenBefore, false);
  });

  test('never grows past its bound or its age', TIMEOUT, () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.integer({min: 0, max: 50}), fc.integer({min: 0, max: 5}), fc.integer({min: -50, max: 2_000})),
        ),
        (list) => {
          const dedup = new EventDedup({...SETTINGS, dedupMaxEntries: 8});
          let now = 100_000;
          for (const [data, call, gap] of list) {
            now += gap;
            arrives(dedup, event(data, now, {interactionId: `i-${call}`}), now);
            assert.ok(dedup.size >= 1 && dedup.size <= 8);
          }
        },
      ),
    );
    const dedup = new EventDedup(SETTINGS);
    for (let i = 0; i < 20_000; i++) arrives(dedup, event(i, T0, {interactionId: `i-${i}`}), 10_000);
    assert.equal(dedup.size, 4_096);
    arrives(dedup, event('later'), 60_000);
    assert.equal(dedup.size, 1);
  });

  test('is gone after a clear', TIMEOUT, () => {
    const dedup = new EventDedup(SETTINGS);
    arrives(dedup, event('x'), 10_000);
    dedup.clear();
    assert.equal(dedup.size, 0);
    assert.equal(arrives(dedup, event('x'), 10_001), 'new');
  });

  test('the windows are settings', TIMEOUT, () => {
    const dedup = new EventDedup({...SETTINGS, dedupSameSecondMs: 50, dedupArrivalMs: 25});
    arrives(dedup, event('x'), 10_000);
    assert.equal(dedup.judge(event('x', T0 + 2_000), 10_026), 'new');
    assert.equal(dedup.judge(event('x', T0 + 2_000), 10_076), 'duplicate');
    assert.equal(dedup.judge(event('x', T0 + 2_000), 10_077), 'new');
  });
});
