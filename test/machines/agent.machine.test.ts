import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import fc from '../support/fast-check.js';
import {createActor} from 'xstate';
import type {AgentState, AgentStateName} from '../../src/domain/agent-state.js';
import {CxoneError} from '../../src/domain/errors.js';
import type {RoutingFacts} from '../../src/domain/routing.js';
import type {AgentEffect, AgentMachineEvent} from '../../src/machines/agent-facts.js';
import {
  agentView,
  channelsBase,
  choiceToStore,
  choiceToWrite,
  isLeftBusy,
  mismatch,
  pendingChoice,
  reasonOf,
  requestedChoice,
  settledState,
} from '../../src/machines/agent-view.js';
import {agentMachine} from '../../src/machines/agent.machine.js';
import {readMatrix} from './matrix.js';

const TIMEOUT = {timeout: 10_000};

const name = (state: AgentState): AgentStateName => ({state});
const choose = (state: AgentState, at = 10): AgentMachineEvent => ({type: 'choose', choice: name(state), at});
const presence = (state: AgentState, at = 20): AgentMachineEvent => ({type: 'presence', state: name(state), at});
const facts = (state: AgentState, updatedAt?: number): RoutingFacts => ({
  state: name(state),
  skillGroups: [],
  routingGroups: [],
  ...(updatedAt !== undefined && {updatedAt}),
});
const routing = (state: AgentState, at?: number): AgentMachineEvent => ({type: 'routing', facts: facts(state, at)});
const protectedIds = (...sessionIds: string[]): AgentMachineEvent => ({type: 'protected', sessionIds});
const busy: AgentMachineEvent = {type: 'check.busy', sessionIds: ['s-9']};
const clear: AgentMachineEvent = {type: 'check.clear'};
const ok = (state: AgentState, at = 30): AgentMachineEvent => ({type: 'write.ok', routing: facts(state, at)});
const channelsOk = (state: AgentState, at = 50): AgentMachineEvent => ({
  type: 'channels.ok',
  routing: facts(state, at),
});
const refusal = new CxoneError('FORBIDDEN', 'no');
const failed: AgentMachineEvent = {type: 'write.failed', error: refusal};
const followTimeout: AgentMachineEvent = {type: 'follow.timeout'};
const cancel: AgentMachineEvent = {type: 'cancel'};
const repair: AgentMachineEvent = {type: 'repair', at: 40};
const PENDING = {choice: name('lunch'), since: 5, sessionIds: ['s-1']};
/** What waited is brought back when `sessionIds` are live, `laterMs` after it was chosen; two minutes are too late. */
const restoredWith = (sessionIds: readonly string[], laterMs = 0): AgentMachineEvent => ({
  type: 'restored',
  pending: PENDING,
  sessionIds,
  at: PENDING.since + laterMs,
  maxAgeMs: 120_000,
});
const restored = restoredWith(['s-1']);

/** An agent who is available, in presence and in routing. */
function start(...events: AgentMachineEvent[]) {
  const actor = createActor(agentMachine).start();
  let effects: AgentEffect[] = [];
  actor.on('*', (effect) => effects.push(effect));
  const send = (...list: AgentMachineEvent[]) => list.forEach((event) => actor.send(event));
  send(presence('available', 1), routing('available', 1), ...events);
  return {
    send,
    /** What it asked for or told since it was asked last. */
    effects(): AgentEffect[] {
      const taken = effects;
      effects = [];
      return taken;
    },
    snapshot: () => actor.getSnapshot(),
    choice: () => actor.getSnapshot().value.choice,
    context: () => actor.getSnapshot().context,
    view: () => agentView(actor.getSnapshot()),
  };
}

const PREPARE: Record<string, AgentMachineEvent[]> = {
  settled: [],
  /** Protected all the same: a call is on, nothing was chosen. */
  'settled+call': [protectedIds('s-1')],
  queued: [protectedIds('s-1'), choose('lunch')],
  checking: [choose('lunch')],
  /** The check after a wait. */
  'checking+waited': [protectedIds('s-1'), choose('lunch'), protectedIds()],
  writing: [choose('lunch'), clear],
  /** A call began while the write was on its way. */
  'writing+call': [choose('lunch'), clear, protectedIds('s-1')],
  /** A newer choice was made while the write was on its way. */
  'writing+next': [choose('lunch'), clear, choose('meeting')],
  following: [choose('lunch'), clear, ok('lunch')],
  mismatch: [choose('lunch'), clear, ok('lunch'), followTimeout],
};

const EVENTS: Record<string, AgentMachineEvent> = {
  'presence:lunch': presence('lunch'),
  'presence:busy': presence('busy'),
  'presence:onCall': presence('onCall'),
  'routing:lunch': routing('lunch', 50),
  'routing:busy': routing('busy', 50),
  'routing:available': routing('available', 50),
  'routing:old': routing('busy', 0),
  'channels.ok:busy': channelsOk('busy'),
  'channels.ok:available': channelsOk('available'),
  'channels.read': {type: 'channels.read'},
  remembered: {type: 'remembered', target: name('meeting')},
  choose: choose('meeting', 60),
  again: choose('lunch', 60),
  cancel,
  'protected:none': protectedIds(),
  'protected:some': protectedIds('s-2'),
  'check.clear': clear,
  'check.busy': busy,
  'write.ok:lunch': ok('lunch'),
  'write.ok:available': ok('available'),
  'write.failed': failed,
  'follow.timeout': followTimeout,
  restored,
  'restored:over': restoredWith([], 60_000),
  'restored:old': restoredWith([], 120_001),
  'restored:old_but_live': restoredWith(['s-1'], 120_001),
  repair,
  signOut: {type: 'signOut'},
};

// Short for the headers below: S settled, Q queued, C checking, W writing, F following, M mismatch.
const STATES: Record<string, string> = {
  S: 'settled',
  Q: 'queued',
  C: 'checking',
  W: 'writing',
  F: 'following',
  M: 'mismatch',
};

describe('a choice on its way', () => {
  const CELLS = readMatrix(`
                        settled settled+call queued checking checking+waited writing writing+call writing+next following mismatch
    presence:lunch      S       S            Q      C        C               W       W            W            S         S
    presence:busy       S       S            Q      C        C               W       W            W            F         M
    presence:onCall     S       S            Q      C        C               W       W            W            F         S
    routing:lunch       S       S            S      C        C               W       W            W            F         M
    routing:busy        S       S            Q      C        C               W       W            W            S         M
    routing:available   S       S            Q      C        C               W       W            W            S         S
    routing:old         S       S            Q      C        C               W       W            W            F         M
    channels.ok:busy    S       S            Q      C        C               W       W            W            S         M
    channels.ok:available S     S            Q      C        C               W       W            W            S         S
    channels.read       S       S            Q      C        C               W       W            W            F         M
    remembered          S       S            Q      C        C               W       W            W            F         M
    choose              C       Q            Q      C        C               W       W            W            C         C
    again               C       Q            Q      C        C               W       W            W            C         C
    cancel              S       S            S      S        S               W       W            W            F         M
    protected:none      S       S            C      C        C               W       W            W            F         M
    protected:some      S       S            Q      Q        Q               W       W            W            F         M
    check.clear         S       S            Q      W        W               W       W            W            F         M
    check.busy          S       S            Q      Q        Q               Q       Q            Q            F         M
    write.ok:lunch      S       S            Q      F        F               F       F            C            F         M
    write.ok:available  S       S            Q      S        S               S       S            C            F         M
    write.failed        S       S            Q      S        S               S       S            C            F         M
    follow.timeout      S       S            Q      C        C               W       W            W            M         M
    restored            Q       Q            Q      C        C               W       W            W            F         M
    restored:over       C       C            Q      C        C               W       W            W            F         M
    restored:old        S       S            Q      C        C               W       W            W            F         M
    restored:old_but_live Q     Q            Q      C        C               W       W            W            F         M
    repair              C       S            Q      C        C               W       W            W            F         C
    signOut             S       S            S      S        S               S       S            S            S         S
  `);
  for (const {state, event, target} of CELLS) {
    const expected = STATES[target];
    test(`${state} + ${event} → ${expected}`, TIMEOUT, () => {
      const [prepare, sent] = [PREPARE[state], EVENTS[event]];
      assert.ok(prepare && sent && expected);
      const it = start(...prepare);
      assert.equal(it.choice(), state.split('+')[0], 'prepared');
      it.send(sent);
      assert.equal(it.choice(), expected);
      const view = it.view();
      assert.equal(view.pending !== undefined, expected === 'queued');
      assert.equal(view.requested !== undefined, ['checking', 'writing', 'following'].includes(expected));
      assert.equal(view.mismatch !== undefined, expected === 'mismatch');
    });
  }

  const dropped = (choice: AgentState, reason: string, waited = false, by?: AgentState) => ({
    type: 'dropped',
    choice: name(choice),
    reason,
    waited,
    ...(by && {by: name(by)}),
  });
  const check = {type: 'check'};
  const done = (choice: AgentState) => ({type: 'done', choice: name(choice)});
  const waits = (choice: AgentState, sessions = 1) => ({type: 'waits', choice: name(choice), sessions});
  const refused = (choice: AgentState) => ({type: 'failed', choice: name(choice), error: refusal});

  /** What the hub is asked to do, and told, on an event that means something. */
  const EFFECTS: readonly (readonly [string, string, readonly object[]])[] = [
    ['settled', 'choose', [check]],
    ['settled+call', 'choose', [waits('meeting')]],
    ['settled', 'repair', [check]],
    ['settled+call', 'repair', [done('available')]],
    ['settled', 'signOut', []],
    ['settled', 'write.ok:lunch', []],
    ['settled', 'restored', [{type: 'takeStock'}, waits('lunch')]],
    ['settled', 'restored:over', [{type: 'takeStock'}, check]],
    ['settled', 'restored:old', [dropped('lunch', 'expired', true), {type: 'takeStock'}]],
    ['settled', 'restored:old_but_live', [{type: 'takeStock'}, waits('lunch')]],
    ['queued', 'cancel', [dropped('lunch', 'cancelled', true)]],
    ['queued', 'routing:lunch', [dropped('lunch', 'superseded', true, 'lunch')]],
    ['queued', 'routing:busy', []],
    ['queued', 'choose', [dropped('lunch', 'replaced', true, 'meeting'), waits('meeting')]],
    ['queued', 'again', [waits('lunch')]],
    ['queued', 'protected:none', [check]],
    ['queued', 'protected:some', []],
    ['queued', 'signOut', [dropped('lunch', 'signedOut', true)]],
    ['checking', 'check.clear', [{type: 'write'}]],
    ['checking', 'check.busy', [waits('lunch')]],
    ['checking', 'cancel', [dropped('lunch', 'cancelled')]],
    ['checking', 'write.failed', [refused('lunch')]],
    ['checking', 'choose', [dropped('lunch', 'replaced', false, 'meeting')]],
    ['checking', 'again', []],
    ['checking', 'repair', [dropped('available', 'replaced', false, 'lunch')]],
    ['checking+waited', 'choose', [dropped('lunch', 'replaced', true, 'meeting')]],
    ['writing', 'write.ok:lunch', [done('lunch'), {type: 'follow'}]],
    ['writing', 'write.ok:available', [done('lunch')]],
    ['writing', 'write.failed', [refused('lunch')]],
    ['writing', 'check.busy', [waits('lunch')]],
    ['writing', 'choose', []],
    ['writing', 'cancel', []],
    ['writing', 'signOut', [dropped('lunch', 'signedOut')]],
    ['writing+next', 'choose', []],
    ['writing+next', 'again', [dropped('meeting', 'replaced', false, 'lunch')]],
    ['writing+next', 'cancel', [dropped('meeting', 'cancelled')]],
    ['writing+next', 'write.ok:lunch', [done('lunch'), check]],
    ['writing+next', 'write.failed', [refused('lunch'), check]],
    ['writing+next', 'check.busy', [dropped('lunch', 'replaced', false, 'meeting'), waits('meeting')]],
    ['writing+next', 'signOut', [dropped('lunch', 'signedOut'), dropped('meeting', 'signedOut')]],
    ['following', 'choose', [{type: 'followed'}, check]],
    ['following', 'presence:lunch', [{type: 'followed'}]],
    ['following', 'channels.ok:busy', [{type: 'followed'}]],
    ['following', 'repair', [done('lunch')]],
    [
      'following',
      'follow.timeout',
      [{type: 'followed'}, {type: 'disagree', presence: name('available'), routing: name('lunch')}],
    ],
    ['mismatch', 'repair', [check]],
  ];
  for (const [state, event, effects] of EFFECTS) {
    test(
      `${state} + ${event} asks and tells: ${effects.map((e) => Object.values(e)[0] as string).join(', ')}`,
      TIMEOUT,
      () => {
        const [prepare, sent] = [PREPARE[state], EVENTS[event]];
        assert.ok(prepare && sent);
        const it = start(...prepare);
        it.effects();
        it.send(sent);
        assert.deepEqual(it.effects(), effects);
      },
    );
  }
});

describe('what the agent wants', () => {
  const target = (...events: AgentMachineEvent[]) => start(...events).context().target?.state;
  const unknown = (...events: AgentMachineEvent[]) => {
    const actor = createActor(agentMachine).start();
    for (const event of events) actor.send(event);
    return actor.getSnapshot().context.target?.state;
  };
  const remembered: AgentMachineEvent = {type: 'remembered', target: name('available')};

  test('is what routing says first, but for what a contact makes of it', TIMEOUT, () => {
    assert.equal(unknown(routing('lunch')), 'lunch');
    for (const state of ['ringing', 'onCall', 'onHold', 'acw'] as const)
      assert.equal(unknown(routing(state)), undefined);
    assert.equal(unknown(routing('busy')), undefined, 'nobody knows of contacts');
    assert.equal(unknown(protectedIds('s-1'), routing('busy')), undefined, 'there is one');
    assert.equal(unknown(protectedIds(), routing('busy')), 'busy', 'there is none');
  });

  test('is kept from the hub before, whatever a contact made of routing', TIMEOUT, () => {
    assert.equal(unknown(remembered, routing('busy')), 'available');
    assert.equal(unknown(remembered, protectedIds('s-1'), routing('busy')), 'available');
  });

  test('is what was chosen, once it is written, and no sooner', TIMEOUT, () => {
    assert.equal(target(choose('lunch'), clear), 'available');
    assert.equal(target(choose('lunch'), clear, ok('lunch')), 'lunch');
    assert.equal(target(choose('lunch'), clear, failed), 'available');
    assert.equal(target(protectedIds('s-1'), choose('lunch')), 'available');
  });

  test('is what somebody else set during a contact, which clears what waits', TIMEOUT, () => {
    const it = start(protectedIds('s-1'), choose('lunch'), routing('meeting', 50));
    assert.deepEqual([it.context().target?.state, it.choice()], ['meeting', 'settled']);
    assert.equal(target(protectedIds('s-1'), routing('busy', 50)), 'available', 'busy is the channels’ doing');
    assert.equal(target(protectedIds('s-1'), routing('meeting', 0)), 'available', 'an old answer');
    assert.equal(target(protectedIds('s-1'), channelsOk('meeting')), 'available', 'our own write');
    assert.equal(target(choose('lunch'), clear, protectedIds('s-1'), routing('meeting', 50)), 'available', 'mid-write');
  });

  test('is offline once the platform signed the agent off, and the channels are left alone', TIMEOUT, () => {
    const it = start(protectedIds('s-1'), routing('busy', 40), protectedIds(), routing('offline', 50));
    it.send({type: 'channels.read'});
    assert.equal(it.context().target?.state, 'offline');
    assert.equal(channelsBase(it.snapshot()), undefined);
  });

  test('is forgotten on sign-out', TIMEOUT, () => {
    assert.equal(target({type: 'signOut'}), undefined);
  });

  test('is shown as the state behind a contact', TIMEOUT, () => {
    assert.equal(settledState(start(presence('onCall')).snapshot())?.state, 'available');
    assert.equal(settledState(start(presence('busy')).snapshot())?.state, 'available');
    assert.equal(settledState(start(presence('lunch')).snapshot())?.state, 'lunch');
  });
});

describe('the channels', () => {
  test('are brought in step with target and routing, unless a choice on its way does it', TIMEOUT, () => {
    assert.deepEqual(channelsBase(start().snapshot()), {target: name('available'), routing: facts('available', 1)});
    for (const state of ['checking', 'writing', 'following'])
      assert.equal(channelsBase(start(...PREPARE[state]!).snapshot()), undefined, state);
    assert.ok(channelsBase(start(...PREPARE['queued']!).snapshot()));
  });

  test('left busy are so without a contact, and against the agent’s wish', TIMEOUT, () => {
    const isLeft = (...events: AgentMachineEvent[]) => isLeftBusy(start(...events).snapshot());
    assert.equal(isLeft(protectedIds('s-1'), routing('busy', 50), protectedIds()), true);
    assert.equal(isLeft(protectedIds('s-1'), routing('busy', 50)), false);
    assert.equal(isLeft(), false);
    assert.equal(isLeft(choose('busy'), clear, ok('busy')), false);
  });

  test('are judged once routing and sessions are both known, whichever comes first', TIMEOUT, () => {
    const stock = (...events: AgentMachineEvent[]): number => {
      const actor = createActor(agentMachine).start();
      let times = 0;
      actor.on('takeStock', () => times++);
      for (const event of events) actor.send(event);
      return times;
    };
    const nothing: AgentMachineEvent = {type: 'restored', sessionIds: [], at: 1, maxAgeMs: 1};
    assert.equal(stock(routing('busy')), 0);
    assert.equal(stock(nothing), 0);
    assert.equal(stock(nothing, routing('busy'), routing('busy')), 1);
    assert.equal(stock(routing('busy'), nothing, routing('busy')), 1);
  });
});

describe('what is shown', () => {
  test('presence since the state changed, by the platform’s word where it has one', TIMEOUT, () => {
    const it = start({type: 'presence', state: name('busy'), at: 50, since: 40});
    assert.deepEqual([it.view().presence, it.view().presenceSince], [name('busy'), 40]);
    it.send(presence('busy', 90));
    assert.equal(it.view().presenceSince, 40, 'told again is no change');
    it.send(presence('lunch', 95));
    assert.equal(it.view().presenceSince, 95);
  });

  test('a custom state is another state by its label', TIMEOUT, () => {
    const it = start({type: 'presence', state: {state: 'custom', label: 'Training'}, at: 5});
    it.send({type: 'presence', state: {state: 'custom', label: 'training'}, at: 6});
    assert.equal(it.view().presenceSince, 5, 'case is no difference');
    it.send({type: 'presence', state: {state: 'custom', label: 'Coaching'}, at: 7});
    assert.equal(it.view().presenceSince, 7);
  });

  test('nothing is known before the first answer', TIMEOUT, () => {
    const actor = createActor(agentMachine).start();
    assert.equal(actor.getSnapshot().value.presence, 'unknown');
    assert.equal(agentView(actor.getSnapshot()).presence, undefined);
    actor.send(presence('available'));
    assert.equal(actor.getSnapshot().value.presence, 'known');
    actor.send(presence('busy'));
    assert.equal(actor.getSnapshot().value.presence, 'known');
  });

  test('an older routing answer does not undo a newer one', TIMEOUT, () => {
    const it = start(routing('busy', 100), routing('lunch', 99));
    assert.deepEqual(it.view().routing, name('busy'));
    it.send(routing('meeting'));
    assert.deepEqual(it.view().routing, name('meeting'), 'one without a version is taken');
  });

  test('what waits says since when and for how many', TIMEOUT, () => {
    const it = start(protectedIds('a', 'b'), choose('lunch', 10));
    assert.deepEqual(it.view().pending, {state: 'lunch', since: 10, waitsFor: 2});
    it.send(protectedIds('b'));
    assert.deepEqual(pendingChoice(it.snapshot()), {choice: name('lunch'), since: 10, sessionIds: ['b']});
    it.send(choose('lunch', 50));
    assert.equal(it.view().pending?.since, 10, 'the same choice again keeps its place');
    it.send(choose('meeting', 60));
    assert.deepEqual(it.view().pending, {state: 'meeting', since: 60, waitsFor: 1});
  });

  test('both states of a mismatch, and a repair that writes the routing state again', TIMEOUT, () => {
    const it = start(...(PREPARE.mismatch ?? []));
    assert.deepEqual(mismatch(it.snapshot()), {presence: name('available'), routing: name('lunch')});
    it.send(repair, clear);
    assert.deepEqual(choiceToWrite(it.snapshot()), {choice: name('lunch'), since: 40, cause: 'repair', waited: false});
  });

  test('states that a call sets are no mismatch', TIMEOUT, () => {
    for (const state of ['ringing', 'onCall', 'onHold', 'acw'] as const) {
      const it = start(...(PREPARE.following ?? []), presence(state), followTimeout);
      assert.equal(it.choice(), 'settled', state);
    }
  });

  test('a mismatch that nobody’s choice caused is shown too', TIMEOUT, () => {
    assert.equal(start(routing('lunch', 50), followTimeout).choice(), 'mismatch');
  });
});

describe('a choice that waits', () => {
  test('is stored until its write has an answer', TIMEOUT, () => {
    const it = start(protectedIds('a'), choose('lunch', 10));
    const stored = () => choiceToStore(it.snapshot())?.choice.state;
    assert.equal(stored(), 'lunch');
    it.send(protectedIds());
    assert.equal(stored(), 'lunch', 'while it is read');
    it.send(clear);
    assert.equal(stored(), 'lunch', 'while it is written');
    it.send(ok('lunch'));
    assert.equal(stored(), undefined);
    assert.equal(choiceToStore(start(choose('lunch'), clear).snapshot()), undefined, 'what never waited is not stored');
  });

  test('says that it waited when it is written', TIMEOUT, () => {
    const it = start(protectedIds('a'), choose('lunch', 10), protectedIds(), clear);
    const work = choiceToWrite(it.snapshot());
    assert.deepEqual(work, {choice: name('lunch'), since: 10, cause: 'agent_request', waited: true});
    assert.equal(reasonOf(work), 'queued_change');
  });

  test('waits for a session that begins before the write leaves', TIMEOUT, () => {
    const it = start(protectedIds('a'), choose('lunch'), protectedIds(), protectedIds('b'));
    assert.deepEqual([it.choice(), it.view().pending?.waitsFor], ['queued', 1]);
  });

  test('is brought back after a restart, and a newer choice wins over it', TIMEOUT, () => {
    const it = start(restored);
    assert.deepEqual(it.view().pending, {state: 'lunch', since: 5, waitsFor: 1});
    it.send(choose('meeting', 60));
    assert.deepEqual([it.choice(), it.view().pending?.state], ['queued', 'meeting']);
    assert.equal(start(choose('meeting'), restored).view().requested?.state, 'meeting', 'never the other way round');
  });

  test('a refused write goes back to the queue with the newest choice', TIMEOUT, () => {
    const it = start(...(PREPARE['writing+next'] ?? []), busy);
    assert.deepEqual(pendingChoice(it.snapshot()), {choice: name('meeting'), since: 10, sessionIds: ['s-9']});
  });

  test('a choice made during a write waits if a call began meanwhile', TIMEOUT, () => {
    for (const answer of [ok('lunch'), failed]) {
      const it = start(...(PREPARE['writing+next'] ?? []), protectedIds('s-1'), answer);
      assert.deepEqual([it.choice(), it.view().pending?.state], ['queued', 'meeting']);
    }
  });
});

describe('against a platform (model)', () => {
  /**
   * Plays hub and platform with any interleaving of the agent's clicks, sessions and answers, and checks what must hold
   * whatever the order: one write at a time, none while the hub knows of a protected session, and at the end the
   * platform has what was chosen last.
   */
  test('the newest choice is what the platform gets, once no session is torn by it', TIMEOUT, () => {
    const state = fc.constantFrom<AgentState>('available', 'busy', 'lunch', 'meeting');
    const step = fc.oneof(
      {weight: 3, arbitrary: state.map((s) => ({do: 'choose', state: s}) as const)},
      {weight: 1, arbitrary: fc.constant({do: 'cancel'} as const)},
      {weight: 3, arbitrary: fc.integer({min: 0, max: 2}).map((n) => ({do: 'sessions', n}) as const)},
      {weight: 5, arbitrary: fc.constant({do: 'answer'} as const)},
      {weight: 2, arbitrary: fc.constant({do: 'refuse'} as const)},
      {weight: 2, arbitrary: fc.constant({do: 'show'} as const)},
    );
    fc.assert(
      fc.property(fc.array(step, {maxLength: 40}), (steps) => {
        const it = start();
        let sessions: string[] = [];
        let atPlatform: AgentState = 'available';
        /** What the agent wants that the platform has not got, by the simplest rule: the last word counts. */
        let wanted: AgentState | undefined;
        let written: AgentState | undefined;
        let at = 100;
        const follow = () => {
          const write = choiceToWrite(it.snapshot());
          if (write && !written) {
            assert.equal(sessions.length, 0, 'no write leaves while a session is protected');
            written = write.choice.state;
          }
        };
        const answer = (good: boolean) => {
          if (it.choice() === 'checking')
            it.send(sessions.length > 0 ? {type: 'check.busy', sessionIds: sessions} : clear);
          else if (written) {
            const done = written;
            written = undefined;
            if (good) atPlatform = done;
            it.send(good ? ok(done, ++at) : failed);
            // A refused write is given up, unless something newer was chosen meanwhile.
            if (wanted === done) wanted = undefined;
          } else if (it.choice() === 'following') it.send(presence(atPlatform, ++at));
        };
        for (const s of steps) {
          if (s.do === 'choose') {
            it.send(choose(s.state, ++at));
            wanted = s.state;
          } else if (s.do === 'cancel') {
            it.send(cancel);
            // What has left cannot be called back.
            wanted = written;
          } else if (s.do === 'sessions') {
            sessions = Array.from({length: s.n}, (_, i) => `s-${i}`);
            it.send({type: 'protected', sessionIds: sessions});
          } else if (s.do === 'show') it.send(presence(atPlatform, ++at));
          else answer(s.do === 'answer');
          follow();
          const shown = it.view().pending ?? it.view().requested;
          // While the hub still follows a confirmed write, nothing more is wanted.
          if (it.choice() !== 'following') assert.equal(shown?.state, wanted, 'what is shown is what was asked last');
        }
        sessions = [];
        it.send({type: 'protected', sessionIds: []});
        follow();
        const last = wanted;
        for (let i = 0; i < 8; i++) {
          answer(true);
          follow();
        }
        it.send(presence(atPlatform, ++at), followTimeout);
        assert.equal(it.choice(), 'settled');
        if (last) assert.equal(atPlatform, last);
        assert.equal(requestedChoice(it.snapshot()), undefined);
      }),
      {numRuns: 500},
    );
  });
});
