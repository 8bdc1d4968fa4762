import {beforeEach, describe, it} from 'node:test';
import {expect} from 'chai';
import {configFor, startHub, talking, TestPage, TestSimulator, until} from './support.js';

/** Longer, and oftener, than any of these tests. */
const LONG_MS = 60_000;
const ALWAYS = 10_000;

describe('a hub whose tokens fail', () => {
  let sim: TestSimulator;

  beforeEach(async () => {
    sim = await TestSimulator.start();
  });

  const asked = async (): Promise<number> => (await sim.log('/token')).filter(({method}) => method === 'POST').length;
  const problem = (page: TestPage): string | undefined => page.snapshot.connection.problem?.code;

  const failures = [
    ['answers nonsense', {kind: 'http-status', path: '/token', status: 200, body: {hello: 'world'}, times: ALWAYS}],
    ['answers no JSON', {kind: 'http-status', path: '/token', status: 200, body: 'no JSON', times: ALWAYS}],
    ['is broken', {kind: 'http-status', path: '/token', status: 500, times: ALWAYS}],
    ['hangs', {kind: 'delay', path: '/token', ms: LONG_MS, times: ALWAYS}],
  ] as const;
  for (const [how, fault] of failures) {
    it(`because their source ${how} says so, asks seldom, and is live once it is mended`, async () => {
      await sim.fault(fault);
      const page = await TestPage.join(
        startHub(),
        configFor(sim, {tokenSourceTimeoutMs: 100, tokenRetryBaseMs: 100, tokenRetryCapMs: 400}),
      );
      const startedAt = Date.now();
      await until('it says so', () => problem(page) === 'tokenSourceFailed');
      await until('it has tried some times', async () => (await asked()) >= 4);
      // Full jitter waits half of 400 ms in the mean; even at none of it a source that hangs takes its time.
      expect(await asked()).to.be.at.most(6 + (Date.now() - startedAt) / 50);
      await sim.clearFaults();
      await until('it is live', () => page.snapshot.connection.mode === 'live');
    });
  }

  it('because it is refused for good asks once, and again when a person does', async () => {
    await sim.fault({kind: 'http-status', path: '/token', status: 400, body: {error: 'invalid_client'}, times: ALWAYS});
    const page = await TestPage.join(startHub(), configFor(sim));
    await until('it says so', () => problem(page) === 'tokenRefused');
    expect(page.snapshot.connection).to.include({mode: 'error'});
    expect(page.snapshot.connection.nextTryAt).to.equal(undefined);
    expect(await asked()).to.equal(1);
    await sim.clearFaults();
    await page.call('reconnect', []);
    await until('it is live', () => page.snapshot.connection.mode === 'live');
    expect(await asked()).to.equal(2);
  });

  it('keeps a call under control while the source is broken and the token is good', async () => {
    const page = await TestPage.live(startHub(), configFor(sim));
    await sim.fault({kind: 'http-status', path: '/token', status: 503, times: ALWAYS});
    const id = await talking(sim, page);
    await page.command('hold', id);
    await page.command('resume', id);
    expect(await sim.effects()).to.deep.equal(['Answer', 'Hold', 'Resume']);
  });

  it('comes back with a fresh one when it expired during an outage, at the first try', async () => {
    // Lives are whole seconds, cut: of a shorter one nothing may be left when it arrives.
    await sim.fault({kind: 'token-lifetime', seconds: 3});
    const page = await TestPage.live(
      startHub(),
      configFor(sim, {
        pollIntervalMs: LONG_MS,
        tokenRefreshMinGapMs: 100,
        reconnectDelaysMs: [400],
        reconnectBreakerEvery: 99,
      }),
    );
    await sim.fault({kind: 'refuse-stream', status: 503, forMs: LONG_MS});
    await sim.fault({kind: 'drop-stream'});
    const lostAt = Date.now();
    await until('the token has expired', () => Date.now() - lostAt > 3_100);
    await sim.clearFaults();
    await until('it is live', () => page.snapshot.connection.mode === 'live');
    const refused = (await sim.log('/stream')).filter(({status}) => status === 401);
    expect(refused).to.deep.equal([]);
  });

  for (const skewMs of [600_000, -600_000]) {
    it(`judges life and ages by a server's clock ${skewMs / 60_000} minutes off`, async () => {
      await sim.fault({kind: 'clock-skew', ms: skewMs});
      await sim.fault({kind: 'token-lifetime', seconds: 300});
      const page = await TestPage.live(startHub(), configFor(sim));
      const id = await talking(sim, page);
      await page.command('hold', id);
      const {startedAt, stateSince} = page.interaction(id)!;
      expect(Math.abs(Date.now() - startedAt)).to.be.lessThan(3_000);
      expect(Math.abs(Date.now() - stateSince)).to.be.lessThan(3_000);
      expect(await asked()).to.equal(1);
    });
  }

  for (const seconds of [10, 60, 300, 86_400]) {
    it(`is not refreshed in a loop with a life of ${seconds} s`, async () => {
      await sim.fault({kind: 'token-lifetime', seconds});
      const page = await TestPage.live(startHub(), configFor(sim));
      const id = await talking(sim, page);
      for (const action of ['hold', 'resume', 'mute', 'unmute'] as const) await page.command(action, id);
      expect(await asked()).to.equal(1);
    });
  }

  it('says that it is the last one, and keeps calls in control until it ends', async () => {
    await sim.fault({kind: 'token-lifetime', seconds: 4});
    const page = await TestPage.live(startHub(), configFor(sim, {tokenRefreshMinGapMs: 100}));
    const warned = (): boolean => page.snapshot.connection.warnings.some(({code}) => code === 'tokenEnding');
    const id = await talking(sim, page);
    await sim.fault({kind: 'http-status', path: '/token', status: 400, body: {error: 'invalid_client'}, times: ALWAYS});
    await until('it says so', warned);
    expect(page.snapshot.connection.mode).to.equal('live');
    await page.command('hold', id);
    await until('the token has ended', () => page.snapshot.connection.mode === 'error');
    expect(problem(page)).to.equal('tokenRefused');
    expect(warned()).to.equal(false);
  });

  it('asks the token address of a page that is there, not of one that is gone', async () => {
    const at = (name: string) => configFor(sim, {}, {tokenUrl: `${sim.url}/token?${name}`});
    const hub = startHub();
    const first = await TestPage.live(hub, at('first'));
    const second = await TestPage.live(hub, at('second'));
    expect(second.notices()).to.deep.equal([]);
    await first.leave();
    await sim.fault({kind: 'expire-tokens'});
    await sim.fault({kind: 'drop-stream'});
    await until('it has another token', async () => (await second.log('token_received')).length === 2);
    await until('it is live', () => second.snapshot.connection.mode === 'live');
    const posts = (await sim.log('/token')).filter(({method}) => method === 'POST');
    expect(posts.map(({query}) => Object.keys(query))).to.deep.equal([['first'], ['second']]);
    expect(JSON.stringify(await second.call('log', []))).not.to.contain('second');
  });
});
