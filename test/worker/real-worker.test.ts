import {expect} from '@open-wc/testing';
import {
  codeOf,
  configFor,
  overChannel,
  pageLocks,
  shows,
  startHub,
  startWorkerHub,
  talking,
  TestPage,
  TestSimulator,
  until,
} from './support.js';

describe('a hub whose worker was terminated in the middle of a command', () => {
  /** A call, and a worker that dies once the platform has been asked to hold it. */
  async function diedHolding(fault: Parameters<TestSimulator['fault']>[0]): Promise<TestSimulator> {
    const sim = await TestSimulator.start();
    const hub = startWorkerHub();
    const page = await TestPage.live(hub, configFor(sim));
    const id = await talking(sim, page, {acwSeconds: 0});
    await sim.fault(fault);
    void page.command('hold', id).catch(() => undefined);
    await until('the platform has it', async () => (await sim.commands()).length === 2);
    hub.die();
    page.die();
    return sim;
  }
  /** What the next hub made of it. */
  async function settled(sim: TestSimulator): Promise<unknown> {
    const page = await TestPage.live(startHub(), configFor(sim));
    const entries = () => page.log('command_settled_after_restart');
    await until('it is settled', async () => (await entries()).length > 0);
    return (await entries()).map(({data}) => data!['outcome']);
  }

  it('before the answer, finds it done and does not send it again', async () => {
    const sim = await diedHolding({kind: 'lose-response', path: '/control', times: 9});
    await until('it is carried out', async () => (await sim.effects()).includes('Hold'));
    await sim.clearFaults();
    expect(await settled(sim)).to.deep.equal(['done']);
    expect(await sim.commands()).to.have.lengthOf(2);
    expect(await sim.effects()).to.deep.equal(['Answer', 'Hold']);
  });

  it('while the platform was still busy with it, has it carried out once', async () => {
    const sim = await diedHolding({kind: 'delay', path: '/control', ms: 1_500, times: 1});
    const sentAt = Date.now();
    expect(await settled(sim)).to.deep.equal(['done']);
    await until('the platform is through with the first one', () => Date.now() - sentAt > 1_600);
    expect(await sim.effects()).to.deep.equal(['Answer', 'Hold']);
  });
});

describe('a hub and the channel that all pages hear', () => {
  it('serves pages over the channel like any other, and asks them for no token', async () => {
    const sim = await TestSimulator.start();
    const hub = startHub();
    const first = await TestPage.live(hub, configFor(sim));
    const wire = (pageId: string) => overChannel(sim, pageId);
    const page = await TestPage.live(hub, configFor(sim), {wire, presence: {activeAt: Date.now() + 99}});
    const other = await TestPage.live(hub, configFor(sim), {wire});
    const {interactionId} = await sim.ring();
    for (const each of [page, other, first]) await shows(each, interactionId, 'ringing');
    expect(await codeOf(page.command('hold', interactionId))).to.equal('NOT_ALLOWED');
    await page.command('answer', interactionId);
    await shows(other, interactionId, 'talking');
    await other.leave();
    page.die();
    await until('only one is left', async () => (await pageLocks()).length === 2);
  });
});
