import assert from 'node:assert/strict';
import {afterEach, beforeEach, describe, it} from 'node:test';
import {fileURLToPath} from 'node:url';
import type {Page} from 'puppeteer-core';
import type {StaticRoot} from '../../simulator/index.js';
import {newWorld} from './support/new-world.js';
import {
  AGENT,
  attribute,
  press,
  requests,
  until,
  waitForAttribute,
  waitUntilLive,
  type World,
} from './support/world.js';

/** The hub's script under a policy that allows the API, and no stream: `https:` does not stand for `wss:`. */
const NO_STREAM: StaticRoot = {
  prefix: '/no-stream/',
  dir: fileURLToPath(new URL('../../dist/static/', import.meta.url)),
  headers: {'content-security-policy': 'connect-src http:'},
};

const WIDGETS = ['connection-banner', 'status-picker', 'call-controls', 'acw-timer', 'screen-pop'];

describe('what can go wrong is said in the page', () => {
  let world: World;
  let page: Page;
  const faults: string[] = [];

  beforeEach(async () => {
    world = await newWorld({roots: [NO_STREAM]});
    faults.length = 0;
  });
  afterEach(() => world.close());

  /** Puts a session with these attributes, and all widgets, into an empty page. */
  async function place(attributes: Readonly<Record<string, string>>, given?: Page): Promise<void> {
    page = given ?? (await world.open('/test/blank.html'));
    page.on('pageerror', (error) => faults.push(String(error)));
    await page.evaluate(
      (given, names) => {
        const session = document.createElement('cxone-session');
        for (const [name, value] of Object.entries(given)) session.setAttribute(name, value);
        document.addEventListener('cxone-warning', (event) => {
          const {code, detail} = event as unknown as {code: string; detail?: string};
          Object.assign(window, {
            warned: [...((window as {warned?: string[]}).warned ?? []), `${code} ${detail ?? ''}`],
          });
        });
        for (const name of names) session.append(document.createElement(`cxone-${name}`));
        document.body.append(session);
      },
      {'agent-id': AGENT, 'api-base': '/', 'token-url': '/token', crm: 'none', ...attributes},
      WIDGETS,
    );
  }

  const text = (element: string): Promise<string> =>
    page.evaluate((e) => {
      const root = document.querySelector(e)!.shadowRoot!;
      const clone = [...root.children].filter((child) => child.localName !== 'style');
      return clone
        .map((child) => child.textContent)
        .join(' ')
        .replace(/\s+/g, ' ')
        .trim();
    }, element);
  const says = (pattern: RegExp): Promise<unknown> =>
    until(`the banner says ${pattern}`, async () => {
      const now = await text('cxone-connection-banner');
      return pattern.test(now) || Promise.reject(new Error(now));
    });
  const calm = async (): Promise<void> => {
    for (const name of ['status-picker', 'call-controls', 'acw-timer', 'screen-pop']) {
      assert.ok((await text(`cxone-${name}`)).length > 0, `${name} is not blank`);
    }
    assert.deepEqual(faults, []);
  };
  const hubLog = (): Promise<{event: string; data?: {reason?: string; name?: string}}[]> =>
    page.evaluate(() => {
      const {session} = document.querySelector('cxone-session') as unknown as {
        session: {log(): Promise<{event: string; data?: {reason?: string; name?: string}}[]>};
      };
      return session.log();
    });
  const warned = (part: string): Promise<unknown> =>
    until(`a warning names ${part}`, async () => {
      const list = (await page.evaluate(() => (window as {warned?: string[]}).warned)) ?? [];
      return list.some((entry) => entry.includes(part)) || Promise.reject(new Error(list.join(', ')));
    });

  it('a missing agent id', async () => {
    await place({'agent-id': ''});
    await waitForAttribute(page, 'cxone-session', 'connection', 'error');
    await says(/agent-id/);
    await warned('missingAgentId');
    await calm();
  });

  it('an api-base that is no address', async () => {
    await place({'api-base': 'ftp://example.com'});
    await waitForAttribute(page, 'cxone-session', 'connection', 'error');
    await says(/api-base/);
    await calm();
  });

  it('an api-base where nobody answers', async () => {
    await place({'api-base': 'http://localhost:9', 'token-url': `${world.sim.url}/token`});
    await says(/does not answer/i);
    assert.notEqual(await attribute(page, 'cxone-session', 'connection'), 'live');
    await calm();
  });

  it('an agent that does not exist', async () => {
    await place({'agent-id': 'nobody'});
    await waitForAttribute(page, 'cxone-session', 'connection', 'error');
    await says(/agent/i);
    await calm();
  });

  it('a token source that fails, without a storm of requests', async () => {
    await world.sim.post('/_sim/faults', {kind: 'http-status', path: '/token', status: 503, times: 1_000});
    await place({});
    await says(/token|sign/i);
    await calm();
    const early = (await requests(world.sim, '/token')).length;
    assert.ok(early <= 10, `${early} token requests`);
    await world.sim.clearFaults();
    // It tries by itself too, and may be faster.
    await page.evaluate(() => {
      const {shadowRoot} = document.querySelector('cxone-connection-banner')!;
      shadowRoot!.querySelector<HTMLElement>('[data-action="reconnect"]')?.click();
    });
    await until('live again', async () => (await attribute(page, 'cxone-session', 'connection')) === 'live', 40_000);
  });

  it('a token source that refuses for good', async () => {
    await world.sim.post('/_sim/faults', {
      kind: 'http-status',
      path: '/token',
      status: 400,
      body: {error: 'invalid_client'},
      times: 1_000,
    });
    await place({});
    await waitForAttribute(page, 'cxone-session', 'connection', 'error');
    assert.equal((await requests(world.sim, '/token')).length, 1);
    await calm();
  });

  it('a scope that the token lacks', async () => {
    await world.sim.post('/_sim/scopes', {scopes: ['agent:read', 'interactions:read', 'work:read', 'user:read']});
    await place({});
    await warned('telephony:control');
    await calm();
  });

  it('a policy that refuses the stream: named at once, not tried again, and calls are handled without it', async () => {
    await place({'worker-url': '/no-stream/worker.js'});
    await says(/security policy.*connect-src ws:\/\/localhost/i);
    await waitForAttribute(page, 'cxone-session', 'connection', 'degraded');
    await world.sim.ring();
    await waitForAttribute(page, 'cxone-call-controls', 'state', 'ringing');
    await press(page, 'cxone-call-controls', '[data-action="answer"]');
    await waitForAttribute(page, 'cxone-call-controls', 'state', 'talking');
    const lost = (await hubLog()).filter(({event}) => event === 'stream_lost');
    assert.deepEqual(
      lost.map(({data}) => data?.reason),
      ['blocked'],
    );
    assert.doesNotMatch(JSON.stringify(lost), /token/);
    await calm();
  });

  it('a worker that cannot load: the hub runs in the page, and that is told', async () => {
    await place({'worker-url': '/no-such-worker.js'});
    await waitUntilLive(page);
    await warned('electedMode');
    assert.equal((await world.sim.get<{open: number}>('/_sim/streams')).open, 1);
    await calm();
  });

  it('frames that cannot be used are counted, and the stream goes on', async () => {
    await place({});
    await waitUntilLive(page);
    const frames = [
      'not json',
      '[]',
      {eventType: 'something.new', timestamp: new Date().toISOString(), data: {}},
      {eventType: 'agent.status.changed', timestamp: new Date().toISOString(), data: {currentStatus: 7}},
      `{"eventType":"heartbeat","timestamp":"2026-01-01T00:00:00Z","data":{"x":"${'x'.repeat(300 * 1024)}"}}`,
    ];
    for (const frame of frames) await world.sim.post('/_sim/emit', {frame});
    const dropped = await until('all are in the log', async () => {
      const found = (await hubLog()).filter(({event}) => event === 'frame_dropped');
      return found.length === 4 ? found : undefined;
    });
    assert.deepEqual(
      dropped?.map(({data}) => data?.reason),
      ['notJson', 'wrongShape', 'wrongShape', 'tooLarge'],
    );
    assert.ok((await hubLog()).some(({event, data}) => event === 'unknown-event' && data?.name === 'something.new'));
    await world.sim.ring();
    await waitForAttribute(page, 'cxone-call-controls', 'state', 'ringing');
    assert.equal(await attribute(page, 'cxone-session', 'connection'), 'live');
  });

  it('a part that cannot be fetched, until it can', async () => {
    page = await world.open('/test/blank.html');
    let isBlocked = true;
    await page.setRequestInterception(true);
    page.on('request', (request) => {
      const isPart = request.url().endsWith('/widget-parts.js');
      void (isPart && isBlocked ? request.abort() : request.continue());
    });
    await place({}, page);
    await waitUntilLive(page);
    await world.sim.ring({screenPop: {crm_account_id: 'ACC-44921'}});
    const says = (element: string, pattern: RegExp): Promise<unknown> =>
      until(`${element} says ${pattern}`, async () => pattern.test(await text(element)));
    await says('cxone-screen-pop', /could not be loaded/);
    assert.equal(await attribute(page, 'cxone-screen-pop', 'count'), '0');
    await press(page, 'cxone-call-controls', '[data-action=answer]');
    isBlocked = false;
    await says('cxone-screen-pop', /ACC-44921/);
    assert.equal(await attribute(page, 'cxone-screen-pop', 'count'), '1');
    await press(page, 'cxone-status-picker', '.trigger');
    await press(page, 'cxone-status-picker', '[data-state=busy]');
    await calm();
  });

  it('a hostile payload is text, and opens nothing', async () => {
    await place({});
    await waitUntilLive(page);
    const hostile =
      '{"crm_account_id":"javascript:alert(1)","note":"<img src=x onerror=alert(1)>","__proto__":{"polluted":true}}';
    await world.sim.post('/_sim/emit', {
      frame: `{"eventType":"interaction.screenpop","timestamp":"${new Date().toISOString()}","data":{"interactionId":"int-1","agentId":"${AGENT}","source":"<b>IVR</b>","payload":${hostile}}}`,
    });
    await until('the panel lists it', async () => (await attribute(page, 'cxone-screen-pop', 'count')) === '1');
    const shown = await text('cxone-screen-pop');
    assert.match(shown, /<img src=x onerror=alert\(1\)>/);
    const found = await page.evaluate(() => ({
      elements: document.querySelector('cxone-screen-pop')!.shadowRoot!.querySelectorAll('img, b, script').length,
      polluted: ({} as {polluted?: boolean}).polluted ?? false,
      path: location.pathname,
    }));
    assert.deepEqual(found, {elements: 0, polluted: false, path: '/test/blank.html'});
    assert.deepEqual(faults, []);
  });
});
