import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import fc from '../support/fast-check.js';
import type {AgentState} from '../../src/domain/agent-state.js';
import {
  agentMachine,
  agentView,
  choiceToStore,
  choiceToWrite,
  type AgentMachineEvent,
  type ChoiceCause,
  type DropReason,
} from '../../src/machines/agent.machine.js';
import {command, Coverage, Machine, runModel} from './model-run.js';

type Logic = typeof agentMachine;

interface Wish {
  state: AgentState;
  since: number;
  cause: ChoiceCause;
  /** It had to wait once: then it must survive a restart. */
  waited: boolean;
}

const AT_WORK = ['ringing', 'onCall', 'onHold', 'acw'];

/** An agent's two states at the platform and the one choice on its way, as contract §4 tells it. */
class Reference {
  now = 1_000;
  presence: AgentState | undefined;
  presenceSince: number | undefined;
  routing: AgentState | undefined;
  routingVersion = -Infinity;
  protectedIds: readonly string[] = [];
  doing: 'nothing' | 'waiting' | 'reading' | 'writing' | 'following' | 'showing a mismatch' = 'nothing';
  wish: Wish | undefined;
  /** Chosen while the wish is being written, which cannot be called back. */
  newer: Wish | undefined;
  dropped: DropReason | undefined;

  get #mismatch(): boolean {
    const {presence, routing} = this;
    // At work, presence follows the call and routing does not.
    return presence !== undefined && routing !== undefined && !AT_WORK.includes(presence) && presence !== routing;
  }

  /** Protected sessions are waited for, else the platform is read before anything is written. */
  #take(wish: Wish): void {
    this.wish = wish;
    this.newer = undefined;
    this.doing = this.protectedIds.length > 0 ? 'waiting' : 'reading';
    if (this.doing === 'waiting') wish.waited = true;
  }

  #wait(): void {
    this.doing = 'waiting';
    if (this.wish) this.wish.waited = true;
  }

  #finish(reason?: DropReason): void {
    this.doing = 'nothing';
    this.wish = this.newer = undefined;
    if (reason) this.dropped = reason;
  }

  choose(state: AgentState): void {
    const wish: Wish = {state, since: this.now, cause: 'agent_request', waited: false};
    switch (this.doing) {
      case 'waiting':
      case 'reading':
        // The newest wins, said so; the same again keeps its place.
        this.dropped = state === this.wish?.state ? undefined : 'replaced';
        if (state !== this.wish?.state) this.wish = {...wish, waited: this.doing === 'waiting'};
        return;
      case 'writing': {
        const replaced = this.newer && this.newer.state !== state;
        this.dropped = replaced ? 'replaced' : undefined;
        this.newer = state === this.wish?.state ? undefined : wish;
        return;
      }
      default:
        this.dropped = undefined;
        this.#take(wish);
    }
  }

  repair(): void {
    if (this.doing !== 'nothing' && this.doing !== 'showing a mismatch') return;
    if (this.protectedIds.length > 0 || this.routing === undefined) return;
    this.dropped = undefined;
    this.#take({state: this.routing, since: this.now, cause: 'repair', waited: false});
  }

  restore(state: AgentState, since: number, sessionIds: readonly string[]): void {
    if (this.doing !== 'nothing') return;
    this.dropped = undefined;
    this.wish = {state, since, cause: 'agent_request', waited: true};
    this.protectedIds = sessionIds;
    this.doing = 'waiting';
  }

  cancel(): void {
    if (this.doing === 'waiting' || this.doing === 'reading') this.#finish('cancelled');
    // What is being written has left; only what was to come after it is dropped.
    else if (this.doing === 'writing' && this.newer) {
      this.newer = undefined;
      this.dropped = 'cancelled';
    }
  }

  /** Somebody else set a state, or it is too old: true only of what waited. */
  giveUpWaiting(reason: 'superseded' | 'expired'): void {
    if (this.doing === 'waiting' || (this.doing === 'reading' && this.wish?.waited)) this.#finish(reason);
  }

  signOut(): void {
    this.#finish(this.wish ? 'signedOut' : undefined);
  }

  protect(ids: readonly string[]): void {
    this.protectedIds = ids;
    // All of them have to be over before it is read and written; one that begins is waited for too.
    if (this.doing === 'waiting' && ids.length === 0) this.doing = 'reading';
    else if (this.doing === 'reading' && ids.length > 0) this.#wait();
  }

  readFindsNothing(): void {
    if (this.doing === 'reading') this.doing = 'writing';
  }

  readOrWriteFindsSessions(ids: readonly string[]): void {
    if (this.doing !== 'waiting' && this.doing !== 'reading' && this.doing !== 'writing') return;
    this.protectedIds = ids;
    if (this.newer) this.wish = this.newer;
    this.newer = undefined;
    this.#wait();
  }

  written(state: AgentState, version: number | undefined): void {
    if (this.doing !== 'reading' && this.doing !== 'writing') return;
    this.#noteRouting(state, version);
    if (this.newer) this.#take(this.newer);
    else if (this.presence === state) this.#finish();
    else this.doing = 'following';
  }

  notWritten(): void {
    if (this.doing !== 'reading' && this.doing !== 'writing') return;
    if (this.newer) this.#take(this.newer);
    else this.#finish('failed');
  }

  showPresence(state: AgentState): void {
    if (this.presence !== state) this.presenceSince = this.now;
    this.presence = state;
    if (this.doing === 'following' && state === this.routing) this.#finish();
    if (this.doing === 'showing a mismatch' && !this.#mismatch) this.doing = 'nothing';
  }

  showRouting(state: AgentState, version: number): void {
    this.#noteRouting(state, version);
    // Somebody moved on: there is nothing to follow.
    if (this.doing === 'following' && this.routing !== this.wish?.state) this.#finish();
    if (this.doing === 'showing a mismatch' && !this.#mismatch) this.doing = 'nothing';
  }

  presenceHadItsTime(): void {
    if (this.doing !== 'nothing' && this.doing !== 'following') return;
    this.#finish();
    if (this.#mismatch) this.doing = 'showing a mismatch';
  }

  #noteRouting(state: AgentState, version: number | undefined): void {
    if (version !== undefined && version < this.routingVersion) return;
    this.routing = state;
    this.routingVersion = version ?? this.routingVersion;
  }
}

const STATES: Record<Reference['doing'], string> = {
  nothing: 'settled',
  waiting: 'queued',
  reading: 'checking',
  writing: 'writing',
  following: 'following',
  'showing a mismatch': 'mismatch',
};

function compare(model: Reference, {snapshot}: Machine<Logic>): void {
  const {doing, wish, newer} = model;
  const view = agentView(snapshot);
  assert.equal(snapshot.value.choice, STATES[doing]);
  assert.deepEqual([view.presence?.state, view.presenceSince], [model.presence, model.presenceSince]);
  assert.equal(view.routing?.state, model.routing);
  assert.equal(snapshot.context.lastDropped, model.dropped, 'what was said of the choice given up');
  assert.deepEqual(snapshot.context.protectedIds, model.protectedIds);

  // At most one is on its way; what is shown is what was asked last.
  const last = newer ?? wish;
  const underWay = doing === 'reading' || doing === 'writing' || doing === 'following';
  assert.equal(view.requested?.state, underWay ? last?.state : undefined, 'requested');
  const waits = doing === 'waiting' && wish;
  assert.deepEqual(
    view.pending && [view.pending.state, view.pending.since, view.pending.waitsFor],
    waits ? [wish.state, wish.since, model.protectedIds.length] : undefined,
    'pending',
  );
  const write = choiceToWrite(snapshot);
  assert.deepEqual(
    write && [write.choice.state, write.cause],
    doing === 'writing' ? [wish?.state, wish?.cause] : undefined,
  );
  const stored = choiceToStore(snapshot);
  const keep = wish?.waited && doing !== 'following' ? last : undefined;
  assert.deepEqual(
    stored && [stored.choice.state, stored.since],
    keep && [keep.state, keep.since],
    'survives a restart',
  );
  assert.equal(view.mismatch !== undefined, doing === 'showing a mismatch');
}

const wanted = fc.constantFrom<AgentState>('available', 'busy', 'lunch');
const anyState = fc.constantFrom<AgentState>('available', 'busy', 'lunch', 'onCall');
const someIds = fc.constantFrom(['s-1'], ['s-2'], ['s-1', 's-2']);
/** Newer than all before, or older. */
const age = fc.constantFrom(0, 0, 0, 500);

type Made = fc.Arbitrary<readonly [AgentMachineEvent['type'], unknown, (m: Reference) => AgentMachineEvent]>;
/** Each makes the event for the model's now, and has told the model of it. */
const MAKERS: Record<string, Made> = {
  choose: wanted.map((state) => [
    'choose',
    state,
    (m) => (m.choose(state), {type: 'choose', choice: {state}, at: m.now}),
  ]),
  repair: fc.constant(['repair', undefined, (m) => (m.repair(), {type: 'repair', at: m.now})]),
  restored: fc
    .tuple(wanted, fc.oneof(someIds, fc.constant([])))
    .map(([state, sessionIds]) => [
      'restored',
      [state, sessionIds],
      (m) => (m.restore(state, 5, sessionIds), {type: 'restored', pending: {choice: {state}, since: 5, sessionIds}}),
    ]),
  cancel: fc.constant(['cancel', undefined, (m) => (m.cancel(), {type: 'cancel'})]),
  superseded: fc.constant(['superseded', undefined, (m) => (m.giveUpWaiting('superseded'), {type: 'superseded'})]),
  expired: fc.constant(['expired', undefined, (m) => (m.giveUpWaiting('expired'), {type: 'expired'})]),
  signOut: fc.constant(['signOut', undefined, (m) => (m.signOut(), {type: 'signOut'})]),
  protected: fc
    .oneof(someIds, fc.constant([]), fc.constant([]))
    .map((sessionIds) => ['protected', sessionIds, (m) => (m.protect(sessionIds), {type: 'protected', sessionIds})]),
  'check.clear': fc.constant(['check.clear', undefined, (m) => (m.readFindsNothing(), {type: 'check.clear'})]),
  'check.busy': someIds.map((sessionIds) => [
    'check.busy',
    sessionIds,
    (m) => (m.readOrWriteFindsSessions(sessionIds), {type: 'check.busy', sessionIds}),
  ]),
  'write.ok': fc
    .tuple(fc.option(anyState, {nil: undefined, freq: 3}), fc.option(age, {nil: undefined}))
    .map(([other, back]) => [
      'write.ok',
      [other, back],
      (m) => {
        // Mostly what was written; the platform may also answer with a state of its own.
        const state = m.doing === 'writing' || m.doing === 'reading' ? (other ?? m.wish!.state) : (other ?? 'busy');
        const at = back === undefined ? undefined : m.now - back;
        m.written(state, at);
        return {type: 'write.ok', state: {state}, at};
      },
    ]),
  'write.failed': fc.constant(['write.failed', undefined, (m) => (m.notWritten(), {type: 'write.failed'})]),
  presence: anyState.map((state) => [
    'presence',
    state,
    (m) => (m.showPresence(state), {type: 'presence', state: {state}, at: m.now}),
  ]),
  routing: fc
    .tuple(wanted, age)
    .map(([state, back]) => [
      'routing',
      [state, back],
      (m) => (m.showRouting(state, m.now - back), {type: 'routing', state: {state}, at: m.now - back}),
    ]),
  'follow.timeout': fc.constant([
    'follow.timeout',
    undefined,
    (m) => (m.presenceHadItsTime(), {type: 'follow.timeout'}),
  ]),
};
const TYPES = Object.keys(MAKERS) as AgentMachineEvent['type'][];
const OFTEN = [
  'choose',
  'choose',
  'check.clear',
  'check.clear',
  'write.ok',
  'write.failed',
  'protected',
  'follow.timeout',
];

const commandOf = (type: string) =>
  MAKERS[type]!.map(([name, detail, make]) =>
    command<Reference, Logic>(name, detail, (model, real) => {
      model.now += 10;
      const before = choiceToWrite(real.snapshot);
      real.send(make(model));
      compare(model, real);
      // What is on its way is never exchanged for another: it is answered first.
      const after = choiceToWrite(real.snapshot);
      if (before && after) assert.equal(after, before);
    }),
  );

describe('the agent’s state and choice, beside a reference model', () => {
  const coverage = new Coverage<Logic>();

  test('are what the contract says, after any row of events', {timeout: 20_000}, () => {
    runModel([...TYPES, ...TYPES, ...OFTEN, ...OFTEN].map(commandOf), fc.constant('unknown'), () => ({
      model: new Reference(),
      real: new Machine(agentMachine, undefined, coverage),
    }));
  });

  test('were in every state, by every event', () => {
    coverage.assertEveryState(agentMachine);
    coverage.assertEveryCommand(TYPES);
  });

  test('never throw, whatever comes in whatever state', () => {
    const events = TYPES.flatMap((type) => fc.sample(MAKERS[type]!, 5).map(([, , make]) => make(new Reference())));
    coverage.assertNothingThrows(agentMachine, events, 7);
  });
});
