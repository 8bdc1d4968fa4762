import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {CONTROL_ACTIONS, type ControlAction} from '../../src/platform/v2/wire/index.js';
import {bench, LIMIT, pause, type Bench} from './harness.js';

const PARAMETERS: Partial<Record<ControlAction, Record<string, unknown>>> = {
  Hold: {holdMusic: 'default', notifyOnResume: true},
  Transfer: {target: '+12125550111', type: 'blind'},
  Conference: {target: '+12125550112'},
  SendDtmf: {digits: '12#'},
};

/** How to bring a new voice call to a situation, by commands. */
const SITUATIONS: Readonly<Record<string, readonly (readonly [ControlAction, Record<string, unknown>?])[]>> = {
  ringing: [],
  talking: [['Answer']],
  muted: [['Answer'], ['Mute']],
  hold: [['Answer'], ['Hold']],
  consult: [['Answer'], ['Transfer', {target: '+12125550113', type: 'consult'}]],
  'consult, muted': [['Answer'], ['Mute'], ['Transfer', {target: '+12125550113', type: 'consult'}]],
  acw: [['Answer'], ['Release']],
  ended: [['Reject']],
};

/** Contract §3, written out, with Mute and Unmute also in a consult: situation → action → the state that it leads to. What is not named is refused. */
const ALLOWED: Readonly<Record<string, Partial<Record<ControlAction, string>>>> = {
  ringing: {Answer: 'talking', Reject: 'ended', Release: 'ended'},
  talking: {
    Hold: 'hold',
    Mute: 'talking',
    Transfer: 'acw',
    Conference: 'talking',
    SendDtmf: 'talking',
    Release: 'acw',
  },
  muted: {
    Hold: 'hold',
    Unmute: 'talking',
    Transfer: 'acw',
    Conference: 'talking',
    SendDtmf: 'talking',
    Release: 'acw',
  },
  hold: {Resume: 'talking', Transfer: 'acw', Conference: 'talking', Release: 'acw'},
  consult: {Mute: 'hold', Conference: 'talking', CompleteTransfer: 'acw', CancelTransfer: 'talking', Release: 'acw'},
  'consult, muted': {
    Unmute: 'hold',
    Conference: 'talking',
    CompleteTransfer: 'acw',
    CancelTransfer: 'talking',
    Release: 'acw',
  },
  acw: {},
  ended: {},
};

const WIRE_STATE: Readonly<Record<string, string>> = {muted: 'talking', consult: 'hold', 'consult, muted': 'hold'};

async function bring(b: Bench, situation: string, options = {}): Promise<string> {
  const {interactionId} = await b.ring(options);
  for (const [action, parameters] of SITUATIONS[situation] ?? []) {
    assert.equal((await b.command(interactionId, action, parameters ?? PARAMETERS[action])).status, 200);
  }
  return interactionId;
}

describe('telephony commands by table', () => {
  for (const situation of Object.keys(SITUATIONS)) {
    it(`in ${situation}: what is allowed is carried out, the rest refused and nothing changed`, LIMIT, async (t) => {
      const b = await bench(t);
      for (const action of CONTROL_ACTIONS) {
        const id = await bring(b, situation);
        const effects = (await b.sim<unknown[]>('GET', '/effects')).body.length;
        const before = (await b.api('GET', `/v2/telephony/interactions/${id}`)).body;
        const {status, body} = await b.command(id, action, PARAMETERS[action]);
        const leadsTo = ALLOWED[situation]?.[action];
        const done = (await b.sim<unknown[]>('GET', '/effects')).body.length - effects;
        if (leadsTo === undefined) {
          assert.equal(status, 400, `${action} in ${situation}`);
          assert.equal(body['errorCode'], 'INVALID_TRANSITION');
          assert.equal(body['currentState'], WIRE_STATE[situation] ?? situation);
          assert.match(String(body['message']), new RegExp(`^${action} is not allowed: .+`));
          assert.equal(done, 0);
          const after = (await b.api('GET', `/v2/telephony/interactions/${id}`)).body;
          assert.equal(after['state'], before['state']);
          assert.equal(after['updatedAt'], before['updatedAt']);
        } else {
          assert.equal(status, 200, `${action} in ${situation}: ${JSON.stringify(body)}`);
          assert.equal((body['interaction'] as Record<string, unknown>)['state'], leadsTo);
          assert.equal(await b.stateOf(id), leadsTo);
          assert.equal(done, 1);
        }
      }
    });
  }

  for (const mediaType of ['webchat', 'email', 'workitem']) {
    it(`${mediaType} takes Answer, Reject, Transfer and Release only`, LIMIT, async (t) => {
      const b = await bench(t);
      for (const action of CONTROL_ACTIONS) {
        const state = action === 'Answer' || action === 'Reject' ? 'ringing' : 'talking';
        const id = await bring(b, state, {mediaType});
        const {status, body} = await b.command(id, action, PARAMETERS[action]);
        const allowed = ['Answer', 'Reject', 'Transfer', 'Release'].includes(action);
        assert.equal(status, allowed ? 200 : 400, action);
        if (!allowed) assert.equal(body['errorCode'], 'INVALID_TRANSITION');
      }
      const id = await bring(b, 'talking', {mediaType});
      assert.equal((await b.command(id, 'Transfer', {target: 'x', type: 'consult'})).status, 400);
    });
  }
});

describe('what commands do', () => {
  it('mute shows in the interaction and in its session', LIMIT, async (t) => {
    const b = await bench(t);
    const {interactionId, sessionId} = await b.talk();
    await b.command(interactionId, 'Mute');
    assert.equal((await b.api('GET', `/v2/telephony/interactions/${interactionId}`)).body['muted'], true);
    assert.equal((await b.api('GET', `/api/v2/telephony/usersessions/${sessionId}`)).body['muted'], true);
    await b.command(interactionId, 'Unmute');
    assert.equal((await b.api('GET', `/v2/telephony/interactions/${interactionId}`)).body['muted'], false);
  });

  it('a consult holds the caller and dials; cancelling brings the caller back', LIMIT, async (t) => {
    const b = await bench(t);
    const {interactionId} = await b.talk();
    const {body} = await b.command(interactionId, 'Transfer', {target: '+12125550113', type: 'consult'});
    const consulted = body['interaction'] as Record<string, unknown>;
    assert.equal(consulted['state'], 'hold');
    assert.deepEqual(consulted['participants'], [{role: 'consult', target: '+12125550113', state: 'talking'}]);
    assert.equal((await b.command(interactionId, 'Transfer', {target: 'x', type: 'consult'})).status, 400);
    assert.equal((await b.command(interactionId, 'Resume')).status, 400);
    const cancelled = (await b.command(interactionId, 'CancelTransfer')).body['interaction'] as Record<string, unknown>;
    assert.equal(cancelled['state'], 'talking');
    assert.deepEqual(cancelled['participants'], []);
  });

  it(
    'a consulted party becomes a member of the conference, and there is nothing left to complete',
    LIMIT,
    async (t) => {
      const b = await bench(t);
      const {interactionId} = await b.talk();
      await b.command(interactionId, 'Transfer', {target: '7001', type: 'consult'});
      const {body} = await b.command(interactionId, 'Conference', {target: '7002'});
      assert.deepEqual((body['interaction'] as Record<string, unknown>)['participants'], [
        {role: 'conference', target: '7001', state: 'talking'},
        {role: 'conference', target: '7002', state: 'talking'},
      ]);
      assert.equal((await b.command(interactionId, 'CompleteTransfer')).status, 400);
    },
  );

  it('who is consulted under the same target is not dialled twice', LIMIT, async (t) => {
    const b = await bench(t);
    const {interactionId} = await b.talk();
    await b.command(interactionId, 'Transfer', {target: '7001', type: 'consult'});
    const {body} = await b.command(interactionId, 'Conference', {target: '7001'});
    assert.deepEqual((body['interaction'] as Record<string, unknown>)['participants'], [
      {role: 'conference', target: '7001', state: 'talking'},
    ]);
  });

  it('the version grows with every change, also within one millisecond', LIMIT, async (t) => {
    const b = await bench(t);
    const {interactionId} = await b.ring();
    const versions: number[] = [];
    for (const action of ['Answer', 'Hold', 'Resume', 'Mute', 'Unmute', 'Hold', 'Resume']) {
      const {body} = await b.command(interactionId, action);
      versions.push(Date.parse(String((body['interaction'] as Record<string, unknown>)['updatedAt'])));
    }
    assert.deepEqual(
      versions,
      [...new Set(versions)].sort((x, y) => x - y),
    );
  });

  it('effects name each command really carried out, in order, with its key', LIMIT, async (t) => {
    const b = await bench(t);
    const {interactionId} = await b.ring();
    await b.command(interactionId, 'Answer', {}, 'k1');
    await b.command(interactionId, 'Hold');
    await b.command(interactionId, 'Hold', {}, 'k2');
    const {body} = await b.sim<{at: number}[]>('GET', '/effects');
    assert.deepEqual(
      body.map(({at: _at, ...rest}) => rest),
      [
        {interactionId, action: 'Answer', idempotencyKey: 'k1'},
        {interactionId, action: 'Hold', idempotencyKey: null},
      ],
    );
    assert.ok(body.every(({at}) => Math.abs(at - Date.now()) < 10_000));
  });
});

describe('commands refused for their form', () => {
  const cases: readonly (readonly [string, unknown, number, string])[] = [
    ['an action nobody knows', {agentId: '$', action: 'Explode', parameters: {}}, 400, 'BAD_REQUEST'],
    ['no action', {agentId: '$', parameters: {}}, 400, 'BAD_REQUEST'],
    ['no agent', {action: 'Answer', parameters: {}}, 400, 'BAD_REQUEST'],
    ['another agent', {agentId: 'somebody', action: 'Answer', parameters: {}}, 403, 'FORBIDDEN'],
    ['another interaction', {agentId: '$', interactionId: 'x', action: 'Answer', parameters: {}}, 400, 'BAD_REQUEST'],
    ['a transfer to nobody', {agentId: '$', action: 'Transfer', parameters: {type: 'blind'}}, 400, 'BAD_REQUEST'],
    ['digits that are none', {agentId: '$', action: 'SendDtmf', parameters: {digits: 'xyz'}}, 400, 'BAD_REQUEST'],
    ['no object', 'Answer', 400, 'BAD_REQUEST'],
  ];
  for (const [what, body, status, code] of cases) {
    it(`${what}: ${status} ${code}, in words`, LIMIT, async (t) => {
      const b = await bench(t);
      const {interactionId} = await b.ring();
      const agentId = b.simulator.simulation.defaultAgentId;
      const sent = JSON.parse(JSON.stringify(body).replaceAll('"$"', `"${agentId}"`)) as unknown;
      const answer = await b.api('POST', `/v2/telephony/interactions/${interactionId}/control`, sent);
      assert.equal(answer.status, status);
      assert.equal(answer.body['errorCode'], code);
      assert.ok(String(answer.body['message']).length > 5);
      assert.equal(await b.stateOf(interactionId), 'ringing');
    });
  }

  it('an interaction that does not exist: 404', LIMIT, async (t) => {
    const b = await bench(t);
    assert.deepEqual((await b.command('nobody', 'Answer')).status, 404);
    assert.equal((await b.api('GET', '/v2/telephony/interactions/nobody')).body['errorCode'], 'NOT_FOUND');
  });

  it('the body may leave interactionId out', LIMIT, async (t) => {
    const b = await bench(t);
    const {interactionId} = await b.ring();
    const agentId = b.simulator.simulation.defaultAgentId;
    const body = {agentId, action: 'Answer', parameters: {}};
    assert.equal((await b.api('POST', `/v2/telephony/interactions/${interactionId}/control`, body)).status, 200);
  });
});

describe('dialling', () => {
  const dial = (b: Bench, target: unknown, key = 'k') =>
    b.api(
      'POST',
      '/v2/telephony/interactions',
      {agentId: b.simulator.simulation.defaultAgentId, target},
      {'idempotency-key': key},
    );

  it('puts the agent on an outbound call, once for each key', LIMIT, async (t) => {
    const b = await bench(t);
    const first = await dial(b, '+12125550199');
    assert.equal(first.status, 200);
    const interaction = first.body['interaction'] as Record<string, unknown>;
    assert.equal(interaction['direction'], 'outbound');
    assert.equal(interaction['state'], 'talking');
    assert.equal(interaction['to'], '+12125550199');
    assert.deepEqual((await dial(b, '+12125550199')).body, first.body);
    const effects = (await b.sim<{action: string; idempotencyKey: string}[]>('GET', '/effects')).body;
    assert.deepEqual(
      effects.map(({action, idempotencyKey}) => [action, idempotencyKey]),
      [['Dial', 'k']],
    );
  });

  it('is refused during a call, and without a number', LIMIT, async (t) => {
    const b = await bench(t);
    assert.equal((await dial(b, '')).status, 400);
    await b.talk();
    const refused = await dial(b, '+12125550199', 'k2');
    assert.equal(refused.status, 409);
    assert.equal(refused.body['errorCode'], 'STATE_CONFLICT');
  });
});

describe('idempotency keys', () => {
  it('the first answer is replayed, the effect is not repeated, and the log says so', LIMIT, async (t) => {
    const b = await bench(t);
    const {interactionId} = await b.ring();
    const first = await b.command(interactionId, 'Answer', {}, 'key-1');
    await b.command(interactionId, 'Hold');
    const again = await b.command(interactionId, 'Answer', {}, 'key-1');
    assert.equal(again.status, 200);
    assert.deepEqual(again.body, first.body);
    assert.equal(await b.stateOf(interactionId), 'hold');
    const effects = (await b.sim<{action: string}[]>('GET', '/effects')).body.map(({action}) => action);
    assert.deepEqual(effects, ['Answer', 'Hold']);
    const log = (await b.sim<{replayed: boolean}[]>('GET', '/log?path=/control')).body;
    assert.deepEqual(
      log.map(({replayed}) => replayed),
      [false, false, true],
    );
  });

  it('a refusal is replayed as well', LIMIT, async (t) => {
    const b = await bench(t);
    const {interactionId} = await b.ring();
    const first = await b.command(interactionId, 'Hold', {}, 'key-1');
    await b.command(interactionId, 'Answer');
    const again = await b.command(interactionId, 'Hold', {}, 'key-1');
    assert.equal(again.status, 400);
    assert.deepEqual(again.body, first.body);
    assert.equal((await b.command(interactionId, 'Hold', {}, 'key-2')).status, 200);
  });

  it('two at the same time are carried out once', LIMIT, async (t) => {
    const b = await bench(t);
    const {interactionId} = await b.talk();
    const answers = await Promise.all([1, 2, 3].map(() => b.command(interactionId, 'Hold', {}, 'same')));
    assert.deepEqual(
      answers.map(({status}) => status),
      [200, 200, 200],
    );
    const effects = (await b.sim<{action: string}[]>('GET', '/effects')).body;
    assert.equal(effects.filter(({action}) => action === 'Hold').length, 1);
  });

  it('a key used for another interaction is refused', LIMIT, async (t) => {
    const b = await bench(t);
    const one = await b.ring();
    const two = await b.ring();
    assert.equal((await b.command(one.interactionId, 'Answer', {}, 'same')).status, 200);
    assert.equal((await b.command(two.interactionId, 'Answer', {}, 'same')).status, 400);
    assert.equal(await b.stateOf(two.interactionId), 'ringing');
  });

  it('a lost answer and its retry: done once, then answered', LIMIT, async (t) => {
    const b = await bench(t);
    const {interactionId} = await b.ring();
    await b.fault({kind: 'lose-response', path: '/control', how: 'cut'});
    await assert.rejects(b.command(interactionId, 'Answer', {}, 'k'));
    await pause(20);
    const again = await b.command(interactionId, 'Answer', {}, 'k');
    assert.equal(again.status, 200);
    assert.equal((await b.sim<unknown[]>('GET', '/effects')).body.length, 1);
  });
});
