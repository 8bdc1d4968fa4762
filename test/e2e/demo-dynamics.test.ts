import assert from 'node:assert/strict';
import {afterEach, beforeEach, describe, it} from 'node:test';
import type {Page} from 'puppeteer-core';
import {newWorld} from './support/new-world.js';
import {until, type World} from './support/world.js';

const LIMIT = {timeout: 90_000};
const PATH = '/demo/dynamics.html';
const JOHN = '#/contact/0000c0de-0000-4000-8000-000000001001';

let world: World;
let page: Page;
beforeEach(async () => {
  world = await newWorld();
  page = await world.open(PATH);
  await live(page);
});
afterEach(() => world.close());

/** Whether the page or a frame of it shows this. */
async function shows(at: Page, selector: string): Promise<boolean> {
  const found = at
    .frames()
    .map((frame) => frame.evaluate((css) => document.querySelector(css) !== null, selector).catch(() => false));
  return (await Promise.all(found)).includes(true);
}

const live = (at: Page): Promise<boolean> =>
  until('the phone is ready', () => shows(at, 'cxone-session[host-ready][connection="live"]'), 30_000);

const phoneIs = (state: string): Promise<boolean> =>
  until(`the phone is ${state}`, () => shows(page, `cxone-call-controls[state="${state}"]`));

const place = (): Promise<DOMStringMap & {hash: string}> =>
  page.evaluate(() => ({...document.querySelector<HTMLElement>('#record')!.dataset, hash: location.hash}));

const textOf = (selector: string): Promise<string> =>
  page.evaluate((css) => document.querySelector(css)?.textContent ?? '', selector);

/** Presses the button of the page that is called so. */
const press = (name: string): Promise<void> => page.locator(`::-p-aria(${name}[role="button"])`).click();

/** Rings, and accepts in the toast. */
async function talk(options: Readonly<Record<string, unknown>>): Promise<string> {
  const {interactionId} = await world.sim.ring({from: '+1 503 555 0100', acwSeconds: 0, ...options});
  await phoneIs('ringing');
  await press('Accept');
  await phoneIs('talking');
  await until('the call has a session', () => shows(page, '#sessions li.current button'));
  return interactionId;
}

const inForm = async (at: Page): Promise<void> => {
  await at.evaluate((hash) => (location.hash = hash), JOHN);
  await Promise.all([at.waitForNavigation(), at.locator('::-p-aria(Phone in the form[role="button"])').click()]);
};

describe('the demo of dynamics', () => {
  it(
    'makes a session of an accepted call, with the record in it, and writes the call into its timeline',
    LIMIT,
    async () => {
      const interactionId = await talk({screenPop: {crm_account_id: 'ACC-44921'}});
      await until('the record is in the session', async () => (await place()).hash.startsWith('#/session-1/account/'));
      assert.equal((await place()).recordId, 'ACC-44921');
      assert.equal((await place()).navigations, '1', 'it only moves there');
      assert.match(await textOf('#sessions .current'), /Alder & Finch/);
      assert.ok(!(await shows(page, '.toast')));

      await world.sim.end(interactionId);
      await until('the call is in the timeline', async () => (await textOf('.timeline')).includes('+1 503 555 0100'));

      await page.goBack();
      await page.goBack();
      await until('the way back leads into the home session', async () =>
        (await place()).hash.startsWith('#/account/'),
      );
      assert.match(await textOf('#sessions .current'), /Home/);
      await press('Close session Alder & Finch Logistics');
      assert.equal(await page.evaluate(() => document.querySelectorAll('#sessions li').length), 1);
    },
  );

  it('rejects from the toast', LIMIT, async () => {
    const {interactionId} = await world.sim.ring({acwSeconds: 0});
    await phoneIs('ringing');
    await press('Reject');
    await phoneIs('idle');
    const effects = await world.sim.get<{interactionId: string; action: string}[]>('/_sim/effects');
    assert.deepEqual(
      effects.filter((effect) => effect.interactionId === interactionId).map(({action}) => action),
      ['Reject'],
    );
  });

  it('offers a new contact, filled in, and keeps it once it is saved', LIMIT, async () => {
    await talk({screenPop: {customer_email: 'nobody.yet@example.com'}});
    const panel = page.frames().find((frame) => frame.url().includes('cif-phone'))!;
    await panel.locator('cxone-screen-pop >>> button[part~="create"]').click();
    await until('the form is open', async () => (await place()).place === 'new');
    assert.equal(
      await page.$eval('#new-emailaddress1', (input) => (input as HTMLInputElement).value),
      'nobody.yet@example.com',
    );
    await page.type('#new-lastname', 'Yet');
    await press('Save');
    await until('the record is open', async () => (await place()).place === 'record');
    assert.equal(await textOf('h1'), 'Yet');

    await page.type('[name=q]', 'nobody.yet');
    await page.keyboard.press('Enter');
    await until('the search finds it', async () => (await textOf('#view table')).includes('Yet'));
    assert.doesNotMatch(page.url(), /nobody/);
  });

  it('dials a number that is clicked, and docks the panel for it', LIMIT, async () => {
    await page.evaluate((hash) => (location.hash = hash), JOHN);
    await press('Minimise the phone');
    assert.equal(await page.$eval('body', (body) => body.dataset.phone), 'minimised');
    await page.locator('.dial').click();
    await until('the call is there', () => shows(page, 'cxone-call-controls:not([state="idle"])'));
    await until(
      'the panel is docked',
      async () => (await page.$eval('body', (body) => body.dataset.phone)) === 'docked',
    );
  });

  it('has the phone in its forms instead, in every tab, over one connection', LIMIT, async () => {
    const other = await world.open(PATH);
    await live(other);
    await page.bringToFront();
    const follows = other.waitForNavigation();
    await inForm(page);
    await follows;
    await live(page);
    await until('the panel is gone', async () => !(await shows(other, '#phone-frame[src]')));

    await world.sim.ring({screenPop: {crm_account_id: 'ACC-30118'}, acwSeconds: 0});
    await until('the record’s form opens', async () => (await place()).recordId === 'ACC-30118');
    const frames = (): number => page.frames().filter((frame) => frame.url().includes('xrm-phone')).length;
    await until('it has its own phone beside the one of the first form', async () => frames() === 2);
    await until('which rings', () => shows(page, 'cxone-call-controls[state="ringing"]'));
    await press('Close John Doe');
    await until('a form that is closed takes its phone along', async () => frames() === 1);
    await until(
      'the panel’s connection is over',
      async () => {
        const {open} = await world.sim.get<{open: number}>('/_sim/streams');
        return open === 1;
      },
      30_000,
    );
  });
});
