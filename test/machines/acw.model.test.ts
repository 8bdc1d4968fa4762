import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import fc from '../support/fast-check.js';
import {acwMachine, acwView, type AcwMachineEvent} from '../../src/machines/acw.machine.js';
import {command, Coverage, Machine, runModel} from './model-run.js';

type Logic = typeof acwMachine;

interface Told {
  readonly durationSeconds: number;
  readonly remainingSeconds: number;
  readonly enforced: boolean;
}

/** A session's after-call work as contract §5 tells it. Times in ms by our clock. */
class Reference {
  now = 10_000;
  duration: number;
  endsAt: number;
  enforced: boolean;
  /** When the latest facts were true. */
  factsAt = this.now;
  /** The latest moment that was told by any event that counted. */
  clock = this.now;
  over = false;
  /** One change at a time. */
  change: 'none' | 'extending' | 'completing' = 'none';

  constructor(told: Told) {
    this.duration = told.durationSeconds;
    this.endsAt = this.now + told.remainingSeconds * 1_000;
    this.enforced = told.enforced;
  }

  get state(): 'running' | 'overdue' | 'done' {
    if (this.over) return 'done';
    return this.clock >= this.endsAt ? 'overdue' : 'running';
  }

  /** The server owns the countdown. A slow answer does not undo what a later one said; an end is final. */
  hear(told: Told, at: number): void {
    if (this.over || at < this.factsAt) return;
    const end = at + told.remainingSeconds * 1_000;
    // The platform tells whole seconds: less than one is rounding, unless the length was changed.
    const isRounding = told.durationSeconds === this.duration && Math.abs(end - this.endsAt) < 1_000;
    if (!isRounding) this.endsAt = end;
    this.duration = told.durationSeconds;
    this.enforced = told.enforced;
    this.factsAt = at;
    this.clock = Math.max(this.clock, at);
  }

  passTime(): void {
    if (!this.over) this.clock = this.now;
  }

  extend(): void {
    if (!this.over && this.change === 'none') this.change = 'extending';
  }

  /** Enforced time is never left early. */
  complete(): void {
    if (!this.over && this.change === 'none' && !this.enforced) this.change = 'completing';
  }

  answer(): void {
    this.change = 'none';
  }

  end(): void {
    this.over = true;
    this.change = 'none';
  }
}

function compare(model: Reference, {snapshot}: Machine<Logic>): void {
  for (const connected of [true, false]) {
    const view = acwView(snapshot, {connected, extendBySeconds: 30});
    assert.equal(view.state, model.state, 'countdown');
    assert.equal(view.endsAt, model.endsAt, 'the end');
    assert.equal(view.durationSeconds, model.duration);
    const passing = model.change !== 'none' ? 'waiting' : connected ? undefined : 'noConnection';
    assert.equal(view.extend.block, model.over ? 'done' : passing, 'extend');
    assert.equal(view.complete.block, model.over ? 'done' : model.enforced ? 'enforced' : passing, 'complete');
    assert.equal(view.extend.allowed, view.extend.block === undefined);
    assert.equal(view.complete.allowed, view.complete.block === undefined);
  }
  const {change} = snapshot.value;
  assert.equal(change, model.over ? 'closed' : model.change === 'none' ? 'idle' : model.change);
}

const told = fc.record({
  durationSeconds: fc.constantFrom(30, 30, 30, 60),
  remainingSeconds: fc.oneof(fc.integer({min: 0, max: 60}), fc.double({min: 0, max: 60, noNaN: true}), fc.constant(0)),
  enforced: fc.boolean(),
});
/** As the server counts: what is left of the end that is known, give or take the rounding of a second. */
const rounding = fc.integer({min: -1_500, max: 1_500});

const acwOf = (facts: Told) => ({...facts, type: 'system' as const});
const heard = (facts: Told, at: number): AcwMachineEvent => ({type: 'facts', acw: acwOf(facts), at});

type Made = fc.Arbitrary<readonly [detail: unknown, make: (m: Reference) => AcwMachineEvent]>;
const MAKERS: Record<string, Made> = {
  'any facts': told.map((facts) => [facts, (m) => (m.hear(facts, m.now), heard(facts, m.now))]),
  'facts in step': rounding.map((ms) => [
    ms,
    (m) => {
      const remainingSeconds = Math.max(0, m.endsAt - m.now + ms) / 1_000;
      const facts = {durationSeconds: m.duration, remainingSeconds, enforced: m.enforced};
      m.hear(facts, m.now);
      return heard(facts, m.now);
    },
  ]),
  'facts of a slow answer': told.map((facts) => [
    facts,
    (m) => (m.hear(facts, m.factsAt - 1), heard(facts, m.factsAt - 1)),
  ]),
  time: fc.constant([undefined, (m) => (m.passTime(), {type: 'time', at: m.now})]),
  'time at the end': fc.constant([
    undefined,
    (m) => {
      m.now = Math.max(m.now, m.endsAt);
      m.passTime();
      return {type: 'time', at: m.now};
    },
  ]),
  'time just before the end': fc.constant([
    undefined,
    (m) => {
      m.now = Math.max(m.now, m.endsAt - 1);
      m.passTime();
      return {type: 'time', at: m.now};
    },
  ]),
  'extend.sent': fc.constant([undefined, (m) => (m.extend(), {type: 'extend.sent'})]),
  'complete.sent': fc.constant([undefined, (m) => (m.complete(), {type: 'complete.sent'})]),
  'change.settled': fc.constant([undefined, (m) => (m.answer(), {type: 'change.settled'})]),
  ended: fc.constant([undefined, (m) => (m.end(), {type: 'ended', at: m.now})]),
};
const NAMES = Object.keys(MAKERS);
const USUAL = NAMES.filter((name) => name !== 'ended');

const commandOf = (name: string) =>
  fc.tuple(MAKERS[name]!, fc.integer({min: 0, max: 4_000})).map(([[detail, make], ms]) =>
    command<Reference, Logic>(name, [detail, ms], (model, real) => {
      model.now += ms;
      const wasDone = model.over;
      const event = make(model);
      real.send(event);
      compare(model, real);
      if (wasDone) assert.equal(real.snapshot.value.countdown, 'done', 'it stays over');
    }),
  );

describe('after-call work, beside a reference model', () => {
  const coverage = new Coverage<Logic>();

  test('is what the contract says, after any row of events', {timeout: 20_000}, () => {
    runModel([...USUAL, ...USUAL, ...USUAL, ...NAMES].map(commandOf), told, (facts) => ({
      model: new Reference(facts),
      real: new Machine(
        acwMachine,
        {interactionId: 'i', sessionId: 's', mediaType: 'voice', acw: acwOf(facts), at: 10_000},
        coverage,
      ),
    }));
  });

  test('was in every state, by every event', () => {
    coverage.assertEveryState(acwMachine);
    coverage.assertEveryCommand(NAMES);
  });

  test('never throws, whatever comes in whatever state', () => {
    const model = new Reference({durationSeconds: 30, remainingSeconds: 30, enforced: false});
    const events = NAMES.flatMap((name) => fc.sample(MAKERS[name]!, 5).map(([, make]) => make(model)));
    // Running and overdue with each kind of change, and the end.
    coverage.assertNothingThrows(acwMachine, events, 7);
  });
});
