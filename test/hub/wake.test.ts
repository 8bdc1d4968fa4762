import {describe, it} from 'node:test';
import {expect} from 'chai';
import type {HubSettings} from '../../src/domain/settings.js';
import {atEnd, codeOf, configFor, shows, startHub, TestPage, TestSimulator, until} from './support.js';

/** Has the wall clock jump ahead, as a sleep does: the next timer of the hub is late by so many ms. */
function sleep(ms: number): void {
  const {now} = Date;
  Date.now = () => now() + ms;
  atEnd(() => (Date.now = now));
}

describe('a hub that wakes from sleep', () => {
  async function ringing(
    settings: Partial<HubSettings> = {},
  ): Promise<{sim: TestSimulator; page: TestPage; interactionId: string}> {
    const sim = await TestSimulator.start();
    const page = await TestPage.live(startHub(), configFor(sim, {requestTimeoutMs: 30_000, ...settings}));
    const {interactionId} = await sim.ring();
    await shows(page, interactionId, 'ringing');
    return {sim, page, interactionId};
  }
  const isDoubted = (page: TestPage): boolean => page.snapshot.connection.doubted === true;

  it('doubts what it knows until one read, and has Answer wait for that read', async () => {
    const {sim, page, interactionId} = await ringing({wakeReadWaitMs: 20_000});
    expect(isDoubted(page)).to.equal(false);
    // Longer than the sleep: the simulator goes by the same clock.
    await sim.fault({kind: 'freeze-stream', forMs: 600_000});
    await sim.fault({kind: 'delay', path: '/usersessions', ms: 2_000});
    sleep(60_000);
    await until('it is doubted', () => isDoubted(page));
    expect(page.interaction(interactionId)?.state).to.equal('ringing');
    // The caller has hung up, which only the read can tell. A read from before the sleep knows nothing of it.
    await sim.end(interactionId);
    expect(await codeOf(page.command('answer', interactionId))).to.equal('NO_SUCH_INTERACTION');
    expect(await sim.commands()).to.deep.equal([]);
    await until('it is doubted no longer', () => !isDoubted(page));
  });

  it('has Answer wait no longer than 2 s', async () => {
    const {sim, page, interactionId} = await ringing();
    await sim.fault({kind: 'delay', path: '/usersessions', ms: 60_000, times: 10});
    sleep(60_000);
    await until('it is doubted', () => isDoubted(page));
    await page.command('answer', interactionId);
    expect(isDoubted(page), 'nothing was read yet').to.equal(true);
    expect(await sim.effects()).to.deep.equal(['Answer']);
  });
});
