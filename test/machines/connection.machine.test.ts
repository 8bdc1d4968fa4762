import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import fc from '../support/fast-check.js';
import {createActor} from 'xstate';
import type {ConnectionMode, Problem} from '../../src/domain/snapshot.js';
import {
  connectionMachine,
  connectionMode,
  connectionProblem,
  isConnected,
  isSlow,
  nextAttempt,
  type ConnectionMachineEvent,
} from '../../src/machines/connection.machine.js';
import {readMatrix} from './matrix.js';

const TIMEOUT = {timeout: 10_000};
const TRIES = 3;

const refused: Problem = {code: 'tokenRefused'};
const unreachable: Problem = {code: 'apiUnreachable'};

function start(...events: ConnectionMachineEvent[]) {
  const actor = createActor(connectionMachine, {input: {tries: TRIES}}).start();
  const send = (...list: ConnectionMachineEvent[]) => list.forEach((event) => actor.send(event));
  send(...events);
  return {
    send,
    snapshot: () => actor.getSnapshot(),
    value: () => actor.getSnapshot().value,
    context: () => actor.getSnapshot().context,
    mode: () => connectionMode(actor.getSnapshot()),
    problem: () => connectionProblem(actor.getSnapshot())?.code,
    connected: () => isConnected(actor.getSnapshot()),
  };
}

const START: ConnectionMachineEvent = {type: 'start'};
const READY: ConnectionMachineEvent = {type: 'token.ready'};
const LIVE: ConnectionMachineEvent = {type: 'source.live', at: 1_000};
const LOST: ConnectionMachineEvent = {type: 'source.closed', at: 2_000, reason: 'lost', delayMs: 500};
const REFUSED_BY = 'connect-src wss://api.example.com';
const BLOCKED: ConnectionMachineEvent = {
  type: 'source.closed',
  at: 2_000,
  reason: 'blocked',
  by: REFUSED_BY,
  delayMs: 60_000,
};
const DUE: ConnectionMachineEvent = {type: 'retry.due'};
const READ_OK: ConnectionMachineEvent = {type: 'read.ok', at: 3_000};
const KNOWN: ConnectionMachineEvent = {type: 'sessions.known', at: 3_000};
const READ_FAILED: ConnectionMachineEvent = {type: 'read.failed', at: 3_000, problem: unreachable};
const OFFLINE: ConnectionMachineEvent = {type: 'browser.offline'};
const ONLINE: ConnectionMachineEvent = {type: 'browser.online'};
const GO_LIVE = [START, READY, READ_OK, LIVE];
const FAIL_ONCE = [DUE, READY, LOST];
const SPENT = [...GO_LIVE, LOST, ...FAIL_ONCE, ...FAIL_ONCE, ...FAIL_ONCE];

const PREPARE: Record<string, ConnectionMachineEvent[]> = {
  idle: [],
  'idle+offline': [OFFLINE],
  authorizing: [START],
  'authorizing+spent': [...SPENT, DUE],
  opening: [START, READY],
  /** The last of the quick tries is under way. */
  'opening+last': [...GO_LIVE, LOST, ...FAIL_ONCE, ...FAIL_ONCE, DUE, READY],
  live: GO_LIVE,
  waiting: [...GO_LIVE, LOST],
  slow: SPENT,
  'slow+failing': [...SPENT, READ_FAILED],
  /** Its try came while reads failed, and was left out. */
  'slow+missed': [...SPENT, READ_FAILED, DUE],
  offline: [...GO_LIVE, OFFLINE],
  error: [START, {type: 'problem', problem: refused}],
  closed: [START, {type: 'stop'}],
};

const EVENTS: Record<string, ConnectionMachineEvent> = {
  start: START,
  'token.ready': READY,
  'token.failed': {type: 'token.failed', problem: {code: 'tokenSourceFailed'}, final: false},
  'token.failed:later': {type: 'token.failed', problem: {code: 'tokenSourceFailed'}, final: false, retryAt: 9_000},
  'token.failed:final': {type: 'token.failed', problem: refused, final: true},
  'source.live': LIVE,
  'source.closed': LOST,
  'source.closed:asked': {type: 'source.closed', at: 2_000, reason: 'asked', delayMs: 0},
  'source.closed:blocked': BLOCKED,
  'source.closed:ended': {type: 'source.closed', at: 2_000, reason: 'ended', delayMs: 0},
  'retry.due': DUE,
  'read.ok': READ_OK,
  'read.failed': READ_FAILED,
  'sessions.known': KNOWN,
  'browser.offline': OFFLINE,
  'browser.online': ONLINE,
  reconnect: {type: 'reconnect'},
  problem: {type: 'problem', problem: {code: 'agentNotFound'}},
  stop: {type: 'stop'},
};

const SHORT: Record<string, string> = {
  i: 'idle',
  a: 'authorizing',
  o: 'opening',
  l: 'live',
  w: 'waiting',
  s: 'slow',
  f: 'offline',
  e: 'error',
  c: 'closed',
};

describe('the way to the platform’s events', () => {
  const CELLS = readMatrix(`
                         idle idle+offline authorizing authorizing+spent opening opening+last live waiting slow slow+failing slow+missed offline error closed
    start                a    f            a           a                 o       o            l    w       s    s            s           f       e     a
    token.ready          i    i            o           o                 o       o            l    w       s    s            s           f       e     c
    token.failed         i    i            a           a                 o       o            l    w       s    s            s           f       e     c
    token.failed:later   i    i            w           s                 o       o            l    w       s    s            s           f       e     c
    token.failed:final   e    e            e           e                 e       e            e    e       e    e            e           e       e     c
    source.live          i    i            a           a                 l       l            l    w       s    s            s           f       e     c
    source.closed        i    i            a           a                 w       s            w    w       s    s            s           f       e     c
    source.closed:asked  i    i            a           a                 w       s            w    w       s    s            s           f       e     c
    source.closed:blocked i   i            a           a                 s       s            s    w       s    s            s           f       e     c
    source.closed:ended   e   e            e           e                 e       e            e    e       e    e            e           e       e     c
    retry.due            i    i            a           a                 o       o            l    a       a    s            s           f       e     c
    read.ok              i    i            a           a                 o       o            l    w       s    s            a           f       e     c
    read.failed          i    i            a           a                 o       o            l    w       s    s            s           f       e     c
    sessions.known       i    i            a           a                 o       o            l    w       s    s            s           f       e     c
    browser.offline      i    i            f           f                 f       f            f    f       f    f            f           f       e     c
    browser.online       i    i            a           a                 o       o            l    a       a    a            a           a       e     c
    reconnect            i    i            a           a                 o       o            l    a       a    a            a           a       a     c
    problem              e    e            e           e                 e       e            e    e       e    e            e           e       e     c
    stop                 c    c            c           c                 c       c            c    c       c    c            c           c       c     c
  `);
  for (const {state, event, target} of CELLS) {
    const expected = SHORT[target];
    test(`${state} + ${event} → ${expected}`, TIMEOUT, () => {
      const [prepare, sent] = [PREPARE[state], EVENTS[event]];
      assert.ok(prepare && sent && expected);
      const it = start(...prepare);
      assert.equal(it.value(), state.split('+')[0], 'prepared');
      it.send(sent);
      assert.equal(it.value(), expected);
      const waits = expected === 'waiting' || expected === 'slow';
      if (!waits) assert.equal(it.context().nextTryAt, undefined, 'a next try is due only while one is waited for');
    });
  }
});

describe('the mode that is shown', () => {
  const MODES: readonly (readonly [string, ConnectionMachineEvent[], ConnectionMode, boolean])[] = [
    ['before the start', [], 'connecting', false],
    ['the first token', [START], 'connecting', false],
    ['the first opening', [START, READY], 'connecting', false],
    ['the first opening, reads answer already', [START, READY, READ_OK], 'connecting', true],
    ['the first opening, the sessions are known', [START, READY, KNOWN], 'connecting', true],
    ['the first opening failed', [START, READY, LOST], 'connecting', false],
    ['live, and nothing was read yet', [START, READY, LIVE], 'connecting', true],
    ['live, and the first read failed', [START, READY, LIVE, READ_FAILED], 'live', true],
    ['live, and the first read came later', [START, READY, LIVE, READ_FAILED, READ_OK], 'live', true],
    ['lost before the first read', [START, READY, LIVE, LOST], 'connecting', true],
    ['live', GO_LIVE, 'live', true],
    ['live, a read failed', [...GO_LIVE, READ_FAILED], 'live', true],
    ['lost', [...GO_LIVE, LOST], 'polling', true],
    ['lost, reads fail', [...GO_LIVE, LOST, READ_FAILED], 'degraded', false],
    ['lost, reads answer again', [...GO_LIVE, LOST, READ_FAILED, READ_OK], 'polling', true],
    ['a try is under way', [...GO_LIVE, LOST, DUE, READY], 'polling', true],
    ['all tries spent', SPENT, 'degraded', true],
    ['all tries spent, one more under way', [...SPENT, DUE, READY], 'degraded', true],
    ['all tries spent, reads fail', [...SPENT, READ_FAILED], 'degraded', false],
    [
      'never live and all tries spent',
      [START, READY, LOST, ...FAIL_ONCE, ...FAIL_ONCE, ...FAIL_ONCE],
      'degraded',
      false,
    ],
    ['refused by a policy at the start', [START, READY, BLOCKED], 'degraded', false],
    ['refused by a policy at the start, reads answer', [START, READY, READ_OK, BLOCKED], 'degraded', true],
    ['live again', [...SPENT, DUE, READY, LIVE], 'live', true],
    ['live again, lost again', [...SPENT, DUE, READY, LIVE, LOST], 'polling', true],
    ['browser offline', [...GO_LIVE, OFFLINE], 'offline', false],
    ['browser offline and online', [...GO_LIVE, OFFLINE, ONLINE], 'polling', true],
    ['a person is needed', [...GO_LIVE, {type: 'problem', problem: refused}], 'error', false],
    ['a person has mended it', [...GO_LIVE, {type: 'problem', problem: refused}, {type: 'reconnect'}], 'polling', true],
    ['ended', [...GO_LIVE, {type: 'stop'}], 'connecting', false],
  ];
  for (const [what, events, mode, connected] of MODES) {
    test(`${what}: ${mode}`, TIMEOUT, () => {
      const it = start(...events);
      assert.equal(it.mode(), mode);
      assert.equal(it.connected(), connected, 'whether commands may go');
    });
  }

  test('why: a refusal first, then why reads fail, then the lost stream', TIMEOUT, () => {
    const it = start(START, READY, READ_FAILED);
    assert.equal(it.problem(), 'apiUnreachable');
    it.send(READ_OK);
    assert.equal(it.problem(), undefined);
    it.send(LIVE, LOST);
    assert.equal(it.problem(), 'streamLost');
    it.send(READ_FAILED);
    assert.equal(it.problem(), 'apiUnreachable');
    it.send(READ_OK);
    assert.equal(it.problem(), 'streamLost');
    it.send(READ_FAILED, {type: 'problem', problem: refused});
    assert.equal(it.problem(), 'tokenRefused');
    it.send({type: 'reconnect'}, READY, LIVE);
    assert.equal(it.problem(), undefined);
  });
});

describe('tries', () => {
  test('are counted until live, and the next one is told', TIMEOUT, () => {
    const it = start(...GO_LIVE);
    for (let attempt = 1; attempt <= TRIES; attempt++) {
      assert.equal(nextAttempt(it.snapshot()), attempt);
      it.send(...(attempt === 1 ? [LOST] : FAIL_ONCE));
      assert.deepEqual([it.context().attempt, it.context().nextTryAt, it.value()], [attempt, 2_500, 'waiting']);
    }
    it.send(...FAIL_ONCE);
    assert.deepEqual([it.value(), isSlow(it.snapshot())], ['slow', true]);
    it.send(DUE, READY, LIVE);
    assert.deepEqual([it.context().attempt, nextAttempt(it.snapshot())], [0, 1]);
  });

  test('what a policy refuses is not tried in quick succession, and what refuses it is told', TIMEOUT, () => {
    const it = start(START, READY, READ_OK, BLOCKED);
    assert.deepEqual([it.value(), it.context().nextTryAt], ['slow', 62_000]);
    assert.deepEqual(connectionProblem(it.snapshot()), {code: 'policyBlocked', detail: REFUSED_BY});
    it.send(DUE, READY, BLOCKED, {type: 'reconnect'}, READY, LOST);
    assert.deepEqual([it.value(), it.problem()], ['slow', 'streamLost']);
    it.send(DUE, READY, LIVE, LOST);
    assert.deepEqual([it.value(), it.context().attempt], ['waiting', 1], 'once live, tries are counted anew');
  });

  test('a session that somebody else has ended is taken back by a person only', TIMEOUT, () => {
    const it = start(...GO_LIVE, {type: 'source.closed', at: 2_000, reason: 'ended', delayMs: 0});
    it.send(OFFLINE, ONLINE, DUE, READ_OK, READY, LIVE);
    assert.deepEqual([it.value(), it.mode(), it.problem(), it.connected()], ['error', 'error', 'sessionEnded', false]);
    it.send({type: 'reconnect'}, READY, LIVE);
    assert.deepEqual([it.value(), it.problem()], ['live', undefined]);
  });

  test('a token that is late is no failed try', TIMEOUT, () => {
    const it = start(...GO_LIVE, LOST, DUE, {type: 'token.failed', problem: refused, final: false, retryAt: 7_000});
    assert.deepEqual([it.context().attempt, it.context().nextTryAt], [1, 7_000]);
  });

  test('Reconnect and a browser that is back do not start the count anew', TIMEOUT, () => {
    const it = start(...SPENT, {type: 'reconnect'}, READY, LOST);
    assert.equal(it.value(), 'slow');
    it.send(OFFLINE, ONLINE, READY, LOST);
    assert.equal(it.value(), 'slow');
  });

  test('a slow try that was left out is made up for as soon as reads answer', TIMEOUT, () => {
    const it = start(...SPENT, READ_FAILED, DUE, DUE);
    assert.equal(it.value(), 'slow');
    it.send(READ_OK);
    assert.deepEqual([it.value(), it.context().lastReadAt], ['authorizing', 3_000]);
  });

  test('a session that was ended begins afresh', TIMEOUT, () => {
    const it = start(...SPENT, {type: 'stop'}, START);
    assert.deepEqual([it.value(), it.context().attempt], ['authorizing', 0]);
  });

  test('the number of quick tries is a setting', TIMEOUT, () => {
    const it = createActor(connectionMachine, {input: {tries: 12}}).start();
    for (const event of GO_LIVE) it.send(event);
    it.send(LOST);
    for (let i = 0; i < 11; i++) for (const event of FAIL_ONCE) it.send(event);
    assert.equal(it.getSnapshot().value, 'waiting');
    for (const event of FAIL_ONCE) it.send(event);
    assert.equal(it.getSnapshot().value, 'slow');
  });
});

test('whatever happens, it is live only by the source, and never stuck (model)', TIMEOUT, () => {
  const any = fc.constantFrom(...Object.values(EVENTS));
  fc.assert(
    fc.property(fc.array(any, {maxLength: 40}), (events) => {
      const it = start();
      for (const event of events) {
        const before = it.value();
        it.send(event);
        const after = it.value();
        if (after === 'live' && before !== 'live') assert.deepEqual([before, event.type], ['opening', 'source.live']);
        if (before === 'live' && after !== 'live') {
          assert.ok(
            ['source.closed', 'browser.offline', 'problem', 'token.failed', 'stop'].includes(event.type),
            event.type,
          );
        }
        assert.equal(it.mode() === 'live', after === 'live' && it.context().lastReadAt !== undefined);
        if (after === 'waiting') assert.notEqual(it.context().nextTryAt, undefined, 'a wait has an end');
      }
      // Out of anything but an end, a person's click, a token and a source lead to live.
      if (it.value() === 'closed' || it.value() === 'idle') it.send(ONLINE, START);
      it.send({type: 'reconnect'}, READY, LIVE);
      assert.equal(it.value(), 'live');
    }),
    {numRuns: 500},
  );
});
