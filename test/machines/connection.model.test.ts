import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import fc from '../support/fast-check.js';
import type {ConnectionMode, Problem} from '../../src/domain/snapshot.js';
import {
  connectionMachine,
  connectionMode,
  connectionProblem,
  isConnected,
  nextAttempt,
  type ConnectionMachineEvent,
} from '../../src/machines/connection.machine.js';
import {command, Coverage, Machine, runModel} from './model-run.js';

type Event<Type> = Extract<ConnectionMachineEvent, {type: Type}>;
type Logic = typeof connectionMachine;

/** The way to the platform as contract §1 and §2 "Losing the connection" tell it. */
class Reference {
  doing: 'nothing yet' | 'getting a token' | 'opening' | 'live' | 'waiting' | 'offline' | 'needs a person' | 'ended' =
    'nothing yet';
  /** Sources that ended since it was last live. */
  failures = 0;
  wasLive = false;
  readsSucceed = true;
  everRead = false;
  everAnswered = false;
  browserOnline = true;
  dueAt: number | undefined;
  problem: Problem | undefined;
  readProblem: Problem | undefined;

  constructor(readonly tries: number) {}

  get triesAreSpent(): boolean {
    return this.failures > this.tries;
  }

  /** Only this starts a try: the start, a time that has come, the browser, a person. */
  #try(): void {
    this.doing = 'getting a token';
    this.dueAt = undefined;
  }

  #waitUntil(at: number): void {
    this.doing = 'waiting';
    this.dueAt = at;
  }

  #stopTrying(doing: 'offline' | 'needs a person' | 'ended'): void {
    this.doing = doing;
    this.dueAt = undefined;
  }

  start(): void {
    if (this.doing !== 'nothing yet' && this.doing !== 'ended') return;
    if (this.doing === 'ended') {
      this.failures = 0;
      this.problem = undefined;
    }
    if (this.browserOnline) this.#try();
    else this.#stopTrying('offline');
  }

  tokenReady(): void {
    if (this.doing === 'getting a token') this.doing = 'opening';
  }

  tokenFailed({final, problem, retryAt}: Event<'token.failed'>): void {
    if (final) return this.needPerson(problem);
    if (this.doing !== 'getting a token') return;
    this.problem = problem;
    // Without a time the token source goes on by itself. A token that is late is no failed try.
    if (retryAt !== undefined) this.#waitUntil(retryAt);
  }

  sourceLive(): void {
    if (this.doing !== 'opening') return;
    this.doing = 'live';
    this.wasLive = true;
    this.failures = 0;
    this.readsSucceed = true;
    this.problem = this.readProblem = undefined;
  }

  sourceClosed({at, delayMs, reason, by}: Event<'source.closed'>): void {
    if (reason === 'ended') return this.needPerson({code: 'sessionEnded'});
    if (this.doing !== 'opening' && this.doing !== 'live') return;
    this.failures++;
    // A security policy refuses the next quick try as well: none is made.
    if (reason === 'blocked') this.failures = Math.max(this.failures, this.tries + 1);
    if (reason === 'blocked') this.problem = {code: 'policyBlocked', detail: by};
    else this.problem = reason === 'lost' ? {code: 'streamLost'} : {code: 'streamLost', detail: reason};
    this.#waitUntil(at + delayMs);
  }

  retryDue(): void {
    if (this.doing !== 'waiting') return;
    // Once the tries are spent: only while reads succeed. Its time has passed, so it is made up for later.
    if (this.triesAreSpent && !this.readsSucceed) this.dueAt = undefined;
    else this.#try();
  }

  readOk(): void {
    this.readsSucceed = true;
    this.everRead = this.everAnswered = true;
    this.readProblem = undefined;
    if (this.doing === 'waiting' && this.dueAt === undefined) this.#try();
  }

  sessionsKnown(): void {
    this.readsSucceed = true;
    this.everRead = true;
    this.readProblem = undefined;
  }

  readFailed({problem}: Event<'read.failed'>): void {
    this.readsSucceed = false;
    this.everAnswered = true;
    this.readProblem = problem;
  }

  goOffline(): void {
    this.browserOnline = false;
    if (!['nothing yet', 'needs a person', 'ended'].includes(this.doing)) this.#stopTrying('offline');
  }

  goOnline(): void {
    this.browserOnline = true;
    if (this.doing === 'waiting' || this.doing === 'offline') this.#try();
  }

  reconnect(): void {
    if (!['waiting', 'offline', 'needs a person'].includes(this.doing)) return;
    if (this.doing === 'needs a person') this.problem = undefined;
    this.#try();
  }

  needPerson(problem: Problem): void {
    if (this.doing === 'ended') return;
    this.#stopTrying('needs a person');
    this.problem = problem;
  }

  stop(): void {
    this.#stopTrying('ended');
  }

  /** Source: architecture.md "Public surface", `connection`. */
  get mode(): ConnectionMode {
    if (this.doing === 'offline') return 'offline';
    // Nothing is known before the first read is answered or refused, whatever is heard of changes.
    if (this.doing === 'live') return this.everAnswered ? 'live' : 'connecting';
    if (this.doing === 'needs a person') return 'error';
    if (this.doing === 'ended') return this.problem ? 'error' : 'connecting';
    if (this.triesAreSpent) return 'degraded';
    if (!this.wasLive || !this.everRead) return 'connecting';
    return this.readsSucceed ? 'polling' : 'degraded';
  }

  get commandsMayGo(): boolean {
    if (this.doing === 'live') return true;
    if (['nothing yet', 'offline', 'needs a person', 'ended'].includes(this.doing)) return false;
    return this.readsSucceed && (this.wasLive || this.everRead);
  }

  get reason(): Problem | undefined {
    if (this.mode === 'live') return undefined;
    if (this.doing === 'needs a person' || this.readsSucceed) return this.problem;
    return this.readProblem ?? this.problem;
  }
}

const STATES: Record<Reference['doing'], readonly string[]> = {
  'nothing yet': ['idle'],
  'getting a token': ['authorizing'],
  opening: ['opening'],
  live: ['live'],
  waiting: ['waiting', 'slow'],
  offline: ['offline'],
  'needs a person': ['error'],
  ended: ['closed'],
};

function compare(model: Reference, {snapshot}: Machine<Logic>): void {
  const {value, context} = snapshot;
  assert.ok(STATES[model.doing].includes(String(value)), `${model.doing}: ${String(value)}`);
  if (model.doing === 'waiting') assert.equal(value === 'slow', model.triesAreSpent, 'slow once the tries are spent');
  assert.equal(connectionMode(snapshot), model.mode, 'mode');
  assert.equal(context.attempt, model.failures, 'attempt');
  assert.equal(nextAttempt(snapshot), model.failures + 1);
  assert.equal(context.nextTryAt, model.dueAt, 'a timer is wanted until this moment, or none is');
  assert.equal(isConnected(snapshot), model.commandsMayGo, 'whether commands may go');
  assert.deepEqual(connectionProblem(snapshot), model.reason, 'the reason shown');
}

const at = fc.integer({min: 1, max: 9}).map((n) => n * 1_000);
const problem = fc.constantFrom<Problem>({code: 'tokenSourceFailed'}, {code: 'tokenRefused'}, {code: 'agentNotFound'});
const closed = fc.record({
  type: fc.constant('source.closed' as const),
  at,
  delayMs: fc.integer({min: 0, max: 30_000}),
  reason: fc.constantFrom(
    'asked' as const,
    'lost' as const,
    'unauthorized' as const,
    'rateLimited' as const,
    'blocked' as const,
    'ended' as const,
  ),
  by: fc.constant('connect-src wss://api.example.com'),
});
const tokenFailed = fc.record({
  type: fc.constant('token.failed' as const),
  problem,
  final: fc.boolean(),
  retryAt: fc.option(at, {nil: undefined}),
});
const readFailed = fc.record({
  type: fc.constant('read.failed' as const),
  at,
  problem: fc.option(fc.constant<Problem>({code: 'apiUnreachable'}), {nil: undefined}),
});

/** Every event, whether or not it makes sense: what does not must change nothing. */
const EVENTS: {
  [Type in ConnectionMachineEvent['type']]: [fc.Arbitrary<Event<Type>>, (m: Reference, e: Event<Type>) => void];
} = {
  start: [fc.constant({type: 'start'}), (m) => m.start()],
  'token.ready': [fc.constant({type: 'token.ready'}), (m) => m.tokenReady()],
  'token.failed': [tokenFailed, (m, event) => m.tokenFailed(event)],
  'source.live': [at.map((t) => ({type: 'source.live', at: t})), (m) => m.sourceLive()],
  'source.closed': [closed, (m, event) => m.sourceClosed(event)],
  'retry.due': [fc.constant({type: 'retry.due'}), (m) => m.retryDue()],
  'read.ok': [at.map((t) => ({type: 'read.ok', at: t})), (m) => m.readOk()],
  'read.failed': [readFailed, (m, event) => m.readFailed(event)],
  'sessions.known': [at.map((t) => ({type: 'sessions.known', at: t})), (m) => m.sessionsKnown()],
  'browser.offline': [fc.constant({type: 'browser.offline'}), (m) => m.goOffline()],
  'browser.online': [fc.constant({type: 'browser.online'}), (m) => m.goOnline()],
  reconnect: [fc.constant({type: 'reconnect'}), (m) => m.reconnect()],
  problem: [problem.map((p) => ({type: 'problem', problem: p})), (m, event) => m.needPerson(event.problem)],
  stop: [fc.constant({type: 'stop'}), (m) => m.stop()],
};
/** What leads on comes often, what ends everything seldom: else the runs would never get far. */
const OFTEN = ['start', 'token.ready', 'token.ready', 'source.live', 'source.closed', 'source.closed', 'retry.due'];
const SELDOM = ['problem', 'stop', 'browser.offline'];

function commandOf(type: ConnectionMachineEvent['type']) {
  const [arbitrary, take] = EVENTS[type] as [
    fc.Arbitrary<ConnectionMachineEvent>,
    (model: Reference, event: ConnectionMachineEvent) => void,
  ];
  return arbitrary.map((event) =>
    command<Reference, Logic>(type, event, (model, real) => {
      take(model, event);
      real.send(event);
      compare(model, real);
    }),
  );
}

describe('the way to the platform’s events, beside a reference model', () => {
  const coverage = new Coverage<Logic>();
  const types = Object.keys(EVENTS) as ConnectionMachineEvent['type'][];

  test('is where the contract says, after any row of events', {timeout: 20_000}, () => {
    const usual = types.filter((type) => !SELDOM.includes(type));
    const row = [...usual, ...usual, ...OFTEN, ...OFTEN, ...SELDOM] as ConnectionMachineEvent['type'][];
    runModel(row.map(commandOf), fc.integer({min: 0, max: 3}), (tries) => ({
      model: new Reference(tries),
      real: new Machine(connectionMachine, {tries}, coverage),
    }));
  });

  test('was in every state, by every event', () => {
    coverage.assertEveryState(connectionMachine);
    coverage.assertEveryCommand(types);
  });

  test('never throws, whatever comes in whatever state', () => {
    const events = types.flatMap((type) => fc.sample<ConnectionMachineEvent>(EVENTS[type][0], 5));
    coverage.assertNothingThrows(connectionMachine, events, 9);
  });
});
