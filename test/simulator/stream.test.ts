import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {streamFrame} from '../../src/platform/v2/wire/index.js';
import {AGENT, bench, LIMIT, pause, Stream, until} from './harness.js';

describe('the agent stream', () => {
  it('confirms the subscription first, answers pings, and is counted', LIMIT, async (t) => {
    const b = await bench(t);
    const stream = await b.stream();
    assert.deepEqual((await stream.nth('subscription.confirmed')).data, {agentId: AGENT});
    assert.equal(stream.frames[0]?.eventType, 'subscription.confirmed');
    stream.ping();
    assert.deepEqual((await stream.nth('heartbeat')).data, {});
    const second = await b.stream();
    assert.deepEqual((await b.sim('GET', '/streams')).body, {open: 2, total: 2});
    second.socket.close();
    await until('one less', async () => (await b.sim('GET', '/streams')).body['open'] === 1);
    assert.deepEqual((await b.sim('GET', '/streams')).body, {open: 1, total: 2});
  });

  it('what is no ping is not answered, and does no harm', LIMIT, async (t) => {
    const b = await bench(t);
    const stream = await b.stream();
    for (const text of ['', 'ping', '{"type":"pong"}', '[]', '{']) stream.socket.send(text);
    stream.ping();
    await stream.nth('heartbeat');
    assert.equal(stream.of('heartbeat').length, 1);
  });

  it('a heartbeat comes unasked, too', LIMIT, async (t) => {
    const b = await bench(t, {heartbeatMs: 30});
    const stream = await b.stream();
    await stream.nth('heartbeat', 3);
  });

  it('a ring tells the screen pop, then the assignment, then the status', LIMIT, async (t) => {
    const b = await bench(t);
    const stream = await b.stream();
    const payload = {crm_account_id: 'ACC-44921', nested: {list: [1, null, '<img onerror=x>']}};
    const {interactionId, sessionId} = await b.ring({screenPop: payload, from: '+12125550142', skillId: 'sales'});
    await stream.nth('agent.status.changed');
    const frames = stream.frames.slice(1);
    for (const frame of frames) streamFrame.parse(frame);
    assert.deepEqual(
      frames.map(({eventType}) => eventType),
      ['interaction.screenpop', 'interaction.assigned', 'agent.status.changed'],
    );
    const [pop, assigned, status] = frames.map(({data}) => data);
    assert.deepEqual([pop?.['interactionId'], pop?.['agentId'], pop?.['payload']], [interactionId, AGENT, payload]);
    assert.deepEqual(
      [
        assigned?.['interactionId'],
        assigned?.['sessionId'],
        assigned?.['state'],
        assigned?.['from'],
        assigned?.['skillId'],
      ],
      [interactionId, sessionId, 'ringing', '+12125550142', 'sales'],
    );
    assert.equal(status?.['currentStatus'], 'Ringing');
  });

  it('every change of an interaction is told in full, with a version that grows', LIMIT, async (t) => {
    const b = await bench(t);
    const stream = await b.stream();
    const {interactionId} = await b.talk({acwSeconds: 0});
    for (const action of ['Hold', 'Resume', 'Mute', 'Release']) await b.command(interactionId, action);
    const changed = await stream.nth('interaction.state.changed', 5).then(() => stream.of('interaction.state.changed'));
    assert.deepEqual(
      changed.map(({data}) => [data['state'], data['muted']]),
      [
        ['talking', false],
        ['hold', false],
        ['talking', false],
        ['talking', true],
        ['ended', false],
      ],
    );
    const versions = [stream.of('interaction.assigned')[0]!, ...changed].map(({data}) =>
      Date.parse(String(data['updatedAt'])),
    );
    assert.ok(
      versions.every((version, i) => i === 0 || version > versions[i - 1]!),
      versions.join(' '),
    );
  });

  it('each agent hears of its own only; all its streams hear the same', LIMIT, async (t) => {
    const b = await bench(t);
    const other = b.simulator.simulation.world.agents[1]!.id;
    const [one, two, foreign] = [await b.stream(), await b.stream(), await b.stream(other)];
    await b.ring();
    await one.nth('interaction.assigned');
    await two.nth('interaction.assigned');
    await pause(30);
    assert.deepEqual(
      one.raw,
      two.raw.map((text, i) => (i === 0 ? one.raw[0] : text)),
    );
    assert.deepEqual(
      foreign.frames.map(({eventType}) => eventType),
      ['subscription.confirmed'],
    );
  });

  it('a handshake without a token is refused; elsewhere there is no stream', LIMIT, async (t) => {
    const b = await bench(t);
    const refused = await b.handshake(AGENT, '');
    assert.ok(!(refused instanceof Stream));
    assert.equal(refused.status, 401);
    assert.equal(refused.body['errorCode'], 'TOKEN_EXPIRED');
    const elsewhere = await b.handshake(`${AGENT}/nested`, await b.newToken());
    assert.ok(!(elsewhere instanceof Stream));
    assert.equal(elsewhere.status, 404);
  });
});

describe('emit', () => {
  it('sends text as it is, JSON or not, up to a million characters', LIMIT, async (t) => {
    const b = await bench(t);
    const stream = await b.stream();
    await stream.nth('subscription.confirmed');
    const big = `"${'é'.repeat(1_048_574)}"`;
    for (const frame of ['not json {', '{"__proto__": {"polluted": true}}', big]) {
      const {status, body} = await b.sim('POST', '/emit', {frame});
      assert.equal(status, 202);
      assert.equal(body['streams'], 1);
    }
    await until('all frames', () => stream.raw.length === 4);
    assert.deepEqual(stream.raw.slice(1), ['not json {', '{"__proto__": {"polluted": true}}', big]);
    assert.equal((await b.sim('POST', '/emit', {frame: 'x'.repeat(1_048_577)})).status, 400);
  });

  it('sends an object with its hostile keys', LIMIT, async (t) => {
    const b = await bench(t);
    const stream = await b.stream();
    const text = '{"frame": {"eventType": "x", "__proto__": {"polluted": true}}}';
    await fetch(`${b.url}/_sim/emit`, {method: 'POST', headers: {'content-type': 'application/json'}, body: text});
    await until('the frame', () => stream.raw.length === 2);
    assert.equal(stream.raw[1], '{"eventType":"x","__proto__":{"polluted":true}}');
  });

  it('so many times, at an interval', LIMIT, async (t) => {
    const b = await bench(t);
    const stream = await b.stream();
    await b.sim('POST', '/emit', {frame: {eventType: 'burst'}, times: 500});
    await stream.nth('burst', 500);
    const began = Date.now();
    await b.sim('POST', '/emit', {frame: {eventType: 'slow'}, times: 3, intervalMs: 60});
    await stream.nth('slow', 3);
    assert.ok(Date.now() - began >= 110);
    assert.equal(stream.of('slow').length, 3);
  });

  it('changes nothing of the model by itself; with apply it does', LIMIT, async (t) => {
    const b = await bench(t);
    const data = {agentId: AGENT, previousStatus: 'Available', currentStatus: 'Lunch'};
    const frame = {eventType: 'agent.status.changed', timestamp: new Date().toISOString(), data};
    await b.sim('POST', '/emit', {frame});
    assert.equal(await b.presence(), 'Available');
    const stream = await b.stream();
    await b.sim('POST', '/emit', {frame, apply: true});
    assert.equal(await b.presence(), 'Lunch');
    assert.equal((await b.api('GET', `/api/v2/users/${AGENT}/agentStatus`)).body['state'], 'lunch');
    await stream.nth('agent.status.changed');
    await pause(30);
    assert.equal(stream.of('agent.status.changed').length, 1);
  });

  it('applies an interaction that nobody knew, and its end', LIMIT, async (t) => {
    const b = await bench(t);
    const emit = (state: string, more = {}) =>
      b.sim('POST', '/emit', {
        apply: true,
        frame: {
          eventType: 'interaction.state.changed',
          timestamp: new Date().toISOString(),
          data: {interactionId: 'int-1', sessionId: 'ses-1', agentId: AGENT, mediaType: 'voice', state, ...more},
        },
      });
    await emit('talking', {from: '+12125550101'});
    assert.equal(await b.presence(), 'OnCall');
    const {body} = await b.api('GET', '/api/v2/telephony/usersessions/ses-1');
    assert.deepEqual([body['state'], body['from']], ['talking', '+12125550101']);
    assert.equal((await b.command('int-1', 'Hold')).status, 200);
    await emit('ended');
    assert.equal(await b.presence(), 'Available');
    assert.equal(await b.stateOf('int-1'), 'ended');
  });

  it('applies a status that drives an interaction', LIMIT, async (t) => {
    const b = await bench(t);
    const data = {
      agentId: AGENT,
      currentStatus: 'Ringing',
      interactionId: 'int-2',
      channelType: 'voice',
      direction: 'inbound',
    };
    const frame = {eventType: 'agent.status.changed', timestamp: new Date().toISOString(), data};
    await b.sim('POST', '/emit', {frame, apply: true});
    assert.equal(await b.stateOf('int-2'), 'ringing');
    assert.equal((await b.command('int-2', 'Answer')).status, 200);
    assert.equal(await b.presence(), 'OnCall');
  });

  it('what cannot be applied is refused and not sent', LIMIT, async (t) => {
    const b = await bench(t);
    const stream = await b.stream();
    await stream.nth('subscription.confirmed');
    for (const frame of ['nonsense', {eventType: 'strange', timestamp: new Date().toISOString()}]) {
      const {status, body} = await b.sim('POST', '/emit', {frame, apply: true});
      assert.equal(status, 400);
      assert.equal(body['errorCode'], 'BAD_REQUEST');
    }
    await pause(30);
    assert.equal(stream.raw.length, 1);
  });

  it('reaches the agent that is named', LIMIT, async (t) => {
    const b = await bench(t);
    const other = b.simulator.simulation.world.agents[1]!.id;
    const [own, foreign] = [await b.stream(), await b.stream(other)];
    await b.sim('POST', '/emit', {frame: {eventType: 'x'}, agentId: other});
    await foreign.nth('x');
    assert.equal(own.of('x').length, 0);
    assert.equal((await b.sim('POST', '/emit', {frame: {}, agentId: 'nobody'})).status, 404);
  });
});
