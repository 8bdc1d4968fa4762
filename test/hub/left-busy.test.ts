import {describe, it} from 'node:test';
import {expect} from 'chai';
import {AGENT, configFor, dialectWith, startHub, TestPage, TestSimulator, until} from './support.js';

describe('a status write of a hub that died', () => {
  it('comes when the contact is over and the next hub has looked: it is mended, or said', async () => {
    const sim = await TestSimulator.start();
    let asked = false;
    const slow = dialectWith(() => ({
      channels: {
        write() {
          asked = true;
          return new Promise(() => undefined);
        },
      },
    }));
    const first = startHub(slow);
    await TestPage.live(first, configFor(sim));
    const {interactionId} = await sim.ring({acwSeconds: 0});
    await until('Busy is on its way', () => asked);
    first.die();
    await sim.end(interactionId);
    const page = await TestPage.live(startHub(), configFor(sim));
    // What the first hub sent arrives.
    const gift = await sim.token();
    const url = `${sim.url}/api/v2/users/${AGENT}/agentStatus`;
    const headers = {authorization: `Bearer ${gift.ok ? gift.accessToken : ''}`, 'content-type': 'application/json'};
    const now = (await (await fetch(url, {headers})).json()) as Record<string, {id: string; state: string}[]>;
    const of = (name: string) => now[name]!.map(({id, state}) => ({id, state}));
    const body = JSON.stringify({
      state: 'busy',
      skillGroups: of('skillGroups'),
      routingGroups: of('routingGroups'),
      force: false,
      overrideReason: 'channel_matrix',
    });
    const put = await fetch(url, {method: 'PUT', headers, body});
    expect(put.status).to.equal(200);
    await until('Busy is shown', () => page.snapshot.agent.presence?.state === 'busy');
    await until(
      'it is mended, or said',
      () =>
        page.snapshot.agent.presence?.state === 'available' ||
        page.snapshot.connection.warnings.some(({code}) => code === 'busyLeft'),
    );
  });
});
