import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {decodeJwt} from 'jose';
import {FAULT_KINDS} from '../../simulator/index.js';
import {AGENT, bench, LIMIT, pause, Stream, until} from './harness.js';

const STATUS = `/v2/agents/${AGENT}/status`;

interface LogEntry {
  readonly path: string;
  readonly status: number | null;
  readonly fault?: string;
}

describe('drop-stream', () => {
  it('cuts at once, refuses with 503 for its time, then lets in again', LIMIT, async (t) => {
    const b = await bench(t);
    const [one, two] = [await b.stream(), await b.stream()];
    await b.fault({kind: 'drop-stream', forMs: 300});
    assert.equal((await one.end()).code, 1_006);
    await two.end();
    const refused = await b.handshake(AGENT, await b.newToken());
    assert.ok(!(refused instanceof Stream));
    assert.equal(refused.status, 503);
    assert.equal((await b.api('GET', STATUS)).status, 200);
    await pause(310);
    await (await b.stream()).nth('subscription.confirmed');
    assert.deepEqual((await b.sim('GET', '/streams')).body, {open: 1, total: 3});
  });

  it('without a time only cuts; another agent keeps its stream', LIMIT, async (t) => {
    const b = await bench(t);
    const other = b.simulator.simulation.world.agents[1]!.id;
    const [own, foreign] = [await b.stream(), await b.stream(other)];
    await b.fault({kind: 'drop-stream', agentId: AGENT});
    await own.end();
    foreign.ping();
    await foreign.nth('heartbeat');
    await b.stream();
  });
});

describe('refuse-stream', () => {
  for (const status of [401, 403, 429, 503]) {
    it(`${status} at the handshake; open streams live on`, LIMIT, async (t) => {
      const b = await bench(t);
      const open = await b.stream();
      await b.fault({kind: 'refuse-stream', status, forMs: 60_000, ...(status === 429 ? {retryAfterSeconds: 7} : {})});
      const refused = await b.handshake(AGENT, await b.newToken());
      assert.ok(!(refused instanceof Stream));
      assert.equal(refused.status, status);
      assert.equal(refused.headers['retry-after'], status === 429 ? '7' : undefined);
      open.ping();
      await open.nth('heartbeat');
      await b.sim('DELETE', '/faults');
      await b.stream();
    });
  }

  it('a code of the platform: accepted, then closed with it', LIMIT, async (t) => {
    const b = await bench(t);
    await b.fault({kind: 'refuse-stream', status: 4_429, forMs: 60_000, retryAfterSeconds: 3});
    const stream = await b.stream();
    assert.deepEqual(await stream.end(), {code: 4_429, reason: 'retry-after=3'});
    assert.equal(stream.frames.length, 0);
    assert.equal((await b.sim('GET', '/streams')).body['open'], 0);
  });
});

describe('freeze-stream', () => {
  it('stays open and silent, pings included; what happens meanwhile is lost', LIMIT, async (t) => {
    const b = await bench(t);
    const stream = await b.stream();
    await stream.nth('subscription.confirmed');
    await b.fault({kind: 'freeze-stream', forMs: 300});
    await b.ring();
    stream.ping();
    await pause(150);
    assert.equal(stream.frames.length, 1);
    assert.equal(stream.closed, undefined);
    await pause(200);
    stream.ping();
    await stream.nth('heartbeat');
    assert.equal(stream.of('interaction.assigned').length, 0);
  });

  it('one that opens meanwhile is confirmed once it is over', LIMIT, async (t) => {
    const b = await bench(t);
    await b.fault({kind: 'freeze-stream', forMs: 60_000});
    const stream = await b.stream();
    await pause(60);
    assert.equal(stream.frames.length, 0);
    await b.sim('DELETE', '/faults');
    await stream.nth('subscription.confirmed');
  });
});

describe('http-status', () => {
  it('so many answers are made up, with body and headers, and nothing is done', LIMIT, async (t) => {
    const b = await bench(t);
    const {interactionId} = await b.ring();
    await b.fault({
      kind: 'http-status',
      method: 'post',
      path: '/control',
      status: 429,
      body: {errorCode: 'RATE_LIMITED', message: 'slowly'},
      headers: {'retry-after': '2'},
      times: 2,
    });
    for (let i = 0; i < 2; i++) {
      const {status, headers, body} = await b.command(interactionId, 'Answer');
      assert.equal(status, 429);
      assert.equal(headers.get('retry-after'), '2');
      assert.deepEqual(body, {errorCode: 'RATE_LIMITED', message: 'slowly'});
    }
    assert.equal(await b.stateOf(interactionId), 'ringing');
    assert.equal((await b.command(interactionId, 'Answer')).status, 200);
    const log = (await b.sim<LogEntry[]>('GET', '/log?path=/control')).body;
    assert.deepEqual(
      log.map(({status, fault}) => [status, fault]),
      [
        [429, 'http-status'],
        [429, 'http-status'],
        [200, undefined],
      ],
    );
  });

  it('another method or path is left alone; without a body there is one of the contract', LIMIT, async (t) => {
    const b = await bench(t);
    await b.fault({kind: 'http-status', method: 'PUT', path: 'agentStatus', status: 500});
    assert.equal((await b.api('GET', `/api/v2/users/${AGENT}/agentStatus`)).status, 200);
    const {status, body} = await b.setStatus('lunch');
    assert.equal(status, 500);
    assert.equal(body['errorCode'], 'UNAVAILABLE');
    assert.equal(await b.presence(), 'Available');
  });

  it('a text body is sent as it is; tokens and handshakes can be spoiled, the control API cannot', LIMIT, async (t) => {
    const b = await bench(t);
    const token = await b.newToken();
    await b.fault({kind: 'http-status', path: '/', status: 502, body: '<h1>Bad gateway</h1>', times: 2});
    const page = await fetch(`${b.url}/token`, {method: 'POST', headers: {'x-requested-with': 'test'}});
    assert.equal(page.status, 502);
    assert.equal(await page.text(), '<h1>Bad gateway</h1>');
    assert.equal((await b.sim('GET', '/streams')).status, 200);
    await b.sim('DELETE', '/faults');
    await b.fault({kind: 'http-status', path: '/stream', status: 418, body: {errorCode: 'X', message: 'y'}});
    const refused = await b.handshake(AGENT, token);
    assert.ok(!(refused instanceof Stream));
    assert.deepEqual([refused.status, refused.body['errorCode']], [418, 'X']);
  });
});

describe('lose-response', () => {
  it('silent: it is done, nobody hears of it, and the socket stays open', LIMIT, async (t) => {
    const b = await bench(t);
    const {interactionId} = await b.ring();
    await b.api('GET', STATUS);
    await b.fault({kind: 'lose-response', path: '/control'});
    const answered = b.command(interactionId, 'Answer').then(
      () => 'answered',
      () => 'cut',
    );
    assert.equal(await Promise.race([answered, pause(300).then(() => 'silent')]), 'silent');
    assert.equal(await b.stateOf(interactionId), 'talking');
    assert.equal((await b.sim<unknown[]>('GET', '/effects')).body.length, 1);
    const log = (await b.sim<LogEntry[]>('GET', '/log?path=/control')).body;
    assert.deepEqual([log[0]?.status, log[0]?.fault], [null, 'lose-response']);
    await b.simulator.close();
    assert.equal(await answered, 'cut');
  });

  it('cut: it is done, and the socket is cut', LIMIT, async (t) => {
    const b = await bench(t);
    await b.fault({kind: 'lose-response', path: 'agentStatus', how: 'cut'});
    await assert.rejects(b.setStatus('lunch'));
    assert.equal(await b.presence(), 'Lunch');
    assert.equal((await b.setStatus('available')).status, 200);
  });
});

describe('delay', () => {
  it('answers later, so many times; other paths are quick', LIMIT, async (t) => {
    const b = await bench(t);
    await b.api('GET', STATUS);
    await b.fault({kind: 'delay', path: '/status', ms: 250});
    const began = Date.now();
    const slow = b.api('GET', STATUS).then(() => Date.now() - began);
    await b.api('GET', `/api/v2/users/${AGENT}/agentStatus`);
    assert.ok(Date.now() - began < 200);
    assert.ok((await slow) >= 245);
    const again = Date.now();
    await b.api('GET', STATUS);
    assert.ok(Date.now() - again < 200);
  });
});

describe('clock-skew', () => {
  it('shifts Date, token times, timestamps and versions alike; after-call work lasts as long', LIMIT, async (t) => {
    const b = await bench(t);
    const skew = 600_000;
    await b.fault({kind: 'clock-skew', ms: skew});
    const near = (given: number, what: string) =>
      assert.ok(Math.abs(given - (Date.now() + skew)) < 3_000, `${what}: ${new Date(given).toISOString()}`);
    const {headers} = await b.api('GET', STATUS);
    near(Date.parse(headers.get('date') ?? ''), 'Date');
    const claims = decodeJwt(await b.newToken());
    near(claims.iat! * 1_000, 'iat');
    assert.equal(claims.exp! - claims.iat!, 3_600);
    const stream = await b.stream();
    const {interactionId, sessionId} = await b.talk({acwSeconds: 0.4});
    near(Date.parse((await stream.nth('interaction.assigned')).timestamp), 'frame');
    const {body} = await b.api('GET', `/v2/telephony/interactions/${interactionId}`);
    near(Date.parse(String(body['updatedAt'])), 'updatedAt');
    near(Date.parse(String((await b.setStatus('available')).body['updatedTimestamp'])), 'updatedTimestamp');
    await b.command(interactionId, 'Release');
    assert.ok(Number((await b.api('GET', `/api/v2/telephony/usersessions/${sessionId}`)).body['acwRemaining']) <= 0.4);
    await until('the end', async () => (await b.stateOf(interactionId)) === 'ended', 1_500);
  });

  it('a clock that is behind stamps what is new, and versions still grow', LIMIT, async (t) => {
    const b = await bench(t);
    const {interactionId: old} = await b.ring();
    await b.fault({kind: 'clock-skew', ms: -600_000});
    const {interactionId: fresh} = await b.ring();
    const version = async (id: string) =>
      Date.parse(String((await b.api('GET', `/v2/telephony/interactions/${id}`)).body['updatedAt']));
    assert.ok((await version(fresh)) < Date.now() - 590_000);
    const before = await version(old);
    await b.command(old, 'Answer');
    assert.equal(await version(old), before + 1);
  });

  it('a later one replaces it, and clearing puts the clock right', LIMIT, async (t) => {
    const b = await bench(t);
    await b.fault({kind: 'clock-skew', ms: 5_000_000});
    await b.fault({kind: 'clock-skew', ms: 90_000});
    const state = (await b.sim<{now: number; serverNow: number; faults: unknown[]}>('GET', '/state')).body;
    assert.equal(state.serverNow - state.now, 90_000);
    assert.equal(state.faults.length, 1);
    await b.sim('DELETE', '/faults');
    const after = (await b.sim<{now: number; serverNow: number}>('GET', '/state')).body;
    assert.equal(after.serverNow, after.now);
  });
});

describe('failover', () => {
  it('tells every event twice, the copy with another timestamp and the same data', LIMIT, async (t) => {
    const b = await bench(t);
    const stream = await b.stream();
    await b.fault({kind: 'failover', forMs: 60_000});
    await b.ring({screenPop: {crm_account_id: 'ACC-44921'}});
    await stream.nth('agent.status.changed', 2);
    for (const eventType of ['interaction.screenpop', 'interaction.assigned', 'agent.status.changed']) {
      const [first, copy, ...more] = stream.of(eventType);
      assert.ok(first && copy && more.length === 0, eventType);
      assert.deepEqual(copy.data, first.data);
      assert.notEqual(copy.timestamp, first.timestamp);
    }
    await b.sim('DELETE', '/faults');
    await b.ring();
    await stream.nth('interaction.assigned', 3);
    await pause(30);
    assert.equal(stream.of('interaction.assigned').length, 3);
  });

  it('the copy may come later', LIMIT, async (t) => {
    const b = await bench(t);
    const stream = await b.stream();
    await b.fault({kind: 'failover', forMs: 60_000, copyAfterMs: 150});
    await b.ring();
    await stream.nth('interaction.assigned');
    await pause(40);
    assert.equal(stream.of('interaction.assigned').length, 1);
    await stream.nth('interaction.assigned', 2);
  });
});

describe('faults in general', () => {
  it('are listed while they hold, and cleared at once', LIMIT, async (t) => {
    const b = await bench(t);
    await b.fault({kind: 'http-status', path: '/x', status: 500, times: 3});
    await b.fault({kind: 'freeze-stream', forMs: 60_000});
    await b.fault({kind: 'drop-stream', forMs: 30});
    const kinds = async () => (await b.sim<{kind: string}[]>('GET', '/faults')).body.map(({kind}) => kind);
    assert.deepEqual(await kinds(), ['http-status', 'freeze-stream', 'drop-stream']);
    await pause(60);
    assert.deepEqual(await kinds(), ['http-status', 'freeze-stream']);
    assert.equal((await b.sim('DELETE', '/faults')).status, 204);
    assert.deepEqual(await kinds(), []);
  });

  const bad: readonly (readonly [unknown, RegExp])[] = [
    [{kind: 'earthquake'}, /kind/],
    [{}, /kind/],
    [{kind: 'refuse-stream'}, /forMs/],
    [{kind: 'refuse-stream', forMs: 10, status: 200}, /status/],
    [{kind: 'drop-stream', forMs: -1}, /forMs/],
    [{kind: 'http-status', status: 500}, /path/],
    [{kind: 'http-status', path: '/', status: 99}, /status/],
    [{kind: 'lose-response', path: '/', how: 'loudly'}, /how/],
    [{kind: 'delay', path: '/', ms: '5'}, /ms/],
    [{kind: 'token-lifetime', seconds: 0}, /seconds/],
    [{kind: 'clock-skew', ms: 1.5}, /ms/],
    [{kind: 'failover', forms: 5}, /forM?s/],
    ['text', /object/],
  ];
  for (const [body, words] of bad) {
    it(`refuses ${JSON.stringify(body)} in words`, LIMIT, async (t) => {
      const b = await bench(t);
      const answer = await b.sim('POST', '/faults', body);
      assert.equal(answer.status, 400);
      assert.equal(answer.body['errorCode'], 'BAD_REQUEST');
      assert.match(String(answer.body['message']), words);
      assert.deepEqual((await b.sim('GET', '/faults')).body, []);
    });
  }

  it('an unknown agent is told', LIMIT, async (t) => {
    const b = await bench(t);
    const {status, body} = await b.fault({kind: 'drop-stream', agentId: 'nobody'});
    assert.deepEqual([status, body['errorCode']], [404, 'NOT_FOUND']);
  });

  it('each kind is known', () => assert.equal(FAULT_KINDS.length, 10));
});
