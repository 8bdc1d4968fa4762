import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {decodeJwt} from 'jose';
import {ALL_SCOPES, ManualClock} from '../../simulator/index.js';
import {AGENT, bench, LIMIT, Stream, type Bench} from './harness.js';

const PATHS = ['/v2/oauth/token', '/oauth/token', '/oauth2/token'];
const FIELDS = {grant_type: 'client_credentials', client_id: 'crm', client_secret: 'hush'};

const form = (b: Bench, path: string, fields: Record<string, string>, headers = {}) =>
  fetch(b.url + path, {method: 'POST', body: new URLSearchParams(fields), headers});

const bearer = (token: string) => ({authorization: `Bearer ${token}`});

describe('client credentials', () => {
  for (const path of PATHS) {
    it(`${path} answers with a JWT`, LIMIT, async (t) => {
      const b = await bench(t);
      const response = await form(b, path, FIELDS);
      assert.equal(response.status, 200);
      const body = (await response.json()) as Record<string, unknown>;
      assert.equal(body['token_type'], 'Bearer');
      assert.equal(body['expires_in'], 3_600);
      assert.deepEqual(String(body['scope']).split(' '), ALL_SCOPES);
      const claims = decodeJwt(String(body['access_token']));
      assert.equal(claims.exp! - claims.iat!, 3_600);
      assert.ok(Math.abs(claims.iat! - Date.now() / 1_000) < 5);
      assert.ok(claims.sub);
      assert.equal(claims['scope'], body['scope']);
    });
  }

  it('takes the fields from the query, or the pair from a Basic header', LIMIT, async (t) => {
    const b = await bench(t);
    const query = await fetch(`${b.url}/v2/oauth/token?${new URLSearchParams(FIELDS).toString()}`, {method: 'POST'});
    assert.equal(query.status, 200);
    const basic = `Basic ${Buffer.from('crm:hu:sh').toString('base64')}`;
    const header = await form(b, '/v2/oauth/token', {grant_type: 'client_credentials'}, {authorization: basic});
    assert.equal(header.status, 200);
  });

  it('refuses a missing secret with invalid_client, another grant as unsupported', LIMIT, async (t) => {
    const b = await bench(t);
    const noSecret = await form(b, '/oauth/token', {...FIELDS, client_secret: ''});
    assert.equal(noSecret.status, 401);
    assert.equal(((await noSecret.json()) as Record<string, unknown>)['error'], 'invalid_client');
    const password = await form(b, '/oauth/token', {...FIELDS, grant_type: 'password'});
    assert.equal(password.status, 400);
    assert.equal(((await password.json()) as Record<string, unknown>)['error'], 'unsupported_grant_type');
  });

  it('knows its clients where they are given', LIMIT, async (t) => {
    const b = await bench(t, {clients: {crm: 'hush'}});
    assert.equal((await form(b, '/oauth/token', FIELDS)).status, 200);
    for (const wrong of [{client_secret: 'loud'}, {client_id: 'toString'}, {client_id: 'other'}]) {
      assert.equal((await form(b, '/oauth/token', {...FIELDS, ...wrong})).status, 401);
    }
  });

  it(
    'grants what is asked for, by names that differ in order or plural too; nothing else: invalid_scope',
    LIMIT,
    async (t) => {
      const b = await bench(t);
      const some = await form(b, '/oauth/token', {...FIELDS, scope: 'telephony:control read:agents'});
      assert.equal(((await some.json()) as Record<string, unknown>)['scope'], 'telephony:control agent:read');
      const none = await form(b, '/oauth/token', {...FIELDS, scope: 'root'});
      assert.equal(none.status, 400);
      assert.equal(((await none.json()) as Record<string, unknown>)['error'], 'invalid_scope');
    },
  );
});

describe('the broker', () => {
  it('wants the header that no other site can send', LIMIT, async (t) => {
    const b = await bench(t);
    const {status, body} = await b.ask('POST', '/token', {agentId: AGENT});
    assert.equal(status, 403);
    assert.equal(body['errorCode'], 'FORBIDDEN');
  });

  it('gives a token for one agent, which opens nothing of another', LIMIT, async (t) => {
    const b = await bench(t);
    const token = await b.newToken(AGENT);
    assert.equal(decodeJwt(token).sub, AGENT);
    const other = b.simulator.simulation.world.agents[1]!.id;
    assert.equal((await b.ask('GET', `/v2/agents/${AGENT}/status`, undefined, bearer(token))).status, 200);
    const {status, body} = await b.ask('GET', `/v2/agents/${other}/status`, undefined, bearer(token));
    assert.equal(status, 403);
    assert.equal(body['errorCode'], 'FORBIDDEN');
    const refused = await b.handshake(other, token);
    assert.ok(!(refused instanceof Stream));
    assert.equal(refused.status, 403);
  });

  it('an agent that does not exist gets one too: the API says that there is none', LIMIT, async (t) => {
    const b = await bench(t);
    const token = await b.newToken('nobody@example.com');
    const {status, body} = await b.ask('GET', '/v2/agents/nobody@example.com/status', undefined, bearer(token));
    assert.equal(status, 404);
    assert.equal(body['errorCode'], 'NOT_FOUND');
    const refused = await b.handshake('nobody@example.com', token);
    assert.ok(!(refused instanceof Stream));
    assert.equal(refused.status, 404);
    assert.equal(refused.body['errorCode'], 'NOT_FOUND');
  });

  it('without an agent in the body it is for the first one', LIMIT, async (t) => {
    const b = await bench(t);
    const {body} = await b.ask('POST', '/token', undefined, {'x-requested-with': 'test'});
    assert.equal(decodeJwt(String(body['access_token'])).sub, AGENT);
  });
});

describe('a token that does not hold', () => {
  const wrong: readonly (readonly [string, Record<string, string>])[] = [
    ['none', {}],
    ['nonsense', bearer('nonsense')],
    ['another scheme', {authorization: 'Basic YTpi'}],
  ];
  for (const [what, headers] of wrong) {
    it(`${what}: 401 TOKEN_EXPIRED`, LIMIT, async (t) => {
      const b = await bench(t);
      const {status, body} = await b.ask('GET', `/v2/agents/${AGENT}/status`, undefined, headers);
      assert.equal(status, 401);
      assert.equal(body['errorCode'], 'TOKEN_EXPIRED');
    });
  }

  it("one of another simulator's is not taken", LIMIT, async (t) => {
    const [one, two] = [await bench(t), await bench(t)];
    const token = await one.newToken();
    assert.equal((await two.ask('GET', `/v2/agents/${AGENT}/status`, undefined, bearer(token))).status, 401);
  });

  it('a short life ends: 401 on REST, a refused handshake, and open streams live on', LIMIT, async (t) => {
    const clock = new ManualClock();
    const b = await bench(t, {clock});
    assert.equal((await b.fault({kind: 'token-lifetime', seconds: 1})).status, 201);
    const token = await b.newToken();
    assert.equal(decodeJwt(token).exp! - decodeJwt(token).iat!, 1);
    const stream = await b.stream(AGENT, token);
    clock.advance(2_000);
    const {status, body} = await b.ask('GET', `/v2/agents/${AGENT}/status`, undefined, bearer(token));
    assert.equal(status, 401);
    assert.equal(body['errorCode'], 'TOKEN_EXPIRED');
    const refused = await b.handshake(AGENT, token);
    assert.ok(!(refused instanceof Stream));
    assert.equal(refused.status, 401);
    stream.ping();
    await stream.nth('heartbeat');
    await b.sim('DELETE', '/faults');
    const claims = decodeJwt(await b.newToken());
    assert.equal(claims.exp! - claims.iat!, 3_600);
  });

  it('expire-tokens ends all that are out; a new one works', LIMIT, async (t) => {
    const b = await bench(t);
    const old = await b.newToken();
    await b.fault({kind: 'expire-tokens'});
    assert.equal((await b.ask('GET', `/v2/agents/${AGENT}/status`, undefined, bearer(old))).status, 401);
    const fresh = await b.newToken();
    assert.equal((await b.ask('GET', `/v2/agents/${AGENT}/status`, undefined, bearer(fresh))).status, 200);
  });
});

describe('scopes', () => {
  it('a token without them is refused per call, and told what is missing; reads are free', LIMIT, async (t) => {
    const b = await bench(t);
    const {interactionId, sessionId} = await b.talk();
    const {body} = await b.sim('POST', '/scopes', {scopes: ['work:read']});
    assert.deepEqual(body, {scopes: ['work:read']});
    const headers = bearer(await b.newToken());
    const command = {agentId: AGENT, action: 'Hold', parameters: {}};
    const status = {state: 'busy', overrideReason: 'agent_request'};
    const acw = {duration: 5, type: 'manual', reasonCode: 'x'};
    const calls: readonly (readonly [string, string, unknown, string])[] = [
      ['POST', `/v2/telephony/interactions/${interactionId}/control`, command, 'telephony:control'],
      ['PUT', `/api/v2/users/${AGENT}/agentStatus`, status, 'agent:write'],
      ['POST', `/api/v2/telephony/usersessions/${sessionId}/acw`, acw, 'telephony:write'],
      [
        'PATCH',
        `/api/v2/telephony/usersessions/${sessionId}/acw`,
        {extendBySeconds: 5, reasonCode: 'x'},
        'telephony:write',
      ],
    ];
    for (const [method, path, sent, scope] of calls) {
      const answer = await b.ask(method, path, sent, headers);
      assert.equal(answer.status, 403, path);
      assert.equal(answer.body['errorCode'], 'MISSING_SCOPE');
      assert.ok(String(answer.body['message']).includes(scope), String(answer.body['message']));
    }
    for (const path of [
      `/v2/agents/${AGENT}/status`,
      `/api/v2/users/${AGENT}/agentStatus`,
      `/api/v2/telephony/usersessions?userId=${AGENT}`,
      `/v2/telephony/interactions/${interactionId}`,
    ]) {
      assert.equal((await b.ask('GET', path, undefined, headers)).status, 200, path);
    }
  });

  it('users: without users:read an empty list, not a refusal', LIMIT, async (t) => {
    const b = await bench(t);
    assert.ok((await b.api<{entities: unknown[]}>('GET', '/api/v2/users')).body.entities.length >= 3);
    await b.sim('POST', '/scopes', {scopes: ['agent:read']});
    const answer = await b.ask<{entities: unknown[]}>('GET', '/api/v2/users', undefined, bearer(await b.newToken()));
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.body.entities, []);
  });

  it('without a list everything again; a reset does the same', LIMIT, async (t) => {
    const b = await bench(t);
    await b.sim('POST', '/scopes', {scopes: []});
    assert.equal(decodeJwt(await b.newToken())['scope'], '');
    await b.sim('POST', '/scopes', {});
    assert.equal(decodeJwt(await b.newToken())['scope'], ALL_SCOPES.join(' '));
    await b.sim('POST', '/scopes', {scopes: ['agent:read']});
    await b.sim('POST', '/reset');
    assert.equal(decodeJwt(await b.newToken())['scope'], ALL_SCOPES.join(' '));
  });
});

describe('limits of the tenant', () => {
  it('token requests past the limit: 429 with Retry-After', LIMIT, async (t) => {
    const clock = new ManualClock();
    const b = await bench(t, {clock, limits: {tokens: {limit: 2, windowMs: 400}}});
    await b.newToken();
    assert.equal((await form(b, '/oauth/token', FIELDS)).status, 200);
    const {status, headers, body} = await b.ask('POST', '/token', {}, {'x-requested-with': 'test'});
    assert.equal(status, 429);
    assert.equal(headers.get('retry-after'), '1');
    assert.equal(body['errorCode'], 'RATE_LIMITED');
    clock.advance(400);
    await b.newToken();
  });

  it('connects past the limit: the handshake is refused with 429 and Retry-After', LIMIT, async (t) => {
    const b = await bench(t, {limits: {connects: {limit: 1, windowMs: 60_000}}});
    await b.stream();
    const refused = await b.handshake(AGENT, await b.newToken());
    assert.ok(!(refused instanceof Stream));
    assert.equal(refused.status, 429);
    assert.match(String(refused.headers['retry-after']), /^\d+$/);
    assert.equal(refused.body['errorCode'], 'RATE_LIMITED');
  });
});
