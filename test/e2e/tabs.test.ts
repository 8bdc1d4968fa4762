import assert from 'node:assert/strict';
import {afterEach, beforeEach, describe, it} from 'node:test';
import type {Frame, Page} from 'puppeteer-core';
import type {CxoneSession} from '../../src/session/session.js';
import {newWorld} from './support/new-world.js';
import {
  attribute,
  FULL_MODES,
  press,
  MODES,
  until,
  waitForAttribute,
  waitUntilLive,
  type Mode,
  type World,
} from './support/world.js';

const CONTROLS = 'cxone-call-controls';
/** `lastPageGraceMs` + 2 s. Source: issue "Close all". */
const CLOSED_WITHIN_MS = 12_000;

/** What the page told its hub before has arrived. */
const roundTrip = (page: Page): Promise<unknown> =>
  page.evaluate(() => {
    const {session} = document.querySelector('cxone-session') as unknown as {session?: CxoneSession};
    return session?.log();
  });

for (const mode of Object.keys(MODES) as Mode[]) {
  describe(`several tabs and frames (${mode})`, () => {
    let world: World;

    beforeEach(async () => {
      world = await newWorld({mode});
    });
    afterEach(() => world.close());

    const streams = (): Promise<{open: number; total: number}> => world.sim.get('/_sim/streams');
    const tab = async (): Promise<Page> => {
      const page = await world.open('/demo/generic.html');
      await waitUntilLive(page);
      return page;
    };

    it('share one stream, show the same, and obey a click in any of them', async () => {
      const tabs = [await tab(), await tab(), await tab(), await tab()];
      assert.equal((await streams()).open, 1);
      await world.sim.ring();
      await Promise.all(tabs.map((page) => waitForAttribute(page, CONTROLS, 'state', 'ringing')));
      await press(tabs[2]!, CONTROLS, '[data-action="answer"]');
      await Promise.all(tabs.map((page) => waitForAttribute(page, CONTROLS, 'state', 'talking')));
      const effects = await world.sim.get<unknown[]>('/_sim/effects');
      assert.equal(effects.length, 1);
    });

    if (!FULL_MODES.has(mode)) return;

    it('pop a record in one tab only: the one used last', async () => {
      const tabs = [await tab(), await tab(), await tab()];
      await tabs[1]!.bringToFront();
      await tabs[1]!.mouse.click(5, 5);
      await roundTrip(tabs[1]!);
      await world.sim.ring({screenPop: {crm_account_id: 'ACC-44921'}});
      const navigations = (page: Page): Promise<string | null> =>
        attribute(page, '[data-record-id]', 'data-navigations');
      await until('the tab used last opens the record', async () => (await navigations(tabs[1]!)) === '1');
      assert.deepEqual(
        (await Promise.all([navigations(tabs[0]!), navigations(tabs[2]!)])).map((count) => count ?? '0'),
        ['0', '0'],
      );
    });

    it('come back in the middle of a call with the right state', async () => {
      const first = await tab();
      await world.sim.ring();
      await waitForAttribute(first, CONTROLS, 'state', 'ringing');
      await press(first, CONTROLS, '[data-action="answer"]');
      await waitForAttribute(first, CONTROLS, 'state', 'talking');
      await first.reload();
      await waitForAttribute(first, CONTROLS, 'state', 'talking');
      assert.equal((await streams()).open, 1);
    });

    it('reload the only one: the stream is kept or back, and nothing is lost', async () => {
      const only = await tab();
      await world.sim.ring({screenPop: {crm_account_id: 'ACC-44921'}});
      await waitForAttribute(only, CONTROLS, 'state', 'ringing');
      await press(only, CONTROLS, '[data-action="answer"]');
      await waitForAttribute(only, CONTROLS, 'state', 'talking');
      await until(
        'the record is open',
        async () => (await attribute(only, '[data-record-id]', 'data-navigations')) === '1',
      );
      const count = await attribute(only, 'cxone-screen-pop', 'count');
      await only.reload();
      await waitForAttribute(only, CONTROLS, 'state', 'talking');
      await waitForAttribute(only, 'cxone-screen-pop', 'count', count ?? '');
      assert.equal((await streams()).open, 1);
      // The reload itself counts as one: the record's address was restored.
      assert.equal(await attribute(only, '[data-record-id]', 'data-navigations'), '1', 'a pop is not repeated');
    });

    it('close the stream when the last one goes', async () => {
      const only = await tab();
      assert.equal((await streams()).open, 1);
      await only.close();
      await until('the stream is closed', async () => (await streams()).open === 0, CLOSED_WITHIN_MS);
    });

    it('work in two cross-site frames of one page, under real storage partitioning', async () => {
      const page = await world.open('/demo/frames.html', 'acme.localhost');
      const inner = (): Frame[] =>
        page.frames().filter((frame) => new URL(frame.url()).hostname === 'widgets.localhost');
      await until('two frames', async () => inner().length === 2);
      const frames = inner();
      const stateIn = (frame: Frame, element: string, name: string): Promise<string | null> =>
        frame.evaluate((e, n) => document.querySelector(e)?.getAttribute(n) ?? null, element, name);
      for (const frame of frames) {
        await until('a frame is live', async () => (await stateIn(frame, 'cxone-session', 'connection')) === 'live');
      }
      assert.equal((await streams()).open, 1);
      await world.sim.ring({screenPop: {crm_account_id: 'ACC-44921'}});
      await until('the record opens in the page around the frames', async () => {
        return (await attribute(page, '[data-record-id]', 'data-record-id')) === 'ACC-44921';
      });
      assert.equal(await attribute(page, '[data-record-id]', 'data-navigations'), '1');
    });
  });
}
