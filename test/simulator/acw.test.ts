import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {interactionData} from '../../src/platform/v2/wire/index.js';
import {ManualClock} from '../../simulator/index.js';
import {AGENT, bench, LIMIT, until, type Bench} from './harness.js';

const START = {duration: 20, type: 'manual', reasonCode: 'notes', enforceUntilComplete: false};

const session = async (b: Bench, id: string) => (await b.api('GET', `/api/v2/telephony/usersessions/${id}`)).body;
const acw = (b: Bench, method: 'POST' | 'PATCH', id: string, body: unknown) =>
  b.api(method, `/api/v2/telephony/usersessions/${id}/acw`, body);

/** A call that has ended into after-call work. */
async function wrapUp(b: Bench, options: Record<string, unknown> = {}) {
  const ids = await b.talk(options);
  assert.equal((await b.command(ids.interactionId, 'Release')).status, 200);
  return ids;
}

describe('after-call work', () => {
  it('begins when the call ends, of type system, with what is left in seconds', LIMIT, async (t) => {
    const b = await bench(t);
    const stream = await b.stream();
    const {interactionId, sessionId} = await wrapUp(b, {acwSeconds: 30});
    const {body} = await b.api('GET', `/v2/telephony/interactions/${interactionId}`);
    const {acw: told} = interactionData.parse(body);
    assert.deepEqual(
      {...told, remaining: 0},
      {
        duration: 30,
        remaining: 0,
        type: 'system',
        reasonCode: 'after_call_work',
        enforceUntilComplete: false,
      },
    );
    assert.ok(told!.remaining > 28 && told!.remaining <= 30);
    const read = await session(b, sessionId);
    assert.equal(read['state'], 'acw');
    assert.equal(read['duration'], 30);
    assert.ok(Number(read['acwRemaining']) > 28 && Number(read['acwRemaining']) <= 30);
    await until('the event', () => stream.of('interaction.state.changed').some(({data}) => data['state'] === 'acw'));
    const event = stream.of('interaction.state.changed').at(-1)!;
    assert.equal((event.data['acw'] as Record<string, unknown>)['duration'], 30);
  });

  it('ends by itself, whether or not anybody looks: session ended, routing available', LIMIT, async (t) => {
    const clock = new ManualClock();
    const b = await bench(t, {clock});
    const {interactionId} = await b.talk({acwSeconds: 0.4});
    const groups = [{id: 'sg-voice', state: 'busy'}];
    await b.setStatus('busy', {overrideReason: 'channel_matrix', skillGroups: groups});
    await b.command(interactionId, 'Release');
    assert.equal(await b.stateOf(interactionId), 'acw');
    clock.advance(400);
    assert.equal(await b.stateOf(interactionId), 'ended');
    const {body} = await b.api<{state: string; skillGroups: {state: string}[]}>(
      'GET',
      `/api/v2/users/${AGENT}/agentStatus`,
    );
    assert.equal(body.state, 'available');
    assert.deepEqual(
      body.skillGroups.map(({state}) => state),
      ['available', 'available'],
    );
    assert.equal(await b.presence(), 'Available');
  });

  it('an agent who was to be offline goes offline after it', LIMIT, async (t) => {
    const b = await bench(t);
    await b.setStatus('offline');
    const {interactionId} = await b.talk({acwSeconds: 0.2});
    await b.command(interactionId, 'Release');
    await until('the end', async () => (await b.stateOf(interactionId)) === 'ended');
    assert.equal(await b.presence(), 'Offline');
  });

  it('leaves a chat that goes on alone', LIMIT, async (t) => {
    const b = await bench(t);
    const chat = await b.talk({mediaType: 'webchat'});
    const groups = [
      {id: 'sg-voice', state: 'acw'},
      {id: 'sg-chat', state: 'busy'},
    ];
    const {sessionId} = await wrapUp(b, {acwSeconds: 30});
    await b.setStatus('busy', {overrideReason: 'channel_matrix', skillGroups: groups});
    await acw(b, 'PATCH', sessionId, {complete: true, reasonCode: 'done'});
    const {body} = await b.api<{state: string; skillGroups: {state: string}[]}>(
      'GET',
      `/api/v2/users/${AGENT}/agentStatus`,
    );
    assert.equal(body.state, 'busy');
    assert.deepEqual(
      body.skillGroups.map(({state}) => state),
      ['available', 'busy'],
    );
    assert.equal(await b.stateOf(chat.interactionId), 'talking');
    assert.equal(await b.presence(), 'OnCall');
  });

  it('acwSeconds 0: none', LIMIT, async (t) => {
    const b = await bench(t);
    const {interactionId} = await wrapUp(b, {acwSeconds: 0});
    assert.equal(await b.stateOf(interactionId), 'ended');
  });

  it('a customer who hangs up does the same; while it rings there is none', LIMIT, async (t) => {
    const b = await bench(t);
    const talking = await b.talk();
    assert.equal((await b.sim('POST', `/interactions/${talking.interactionId}/end`)).body['state'], 'acw');
    assert.equal(await b.presence(), 'WrapUp');
    const held = await b.talk();
    await b.command(held.interactionId, 'Hold');
    assert.equal((await b.sim('POST', `/interactions/${held.interactionId}/end`)).body['state'], 'acw');
    const ringing = await b.ring();
    assert.equal((await b.sim('POST', `/interactions/${ringing.interactionId}/end`)).body['state'], 'ended');
    assert.equal((await b.sim('POST', `/interactions/${ringing.interactionId}/end`)).status, 409);
  });
});

describe('what an agent does to it', () => {
  it('an extension adds to the length and to what is left', LIMIT, async (t) => {
    const b = await bench(t);
    const {sessionId} = await wrapUp(b, {acwSeconds: 30});
    const {status, body} = await acw(b, 'PATCH', sessionId, {extendBySeconds: 60, reasonCode: 'more'});
    assert.equal(status, 200);
    assert.equal(body['duration'], 90);
    assert.ok(Number(body['acwRemaining']) > 88);
  });

  it('a short one that is extended lasts longer', LIMIT, async (t) => {
    const clock = new ManualClock();
    const b = await bench(t, {clock});
    const {sessionId} = await wrapUp(b, {acwSeconds: 0.3});
    await acw(b, 'PATCH', sessionId, {extendBySeconds: 20, reasonCode: 'more'});
    clock.advance(400);
    assert.equal((await session(b, sessionId))['state'], 'acw');
  });

  it('completing ends it at once', LIMIT, async (t) => {
    const b = await bench(t);
    const stream = await b.stream();
    const {sessionId} = await wrapUp(b);
    const {body} = await acw(b, 'PATCH', sessionId, {complete: true, reasonCode: 'done'});
    assert.equal(body['state'], 'ended');
    assert.equal(await b.presence(), 'Available');
    await until('the event', () => stream.of('agent.status.changed').at(-1)?.data['currentStatus'] === 'Available');
    assert.equal((await acw(b, 'PATCH', sessionId, {complete: true, reasonCode: 'done'})).status, 409);
  });

  it('an enforced one cannot be left: 409 PRECONDITION_FAILED; it can be extended', LIMIT, async (t) => {
    const b = await bench(t);
    const {sessionId} = await wrapUp(b, {enforceAcw: true});
    const {status, body} = await acw(b, 'PATCH', sessionId, {complete: true, reasonCode: 'done'});
    assert.equal(status, 409);
    assert.equal(body['errorCode'], 'PRECONDITION_FAILED');
    assert.equal((await session(b, sessionId))['state'], 'acw');
    assert.equal((await acw(b, 'PATCH', sessionId, {extendBySeconds: 5, reasonCode: 'more'})).status, 200);
  });

  it('a start overwrites the timer, and so does the second', LIMIT, async (t) => {
    const b = await bench(t);
    const {interactionId, sessionId} = await wrapUp(b, {acwSeconds: 30});
    assert.equal((await acw(b, 'POST', sessionId, START)).body['duration'], 20);
    assert.equal((await acw(b, 'POST', sessionId, {...START, duration: 7, enforceUntilComplete: true})).status, 200);
    const read = await session(b, sessionId);
    assert.equal(read['duration'], 7);
    assert.ok(Number(read['acwRemaining']) <= 7);
    const {acw: told} = interactionData.parse((await b.api('GET', `/v2/telephony/interactions/${interactionId}`)).body);
    assert.deepEqual([told?.type, told?.reasonCode, told?.enforceUntilComplete], ['manual', 'notes', true]);
  });

  it('armed during the call it decides what the call ends in', LIMIT, async (t) => {
    const b = await bench(t);
    const {interactionId, sessionId} = await b.talk({acwSeconds: 0});
    assert.equal((await acw(b, 'POST', sessionId, START)).status, 200);
    assert.equal(await b.stateOf(interactionId), 'talking');
    await b.command(interactionId, 'Release');
    assert.equal((await session(b, sessionId))['duration'], 20);
  });

  it('out of place it is refused with the state that stands in the way', LIMIT, async (t) => {
    const b = await bench(t);
    const ringing = await b.ring();
    const early = await acw(b, 'POST', ringing.sessionId, START);
    assert.deepEqual(
      [early.status, early.body['errorCode'], early.body['currentState']],
      [400, 'INVALID_TRANSITION', 'ringing'],
    );
    await b.command(ringing.interactionId, 'Reject');
    const late = await acw(b, 'POST', ringing.sessionId, START);
    assert.deepEqual(
      [late.status, late.body['errorCode'], late.body['currentState']],
      [409, 'STATE_CONFLICT', 'ended'],
    );
    assert.equal((await acw(b, 'POST', 'nope', START)).status, 404);
  });

  for (const [what, method, body] of [
    ['a length of nothing', 'POST', {...START, duration: 0}],
    ['a type nobody knows', 'POST', {...START, type: 'holiday'}],
    ['an extension backwards', 'PATCH', {extendBySeconds: -5, reasonCode: 'x'}],
    ['complete: false', 'PATCH', {complete: false, reasonCode: 'x'}],
    ['both at once', 'PATCH', {complete: true, extendBySeconds: 5, reasonCode: 'x'}],
    ['no reason', 'PATCH', {complete: true}],
  ] as const) {
    it(`${what}: 400 in words`, LIMIT, async (t) => {
      const b = await bench(t);
      const {sessionId} = await wrapUp(b);
      const answer = await acw(b, method, sessionId, body);
      assert.equal(answer.status, 400);
      assert.equal(answer.body['errorCode'], 'BAD_REQUEST');
      assert.ok(String(answer.body['message']).length > 5);
      assert.equal((await session(b, sessionId))['state'], 'acw');
    });
  }
});
