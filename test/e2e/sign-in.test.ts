import assert from 'node:assert/strict';
import {after, before, describe, it} from 'node:test';
import type {Page} from 'puppeteer-core';
import type {CxoneSession} from '../../src/session/session.js';
import {addSession} from './support/plain-page.js';
import {attribute, press, startWorld, until, waitForAttribute, waitUntilLive, type World} from './support/world.js';

describe('Sign in, in the banner', () => {
  let world: World;

  before(async () => void (world = await startWorld()));
  after(() => world.close());

  const button = 'cxone-connection-banner >>> [data-action=reconnect]';
  const asked = async (): Promise<number> =>
    (await world.sim.get<{method: string}[]>('/_sim/log?path=/token')).filter(({method}) => method === 'POST').length;
  const open = async (): Promise<Page> => {
    const page = await world.open('/test/blank.html');
    await addSession(page);
    return page;
  };

  async function signIn(page: Page): Promise<void> {
    await until('it is offered', async () => /Sign in/.test(await page.$eval(`>>> ${button}`, (e) => e.textContent)));
    await press(page, 'cxone-connection-banner', '[data-action=reconnect]');
    await waitUntilLive(page);
    await until('what is shown is true', async () => (await attribute(page, 'cxone-status-picker', 'stale')) === null);
  }

  it('asks for a token again after it was refused for good, and after all pages were signed out', async () => {
    const refused = {status: 400, body: {error: 'invalid_client'}, times: 10_000};
    await world.sim.post('/_sim/faults', {kind: 'http-status', path: '/token', ...refused});
    const first = await open();
    await waitForAttribute(first, 'cxone-session', 'connection', 'error');
    await world.sim.clearFaults();
    const before = await asked();
    await signIn(first);
    assert.equal(await asked(), before + 1);

    const second = await open();
    await waitUntilLive(second);
    await first.evaluate(() =>
      (document.querySelector('cxone-session') as unknown as {session: CxoneSession}).session.signOut(),
    );
    for (const page of [first, second]) {
      await waitForAttribute(page, 'cxone-session', 'connection', 'error');
    }
    for (const page of [second, first]) await signIn(page);
    assert.equal(await asked(), before + 2, 'one hub, one token');
    assert.deepEqual((await world.sim.get<{open: number}>('/_sim/streams')).open, 1);
  });
});
