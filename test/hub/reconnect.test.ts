import {beforeEach, describe, it} from 'node:test';
import {expect} from 'chai';
import {DEFAULT_HUB_SETTINGS} from '../../src/domain/settings.js';
import {configFor, startHub, TestPage, TestSimulator, until} from './support.js';

/** Longer than any of these tests. */
const LONG_MS = 60_000;

describe('a hub whose stream is lost', () => {
  let sim: TestSimulator;

  beforeEach(async () => {
    sim = await TestSimulator.start();
  });

  const connects = async (): Promise<number> => (await sim.log('/stream')).length;
  const refuse = async (status = 503): Promise<void> => {
    await sim.fault({kind: 'refuse-stream', status, forMs: LONG_MS});
    await sim.fault({kind: 'drop-stream'});
  };

  it('tries as often and as late as the contract says, then seldom, and at once when a person asks', async () => {
    const settings = {
      reconnectDelaysMs: [20, 30, 40, 50],
      reconnectBreakerMs: 110,
      reconnectSlowMs: 2_000,
      pollIntervalMs: 50,
    };
    const page = await TestPage.live(startHub(), configFor(sim, settings));
    await refuse();
    await until('the tries are spent', () => page.snapshot.connection.mode === 'degraded');
    const losses = await page.log('stream_lost');
    expect(losses.map(({data}) => [data!['attempt'], data!['delayMs']])).to.deep.equal(
      [20, 30, 40, 50, 50, 110, 50, 50, 50, 50, 110, 50, 2_000].map((delayMs, i) => [i + 1, delayMs]),
    );
    expect(losses.length - 1).to.equal(DEFAULT_HUB_SETTINGS.reconnectTries);
    const before = await connects();
    await until('it tries once more by itself', async () => (await connects()) === before + 1);
    await sim.clearFaults();
    const asked = Date.now();
    await page.call('reconnect', []);
    await until('it is live', () => page.snapshot.connection.mode === 'live');
    expect(Date.now() - asked).to.be.lessThan(settings.reconnectSlowMs);
    expect(page.snapshot.connection.attempt).to.equal(0);
  });

  it('neither tries nor reads before the time that a read was told', async () => {
    const page = await TestPage.live(startHub(), configFor(sim, {reconnectDelaysMs: [20], pollIntervalMs: 20}));
    const limited = {kind: 'http-status', path: '/agentStatus', status: 429, headers: {'retry-after': '1'}} as const;
    await sim.fault(limited);
    await refuse();
    const inMs = (): number => (page.snapshot.connection.nextTryAt ?? 0) - Date.now();
    await until('the next try is late', () => inMs() > 500);
    const [tries, reads] = [await connects(), (await sim.log('/status')).length];
    await until('the time has come', () => inMs() < 100);
    expect([await connects(), (await sim.log('/status')).length]).to.deep.equal([tries, reads]);
    await until('it tries again', async () => (await connects()) > tries);
    await until('it reads again', async () => (await sim.log('/status')).length > reads);
  });

  it('asks for another token once, where the one it has may be why it was refused', async () => {
    const page = await TestPage.live(startHub(), configFor(sim, {reconnectDelaysMs: [20], pollIntervalMs: 20}));
    const tokens = async (): Promise<number> => (await sim.log('/token')).length;
    expect(await tokens()).to.equal(1);
    await sim.fault({kind: 'http-status', path: '/agentStatus', status: 403, times: 100});
    await refuse(403);
    await until('it tried some times', () => page.snapshot.connection.attempt > 5);
    expect(await tokens()).to.equal(2);
    await sim.clearFaults();
    await page.call('reconnect', []);
    await until('it is live', () => page.snapshot.connection.mode === 'live');
  });

  it('does not read again while an answer is still on its way', async () => {
    const page = await TestPage.live(startHub(), configFor(sim, {reconnectDelaysMs: [LONG_MS], pollIntervalMs: 20}));
    const reads = async (): Promise<number> => (await sim.log('/agentStatus')).length;
    const before = await reads();
    await sim.fault({kind: 'delay', path: '/agentStatus', ms: 400, times: 2});
    await sim.fault({kind: 'drop-stream', forMs: LONG_MS});
    await until(
      'the first one came',
      async () => (await page.log('connection')).length > 0 && (await reads()) > before + 1,
    );
    expect(await reads()).to.equal(before + 2);
  });

  it('tells of what it corrected when it is back, before and after', async () => {
    const page = await TestPage.live(
      startHub(),
      configFor(sim, {reconnectDelaysMs: [LONG_MS], pollIntervalMs: LONG_MS}),
    );
    await sim.fault({kind: 'http-status', path: '/usersessions', status: 503, times: 1});
    await sim.fault({kind: 'drop-stream', forMs: LONG_MS});
    await until('it is lost', () => page.snapshot.connection.mode === 'degraded');
    const {interactionId} = await sim.ring();
    await sim.clearFaults();
    await page.call('reconnect', []);
    const corrected = async () => (await page.log('state_desync_corrected')).map(({data}) => ({...data}));
    await until('both are told', async () => (await corrected()).length === 2);
    expect(await corrected()).to.deep.equal([
      {id: interactionId, before: 'none', after: 'ringing', why: 'live'},
      {id: page.snapshot.agent.agentId, before: 'available', after: 'ringing', why: 'live'},
    ]);
  });
});
