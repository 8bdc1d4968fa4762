import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import fc from '../support/fast-check.js';
import type {AgentState} from '../../src/domain/agent-state.js';
import {CxoneError} from '../../src/domain/errors.js';
import type {RoutingFacts} from '../../src/domain/routing.js';
import type {AgentEffect, AgentMachineEvent, ChoiceCause, DropReason} from '../../src/machines/agent-facts.js';
import {agentView, channelsBase, choiceToStore, choiceToWrite, isLeftBusy} from '../../src/machines/agent-view.js';
import {agentMachine} from '../../src/machines/agent.machine.js';
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
const ERROR = new CxoneError('FORBIDDEN', 'no');
/** How long ago what waited for a former hub may have been chosen. */
const MAX_AGE_MS = 500;

/** An agent's two states at the platform, what the agent wants, and the one choice on its way, as contract §4 tells it. */
class Reference {
  now = 1_000;
  presence: AgentState | undefined;
  presenceSince: number | undefined;
  routing: AgentState | undefined;
  routingVersion = -Infinity;
  target: AgentState | undefined;
  /** Nobody knows of sessions before they were read once. */
  protectedIds: readonly string[] | undefined;
  sessionsRead = false;
  routingRead = false;
  doing: 'nothing' | 'waiting' | 'reading' | 'writing' | 'following' | 'showing a mismatch' = 'nothing';
  wish: Wish | undefined;
  /** Chosen while the wish is being written, which cannot be called back. */
  newer: Wish | undefined;
  /** What the hub was asked to do, and told, on the latest event. */
  told: string[] = [];

  get isProtected(): boolean {
    return (this.protectedIds ?? []).length > 0;
  }

  get #mismatch(): boolean {
    const {presence, routing} = this;
    // At work, presence follows the call and routing does not.
    return presence !== undefined && routing !== undefined && !AT_WORK.includes(presence) && presence !== routing;
  }

  #drop(wish: Wish | undefined, reason: DropReason): void {
    if (wish) this.told.push(`dropped ${wish.state} ${reason}`);
  }

  #go(doing: Reference['doing']): void {
    if (this.doing === 'following') this.told.push('followed');
    this.doing = doing;
    if (doing === 'waiting') {
      if (this.wish) this.wish.waited = true;
      this.told.push(`waits ${this.wish?.state}`);
    } else if (doing === 'reading') this.told.push('check');
    else if (doing === 'writing') this.told.push('write');
    else if (doing === 'following') this.told.push('follow');
    else if (doing === 'showing a mismatch') this.told.push(`disagree ${this.presence} ${this.routing}`);
  }

  /** Protected sessions are waited for, else the platform is read before anything is written. */
  #take(wish: Wish): void {
    this.wish = wish;
    this.newer = undefined;
    this.#go(this.isProtected ? 'waiting' : 'reading');
  }

  #finish(): void {
    this.wish = this.newer = undefined;
    this.#go('nothing');
  }

  #giveUp(reason: DropReason): void {
    if (this.doing !== 'following') {
      this.#drop(this.wish, reason);
      this.#drop(this.newer, reason);
    }
    this.#finish();
  }

  choose(state: AgentState): void {
    const wish: Wish = {state, since: this.now, cause: 'agent_request', waited: false};
    switch (this.doing) {
      case 'waiting':
      case 'reading':
        // The newest wins, said so; the same again keeps its place.
        if (state !== this.wish?.state) {
          this.#drop(this.wish, 'replaced');
          this.wish = {...wish, waited: this.doing === 'waiting'};
        }
        if (this.doing === 'waiting') this.told.push(`waits ${state}`);
        return;
      case 'writing':
        if (this.newer?.state !== state) this.#drop(this.newer, 'replaced');
        this.newer = state === this.wish?.state ? undefined : wish;
        return;
      default:
        this.#take(wish);
    }
  }

  repair(): void {
    const {routing} = this;
    if (routing === undefined) return;
    const isIdle = this.doing === 'nothing' || this.doing === 'showing a mismatch';
    if (isIdle && !this.isProtected) this.#take({state: routing, since: this.now, cause: 'repair', waited: false});
    else if (this.doing === 'reading' || this.doing === 'writing') {
      if (this.wish?.state !== routing && this.newer?.state !== routing) this.told.push(`dropped ${routing} replaced`);
    } else this.told.push(`done ${routing}`);
  }

  restore(
    pending: {state: AgentState; since: number; ids: readonly string[]} | undefined,
    live: readonly string[],
  ): void {
    this.protectedIds = live;
    if (!this.sessionsRead && this.routingRead) this.told.push('takeStock');
    this.sessionsRead = true;
    if (this.doing !== 'nothing' || !pending) return;
    const {state, since, ids} = pending;
    const wish: Wish = {state, since, cause: 'agent_request', waited: true};
    if (ids.some((id) => live.includes(id)) || this.now - since <= MAX_AGE_MS) this.#take(wish);
    else this.#drop(wish, 'expired');
  }

  cancel(): void {
    if (this.doing === 'waiting' || this.doing === 'reading') this.#giveUp('cancelled');
    // What is being written has left; only what was to come after it is dropped.
    else if (this.doing === 'writing') {
      this.#drop(this.newer, 'cancelled');
      this.newer = undefined;
    }
  }

  signOut(): void {
    this.#giveUp('signedOut');
    this.target = undefined;
  }

  protect(ids: readonly string[]): void {
    this.protectedIds = ids;
    // All of them have to be over before it is read and written; one that begins is waited for too.
    if (this.doing === 'waiting' && ids.length === 0) this.#go('reading');
    else if (this.doing === 'reading' && ids.length > 0) this.#go('waiting');
  }

  readFindsNothing(): void {
    if (this.doing === 'reading') this.#go('writing');
  }

  readOrWriteFindsSessions(ids: readonly string[]): void {
    if (this.doing !== 'waiting' && this.doing !== 'reading' && this.doing !== 'writing') return;
    this.protectedIds = ids;
    if (this.newer) {
      this.#drop(this.wish, 'replaced');
      this.wish = this.newer;
    }
    this.newer = undefined;
    if (this.doing !== 'waiting') this.#go('waiting');
  }

  written(state: AgentState, version: number | undefined): void {
    if (this.doing !== 'reading' && this.doing !== 'writing') return;
    this.#noteRouting(state, version);
    this.target = this.wish?.state;
    this.told.push(`done ${this.wish?.state}`);
    if (this.newer) this.#take(this.newer);
    else if (this.presence === state) this.#finish();
    else this.#go('following');
  }

  notWritten(): void {
    if (this.doing !== 'reading' && this.doing !== 'writing') return;
    this.told.push(`failed ${this.wish?.state}`);
    if (this.newer) this.#take(this.newer);
    else this.#finish();
  }

  showPresence(state: AgentState): void {
    if (this.presence !== state) this.presenceSince = this.now;
    this.presence = state;
    if (this.doing === 'following' && state === this.routing) this.#finish();
    if (this.doing === 'showing a mismatch' && !this.#mismatch) this.doing = 'nothing';
  }

  showRouting(state: AgentState, version: number): void {
    if (!this.routingRead && this.sessionsRead) this.told.push('takeStock');
    this.routingRead = true;
    const isNews = version >= this.routingVersion;
    this.#noteRouting(state, version);
    // What may be from before the write says nothing of what is wanted; nor does what a contact makes of routing.
    const isBefore = this.doing === 'writing' || (this.doing === 'following' && this.routing === this.wish?.state);
    const counts = isNews && !isBefore && !AT_WORK.includes(state);
    const isByContact = state === 'busy' && (this.protectedIds === undefined || this.isProtected);
    if (counts && this.target === undefined && !isByContact) this.target = state;
    else if (counts && this.target !== undefined && state !== this.target && this.isProtected && state !== 'busy') {
      // Somebody else's word, during a contact.
      this.target = state;
      if (this.doing === 'waiting') this.#giveUp('superseded');
    }
    this.#routingMoved();
  }

  channelsWritten(state: AgentState, version: number): void {
    this.#noteRouting(state, version);
    this.#routingMoved();
  }

  channelsAboutToBeWritten(): void {
    if (!this.isProtected && this.routing === 'offline') this.target = 'offline';
  }

  presenceHadItsTime(): void {
    if (this.doing !== 'nothing' && this.doing !== 'following') return;
    this.wish = this.newer = undefined;
    if (this.#mismatch && !this.isProtected) this.#go('showing a mismatch');
    else this.#go('nothing');
  }

  /** Somebody moved on: there is nothing to follow, or to complain of. */
  #routingMoved(): void {
    if (this.doing === 'following' && this.routing !== this.wish?.state) this.#finish();
    if (this.doing === 'showing a mismatch' && !this.#mismatch) this.doing = 'nothing';
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

const spoken = (effect: AgentEffect): string => {
  switch (effect.type) {
    case 'waits':
    case 'done':
    case 'failed':
      return `${effect.type} ${effect.choice.state}`;
    case 'dropped':
      return `dropped ${effect.choice.state} ${effect.reason}`;
    case 'disagree':
      return `disagree ${effect.presence.state} ${effect.routing.state}`;
    default:
      return effect.type;
  }
};

function compare(model: Reference, {snapshot, emitted}: Machine<Logic>): void {
  const {doing, wish, newer} = model;
  const view = agentView(snapshot);
  assert.equal(snapshot.value.choice, STATES[doing]);
  assert.deepEqual([view.presence?.state, view.presenceSince], [model.presence, model.presenceSince]);
  assert.equal(view.routing?.state, model.routing);
  // In which order one event's effects come is the table's business.
  assert.deepEqual(emitted.map(spoken).sort(), [...model.told].sort(), 'what was asked and told');
  assert.equal(snapshot.context.target?.state, model.target, 'what is wanted');
  assert.deepEqual(snapshot.context.protectedIds, model.protectedIds);

  // At most one is on its way; what is shown is what was asked last.
  const last = newer ?? wish;
  const underWay = doing === 'reading' || doing === 'writing' || doing === 'following';
  assert.equal(view.requested?.state, underWay ? last?.state : undefined, 'requested');
  const waits = doing === 'waiting' && wish;
  assert.deepEqual(
    view.pending && [view.pending.state, view.pending.since, view.pending.waitsFor],
    waits ? [wish.state, wish.since, model.protectedIds?.length ?? 0] : undefined,
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
  const {target, routing} = model;
  const isSignedOff = routing === 'offline' && !model.isProtected;
  const mayWrite = target !== undefined && routing !== undefined && !underWay && !isSignedOff;
  assert.equal(channelsBase(snapshot)?.target.state, mayWrite ? target : undefined, 'the channels');
  const isLeft = routing === 'busy' && target !== undefined && target !== 'busy' && !model.isProtected;
  assert.equal(isLeftBusy(snapshot), isLeft);
}

const wanted = fc.constantFrom<AgentState>('available', 'busy', 'lunch');
const routed = fc.constantFrom<AgentState>('available', 'busy', 'lunch', 'offline', 'acw');
const anyState = fc.constantFrom<AgentState>('available', 'busy', 'lunch', 'onCall');
const someIds = fc.constantFrom(['s-1'], ['s-2'], ['s-1', 's-2']);
/** Newer than all before, or older. */
const age = fc.constantFrom(0, 0, 0, 500);

const facts = (state: AgentState, updatedAt: number | undefined): RoutingFacts => ({
  state: {state},
  skillGroups: [],
  routingGroups: [],
  ...(updatedAt !== undefined && {updatedAt}),
});

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
    .tuple(
      fc.option(wanted, {nil: undefined, freq: 5}),
      someIds,
      fc.oneof(someIds, fc.constant([])),
      fc.constantFrom(100, MAX_AGE_MS, MAX_AGE_MS + 1),
    )
    .map(([state, ids, sessionIds, ageMs]) => [
      'restored',
      [state, ids, sessionIds, ageMs],
      (m) => {
        const since = m.now - ageMs;
        m.restore(state && {state, since, ids}, sessionIds);
        const pending = state && {choice: {state}, since, sessionIds: ids};
        return {type: 'restored', pending, sessionIds, at: m.now, maxAgeMs: MAX_AGE_MS};
      },
    ]),
  remembered: fc
    .option(wanted, {nil: undefined})
    .map((state) => ['remembered', state, (m) => ((m.target = state), {type: 'remembered', target: state && {state}})]),
  cancel: fc.constant(['cancel', undefined, (m) => (m.cancel(), {type: 'cancel'})]),
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
        return {type: 'write.ok', routing: facts(state, at)};
      },
    ]),
  'write.failed': fc.constant([
    'write.failed',
    undefined,
    (m) => (m.notWritten(), {type: 'write.failed', error: ERROR}),
  ]),
  presence: anyState.map((state) => [
    'presence',
    state,
    (m) => (m.showPresence(state), {type: 'presence', state: {state}, at: m.now}),
  ]),
  routing: fc
    .tuple(routed, age)
    .map(([state, back]) => [
      'routing',
      [state, back],
      (m) => (m.showRouting(state, m.now - back), {type: 'routing', facts: facts(state, m.now - back)}),
    ]),
  'channels.ok': fc
    .tuple(wanted, age)
    .map(([state, back]) => [
      'channels.ok',
      [state, back],
      (m) => (m.channelsWritten(state, m.now - back), {type: 'channels.ok', routing: facts(state, m.now - back)}),
    ]),
  'channels.read': fc.constant([
    'channels.read',
    undefined,
    (m) => (m.channelsAboutToBeWritten(), {type: 'channels.read'}),
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
      model.told = [];
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
