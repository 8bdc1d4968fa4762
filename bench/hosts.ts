import type {Page} from 'puppeteer-core';
import {until, type World} from '../test/e2e/support/world.js';
import {latencyRow} from './table.js';

/** Rings for each row. */
const RINGS = 30;

/** What the payloads name: two customers in turn, so that every ring shows another record than the last. */
const EXACT = [{crm_account_id: 'ACC-44921'}, {crm_account_id: 'ACC-30118'}];
const BY_EMAIL = [{customer_email: 'john.doe@example.com'}, {customer_email: 'marisol@alderfinch.example'}];

/** Notes, in the host's page, when the record area shows another record and that was painted. */
function watchRecords(page: Page): Promise<void> {
  return page.evaluate(() => {
    const shown: number[] = [];
    Object.assign(window, {shown});
    const area = document.querySelector('[data-navigations]')!;
    new MutationObserver(() => {
      requestAnimationFrame(() => {
        const {port1, port2} = new MessageChannel();
        port1.onmessage = () => shown.push(performance.timeOrigin + performance.now());
        port2.postMessage(undefined);
      });
    }).observe(area, {attributes: true, attributeFilter: ['data-navigations']});
  });
}

/** Whether the widgets, in the page or in a frame of it, are live and their CRM opens records. */
async function isReady(page: Page): Promise<boolean> {
  const found = await Promise.all(
    page
      .frames()
      .map((frame) =>
        frame
          .evaluate(() => document.querySelector('cxone-session[host-ready][connection="live"]') !== null)
          .catch(() => false),
      ),
  );
  return found.includes(true);
}

async function ringToRecord(world: World, page: Page, payloads: readonly object[]): Promise<number[]> {
  const delays: number[] = [];
  const count = (): Promise<number> => page.evaluate(() => (window as unknown as {shown: number[]}).shown.length);
  for (let i = 0; i < RINGS; i++) {
    const before = await count();
    const rungAt = Date.now();
    const {interactionId} = await world.sim.ring({screenPop: payloads[i % payloads.length], acwSeconds: 0});
    await until('the record is shown', async () => (await count()) > before);
    const at = await page.evaluate((n) => (window as unknown as {shown: number[]}).shown[n] ?? NaN, before);
    delays.push(at - rungAt);
    await world.sim.end(interactionId);
  }
  return delays;
}

/** How long an agent waits from the ring to the record in front, in each demo CRM. The ring's HTTP request is counted. */
export async function hosts(world: World): Promise<void> {
  for (const host of ['generic', 'salesforce', 'dynamics']) {
    const page = await world.open(`/demo/${host}.html`);
    await until('the CRM is ready', () => isReady(page), 30_000);
    const devtools = await page.createCDPSession();
    await devtools.send('Emulation.setFocusEmulationEnabled', {enabled: true});
    await watchRecords(page);
    latencyRow(`ring → record shown, ${host}, exact id`, await ringToRecord(world, page, EXACT));
    latencyRow(`ring → record shown, ${host}, by e-mail`, await ringToRecord(world, page, BY_EMAIL));
    await page.close();
    await world.sim.post('/_sim/reset');
  }
}
