import assert from 'node:assert/strict';
import {afterEach, beforeEach, describe, it} from 'node:test';
import type {Page} from 'puppeteer-core';
import {newWorld} from './support/new-world.js';
import {until, type World} from './support/world.js';

const LIMIT = {timeout: 90_000};

let world: World;
beforeEach(async () => {
  world = await newWorld();
});
afterEach(() => world.close());

/** Whether a frame of the page, or the page, shows this. */
async function inSomeFrame(page: Page, selector: string): Promise<boolean> {
  const found = page
    .frames()
    .map((frame) => frame.evaluate((css) => document.querySelector(css) !== null, selector).catch(() => false));
  return (await Promise.all(found)).includes(true);
}

async function open(host: string, more = ''): Promise<Page> {
  const page = await world.open(`/demo/${host}.html${more}`);
  await until('the CRM is ready', () => inSomeFrame(page, 'cxone-session[host-ready][connection="live"]'), 30_000);
  return page;
}

const shown = (page: Page): Promise<{id: string; times: number}> =>
  page.evaluate(() => {
    const {recordId = '', navigations = '0'} = document.querySelector<HTMLElement>('[data-navigations]')!.dataset;
    return {id: recordId, times: Number(navigations)};
  });

for (const host of ['salesforce', 'dynamics']) {
  describe(`the demo of ${host}`, () => {
    it('opens the caller’s record in one of two tabs, and the next caller’s as well', LIMIT, async () => {
      const tabs = [await open(host), await open(host)];
      const before = await Promise.all(tabs.map(shown));
      const changes = async (): Promise<{id: string; by: number}[]> =>
        (await Promise.all(tabs.map(shown))).map(({id, times}, i) => ({id, by: times - before[i]!.times}));
      const total = async (): Promise<number> => (await changes()).reduce((sum, {by}) => sum + by, 0);

      const first = await world.sim.ring({screenPop: {crm_account_id: 'ACC-44921'}, acwSeconds: 0});
      await until('a record is shown', async () => (await total()) === 1);
      assert.ok(
        (await changes()).some(({id, by}) => by === 1 && id.includes('ACC-44921')),
        'the one that was asked for',
      );
      for (const tab of tabs) {
        await until('it rings in both', () => inSomeFrame(tab, 'cxone-call-controls[state="ringing"]'));
      }
      await world.sim.end(first.interactionId);
      for (const tab of tabs) await until('it is over', () => inSomeFrame(tab, 'cxone-call-controls[state="idle"]'));

      await world.sim.ring({screenPop: {customer_email: 'john.doe@example.com'}, acwSeconds: 0});
      await until('the next record is shown', async () => (await total()) === 2);
      assert.equal((await world.sim.get<{open: number}>('/_sim/streams')).open, 1);
    });

    it('keeps customer data and tokens out of the addresses of its frames', LIMIT, async () => {
      const page = await open(host);
      await world.sim.ring({screenPop: {crm_account_id: 'ACC-44921', customer_email: 'john.doe@example.com'}});
      await until('it rings', () => inSomeFrame(page, 'cxone-call-controls[state="ringing"]'));
      for (const frame of page.frames()) assert.doesNotMatch(frame.url(), /john\.doe|eyJ|token=/);
    });
  });
}

describe('a clicked number in the demo of salesforce', () => {
  const click = async (query: string): Promise<Page> => {
    const page = await open('salesforce', `${query}#/Contact`);
    await page.locator('a.dial').click();
    return page;
  };
  const said = (page: Page): Promise<string> => page.$eval('#phone-said', ({textContent}) => textContent);

  it('is dialled', LIMIT, async () => {
    const page = await click('');
    await until('the phone calls', () => inSomeFrame(page, 'cxone-call-controls:not([state="idle"])'));
    assert.match(await said(page), /asked to call \+1/);
  });

  it('is told as an event alone where the widgets are not to dial, and the page says so', LIMIT, async () => {
    const page = await click('?dialOnClick=false');
    assert.match(await said(page), /cxone-click-to-dial, and not dialled/);
    assert.ok(await inSomeFrame(page, 'cxone-call-controls[state="idle"]'));
  });
});
