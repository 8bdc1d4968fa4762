import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {agentPresence, agentRouting, userSessionPage} from '../../src/platform/v2/wire/index.js';
import {AGENT, bench, LIMIT, until} from './harness.js';

interface Routing {
  readonly state: string;
  readonly skillGroups: {id: string; state: string; mediaType: string}[];
  readonly routingGroups: {id: string; state: string}[];
  readonly activeSessions: number;
  readonly updatedTimestamp: string;
}

interface Page {
  readonly page: number;
  readonly pageSize: number;
  readonly pageCount: number;
  readonly total: number;
  readonly asOf: string;
  readonly entities: {id: string; state: string; updatedAt: string}[];
}

const ROUTING = `/api/v2/users/${AGENT}/agentStatus`;
const SESSIONS = `/api/v2/telephony/usersessions?userId=${AGENT}`;

describe('at the start', () => {
  it('the agent is available, without sessions, in the shapes of the contract', LIMIT, async (t) => {
    const b = await bench(t);
    const {body: presence} = await b.api('GET', `/v2/agents/${AGENT}/status`);
    assert.equal(agentPresence.parse(presence).currentStatus, 'Available');
    assert.equal(presence['interactionId'], undefined);
    const {body: routing} = await b.api<Routing>('GET', ROUTING);
    agentRouting.parse(routing);
    assert.deepEqual(
      {...routing, updatedTimestamp: ''},
      {
        state: 'available',
        skillGroups: [
          {id: 'sg-voice', state: 'available', mediaType: 'voice'},
          {id: 'sg-chat', state: 'available', mediaType: 'chat'},
        ],
        routingGroups: [{id: 'rg-1', state: 'available'}],
        activeSessions: 0,
        updatedTimestamp: '',
      },
    );
    const {body: page} = await b.api<Page>('GET', SESSIONS);
    userSessionPage.parse(page);
    assert.deepEqual(
      {total: page.total, pageCount: page.pageCount, entities: page.entities},
      {total: 0, pageCount: 1, entities: []},
    );
  });

  it('profiles carry an ETag; an agent that does not exist is 404', LIMIT, async (t) => {
    const b = await bench(t);
    for (const path of ['/v2/agents/', '/api/v2/agents/']) {
      const {headers, body} = await b.api('GET', path + AGENT);
      assert.equal(body['id'], AGENT);
      assert.match(headers.get('etag') ?? '', /^"[0-9a-f]+"$/);
    }
    for (const path of ['/v2/agents/nobody', '/v2/agents/nobody/status', '/api/v2/users/nobody/agentStatus']) {
      assert.equal((await b.api('GET', path)).status, 404, path);
    }
  });
});

describe('presence follows the sessions', () => {
  it('through a call: Ringing, OnCall, OnHold, OnCall, WrapUp, Available', LIMIT, async (t) => {
    const b = await bench(t);
    const stream = await b.stream();
    const {interactionId} = await b.ring({acwSeconds: 0.3});
    assert.equal(await b.presence(), 'Ringing');
    for (const [action, status] of [
      ['Answer', 'OnCall'],
      ['Hold', 'OnHold'],
      ['Resume', 'OnCall'],
      ['Release', 'WrapUp'],
    ] as const) {
      await b.command(interactionId, action);
      assert.equal(await b.presence(), status);
    }
    await until('available again', async () => (await b.presence()) === 'Available');
    const changes = stream.of('agent.status.changed').map(({data}) => data);
    assert.deepEqual(
      changes.map((data) => [data['previousStatus'], data['currentStatus']]),
      [
        ['Available', 'Ringing'],
        ['Ringing', 'OnCall'],
        ['OnCall', 'OnHold'],
        ['OnHold', 'OnCall'],
        ['OnCall', 'WrapUp'],
        ['WrapUp', 'Available'],
      ],
    );
    for (const data of changes.slice(0, -1)) {
      assert.deepEqual(
        [data['interactionId'], data['channelType'], data['direction']],
        [interactionId, 'voice', 'inbound'],
      );
    }
    assert.equal(changes.at(-1)?.['interactionId'], undefined);
  });

  it('a call outranks a chat, whatever the chat does', LIMIT, async (t) => {
    const b = await bench(t);
    const chat = await b.talk({mediaType: 'webchat'});
    assert.equal(await b.presence(), 'OnCall');
    const call = await b.talk();
    await b.command(call.interactionId, 'Hold');
    assert.equal(await b.presence(), 'OnHold');
    await b.ring({mediaType: 'webchat'});
    assert.equal(await b.presence(), 'OnHold');
    assert.equal((await b.api('GET', `/v2/agents/${AGENT}/status`)).body['interactionId'], call.interactionId);
    await b.command(call.interactionId, 'Release');
    assert.equal(await b.presence(), 'WrapUp');
    assert.equal(await b.stateOf(chat.interactionId), 'talking');
  });

  it('without sessions it follows routing, in the words of presence', LIMIT, async (t) => {
    const b = await bench(t);
    for (const [state, status] of [
      ['busy', 'Busy'],
      ['offline', 'Offline'],
      ['lunch', 'Lunch'],
      ['meeting', 'Meeting'],
      ['unavailable', 'Unavailable'],
      ['notready', 'Unavailable'],
      ['Coffee break', 'Coffee break'],
      ['available', 'Available'],
    ] as const) {
      const before = Date.now();
      const {status: code, body} = await b.setStatus(state);
      assert.equal(code, 200, state);
      assert.equal(String(body['state']).toLowerCase(), state === 'notready' ? 'unavailable' : state.toLowerCase());
      assert.ok(Date.parse(String(body['updatedTimestamp'])) >= before - 1);
      assert.equal(await b.presence(), status);
    }
  });

  it('other agents are not touched', LIMIT, async (t) => {
    const b = await bench(t);
    const other = b.simulator.simulation.world.agents[1]!.id;
    await b.ring({agentId: other});
    assert.equal(await b.presence(), 'Available');
    const headers = {authorization: `Bearer ${await b.newToken(other)}`};
    assert.equal(
      (await b.ask('GET', `/v2/agents/${other}/status`, undefined, headers)).body['currentStatus'],
      'Ringing',
    );
  });
});

describe('writing the routing state', () => {
  for (const state of ['ringing', 'talking', 'hold', 'acw']) {
    it(
      `a new target in ${state}: 409 STATE_CONFLICT; the matrix, busy and what holds already pass`,
      LIMIT,
      async (t) => {
        const b = await bench(t);
        const {interactionId} = await b.ring();
        if (state !== 'ringing') await b.command(interactionId, 'Answer');
        if (state === 'hold') await b.command(interactionId, 'Hold');
        if (state === 'acw') await b.command(interactionId, 'Release');
        const {status, body} = await b.setStatus('lunch');
        assert.equal(status, 409);
        assert.equal(body['errorCode'], 'STATE_CONFLICT');
        assert.equal(body['currentState'], state);
        assert.equal((await b.setStatus('available')).status, 200);
        const groups = [{id: 'sg-voice', state: 'acw'}];
        assert.equal((await b.setStatus('busy', {overrideReason: 'channel_matrix', skillGroups: groups})).status, 200);
        const {body: routing} = await b.api<Routing>('GET', ROUTING);
        assert.equal(routing.state, 'busy');
        assert.equal(routing.activeSessions, 1);
        assert.deepEqual(
          routing.skillGroups.map((group) => group.state),
          ['acw', 'available'],
        );
        assert.equal((await b.setStatus('busy')).status, 200);
        assert.equal(await b.stateOf(interactionId), state);
      },
    );
  }

  it('force cuts a live call', LIMIT, async (t) => {
    const b = await bench(t);
    const {interactionId} = await b.talk();
    assert.equal((await b.setStatus('offline', {force: true})).status, 200);
    assert.equal(await b.stateOf(interactionId), 'ended');
    assert.equal(await b.presence(), 'Offline');
  });

  it('busy without skill groups closes chats, and only chats', LIMIT, async (t) => {
    const b = await bench(t);
    const chat = await b.talk({mediaType: 'webchat'});
    const call = await b.talk();
    assert.equal((await b.setStatus('busy')).status, 200);
    assert.equal(await b.stateOf(chat.interactionId), 'talking');
    assert.equal((await b.setStatus('busy', {skillGroups: undefined})).status, 200);
    assert.equal(await b.stateOf(chat.interactionId), 'ended');
    assert.equal(await b.stateOf(call.interactionId), 'talking');
  });

  for (const [what, more] of [
    ['no reason', {overrideReason: undefined}],
    ['an empty state', {state: ''}],
    ['a state that only a call gives', {state: 'onCall'}],
    ['a group that the agent does not have', {skillGroups: [{id: 'nope', state: 'busy'}]}],
    ['a field nobody knows', {forced: true}],
  ] as const) {
    it(`${what}: 400 in words`, LIMIT, async (t) => {
      const b = await bench(t);
      const {status, body} = await b.setStatus('busy', more);
      assert.equal(status, 400);
      assert.equal(body['errorCode'], 'BAD_REQUEST');
      assert.ok(String(body['message']).length > 10);
      assert.equal(await b.presence(), 'Available');
    });
  }

  it('a publish is taken; one without a type is not', LIMIT, async (t) => {
    const b = await bench(t);
    const data = {agentId: AGENT, previousState: {}, newState: {}, syncTimestamp: new Date().toISOString()};
    const {status} = await b.api('POST', '/api/v2/events/publish', {eventType: 'agent.availability.changed', data});
    assert.equal(status, 202);
    assert.equal((await b.api('POST', '/api/v2/events/publish', {data})).status, 400);
  });
});

describe('sessions', () => {
  it('come in pages of two, with the moment they are of', LIMIT, async (t) => {
    const b = await bench(t);
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.push((await b.ring({mediaType: 'webchat'})).sessionId);
    const seen: string[] = [];
    for (let page = 1; page <= 3; page++) {
      const {body} = await b.api<Page>('GET', `${SESSIONS}&state=active&page=${page}`);
      userSessionPage.parse(body);
      assert.deepEqual([body.page, body.pageSize, body.pageCount, body.total], [page, 2, 3, 5]);
      assert.ok(body.entities.every(({updatedAt}) => Date.parse(updatedAt) <= Date.parse(body.asOf)));
      seen.push(...body.entities.map(({id}) => id));
    }
    assert.deepEqual(seen, ids);
    assert.deepEqual((await b.api<Page>('GET', `${SESSIONS}&page=4`)).body.entities, []);
  });

  it('those that ended are listed only without state=active', LIMIT, async (t) => {
    const b = await bench(t);
    const {interactionId, sessionId} = await b.ring();
    await b.command(interactionId, 'Reject');
    assert.deepEqual((await b.api<Page>('GET', `${SESSIONS}&state=active`)).body.entities, []);
    const {entities} = (await b.api<Page>('GET', SESSIONS)).body;
    assert.deepEqual(
      entities.map(({id, state}) => [id, state]),
      [[sessionId, 'ended']],
    );
    assert.equal((await b.api('GET', `/api/v2/telephony/usersessions/${sessionId}`)).body['state'], 'ended');
  });

  it('one of them tells all that is known', LIMIT, async (t) => {
    const b = await bench(t);
    const ids = await b.ring({from: '+12125550199', skillId: 'sales', direction: 'outbound'});
    const {body} = await b.api('GET', `/api/v2/telephony/usersessions/${ids.sessionId}`);
    const {startedAt, updatedAt, to, ...rest} = body;
    assert.ok(startedAt && updatedAt && to);
    assert.deepEqual(rest, {
      id: ids.sessionId,
      userId: AGENT,
      interactionId: ids.interactionId,
      state: 'ringing',
      mediaType: 'voice',
      direction: 'outbound',
      duration: 0,
      from: '+12125550199',
      skillId: 'sales',
      muted: false,
    });
  });

  it('wrong questions: 400; a session that does not exist: 404', LIMIT, async (t) => {
    const b = await bench(t);
    for (const query of [
      '',
      '?state=active',
      `?userId=${AGENT}&page=0`,
      `?userId=${AGENT}&page=x`,
      `?userId=${AGENT}&state=x`,
    ]) {
      assert.equal((await b.api('GET', `/api/v2/telephony/usersessions${query}`)).status, 400, query);
    }
    assert.equal((await b.api('GET', '/api/v2/telephony/usersessions/nope')).status, 404);
  });
});
