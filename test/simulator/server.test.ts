import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {mkdtemp, mkdir, rm, writeFile} from 'node:fs/promises';
import {request} from 'node:http';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {describe, it} from 'node:test';
import {fileURLToPath} from 'node:url';
import {startSimulator} from '../../simulator/index.js';
import {AGENT, bench, LIMIT, pause, until} from './harness.js';

/** A request that says which address and which host name: `fetch` does neither, and resolves no `*.localhost`. */
function ask(host: string, port: number, path: string, name = 'localhost'): Promise<{status: number; body: string}> {
  return new Promise((resolve, reject) => {
    const made = request({host, port, path, headers: {host: `${name}:${port}`}}, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
      response.on('end', () => resolve({status: response.statusCode ?? 0, body}));
    });
    made.on('error', reject).end();
  });
}

describe('where it answers', () => {
  it('on IPv4 and IPv6, under every *.localhost name', LIMIT, async (t) => {
    const b = await bench(t);
    const {port} = b.simulator;
    for (const host of ['127.0.0.1', '::1']) {
      for (const name of ['localhost', 'crm.localhost', 'a.b.localhost', '127.0.0.1']) {
        assert.equal((await ask(host, port, '/_sim/streams', name)).status, 200, `${name} at ${host}`);
      }
    }
    assert.equal(b.url, `http://localhost:${port}`);
  });

  it('a port that is taken fails with EADDRINUSE; closing frees it', LIMIT, async (t) => {
    const b = await bench(t);
    const {port} = b.simulator;
    await assert.rejects(startSimulator({port}), {code: 'EADDRINUSE'});
    await b.simulator.close();
    const again = await startSimulator({port});
    await again.close();
  });

  it('a port that is taken on one address only is taken, and what was opened is closed', LIMIT, async () => {
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, '::1', resolve));
    const {port} = blocker.address() as {port: number};
    await assert.rejects(startSimulator({port}), {code: 'EADDRINUSE'});
    await assert.rejects(ask('127.0.0.1', port, '/_sim/state'), {code: 'ECONNREFUSED'});
    await new Promise((resolve) => blocker.close(resolve));
  });

  it('closing ends streams and watchers at once', LIMIT, async (t) => {
    const b = await bench(t);
    const stream = await b.stream();
    const watched = await fetch(`${b.url}/_sim/events`);
    await b.simulator.close();
    await stream.end();
    await assert.rejects(watched.text());
  });
});

describe('other origins', () => {
  const origin = 'https://crm.example';

  it('are let in with credentials, and may read Retry-After, Date and ETag', LIMIT, async (t) => {
    const b = await bench(t);
    for (const path of [`/v2/agents/${AGENT}/status`, '/_sim/state', '/nowhere']) {
      const {headers} = await b.api('GET', path, undefined, {origin});
      assert.equal(headers.get('access-control-allow-origin'), origin);
      assert.equal(headers.get('access-control-allow-credentials'), 'true');
      assert.match(headers.get('vary') ?? '', /Origin/);
      const exposed = (headers.get('access-control-expose-headers') ?? '').toLowerCase();
      for (const name of ['retry-after', 'date', 'etag']) assert.ok(exposed.includes(name), name);
    }
  });

  it('preflights are answered, without a token and without a log entry', LIMIT, async (t) => {
    const b = await bench(t);
    const wanted = 'authorization, content-type, idempotency-key, x-requested-with, if-match';
    const response = await fetch(`${b.url}/v2/telephony/interactions/x/control`, {
      method: 'OPTIONS',
      headers: {origin, 'access-control-request-method': 'POST', 'access-control-request-headers': wanted},
    });
    assert.equal(response.status, 204);
    const allowed = (response.headers.get('access-control-allow-headers') ?? '').toLowerCase();
    for (const name of wanted.split(', ')) assert.ok(allowed.includes(name), name);
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
      assert.ok(response.headers.get('access-control-allow-methods')?.includes(method));
    }
    assert.equal(response.headers.get('access-control-allow-origin'), origin);
    assert.equal(response.headers.get('access-control-allow-credentials'), 'true');
    assert.deepEqual((await b.sim('GET', '/log')).body, []);
  });

  it('a refusal, too, can be read across origins', LIMIT, async (t) => {
    const b = await bench(t);
    const {status, headers} = await b.ask('GET', `/v2/agents/${AGENT}/status`, undefined, {origin});
    assert.equal(status, 401);
    assert.equal(headers.get('access-control-allow-origin'), origin);
    assert.ok(headers.get('date'));
  });
});

interface Entry {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly query: Record<string, unknown>;
  readonly headers: Record<string, unknown>;
  readonly body: unknown;
  readonly status: number | null;
  readonly replayed: boolean;
}

describe('the log', () => {
  it('holds requests and upgrades in order, with secrets masked and nothing else lost', LIMIT, async (t) => {
    const b = await bench(t);
    const token = await b.newToken();
    const fields = {grant_type: 'client_credentials', client_id: 'crm', client_secret: 'hush-hush'};
    const query = new URLSearchParams({client_secret: 'hush-hush', client_id: 'crm'}).toString();
    await fetch(`${b.url}/oauth/token?${query}`, {method: 'POST', body: new URLSearchParams(fields)});
    const {interactionId} = await b.ring();
    const command = {agentId: AGENT, action: 'Answer', parameters: {}};
    const headers = {
      authorization: `Bearer ${token}`,
      cookie: 'sid=hush-hush',
      'idempotency-key': 'k',
      'X-Custom': 'Seen',
    };
    await b.ask('POST', `/v2/telephony/interactions/${interactionId}/control`, command, headers);
    await b.stream(AGENT, token);
    const {body: log} = await b.sim<Entry[]>('GET', '/log');
    assert.deepEqual(
      log.map(({method, path, status, replayed}) => [method, path, status, replayed]),
      [
        ['POST', '/token', 200, false],
        ['POST', '/oauth/token', 200, false],
        ['POST', `/v2/telephony/interactions/${interactionId}/control`, 200, false],
        ['GET', `/v2/agents/${AGENT}/stream`, 101, false],
      ],
    );
    const text = JSON.stringify(log);
    for (const secret of [token, 'hush-hush']) assert.ok(!text.includes(secret), 'a secret is in the log');
    assert.deepEqual(log[0]?.body, {agentId: AGENT});
    assert.equal((log[1]?.body as Record<string, unknown>)['client_id'], 'crm');
    assert.deepEqual(log[2]?.body, command);
    assert.deepEqual([log[2]?.headers['idempotency-key'], log[2]?.headers['x-custom']], ['k', 'Seen']);
    assert.equal(typeof log[2]?.headers['authorization'], 'string');
    assert.ok('token' in log[3]!.query);
    assert.ok(log.every(({at}, i) => at <= Date.now() && (i === 0 || at >= log[i - 1]!.at)));
  });

  it('takes a path; control calls and files are not in it; a refused upgrade is', LIMIT, async (t) => {
    const b = await bench(t);
    await b.presence();
    await b.handshake(AGENT, 'wrong');
    await b.sim('GET', '/state');
    await fetch(`${b.url}/favicon.ico`);
    const {body} = await b.sim<Entry[]>('GET', '/log?path=/v2/');
    assert.deepEqual(
      body.map(({path, status}) => [path, status]),
      [
        [`/v2/agents/${AGENT}/status`, 200],
        [`/v2/agents/${AGENT}/stream`, 401],
      ],
    );
    assert.equal((await b.sim<Entry[]>('GET', '/log')).body.length, 3);
    assert.deepEqual((await b.sim('GET', '/log?path=nothing')).body, []);
  });
});

describe('the control API', () => {
  it('tells the whole state', LIMIT, async (t) => {
    const b = await bench(t);
    const {interactionId} = await b.ring();
    const {body} = await b.sim<{
      defaultAgentId: string;
      agents: {id: string; status: string}[];
      sessions: {interactionId: string; state: string}[];
      streams: unknown;
      faults: unknown[];
    }>('GET', '/state');
    assert.equal(body.defaultAgentId, AGENT);
    assert.ok(body.agents.length >= 3);
    assert.deepEqual([body.agents[0]?.id, body.agents[0]?.status], [AGENT, 'Ringing']);
    assert.deepEqual(
      body.sessions.map((session) => [session.interactionId, session.state]),
      [[interactionId, 'ringing']],
    );
    assert.deepEqual(body.streams, {open: 0, total: 0});
    assert.deepEqual(body.faults, []);
  });

  it('reset: Available, no sessions; counters, faults, logs, effects and keys forgotten', LIMIT, async (t) => {
    const b = await bench(t);
    const stream = await b.stream();
    const ids = await b.ring({acwSeconds: 0.2});
    await b.command(ids.interactionId, 'Answer', {}, 'key');
    await b.command(ids.interactionId, 'Release');
    await b.fault({kind: 'clock-skew', ms: 60_000});
    await b.fault({kind: 'http-status', path: 'agentStatus', status: 500, times: 9});
    assert.equal((await b.sim('POST', '/reset')).status, 200);
    await stream.end();
    assert.equal(await b.presence(), 'Available');
    const {body} = await b.sim<Record<string, unknown>>('GET', '/state');
    assert.deepEqual([body['sessions'], body['interactions'], body['faults']], [[], [], []]);
    assert.equal(body['now'], body['serverNow']);
    assert.deepEqual((await b.sim('GET', '/effects')).body, []);
    assert.deepEqual((await b.sim('GET', '/streams')).body, {open: 0, total: 0});
    assert.equal((await b.sim<unknown[]>('GET', '/log')).body.length, 1);
    assert.equal((await b.setStatus('lunch')).status, 200);
    // The after-call work that was running must not end in the new life.
    await pause(250);
    assert.equal(await b.presence(), 'Lunch');
    await b.setStatus('available');
    const next = await b.ring();
    assert.equal((await b.command(next.interactionId, 'Answer', {}, 'key')).status, 200);
    assert.equal(await b.stateOf(next.interactionId), 'talking');
  });

  const bad: readonly (readonly [string, unknown, RegExp])[] = [
    ['/interactions', {mediaType: 'pigeon'}, /mediaType/],
    ['/interactions', {acwSeconds: -1}, /acwSeconds/],
    ['/interactions', {mediatype: 'voice'}, /mediatype/],
    ['/interactions', {screenPop: 'ACC-1'}, /screenPop: expected an object/],
    ['/interactions', [], /object/],
    ['/emit', {}, /frame/],
    ['/emit', {frame: {}, times: 0}, /times/],
    ['/emit', {frame: 5}, /frame/],
    ['/scopes', {scopes: 'agent:read'}, /scopes/],
  ];
  for (const [path, body, words] of bad) {
    it(`${path} refuses ${JSON.stringify(body)} in words`, LIMIT, async (t) => {
      const b = await bench(t);
      const answer = await b.sim('POST', path, body);
      assert.equal(answer.status, 400);
      assert.equal(answer.body['errorCode'], 'BAD_REQUEST');
      assert.match(String(answer.body['message']), words);
      assert.equal(await b.presence(), 'Available');
    });
  }

  it('what is not JSON, who does not exist, and what is not there', LIMIT, async (t) => {
    const b = await bench(t);
    const headers = {'content-type': 'application/json'};
    const torn = await fetch(`${b.url}/_sim/interactions`, {method: 'POST', headers, body: '{"mediaType":'});
    assert.equal(torn.status, 400);
    assert.equal(((await torn.json()) as Record<string, unknown>)['errorCode'], 'BAD_REQUEST');
    assert.equal((await b.sim('POST', '/interactions', {agentId: 'nobody'})).status, 404);
    assert.equal((await b.sim('POST', '/interactions/nope/end')).status, 404);
    const nowhere = await b.ask('DELETE', '/nowhere');
    assert.deepEqual([nowhere.status, nowhere.body['errorCode']], [404, 'NOT_FOUND']);
  });

  it('watchers get the state, requests and effects as server-sent events', LIMIT, async (t) => {
    const b = await bench(t);
    const leaving = new AbortController();
    t.after(() => leaving.abort());
    const response = await fetch(`${b.url}/_sim/events`, {signal: leaving.signal});
    assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/);
    let text = '';
    void (async () => {
      for await (const chunk of response.body!) text += Buffer.from(chunk as Uint8Array).toString('utf8');
    })().catch(() => undefined);
    const of = (event: string) =>
      [...text.matchAll(new RegExp(`^event: ${event}\\ndata: (.*)$`, 'gm'))].map(
        ([, data]) => JSON.parse(data ?? '') as unknown,
      );
    await until('the first state', () => of('state').length === 1);
    const {interactionId} = await b.talk();
    await until('the effect', () => of('effect').length === 1);
    assert.equal((of('effect')[0] as Record<string, unknown>)['interactionId'], interactionId);
    await until('the request', () =>
      of('log').some(
        (entry) =>
          (entry as {entry: Entry}).entry.path.endsWith('/control') && (entry as {entry: Entry}).entry.status === 200,
      ),
    );
    await until('the new state', () => {
      const {sessions} = of('state').at(-1) as {sessions: {state: string}[]};
      return sessions[0]?.state === 'talking';
    });
    await b.sim('POST', '/reset');
    await until('the reset', () => of('reset').length === 1);
  });
});

describe('files', () => {
  it('are served from the longest prefix, pages under a strict policy, nothing from outside', LIMIT, async (t) => {
    const parent = await mkdtemp(join(tmpdir(), 'simulator-'));
    t.after(() => rm(parent, {recursive: true}));
    const dir = join(parent, 'site');
    await mkdir(join(dir, 'inner'), {recursive: true});
    await mkdir(join(parent, 'site-private'));
    await writeFile(join(parent, 'secret.txt'), 'secret');
    await writeFile(join(parent, 'site-private', 'secret.txt'), 'secret');
    await writeFile(join(dir, 'page.html'), '<!doctype html>');
    await writeFile(join(dir, 'script.js'), 'export {};');
    await writeFile(join(dir, 'inner', 'index.html'), 'inner');
    await writeFile(join(dir, 'inner', 'other.txt'), 'other');
    const b = await bench(t, {
      staticRoots: [
        {prefix: '/', dir},
        {prefix: '/deep/', dir: join(dir, 'inner')},
      ],
    });
    const page = await fetch(`${b.url}/page.html`);
    assert.equal(page.status, 200);
    assert.match(page.headers.get('content-type') ?? '', /^text\/html/);
    const policy = page.headers.get('content-security-policy') ?? '';
    for (const part of [
      "script-src 'self'",
      "require-trusted-types-for 'script'",
      "object-src 'none'",
      'connect-src',
    ]) {
      assert.ok(policy.includes(part), part);
    }
    assert.ok(!policy.includes('unsafe'));
    const script = await fetch(`${b.url}/script.js`);
    assert.match(script.headers.get('content-type') ?? '', /javascript/);
    assert.equal(script.headers.get('cache-control'), 'no-cache');
    assert.equal(await (await fetch(`${b.url}/deep/`)).text(), 'inner');
    assert.equal(await (await fetch(`${b.url}/deep/other.txt`)).text(), 'other');
    const etag = page.headers.get('etag') ?? '';
    assert.equal((await fetch(`${b.url}/page.html`, {headers: {'if-none-match': etag}})).status, 304);
    const outside = [
      '/%2e%2e/secret.txt',
      '/..%2fsecret.txt',
      '/../secret.txt',
      '/..%2fsite-private/secret.txt',
      '/deep/%2e%2e/%2e%2e/secret.txt',
      '/nothing.html',
      '/page.html%00.txt',
    ];
    for (const path of outside) {
      assert.equal((await ask('127.0.0.1', b.simulator.port, path)).status, 404, path);
    }
  });
});

describe('the command', () => {
  const cli = fileURLToPath(new URL('../../simulator/cli.ts', import.meta.url));
  const run = (args: readonly string[], env: Record<string, string> = {}) => {
    const child = spawn(process.execPath, ['--import=tsx', cli, ...args], {env: {...process.env, ...env}});
    const result = {out: '', error: '', code: undefined as number | null | undefined, child};
    child.stdout.on('data', (chunk: Buffer) => (result.out += chunk.toString('utf8')));
    child.stderr.on('data', (chunk: Buffer) => (result.error += chunk.toString('utf8')));
    child.on('exit', (code) => (result.code = code));
    return result;
  };

  it('starts, says where, and ends when told to', {timeout: 40_000}, async () => {
    const result = run(['--port', '0']);
    try {
      await until('the address', () => /http:\/\/localhost:\d+/.test(result.out), 30_000);
      const url = /http:\/\/localhost:\d+/.exec(result.out)?.[0] ?? '';
      assert.equal((await fetch(`${url}/_sim/state`)).status, 200);
    } finally {
      result.child.kill('SIGTERM');
    }
    await until('the end', () => result.code !== undefined, 10_000);
    assert.equal(result.code, 0);
  });

  it('a wrong port is told in words', {timeout: 40_000}, async () => {
    const result = run([], {PORT: 'lots'});
    await until('the end', () => result.code !== undefined, 30_000);
    assert.equal(result.code, 1);
    assert.match(result.error, /port must be a number from 0 to 65535, not "lots"/);
  });
});
