import assert from 'node:assert/strict';
import {afterEach, beforeEach, describe, it} from 'node:test';
import type {Page} from 'puppeteer-core';
import {newWorld} from './support/new-world.js';
import {attribute, FULL_MODES, press, requests, until, waitForAttribute, type World} from './support/world.js';

const PICKER = 'cxone-status-picker';

for (const mode of FULL_MODES) {
  describe(`choosing a status (${mode})`, () => {
    let world: World;
    let page: Page;

    beforeEach(async () => {
      world = await newWorld({mode});
      page = await world.openAvailable('/demo/generic.html');
    });
    afterEach(() => world.close());

    const choose = async (key: string): Promise<void> => {
      await page.locator(`${PICKER} >>> button[aria-haspopup]`).click();
      await press(page, PICKER, `[data-state="${key}"]`);
    };
    const writes = async (): Promise<{state: unknown; reason: unknown}[]> =>
      (await requests(world.sim, '/agentStatus'))
        .filter(({method}) => method === 'PUT')
        .map(({body}) => ({state: body?.['state'], reason: body?.['overrideReason']}));

    it('shows it as current only once the platform has confirmed it', async () => {
      await world.sim.post('/_sim/faults', {kind: 'delay', path: '/agentStatus', ms: 500, times: 2});
      await choose('lunch');
      assert.equal(await attribute(page, PICKER, 'state'), 'available');
      await waitForAttribute(page, PICKER, 'state', 'lunch');
      assert.deepEqual(await writes(), [{state: 'lunch', reason: 'agent_request'}]);
    });

    it('keeps a choice made during a call until it is over', async () => {
      const {interactionId} = await world.sim.ring({acwSeconds: 1});
      await waitForAttribute(page, 'cxone-call-controls', 'state', 'ringing');
      await press(page, 'cxone-call-controls', '[data-action="answer"]');
      await waitForAttribute(page, PICKER, 'state', 'onCall');
      await choose('lunch');
      await waitForAttribute(page, PICKER, 'pending', 'lunch');
      assert.equal(await attribute(page, PICKER, 'state'), 'onCall');
      assert.ok(!(await writes()).some(({state}) => state === 'lunch'), 'not sent during the call');
      await world.sim.end(interactionId);
      await waitForAttribute(page, PICKER, 'state', 'lunch');
      assert.equal(await attribute(page, PICKER, 'pending'), null);
      assert.equal((await writes()).filter(({reason}) => reason === 'queued_change').length, 1);
    });

    it('lets the agent take back what waits', async () => {
      const {interactionId} = await world.sim.ring({acwSeconds: 0});
      await waitForAttribute(page, 'cxone-call-controls', 'state', 'ringing');
      await press(page, 'cxone-call-controls', '[data-action="answer"]');
      await waitForAttribute(page, PICKER, 'state', 'onCall');
      await choose('meeting');
      await waitForAttribute(page, PICKER, 'pending', 'meeting');
      await page.evaluate(() => {
        const {session} = document.querySelector('cxone-session') as unknown as {
          session: {commands: {cancelPendingStatus(): Promise<void>}};
        };
        return session.commands.cancelPendingStatus();
      });
      await until('nothing waits', async () => (await attribute(page, PICKER, 'pending')) === null);
      await world.sim.end(interactionId);
      await waitForAttribute(page, PICKER, 'state', 'available');
    });

    it('closes the voice channel during a call and opens it again, the chat staying open', async () => {
      const {interactionId} = await world.sim.ring({acwSeconds: 0});
      await waitForAttribute(page, PICKER, 'state', 'ringing');
      await until('routing is busy', async () => (await writes()).length === 1);
      const [first] = (await requests(world.sim, '/agentStatus')).filter(({method}) => method === 'PUT');
      assert.equal(first?.body?.['overrideReason'], 'channel_matrix');
      assert.equal(first?.body?.['force'], false);
      const groups = first?.body?.['skillGroups'] as {id: string; state: string}[];
      assert.deepEqual(new Set(groups.map(({state}) => state)), new Set(['busy', 'available']));
      await world.sim.end(interactionId);
      await waitForAttribute(page, PICKER, 'state', 'available');
    });
  });
}
