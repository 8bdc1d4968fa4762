import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import fc from '../support/fast-check.js';
import {createActor} from 'xstate';
import {CALL_ACTIONS, type CallAction} from '../../src/domain/actions.js';
import {INTERACTION_STATES, type InteractionFacts, type InteractionState} from '../../src/domain/interaction.js';
import type {InteractionView} from '../../src/domain/snapshot.js';
import {
  frontInteraction,
  hasEnded,
  interactionMachine,
  interactionView,
  pendingAction,
  type InteractionMachineEvent,
  type InteractionReport,
} from '../../src/machines/interaction.machine.js';
import {readMatrix} from './matrix.js';

const TIMEOUT = {timeout: 10_000};
const ID = 'i-1';

const facts = (state: InteractionState, more: Partial<InteractionFacts> = {}): InteractionFacts => ({
  interactionId: ID,
  state,
  ...more,
});

function start(state: InteractionState, more: Partial<InteractionFacts> = {}, report: Partial<InteractionReport> = {}) {
  const input: InteractionReport = {
    facts: facts(state, {updatedAt: 100, ...more}),
    at: 1_000,
    source: 'stream',
    ...report,
  };
  const actor = createActor(interactionMachine, {input}).start();
  const send = (...events: InteractionMachineEvent[]) => events.forEach((event) => actor.send(event));
  return {
    send,
    snapshot: () => actor.getSnapshot(),
    life: () => actor.getSnapshot().value.life,
    command: () => actor.getSnapshot().value.command,
    view: (connected = true) => interactionView(actor.getSnapshot(), {connected}),
  };
}

const told = (
  state: InteractionState,
  updatedAt: number | undefined,
  more: Partial<InteractionFacts> = {},
  report: Partial<InteractionReport> = {},
): InteractionMachineEvent => ({
  type: 'facts',
  facts: facts(state, {updatedAt, ...more}),
  at: 2_000,
  source: 'stream',
  ...report,
});

describe('an interaction follows the platform', () => {
  const EVENTS: Record<string, InteractionMachineEvent> = {
    ...Object.fromEntries(
      INTERACTION_STATES.flatMap((state) => [
        [`newer:${state}`, told(state, 101)],
        [`equal:${state}`, told(state, 100)],
        [`older:${state}`, told(state, 99)],
        [`status:${state}`, told(state, undefined)],
        [`poll:${state}`, told(state, 101, {}, {source: 'poll'})],
        [`samePoll:${state}`, told(state, 100, {}, {source: 'poll'})],
        [`reply:${state}`, told(state, 101, {}, {source: 'reply'})],
      ]),
    ),
    gone: {type: 'gone', at: 2_000},
    'command.sent': {type: 'command.sent', action: 'release', at: 2_000},
    'command.settled': {type: 'command.settled'},
    'command.unknown': {type: 'command.unknown'},
  };
  const CELLS = readMatrix(`
                       queued   ringing  talking  hold     acw      ended
    newer:queued       .        queued   queued   queued   queued   .
    newer:ringing      ringing  .        ringing  ringing  ringing  .
    newer:talking      talking  talking  .        talking  talking  .
    newer:hold         hold     hold     hold     .        hold     .
    newer:acw          acw      acw      acw      acw      .        .
    newer:ended        ended    ended    ended    ended    ended    .
    equal:queued       .        queued   queued   queued   queued   .
    equal:ringing      ringing  .        ringing  ringing  ringing  .
    equal:talking      talking  talking  .        talking  talking  .
    equal:hold         hold     hold     hold     .        hold     .
    equal:acw          acw      acw      acw      acw      .        .
    equal:ended        ended    ended    ended    ended    ended    .
    older:queued       .        .        .        .        .        .
    older:ringing      .        .        .        .        .        .
    older:talking      .        .        .        .        .        .
    older:hold         .        .        .        .        .        .
    older:acw          .        .        .        .        .        .
    older:ended        .        .        .        .        .        .
    status:queued      .        queued   queued   queued   queued   .
    status:ringing     ringing  .        ringing  ringing  ringing  .
    status:talking     talking  talking  .        talking  talking  .
    status:hold        hold     hold     hold     .        hold     .
    status:acw         acw      acw      acw      acw      .        .
    status:ended       ended    ended    ended    ended    ended    .
    poll:queued        .        queued   queued   queued   queued   .
    poll:ringing       ringing  .        ringing  ringing  ringing  .
    poll:talking       talking  talking  .        talking  talking  .
    poll:hold          hold     hold     hold     .        hold     .
    poll:acw           acw      acw      acw      acw      .        .
    poll:ended         ended    ended    ended    ended    ended    .
    samePoll:queued    .        .        .        .        .        .
    samePoll:ringing   .        .        .        .        .        .
    samePoll:talking   .        .        .        .        .        .
    samePoll:hold      .        .        .        .        .        .
    samePoll:acw       .        .        .        .        .        .
    samePoll:ended     .        .        .        .        .        .
    reply:queued       .        queued   queued   queued   queued   .
    reply:ringing      ringing  .        ringing  ringing  ringing  .
    reply:talking      talking  talking  .        talking  talking  .
    reply:hold         hold     hold     hold     .        hold     .
    reply:acw          acw      acw      acw      acw      .        .
    reply:ended        ended    ended    ended    ended    ended    .
    gone               ended    ended    ended    ended    ended    .
    command.sent       .        .        .        .        .        .
    command.settled    .        .        .        .        .        .
    command.unknown    .        .        .        .        .        .
  `);
  for (const {state, event, target} of CELLS) {
    test(`${state} + ${event} → ${target}`, TIMEOUT, () => {
      const event_ = EVENTS[event];
      assert.ok(event_, event);
      const it = start(state as InteractionState);
      const before = it.snapshot();
      it.send(event_);
      assert.equal(it.life(), target);
      assert.equal(it.view().state, target, 'the view tells the same');
      assert.equal(hasEnded(it.snapshot()), target === 'ended');
      assert.equal(it.view().stateSince, target === state ? 1_000 : 2_000, 'since moves with the state only');
      // The hub tells a change by the snapshot's identity.
      if (event.startsWith('older') || (state === 'ended' && event.includes(':'))) assert.equal(it.snapshot(), before);
    });
  }

  test('begins in whatever state it is found, since the moment that is known best', TIMEOUT, () => {
    assert.equal(start('hold', {}, {since: 400}).view().stateSince, 400);
    assert.equal(start('hold', {}, {since: 5_000}).view().stateSince, 1_000, 'never in the future');
  });

  test('it is answered once, and nobody claims to know of an answer before the hub', TIMEOUT, () => {
    const it = start('ringing');
    assert.equal(it.view().answeredAt, undefined);
    for (const [state, at] of [
      ['talking', 2_000],
      ['hold', 3_000],
      ['talking', 4_000],
    ] as const) {
      it.send(told(state, at, {}, {at}));
      assert.equal(it.view().answeredAt, 2_000, state);
    }
    assert.equal(start('talking').view().answeredAt, undefined);
    assert.equal(start('talking', {}, {answeredAt: 700}).view().answeredAt, 700);
  });

  test('absent fields are unknown, not empty', TIMEOUT, () => {
    const it = start('ringing', {
      from: '+49',
      sessionId: 's',
      participants: [{role: 'other', target: 'x'}],
      skillId: 'k',
    });
    it.send(told('talking', 101, {from: undefined, sessionId: undefined, participants: undefined}));
    const {from, sessionId, participants, skillId} = it.view();
    assert.deepEqual(
      {from, sessionId, participants: participants.length, skillId},
      {from: '+49', sessionId: 's', participants: 1, skillId: 'k'},
    );
    it.send(told('talking', 102, {participants: []}));
    assert.equal(it.view().participants.length, 0, 'empty is a word of its own');
  });

  test('another interaction’s id never replaces its own', TIMEOUT, () => {
    const it = start('ringing');
    it.send({
      type: 'facts',
      facts: {interactionId: 'other', state: 'talking', updatedAt: 101},
      at: 1,
      source: 'stream',
    });
    assert.equal(it.view().interactionId, ID);
  });

  test('a status without a version tells the state and fills gaps, but guesses nothing over', TIMEOUT, () => {
    const it = start('ringing', {mediaType: 'webchat'});
    it.send(told('talking', undefined, {mediaType: 'voice', direction: 'outbound'}));
    assert.deepEqual([it.view().mediaType, it.view().direction, it.life()], ['webchat', 'outbound', 'talking']);
  });

  test('a late copy of the version shown does not undo a status that came since', TIMEOUT, () => {
    const it = start('ringing');
    it.send(told('talking', undefined), told('ringing', 100));
    assert.equal(it.life(), 'talking');
    it.send(told('hold', 100));
    assert.equal(it.life(), 'hold', 'the same version with other data is news');
  });

  test('a read of the same version settles a status without one only if it left after that status', TIMEOUT, () => {
    for (const [askedAt, expected] of [
      [1_999, 'talking'],
      [2_000, 'ringing'],
      [undefined, 'ringing'],
    ] as const) {
      const it = start('ringing');
      it.send(told('talking', undefined), told('ringing', 100, {}, {source: 'poll', at: 2_500, askedAt}));
      assert.equal(it.life(), expected, String(askedAt));
    }
  });

  test('a read that left before a status came adds its details, not its state', TIMEOUT, () => {
    const it = start('ringing');
    it.send(
      told('talking', undefined),
      told('ringing', 101, {from: '+49'}, {source: 'poll', at: 2_500, askedAt: 1_500}),
    );
    assert.deepEqual([it.life(), it.view().from], ['talking', '+49']);
  });

  test('a read without versions is ignored when a push came while it was under way', TIMEOUT, () => {
    const it = start('talking');
    it.send(told('hold', 101), told('talking', undefined, {}, {source: 'poll', at: 2_500, askedAt: 1_500}));
    assert.equal(it.life(), 'hold');
    it.send(told('talking', undefined, {}, {source: 'poll', at: 3_500, askedAt: 3_000}));
    assert.equal(it.life(), 'talking');
  });

  test('a read of the same version adds what was not known, and the time left', TIMEOUT, () => {
    const acw = {durationSeconds: 30, remainingSeconds: 30, type: 'system', enforced: true} as const;
    const it = start('acw', {acw});
    it.send(told('acw', 100, {skillId: 'k', acw: {...acw, remainingSeconds: 12}}, {source: 'poll'}));
    assert.equal(it.view().skillId, 'k');
    assert.equal(it.snapshot().context.facts.acw?.remainingSeconds, 12);
  });

  test('repeated facts are no change', TIMEOUT, () => {
    const it = start('talking', {muted: true});
    const before = it.snapshot();
    it.send(told('talking', 100, {muted: true}), told('talking', undefined));
    assert.equal(it.snapshot(), before);
  });

  test('muting ends with the conversation', TIMEOUT, () => {
    for (const [state, muted] of [
      ['hold', true],
      ['talking', true],
      ['acw', false],
      ['ended', false],
      ['ringing', false],
      ['queued', false],
    ] as const) {
      const it = start('talking', {muted: true});
      it.send(told(state, 101));
      assert.equal(it.view().muted, muted, state);
    }
    const it = start('talking', {muted: true});
    it.send(told('acw', 101, {muted: true}), told('talking', 102));
    assert.equal(it.view().muted, false, 'and does not come back by itself');
    assert.equal(start('ringing', {muted: true}).view().muted, false);
  });

  test(
    'a conversation that ended only by a status without version is as muted as before when it goes on',
    TIMEOUT,
    () => {
      for (const back of [
        told('talking', undefined),
        told('talking', 100, {}, {source: 'poll'}),
        told('hold', 101),
      ] satisfies InteractionMachineEvent[]) {
        const it = start('talking', {muted: true});
        it.send(told('acw', undefined));
        assert.equal(it.view().muted, false);
        it.send(back);
        assert.equal(it.view().muted, true);
      }
    },
  );

  test('the start is told by our clock', TIMEOUT, () => {
    const it = start('talking', {startedAt: 50_000});
    assert.equal(interactionView(it.snapshot(), {connected: true, clockOffsetMs: 600}).startedAt, 49_400);
    assert.equal(it.view().startedAt, 50_000);
    assert.equal(start('talking').view().startedAt, 1_000, 'or by the first report');
  });

  test('shows the latest version, whatever the order of arrival (model)', TIMEOUT, () => {
    interface Model {
      state: InteractionState;
      version: number;
      /** What the versioned reports of `version` said last. */
      versioned: InteractionState;
      /** The state shown was last changed by a status without a version. */
      byStatus: boolean;
      ended: boolean;
    }
    type Real = ReturnType<typeof start>;
    class Report implements fc.Command<Model, Real> {
      constructor(
        readonly state: InteractionState,
        readonly version: number | undefined,
        readonly source: 'stream' | 'poll',
      ) {}
      check = () => true;
      toString = () => `${this.source}(${this.state}, ${this.version})`;
      run(model: Model, real: Real): void {
        real.send({
          type: 'facts',
          facts: facts(this.state, {updatedAt: this.version}),
          at: 2_000,
          askedAt: 0,
          source: this.source,
        });
        const news =
          this.version === undefined
            ? this.source === 'stream'
            : this.version > model.version ||
              (this.version === model.version && this.source === 'stream' && this.state !== model.versioned);
        if (!model.ended) {
          // A read that left before everything else tells its state only where no push without a version came since.
          const shows = news && !(this.source === 'poll' && model.byStatus);
          if (shows) {
            model.byStatus = this.version === undefined && (model.byStatus || this.state !== model.state);
            model.state = this.state;
          }
          if (news && this.version !== undefined) {
            model.version = this.version;
            if (shows) model.versioned = this.state;
          }
          model.ended = model.state === 'ended';
        }
        assert.equal(real.life(), model.state);
      }
    }
    class Gone implements fc.Command<Model, Real> {
      check = () => true;
      toString = () => 'gone';
      run(model: Model, real: Real): void {
        real.send({type: 'gone', at: 2_000});
        model.ended = true;
        model.state = 'ended';
        assert.equal(real.life(), 'ended');
      }
    }
    const state = fc.constantFrom(...INTERACTION_STATES.filter((s) => s !== 'ended'), 'ended' as const);
    fc.assert(
      fc.property(
        fc.commands(
          [
            fc
              .tuple(state, fc.option(fc.integer({min: 98, max: 106}), {nil: undefined}))
              .map(([s, v]) => new Report(s, v, 'stream')),
            fc.tuple(state, fc.integer({min: 98, max: 106})).map(([s, v]) => new Report(s, v, 'poll')),
            fc.constant(new Gone()),
          ],
          {size: 'medium'},
        ),
        (commands) =>
          fc.modelRun(() => {
            const model: Model = {state: 'ringing', version: 100, versioned: 'ringing', byStatus: false, ended: false};
            return {model, real: start('ringing')};
          }, commands),
      ),
      {numRuns: 300},
    );
  });
});

describe('one command at a time', () => {
  const PREPARE: Record<string, InteractionMachineEvent[]> = {
    idle: [],
    pending: [{type: 'command.sent', action: 'hold', at: 1}],
    unknown: [{type: 'command.sent', action: 'hold', at: 1}, {type: 'command.unknown'}],
  };
  const EVENTS: Record<string, InteractionMachineEvent> = {
    'sent:hold': {type: 'command.sent', action: 'hold', at: 2},
    'sent:release': {type: 'command.sent', action: 'release', at: 2},
    settled: {type: 'command.settled'},
    'settled:hold': {type: 'command.settled', action: 'hold'},
    'settled:mute': {type: 'command.settled', action: 'mute'},
    unknown: {type: 'command.unknown'},
    'unknown:hold': {type: 'command.unknown', action: 'hold'},
    'unknown:mute': {type: 'command.unknown', action: 'mute'},
    facts: told('hold', 101),
    gone: {type: 'gone', at: 2},
  };
  const CELLS = readMatrix(`
                   idle      pending   unknown
    sent:hold      pending   .         pending
    sent:release   pending   .         pending
    settled        .         idle      idle
    settled:hold   .         idle      idle
    settled:mute   .         .         .
    unknown        .         unknown   .
    unknown:hold   .         unknown   .
    unknown:mute   .         .         .
    facts          .         .         .
    gone           .         .         .
  `);
  for (const {state, event, target} of CELLS) {
    test(`${state} + ${event} → ${target}`, TIMEOUT, () => {
      const it = start('talking');
      it.send(...(PREPARE[state] ?? []));
      assert.equal(it.command(), state);
      const event_ = EVENTS[event];
      assert.ok(event_);
      it.send(event_);
      assert.equal(it.command(), target);
      assert.equal(it.view().waitingFor !== undefined, target === 'pending');
      assert.equal(it.view().unknownOutcome !== undefined, target === 'unknown');
    });
  }

  test('release overtakes, and each answer settles its own command', TIMEOUT, () => {
    const it = start('talking');
    it.send({type: 'command.sent', action: 'hold', at: 1}, {type: 'command.sent', action: 'release', at: 2});
    assert.equal(it.view().waitingFor, 'release');
    it.send({type: 'command.settled', action: 'hold'});
    assert.equal(it.view().waitingFor, 'release', 'the overtaken one’s answer does not free the other');
    it.send({type: 'command.settled', action: 'release'});
    assert.deepEqual([it.command(), it.view().waitingFor], ['idle', undefined]);
  });

  test('an overtaken command with an unknown outcome stays open until it is read', TIMEOUT, () => {
    const it = start('talking');
    it.send({type: 'command.sent', action: 'hold', at: 1}, {type: 'command.sent', action: 'release', at: 2});
    it.send({type: 'command.unknown', action: 'hold'});
    assert.deepEqual([it.command(), it.view().waitingFor, it.view().unknownOutcome], ['pending', 'release', 'hold']);
    it.send({type: 'command.settled', action: 'release'});
    assert.deepEqual([it.command(), it.view().unknownOutcome], ['unknown', 'hold']);
    it.send({type: 'command.settled', action: 'hold'});
    assert.deepEqual([it.command(), it.view().unknownOutcome], ['idle', undefined]);
  });

  test('an unknown outcome that is read while another command waits is closed', TIMEOUT, () => {
    const it = start('talking');
    it.send({type: 'command.sent', action: 'hold', at: 1}, {type: 'command.sent', action: 'release', at: 2});
    it.send({type: 'command.unknown', action: 'hold'}, {type: 'command.settled', action: 'hold'});
    assert.deepEqual([it.command(), it.view().unknownOutcome, it.view().waitingFor], ['pending', undefined, 'release']);
  });

  test('what waits is what was sent and not answered (model)', TIMEOUT, () => {
    const action = fc.constantFrom<CallAction>('hold', 'release', 'dtmf', 'mute');
    const step = fc.oneof(
      action.map((a) => ({type: 'command.sent', action: a, at: 1}) as const),
      action.map((a) => ({type: 'command.settled', action: a}) as const),
      action.map((a) => ({type: 'command.unknown', action: a}) as const),
    );
    fc.assert(
      fc.property(fc.array(step, {maxLength: 30}), (steps) => {
        const it = start('talking');
        const open: CallAction[] = [];
        let unknown: CallAction | undefined;
        for (const event of steps) {
          it.send(event);
          const index = open.indexOf(event.action);
          if (event.type === 'command.sent') {
            open.push(event.action);
            unknown = undefined;
          } else if (index >= 0) {
            open.splice(index, 1);
            if (event.type === 'command.unknown') unknown = event.action;
          } else if (event.type === 'command.settled' && unknown === event.action) unknown = undefined;
          assert.deepEqual(it.snapshot().context.pendingActions, open);
          assert.equal(it.view().unknownOutcome, unknown);
          assert.equal(it.command(), open.length > 0 ? 'pending' : unknown ? 'unknown' : 'idle');
          assert.equal(pendingAction(it.snapshot()), open.includes('release') ? 'release' : open[0]);
        }
      }),
      {numRuns: 300},
    );
  });
});

describe('what the agent may do now', () => {
  /** Every action's word: `yes`, or why not. */
  const words = (view: InteractionView) =>
    Object.fromEntries(CALL_ACTIONS.map((a) => [a, view.actions[a].allowed ? 'yes' : (view.actions[a].block ?? '?')]));

  test('while a command waits: itself, nothing else, but release', TIMEOUT, () => {
    const it = start('talking');
    it.send({type: 'command.sent', action: 'hold', at: 1});
    assert.deepEqual(words(it.view()), {
      answer: 'notRinging',
      reject: 'notRinging',
      hold: 'waiting',
      resume: 'notOnHold',
      mute: 'commandPending',
      unmute: 'notMuted',
      transfer: 'commandPending',
      conference: 'commandPending',
      dtmf: 'commandPending',
      release: 'yes',
      completeTransfer: 'noConsult',
      cancelTransfer: 'noConsult',
    });
  });

  test('digits queue behind digits, not behind anything else', TIMEOUT, () => {
    const it = start('talking');
    it.send({type: 'command.sent', action: 'dtmf', at: 1}, {type: 'command.sent', action: 'dtmf', at: 2});
    assert.deepEqual(
      [words(it.view()).dtmf, words(it.view()).hold, words(it.view()).release],
      ['yes', 'commandPending', 'yes'],
    );
    it.send({type: 'command.sent', action: 'release', at: 3});
    assert.deepEqual([words(it.view()).dtmf, words(it.view()).release], ['commandPending', 'waiting']);
  });

  test('the command under way still waits when the platform’s event came before its answer', TIMEOUT, () => {
    const it = start('talking');
    it.send({type: 'command.sent', action: 'hold', at: 1}, told('hold', 101));
    assert.deepEqual([words(it.view()).hold, words(it.view()).resume], ['waiting', 'commandPending']);
    it.send({type: 'command.settled', action: 'hold'});
    assert.deepEqual([words(it.view()).hold, words(it.view()).resume], ['onHold', 'yes']);
  });

  test('without a way to the platform nothing, and what waits still says so', TIMEOUT, () => {
    const it = start('talking');
    it.send({type: 'command.sent', action: 'hold', at: 1});
    const {hold, ...rest} = words(it.view(false));
    assert.equal(hold, 'waiting');
    assert.deepEqual(new Set(Object.values(rest)), new Set(['noConnection']));
  });

  test('after the end nothing, whatever waits and whatever the connection', TIMEOUT, () => {
    const it = start('talking');
    it.send({type: 'command.sent', action: 'hold', at: 1}, {type: 'gone', at: 2});
    for (const connected of [true, false]) {
      assert.deepEqual(new Set(Object.values(words(it.view(connected)))), new Set(['ended']));
    }
  });

  test('an unknown outcome leaves the decision to the agent', TIMEOUT, () => {
    const it = start('talking');
    it.send({type: 'command.sent', action: 'hold', at: 1}, {type: 'command.unknown', action: 'hold'});
    assert.deepEqual([words(it.view()).hold, words(it.view()).release], ['yes', 'yes']);
  });

  test('a second party opens the consult’s actions', TIMEOUT, () => {
    const it = start('hold', {participants: [{role: 'consult', target: '200'}]});
    assert.equal(it.view().consultOpen, true);
    assert.deepEqual(
      [words(it.view()).completeTransfer, words(it.view()).cancelTransfer, words(it.view()).resume],
      ['yes', 'yes', 'consultOpen'],
    );
    it.send(told('talking', 101, {participants: [{role: 'conference', target: '200'}]}));
    assert.equal(it.view().consultOpen, false);
  });
});

describe('the interaction in front', () => {
  const view = (interactionId: string, state: InteractionState, startedAt: number): InteractionView => ({
    ...start(state, {startedAt}).view(),
    interactionId,
  });

  test('ringing before talking before hold before acw before queued, the newest first', TIMEOUT, () => {
    const order: InteractionState[] = ['ringing', 'talking', 'hold', 'acw', 'queued'];
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...INTERACTION_STATES), fc.integer({min: 1, max: 9})), {maxLength: 8}),
        (list) => {
          const views = list
            .map(([state, startedAt], i) => view(`i-${i}`, state, startedAt))
            .sort((a, b) => a.startedAt - b.startedAt);
          const expected = order
            .map((state) => views.filter((v) => v.state === state).at(-1))
            .find((v) => v !== undefined);
          assert.equal(frontInteraction(views)?.interactionId, expected?.interactionId);
        },
      ),
      {numRuns: 100},
    );
  });

  test('none of none', TIMEOUT, () => {
    assert.equal(frontInteraction([]), undefined);
    assert.equal(frontInteraction([view('x', 'ended', 1)]), undefined);
  });
});
