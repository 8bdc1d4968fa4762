import {describe, it} from 'node:test';
import {expect} from 'chai';
import {AGENT, configFor, shows, startHub, talking, TestPage, TestSimulator, until} from './support.js';

describe('after an outage of the stream', () => {
  /** A page that is live, and a stream that is lost until `back` is called. */
  async function outage(settings = {}) {
    const sim = await TestSimulator.start();
    const page = await TestPage.live(startHub(), configFor(sim, settings));
    return {
      sim,
      page,
      lose: async (): Promise<void> => {
        await sim.fault({kind: 'refuse-stream', status: 503, forMs: 60_000});
        await sim.fault({kind: 'drop-stream'});
        await until('the stream is lost', () => page.snapshot.connection.mode !== 'live');
      },
      back: async (): Promise<void> => {
        await sim.clearFaults();
        await page.call('reconnect', []);
        await until('live again', () => page.snapshot.connection.mode === 'live');
      },
    };
  }

  it('says which contacts were missed, seen or unseen, and which ended', async () => {
    const {sim, page, lose, back} = await outage();
    const talk = await talking(sim, page, {acwSeconds: 0});
    const ringing = await sim.ring();
    await shows(page, ringing.interactionId, 'ringing');
    await lose();
    await sim.end(talk);
    await sim.end(ringing.interactionId);
    const unseen = await sim.ring({mediaType: 'chat'});
    await sim.end(unseen.interactionId);
    await back();
    await until('what changed is told', () => page.snapshot.connection.outage);
    const {from, to, missed, ended, acwEnded} = page.snapshot.connection.outage!;
    expect({missed, ended, acwEnded}).to.deep.equal({missed: 2, ended: 1, acwEnded: 0});
    expect(to).to.be.greaterThan(from);
  });

  it('shows what became of calls though the server’s clock was set back meanwhile', async () => {
    const {sim, page} = await outage({versionTrustMs: 300, reconcileIntervalMs: 100, acwPollIntervalMs: 60_000});
    await sim.fault({kind: 'clock-skew', ms: 600_000});
    const over = await talking(sim, page, {acwSeconds: 0});
    const {interactionId: wrapUp} = await sim.ring({mediaType: 'chat', acwSeconds: 600});
    await shows(page, wrapUp, 'ringing');
    await page.command('answer', wrapUp);
    await shows(page, wrapUp, 'talking');
    await sim.clearFaults();
    await sim.fault({kind: 'freeze-stream', forMs: 60_000});
    await sim.end(over);
    await sim.end(wrapUp);
    await shows(page, wrapUp, 'acw');
    await until('the other one is over', () => page.interaction(over) === undefined);
  });

  it('tells a status that somebody else set', async () => {
    const {sim, page, lose, back} = await outage();
    await lose();
    const token = await sim.token();
    const {status} = await fetch(`${sim.url}/api/v2/users/${AGENT}/agentStatus`, {
      method: 'PUT',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${token.ok ? token.accessToken : ''}`,
      },
      body: JSON.stringify({
        state: 'lunch',
        skillGroups: [],
        routingGroups: [],
        force: false,
        overrideReason: 'agent_request',
      }),
    });
    expect(status).to.equal(200);
    await back();
    await until('what changed is told', () => page.snapshot.connection.outage);
    const {status: change, missed} = page.snapshot.connection.outage!;
    expect([change?.before.state, change?.after.state, missed]).to.deep.equal(['available', 'lunch', 0]);
  });

  it('tells of after-call work that ended, and counts what polling saw', async () => {
    const {sim, page, lose, back} = await outage();
    const id = await talking(sim, page, {acwSeconds: 1});
    await sim.end(id);
    await shows(page, id, 'acw');
    await lose();
    await until('it is over', () => page.interaction(id) === undefined);
    await back();
    await until('what changed is told', () => page.snapshot.connection.outage);
    expect(page.snapshot.connection.outage).to.include({missed: 0, ended: 0, acwEnded: 1});
  });

  it('says nothing where nothing changed, nor of what the agent did meanwhile', async () => {
    const {sim, page, lose, back} = await outage();
    const id = await talking(sim, page);
    await lose();
    await page.command('hold', id);
    await page.command('resume', id);
    await back();
    await until('it is logged', async () => (await page.log('outage_over')).length === 1);
    expect(page.snapshot.connection.outage).to.be.undefined;
  });

  it('is forgotten in all pages once one has dismissed it, or after a while', async () => {
    const {sim, page, lose, back} = await outage({outageShownMs: 300});
    const miss = async (): Promise<void> => {
      await lose();
      const {interactionId} = await sim.ring();
      await sim.end(interactionId);
      await back();
      await until('what changed is told', () => page.snapshot.connection.outage?.missed === 1);
    };
    await miss();
    await page.call('dismissOutage', []);
    await until('it is dismissed', () => !page.snapshot.connection.outage);
    await miss();
    await until('it is old', () => !page.snapshot.connection.outage);
  });
});
