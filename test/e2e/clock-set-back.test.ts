import assert from 'node:assert/strict';
import {after, before, it} from 'node:test';
import type {Page} from 'puppeteer-core';
import {addSession} from './support/plain-page.js';
import {attribute, press, startWorld, until, waitForAttribute, waitUntilLive, type World} from './support/world.js';

const SET_BACK_MS = 600_000;
/** Lets the page's clock be set, for all of its code. */
const SETTABLE = `window.shift = 0; {
  const Real = Date;
  window.Date = class extends Real {
    constructor(...given) { given.length ? super(...given) : super(Real.now() + window.shift); }
    static now() { return Real.now() + window.shift; }
  };
}`;

const seconds = (clock: string): number => clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
const reads = async (page: Page, selector: string): Promise<number> =>
  seconds(await page.$eval(`>>> ${selector}`, (element) => element.textContent.trim()));

let world: World;
// The hub is in the page: all code sees one clock.
before(async () => void (world = await startWorld({mode: 'elected page'})));
after(() => world.close());

it('a machine whose clock is set back in a call and in after-call work shows every duration as it is', async () => {
  const page = await world.open('/test/blank.html');
  await page.evaluate(SETTABLE);
  await addSession(page, {acwPollIntervalMs: 300});
  await waitUntilLive(page);
  const {interactionId} = await world.sim.ring({acwSeconds: 90});
  await waitForAttribute(page, 'cxone-call-controls', 'state', 'ringing');
  await press(page, 'cxone-call-controls', '[data-action=answer]');
  await waitForAttribute(page, 'cxone-call-controls', 'state', 'talking');
  const clocks = ['cxone-call-controls [part=time]', 'cxone-status-picker .trigger .time'].map((path) =>
    path.replace(' ', ' >>> '),
  );
  const before = await Promise.all(clocks.map((path) => reads(page, path)));
  await page.evaluate((ms) => void Object.assign(window, {shift: -ms}), SET_BACK_MS);
  for (const [i, path] of clocks.entries()) {
    await until(`${path} goes on from ${before[i]} s`, async () => {
      const now = await reads(page, path);
      return now > before[i]! && now < before[i]! + 30;
    });
  }

  await world.sim.end(interactionId);
  await waitForAttribute(page, 'cxone-acw-timer', 'state', 'running');
  await page.evaluate((ms) => void Object.assign(window, {shift: -2 * ms}), SET_BACK_MS);
  const left = async (): Promise<number> => Number(await attribute(page, 'cxone-acw-timer', 'remaining'));
  const reading = async (): Promise<number> => (await world.sim.get<unknown[]>('/_sim/log?path=/usersessions/')).length;
  const asked = await reading();
  await until('the platform was asked again', async () => (await reading()) >= asked + 3);
  const shown = await left();
  assert.ok(shown <= 90 && shown > 60, `${shown} s are left`);
  await until('the countdown goes on', async () => (await left()) < shown);
});
