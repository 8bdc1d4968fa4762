/**
 * How long an agent waits: event at the socket → painted, click → request, second tab → state; what one change of a long
 * list costs; whether a burst of screen pops gets in an agent's way; ring → record in each demo CRM. Real Chromium, real
 * SharedWorker, real sockets on this machine. Run it with `npm run bench`; `--slices`, `--burst` and `--hosts` run that
 * part only.
 *
 * Stamps are epoch ms on both sides of one machine's clock. "Painted" is a message that runs after the frame in which
 * the widget's attribute changed, so a figure holds up to one frame (16.7 ms) of waiting for the screen.
 */
import {parseArgs} from 'node:util';
import type {Page} from 'puppeteer-core';
import {
  AGENT,
  press,
  startWorld,
  until,
  waitForAttribute,
  waitUntilLive,
  type World,
} from '../test/e2e/support/world.js';
import {burst} from './burst.js';
import {hosts} from './hosts.js';
import {slices} from './slices.js';
import {latencyRow} from './table.js';

const EVENTS = 200;
const CLICKS = 30;
const SECOND_TABS = 10;

/** Notes, in the page, when each new `state` of the picker was painted. */
function watchPaints(page: Page): Promise<void> {
  return page.evaluate(() => {
    const painted: {state: string; at: number}[] = [];
    Object.assign(window, {painted});
    const picker = document.querySelector('cxone-status-picker')!;
    new MutationObserver(() => {
      const state = picker.getAttribute('state') ?? '';
      requestAnimationFrame(() => {
        const {port1, port2} = new MessageChannel();
        port1.onmessage = () => painted.push({state, at: performance.timeOrigin + performance.now()});
        port2.postMessage(undefined);
      });
    }).observe(picker, {attributes: true, attributeFilter: ['state']});
  });
}

async function eventToPaint(world: World, tabs: number): Promise<number[]> {
  const pages: Page[] = [];
  for (let i = 0; i < tabs; i++) {
    const page = await world.open('/demo/generic.html');
    await waitUntilLive(page);
    await waitForAttribute(page, 'cxone-status-picker', 'state', 'available');
    // Each window paints, whichever is in front.
    const devtools = await page.createCDPSession();
    await devtools.send('Emulation.setFocusEmulationEnabled', {enabled: true});
    await watchPaints(page);
    pages.push(page);
  }
  const delays: number[] = [];
  for (let i = 0; i < EVENTS / tabs; i++) {
    const [from, to] = i % 2 === 0 ? ['Available', 'Meeting'] : ['Meeting', 'Available'];
    const {sentAt} = await world.sim.post<{sentAt: number}>('/_sim/emit', {
      frame: {
        eventType: 'agent.status.changed',
        timestamp: new Date().toISOString(),
        data: {agentId: AGENT, previousStatus: from, currentStatus: to},
      },
      apply: true,
    });
    for (const page of pages) {
      const at = await until('painted', () =>
        page.evaluate((n) => (window as unknown as {painted: {at: number}[]}).painted[n]?.at ?? 0, i),
      );
      delays.push(at - sentAt);
    }
  }
  for (const page of pages) await page.close();
  return delays;
}

async function clickToRequest(world: World): Promise<number[]> {
  const page = await world.open('/demo/generic.html');
  await waitUntilLive(page);
  await world.sim.ring({acwSeconds: 0});
  await waitForAttribute(page, 'cxone-call-controls', 'state', 'ringing');
  await press(page, 'cxone-call-controls', '[data-action="answer"]');
  await waitForAttribute(page, 'cxone-call-controls', 'state', 'talking');
  const delays: number[] = [];
  for (let i = 0; i < CLICKS; i++) {
    const [name, state] = i % 2 === 0 ? ['hold', 'hold'] : ['resume', 'talking'];
    // Asked again and again: `waitForSelector` may miss a change inside of a shadow root.
    await until(`${name} can be pressed`, () =>
      page.evaluate((action) => {
        const root = document.querySelector('cxone-call-controls')!.shadowRoot!;
        return root.querySelector(`[data-action="${action}"]:not([aria-disabled="true"])`) !== null;
      }, name),
    );
    const clickedAt = await page.evaluate((action) => {
      const root = document.querySelector('cxone-call-controls')!.shadowRoot!;
      const now = performance.timeOrigin + performance.now();
      root.querySelector<HTMLElement>(`[data-action="${action}"]`)!.click();
      return now;
    }, name);
    await waitForAttribute(page, 'cxone-call-controls', 'state', state);
    const log = await world.sim.get<{at: number}[]>('/_sim/log?path=/control');
    delays.push((log.at(-1)?.at ?? NaN) - clickedAt);
  }
  await page.close();
  return delays;
}

async function secondTabToState(world: World): Promise<number[]> {
  const first = await world.open('/demo/generic.html');
  await waitUntilLive(first);
  const delays: number[] = [];
  for (let i = 0; i < SECOND_TABS; i++) {
    const page = await world.browser.newPage({type: 'window'});
    await page.evaluateOnNewDocument(() => {
      new MutationObserver((_, observer) => {
        if (document.querySelector('cxone-status-picker[state="available"]')) {
          observer.disconnect();
          Object.assign(window, {shownAt: performance.now()});
        }
      }).observe(document, {subtree: true, childList: true, attributes: true});
    });
    await page.goto(`${world.sim.url}/demo/generic.html`);
    delays.push(
      await until('state shown', () => page.evaluate(() => (window as unknown as {shownAt?: number}).shownAt ?? 0)),
    );
    await page.close();
  }
  await first.close();
  return delays;
}

const {values} = parseArgs({
  options: {
    slices: {type: 'boolean', default: false},
    burst: {type: 'boolean', default: false},
    hosts: {type: 'boolean', default: false},
  },
});
const all = !values.slices && !values.burst && !values.hosts;

if (all || values.slices) {
  console.log(`${'ms'.padEnd(44)}${'p50'.padStart(7)}${'p95'.padStart(7)}${'p99'.padStart(7)}`);
  await slices();
}

async function latencies(world: World): Promise<void> {
  latencyRow('event at the socket → painted, 1 tab', await eventToPaint(world, 1));
  await world.sim.post('/_sim/reset');
  latencyRow('event at the socket → painted, 5 tabs', await eventToPaint(world, 5));
  await world.sim.post('/_sim/reset');
  latencyRow('click → request at the platform', await clickToRequest(world));
  await world.sim.post('/_sim/reset');
  latencyRow('second tab: navigation → state shown', await secondTabToState(world));
  await world.sim.post('/_sim/reset');
}

if (all || values.burst || values.hosts) {
  const world = await startWorld();
  try {
    if (all) await latencies(world);
    if (all || values.hosts) await hosts(world);
    if (all || values.burst) await burst(world);
  } finally {
    await world.close();
  }
}
