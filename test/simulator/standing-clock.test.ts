import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {ManualClock} from '../../simulator/index.js';
import {KEY_LIFE_MS} from '../../simulator/idempotency.js';
import {AGENT, bench, LIMIT} from './harness.js';

const SESSIONS = `/api/v2/telephony/usersessions?userId=${AGENT}&state=active`;

/** A token's life that outlasts every step of these tests, in seconds. */
const LONG_LIFE = 400_000;

describe('on a clock that stands still', () => {
  it('after-call work is there 1 ms before its end and gone at it', LIMIT, async (t) => {
    const clock = new ManualClock();
    const b = await bench(t, {clock});
    const {interactionId} = await b.talk({acwSeconds: 20});
    await b.command(interactionId, 'Release');
    clock.advance(19_999);
    assert.equal(await b.presence(), 'WrapUp');
    clock.advance(1);
    assert.equal(await b.presence(), 'Available');
    assert.equal(await b.stateOf(interactionId), 'ended');
  });

  it('what is left follows the clock, and an extension moves the end by exactly its length', LIMIT, async (t) => {
    const clock = new ManualClock();
    const b = await bench(t, {clock});
    const {interactionId, sessionId} = await b.talk({acwSeconds: 20});
    await b.command(interactionId, 'Release');
    clock.advance(5_500);
    const left = async () => {
      const {body} = await b.api<{entities: {acwRemaining: number; duration: number}[]}>('GET', SESSIONS);
      return body.entities.map(({acwRemaining, duration}) => [acwRemaining, duration])[0];
    };
    assert.deepEqual(await left(), [14.5, 20]);
    const change = {extendBySeconds: 10, reasonCode: 'notes'};
    assert.equal((await b.api('PATCH', `/api/v2/telephony/usersessions/${sessionId}/acw`, change)).status, 200);
    assert.deepEqual(await left(), [24.5, 30]);
    clock.advance(24_499);
    assert.equal(await b.presence(), 'WrapUp');
    clock.advance(1);
    assert.equal(await b.presence(), 'Available');
  });

  it('a skew of the clock shortens no after-call work, but moves every stamp', LIMIT, async (t) => {
    const clock = new ManualClock();
    const b = await bench(t, {clock, tokenLifetimeSeconds: LONG_LIFE});
    const {interactionId} = await b.talk({acwSeconds: 20});
    await b.command(interactionId, 'Release');
    await b.fault({kind: 'clock-skew', ms: 600_000});
    assert.equal(await b.presence(), 'WrapUp');
    const {body} = await b.api<{asOf: string; entities: {acwRemaining: number}[]}>('GET', SESSIONS);
    assert.equal(Date.parse(body.asOf), clock.now() + 600_000);
    assert.equal(body.entities[0]?.acwRemaining, 20);
    clock.advance(20_000);
    assert.equal(await b.presence(), 'Available');
  });

  it('changes within one millisecond still have versions that grow', LIMIT, async (t) => {
    const b = await bench(t, {clock: new ManualClock()});
    const {interactionId} = await b.talk();
    const versions: number[] = [];
    for (const action of ['Hold', 'Resume', 'Mute', 'Unmute']) {
      const {body} = await b.command(interactionId, action);
      versions.push(Date.parse((body['interaction'] as {updatedAt: string}).updatedAt));
    }
    assert.deepEqual(
      versions,
      [...new Set(versions)].sort((x, y) => x - y),
    );
    // The list is never older than what is in it.
    const {body} = await b.api<{asOf: string}>('GET', SESSIONS);
    assert.ok(Date.parse(body.asOf) >= Math.max(...versions));
  });

  it('a key is remembered for 24 h, and not longer', LIMIT, async (t) => {
    const clock = new ManualClock();
    const b = await bench(t, {clock, tokenLifetimeSeconds: LONG_LIFE});
    const {interactionId} = await b.talk();
    await b.command(interactionId, 'Hold', {}, 'k');
    clock.advance(KEY_LIFE_MS - 1);
    assert.equal((await b.command(interactionId, 'Hold', {}, 'k')).status, 200, 'replayed');
    clock.advance(2);
    const late = await b.command(interactionId, 'Hold', {}, 'k');
    assert.deepEqual([late.status, late.body['errorCode']], [400, 'INVALID_TRANSITION'], 'forgotten: carried out anew');
  });

  it('a token is good until its last second', LIMIT, async (t) => {
    const clock = new ManualClock();
    const b = await bench(t, {clock, tokenLifetimeSeconds: 60});
    assert.equal(await b.presence(), 'Available');
    clock.advance(59_000);
    assert.equal(await b.presence(), 'Available');
    clock.advance(1_000);
    assert.equal((await b.api('GET', `/v2/agents/${AGENT}/status`)).status, 401);
  });

  it('a limit frees itself after its window, and says when', LIMIT, async (t) => {
    const clock = new ManualClock();
    const b = await bench(t, {clock, limits: {tokens: {limit: 2, windowMs: 10_000}}});
    await b.newToken();
    clock.advance(4_000);
    await b.newToken();
    const refused = await b.ask('POST', '/token', {}, {'x-requested-with': 'test'});
    assert.deepEqual([refused.status, refused.headers.get('retry-after')], [429, '6']);
    clock.advance(6_000);
    await b.newToken();
  });

  it('faults by time end at their time', LIMIT, async (t) => {
    const clock = new ManualClock();
    const b = await bench(t, {clock});
    await b.fault({kind: 'refuse-stream', status: 403, forMs: 1_000});
    clock.advance(999);
    const refused = await b.handshake(AGENT, await b.newToken());
    assert.equal('status' in refused && refused.status, 403);
    clock.advance(1);
    await b.stream();
    assert.deepEqual((await b.sim<unknown[]>('GET', '/faults')).body, []);
  });
});
