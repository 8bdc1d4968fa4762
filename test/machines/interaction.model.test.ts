import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import fc from '../support/fast-check.js';
import {CALL_ACTIONS, type CallAction} from '../../src/domain/actions.js';
import {INTERACTION_STATES, type InteractionFacts, type InteractionState} from '../../src/domain/interaction.js';
import {
  interactionMachine,
  interactionView,
  type FactsSource,
  type InteractionMachineEvent,
} from '../../src/machines/interaction.machine.js';
import {command, Coverage, Machine, runModel} from './model-run.js';

type Logic = typeof interactionMachine;

/** What this model looks at of an interaction. */
interface Truth {
  readonly state: InteractionState;
  readonly muted: boolean;
  readonly consult: boolean;
}
type Field = keyof Truth;
const FIELDS: readonly Field[] = ['state', 'muted', 'consult'];

/** One telling of it: pushed or read, with the server's version or without. */
interface Report {
  readonly says: Truth;
  readonly version: number | undefined;
  readonly source: FactsSource;
  /** When it came, and when it was asked for. */
  readonly at: number;
  readonly askedAt: number;
}

const inTalk = (state: InteractionState): boolean => state === 'talking' || state === 'hold';

/** The server: each change has a version of its own; nothing follows an end. */
class Server {
  readonly versions: Truth[];

  constructor(first: Truth) {
    this.versions = [first];
  }

  get latest(): number {
    return this.versions.length - 1;
  }

  get truth(): Truth {
    return this.versions[this.latest]!;
  }

  change(fields: Partial<Truth>): void {
    if (this.truth.state !== 'ended') this.versions.push(honest({...this.truth, ...fields}));
  }
}

/** Nobody is muted, or consults, outside a conversation. */
function honest(truth: Truth): Truth {
  return inTalk(truth.state) ? {...truth} : {...truth, muted: false, consult: false};
}

/** One interaction at the agent's, as contract §2 "Duplicates and order" and §3 tell it. */
class Reference {
  now = 1_000;
  readonly server: Server;
  shown: Truth;
  stateSince = this.now;
  /** The version applied; it never goes back. */
  version: number | undefined;
  /** What versioned reports said, up to that version. */
  said: Partial<Truth> = {};
  /** The state shown was told without a version, so no version can be compared with it. */
  stateByPush: boolean;
  lastNewsAt = this.now;
  /** Reads that have left and are not answered: what they found, and when. */
  readonly asked: {readonly version: number; readonly at: number}[] = [];
  /** Commands under way, the oldest first. */
  pending: CallAction[] = [];
  unknown: CallAction | undefined;

  constructor({says, version}: Pick<Report, 'says' | 'version'>) {
    this.server = new Server(says);
    this.shown = says;
    this.version = version;
    if (version !== undefined) this.said = says;
    this.stateByPush = version === undefined;
  }

  get over(): boolean {
    return this.shown.state === 'ended';
  }

  hear(report: Report): void {
    // Late copies do not bring an ended one back.
    if (this.over) return;
    const taken = FIELDS.filter((field) => this.#counts(field, report));
    if (taken.length === 0) return;
    const before = this.shown;
    for (const field of taken) this.shown = {...this.shown, [field]: report.says[field]};
    // None is muted outside a conversation. One that goes on after all is as muted as the versions say.
    if (!inTalk(this.shown.state)) this.shown = {...this.shown, muted: false};
    else if (!inTalk(before.state) && !taken.includes('muted')) {
      this.shown = {...this.shown, muted: this.said.muted ?? false};
    }
    const {version} = report;
    if (version !== undefined) {
      this.version = Math.max(version, this.version ?? 0);
      for (const field of taken) this.said = {...this.said, [field]: report.says[field]};
    }
    // An unversioned telling of what is shown already is no news.
    else if (FIELDS.every((field) => before[field] === this.shown[field])) return;
    this.lastNewsAt = report.at;
    if (taken.includes('state')) this.stateByPush = version === undefined;
    if (before.state !== this.shown.state) this.stateSince = report.at;
  }

  /** The server's version decides, not arrival; where there is none: when the read left. */
  #counts(field: Field, {version, source, askedAt, says}: Report): boolean {
    const isRead = source !== 'stream';
    const mayBeOlder = isRead && askedAt < this.lastNewsAt;
    if (version === undefined) {
      if (isRead) return !mayBeOlder;
      // A status says which state its interaction is in; the rest of it is a guess.
      return field === 'state' || this.said[field] === undefined;
    }
    if (this.version === undefined || version > this.version) {
      return !(field === 'state' && mayBeOlder && this.stateByPush);
    }
    if (version < this.version) return false;
    // The same version: a read that left after an unversioned telling knows better than it …
    if (field === 'state' && isRead && this.stateByPush && !mayBeOlder) return true;
    // … a list is no newer than our own version, but may know more; other data of the same version is applied.
    return source === 'poll' ? this.said[field] === undefined : this.said[field] !== says[field];
  }

  vanish(): void {
    if (this.over) return;
    this.shown = {...this.shown, state: 'ended', muted: false};
    this.stateSince = this.now;
  }

  /** Contract §3: what is allowed in which state, of a voice call. */
  #allowedByState(action: CallAction): boolean {
    const {state, muted, consult} = this.shown;
    const isHeard = state === 'talking' || (state === 'hold' && consult);
    switch (action) {
      case 'answer':
      case 'reject':
        return state === 'ringing';
      case 'hold':
        return state === 'talking' && !consult;
      case 'resume':
        return state === 'hold' && !consult;
      case 'mute':
        return isHeard && !muted;
      case 'unmute':
        return isHeard && muted;
      case 'transfer':
        return inTalk(state) && !consult;
      case 'conference':
        return inTalk(state);
      case 'dtmf':
        return state === 'talking';
      case 'release':
        return state === 'ringing' || inTalk(state);
      case 'completeTransfer':
      case 'cancelTransfer':
        return inTalk(state) && consult;
    }
  }

  /** One command at a time; digits queue behind digits, release overtakes. */
  allowed(action: CallAction): boolean {
    if (!this.#allowedByState(action)) return false;
    if (this.pending.length === 0) return true;
    if (action === 'release') return !this.pending.includes('release');
    return action === 'dtmf' && this.pending.every((other) => other === 'dtmf');
  }

  send(action: CallAction): void {
    this.pending.push(action);
    // A new click settles the question of the old one.
    this.unknown = undefined;
  }

  answered(action: CallAction, isKnown: boolean): void {
    const index = this.pending.indexOf(action);
    if (index < 0) {
      if (isKnown && this.unknown === action) this.unknown = undefined;
      return;
    }
    this.pending.splice(index, 1);
    if (!isKnown) this.unknown = action;
  }
}

/** A version of the model as a time of the wire. */
const stamp = (version: number): number => 50_000 + version;

function facts({says, version}: Pick<Report, 'says' | 'version'>): InteractionFacts {
  return {
    interactionId: 'i',
    state: says.state,
    muted: says.muted,
    participants: says.consult ? [{role: 'consult', target: '200'}] : [],
    ...(version === undefined ? {} : {updatedAt: stamp(version)}),
  };
}

function compare(model: Reference, {snapshot}: Machine<Logic>): void {
  const view = interactionView(snapshot, {connected: true});
  assert.deepEqual({state: view.state, muted: view.muted, consult: view.consultOpen}, model.shown);
  assert.equal(snapshot.value.life, model.shown.state);
  assert.equal(view.stateSince, model.stateSince, 'since when');
  assert.equal(snapshot.context.server.updatedAt, model.version === undefined ? undefined : stamp(model.version));
  assert.equal(snapshot.value.command, model.pending.length > 0 ? 'pending' : model.unknown ? 'unknown' : 'idle');
  assert.equal(view.waitingFor, model.pending.includes('release') ? 'release' : model.pending[0]);
  assert.equal(view.unknownOutcome, model.unknown);
  for (const action of CALL_ACTIONS) {
    assert.equal(view.actions[action].allowed, model.allowed(action), action);
    assert.equal(view.actions[action].block === undefined, view.actions[action].allowed, 'a reason for every refusal');
  }
}

function tell(model: Reference, real: Machine<Logic>, report: Report): void {
  model.hear(report);
  const {at, askedAt, source} = report;
  real.send({type: 'facts', facts: facts(report), at, source, ...(source === 'stream' ? {} : {askedAt})});
}

const state = fc.constantFrom(...INTERACTION_STATES);
const liveState = fc.constantFrom<InteractionState>('ringing', 'talking', 'hold', 'talking', 'hold', 'acw', 'queued');
const truth = fc.record({state: liveState, muted: fc.boolean(), consult: fc.boolean()}).map(honest);
const action = fc.constantFrom(...CALL_ACTIONS);
const readSource = fc.constantFrom<FactsSource>('poll', 'reply');

type Step = [name: string, arbitrary: fc.Arbitrary<fc.Command<Reference, Machine<Logic>>>];
const step = <Detail>(
  name: string,
  detail: fc.Arbitrary<Detail>,
  run: (model: Reference, real: Machine<Logic>, detail: Detail) => void,
  can?: (model: Readonly<Reference>, detail: Detail) => boolean,
): Step => [
  name,
  detail.map((value) =>
    command<Reference, Logic>(
      name,
      value,
      (model, real) => {
        model.now += 10;
        const {shown, version} = model;
        run(model, real, value);
        compare(model, real);
        if (version !== undefined) assert.ok(model.version! >= version, 'a version never goes back');
        if (shown.state === 'ended') assert.equal(real.snapshot.value.life, 'ended', 'it stays ended');
      },
      can && ((model) => can(model, value)),
    ),
  ),
];

const STEPS: readonly Step[] = [
  step(
    'the server changes',
    fc.record({state: liveState, muted: fc.boolean(), consult: fc.boolean()}, {requiredKeys: []}),
    (model, _real, fields) => model.server.change(fields),
  ),
  step('the server ends it', fc.constant(undefined), (model) => model.server.change({state: 'ended'})),
  step('push', fc.nat({max: 3}), (model, real, back) => {
    // The latest, or a late copy.
    const version = Math.max(0, model.server.latest - back);
    tell(model, real, {
      says: model.server.versions[version]!,
      version,
      source: 'stream',
      at: model.now,
      askedAt: model.now,
    });
  }),
  step('change and push under the same version', truth, (model, real, says) => {
    const version = model.server.latest;
    // Platforms whose version is cut to the second do so. After an end nothing changes.
    if (model.server.truth.state !== 'ended') model.server.versions[version] = says;
    tell(model, real, {
      says: model.server.truth,
      version,
      source: 'stream',
      at: model.now,
      askedAt: model.now,
    });
  }),
  step('push without version', fc.option(state, {nil: undefined, freq: 3}), (model, real, other) => {
    const says = honest({...model.server.truth, ...(other && {state: other})});
    tell(model, real, {says, version: undefined, source: 'stream', at: model.now, askedAt: model.now});
  }),
  step('ask', fc.constant(undefined), (model) => {
    model.asked.push({version: model.server.latest, at: model.now});
  }),
  step(
    'answer',
    fc.record({which: fc.nat({max: 5}), source: readSource, versioned: fc.boolean()}),
    (model, real, {which, source, versioned}) => {
      const [found] = model.asked.splice(which % model.asked.length, 1);
      const says = model.server.versions[found!.version]!;
      const version = versioned ? found!.version : undefined;
      tell(model, real, {says, version, source, at: model.now, askedAt: found!.at});
    },
    ({asked}) => asked.length > 0,
  ),
  step('gone', fc.constant(undefined), (model, real) => {
    model.vanish();
    real.send({type: 'gone', at: model.now});
  }),
  step(
    'press',
    action,
    (model, real, pressed) => {
      model.send(pressed);
      real.send({type: 'command.sent', action: pressed, at: model.now});
    },
    (model, pressed) => model.allowed(pressed),
  ),
  ...(['command.settled', 'command.unknown'] as const).flatMap((type) => [
    step(
      type,
      fc.nat({max: 3}),
      (model, real, which) => {
        const answered = model.pending[which % model.pending.length]!;
        model.answered(answered, type === 'command.settled');
        real.send({type, action: answered});
      },
      ({pending}) => pending.length > 0,
    ),
    step(`${type} of any action`, action, (model, real, answered) => {
      model.answered(answered, type === 'command.settled');
      real.send({type, action: answered});
    }),
  ]),
  step('a fresh read', fc.boolean(), (model, real) => {
    const {server} = model;
    tell(model, real, {says: server.truth, version: server.latest, source: 'poll', at: model.now, askedAt: model.now});
    if (!model.over)
      assert.deepEqual(model.shown, server.truth, 'a read that left after all that was told shows what is');
  }),
];
const OFTEN = ['the server changes', 'press', 'press', 'push', 'push without version', 'ask', 'answer', 'answer'];
const SELDOM = ['gone', 'the server ends it'];

describe('an interaction, beside a reference model', () => {
  const coverage = new Coverage<Logic>();
  const usual = STEPS.filter(([name]) => !SELDOM.includes(name));
  const often = STEPS.filter(([name]) => OFTEN.includes(name));
  const steps = [...usual, ...usual, ...often, ...often, ...often, ...STEPS];

  test('is what the contract says, after any row of events', {timeout: 20_000}, () => {
    runModel(
      steps.map(([, arbitrary]) => arbitrary),
      fc.record({says: truth, version: fc.constantFrom(0, undefined)}),
      (first) => ({
        model: new Reference(first),
        real: new Machine(interactionMachine, {facts: facts(first), at: 1_000, source: 'stream'}, coverage),
      }),
    );
  });

  test('was in every state, by every event', () => {
    coverage.assertEveryState(interactionMachine, ['life.entering']);
    coverage.assertEveryCommand(STEPS.map(([name]) => name));
  });

  test('never throws, whatever comes in whatever state', () => {
    const events: InteractionMachineEvent[] = [
      ...fc
        .sample(fc.tuple(state, fc.option(fc.nat()), readSource), 20)
        .map(([to, updatedAt, source]): InteractionMachineEvent => ({
          type: 'facts',
          facts: {interactionId: 'i', state: to, ...(updatedAt === null ? {} : {updatedAt})},
          at: 2_000,
          source,
        })),
      ...CALL_ACTIONS.flatMap((each): InteractionMachineEvent[] => [
        {type: 'command.sent', action: each, at: 2_000},
        {type: 'command.settled', action: each},
        {type: 'command.unknown', action: each},
      ]),
      {type: 'command.settled'},
      {type: 'command.unknown'},
      {type: 'gone', at: 2_000},
    ];
    coverage.assertNothingThrows(interactionMachine, events, 15);
  });
});
