import assert from 'node:assert/strict';
import {afterEach, beforeEach, describe, it} from 'node:test';
import type {Page} from 'puppeteer-core';
import type {Settings} from '../../src/domain/settings.js';
import {SLOWNESS} from '../support/slowness.js';
import {HINDRANCES} from './support/hindrances.js';
import {addSession, ask, snapshotOf} from './support/plain-page.js';
import {newWorld} from './support/new-world.js';
import {hide, startWorld, until, type World} from './support/world.js';

const LIMIT = {timeout: 120_000};
/** Some browsers, such as the headless shell, have no back-forward cache: there a page that comes back is a new one. */
const CACHE_TRIES = 5;
/** Less than a throttled timer's second. Source: our choice. */
const HEARD_WITHIN_MS = 500;

/** A world for each test, whose pages have nothing but a session. */
function plainWorld(start: () => Promise<World> = newWorld) {
  let world: World;
  beforeEach(async () => {
    world = await start();
  });
  afterEach(() => world.close());
  const streams = async (): Promise<number> => (await world.sim.get<{open: number}>('/_sim/streams')).open;
  return {
    get world(): World {
      return world;
    },
    streams,
    async open(settings: Partial<Settings> = {}, source = ''): Promise<Page> {
      const page = await world.context.newPage({type: 'window'});
      if (source) await page.evaluateOnNewDocument(source);
      await page.goto(`${world.sim.url}/test/blank.html`);
      await addSession(page, {lastPageGraceMs: 500, ...settings});
      await until('live', async () => (await mode(page)) === 'live');
      return page;
    },
  };
}

const mode = async (page: Page): Promise<string | undefined> => (await snapshotOf(page))?.connection.mode;
const epoch = async (page: Page): Promise<number> => (await snapshotOf(page))?.connection.hub.epoch ?? 0;
const stateOf = async (page: Page): Promise<string | undefined> =>
  (await snapshotOf(page))?.interactions.items[0]?.state;

const liveAgain = (page: Page, former: number): Promise<unknown> =>
  until('live at the next hub', async () => (await mode(page)) === 'live' && (await epoch(page)) > former);

describe('the worker is lost', () => {
  const stage = plainWorld();

  it('with the tab in whose process it lives: all others are live again', LIMIT, async () => {
    const host = await stage.open();
    const others = [await stage.open(), await stage.open()];
    const {interactionId} = await stage.world.sim.ring();
    await until('it rings', async () => (await stateOf(others[0]!)) === 'ringing');
    await ask(others[0]!, 'answer', interactionId);
    await until('it is answered', async () => (await stateOf(others[1]!)) === 'talking');
    const former = await epoch(host);
    const devtools = await host.createCDPSession();
    void devtools.send('Page.crash').catch(() => undefined);
    for (const page of others) {
      await liveAgain(page, former);
      assert.equal(await stateOf(page), 'talking', 'the call goes on');
    }
    await until('there is one stream', async () => (await stage.streams()) === 1);
  });

  it('because the browser ended it: a command that was under way is carried out once', LIMIT, async () => {
    const pages = [await stage.open(), await stage.open()];
    const {interactionId} = await stage.world.sim.ring();
    await until('it rings', async () => (await stateOf(pages[0]!)) === 'ringing');
    await stage.world.sim.post('/_sim/faults', {kind: 'delay', path: '/control', ms: 1_000});
    await ask(pages[0]!, 'answer', interactionId);
    await until('it is on its way', async () => (await snapshotOf(pages[1]!))?.interactions.items[0]?.waitingFor);
    const former = await epoch(pages[0]!);
    const worker = await (await stage.world.hubWorker()).createCDPSession();
    const {targetInfo} = await worker.send('Target.getTargetInfo');
    const devtools = await stage.world.browser.target().createCDPSession();
    await devtools.send('Target.closeTarget', {targetId: targetInfo.targetId});
    for (const page of pages) {
      await liveAgain(page, former);
      await until('it is answered', async () => (await stateOf(page)) === 'talking');
    }
    const effects = await stage.world.sim.get<{action: string}[]>('/_sim/effects');
    assert.deepEqual(
      effects.map(({action}) => action),
      ['Answer'],
    );
  });
});

describe('a page that is put away', () => {
  const stage = plainWorld();

  it('is left out while it is frozen, and shows the truth when it comes back', LIMIT, async () => {
    const frozen = await stage.open();
    const other = await stage.open();
    await frozen.evaluate(() => {
      document.addEventListener('cxone-screen-pop', (event) => {
        event.preventDefault();
        document.title = 'popped here';
      });
    });
    await other.evaluate(() => {
      document.addEventListener('cxone-screen-pop', (event) => {
        event.preventDefault();
        document.title = 'popped here';
      });
    });
    // It was used last: were it not frozen, the record would open in it.
    await frozen.mouse.click(5, 5);
    const devtools = await frozen.createCDPSession();
    await devtools.send('Page.setWebLifecycleState', {state: 'frozen'});
    const {interactionId} = await stage.world.sim.ring({screenPop: {crm_account_id: 'ACC-44921'}});
    await until('it pops in the other page', async () => (await other.title()).includes('popped here'));
    await until('it rings there', async () => (await stateOf(other)) === 'ringing');
    await ask(other, 'answer', interactionId);
    await until('it is answered', async () => (await stateOf(other)) === 'talking');
    await devtools.send('Page.setWebLifecycleState', {state: 'active'});
    await until('the page that was frozen shows it', async () => (await stateOf(frozen)) === 'talking');
    assert.equal((await frozen.title()).includes('popped here'), false);
    assert.equal(await stage.streams(), 1);
  });

  it('in the back-forward cache comes back as it is now', LIMIT, async () => {
    const page = await stage.open();
    const other = await stage.open();
    const {interactionId} = await stage.world.sim.ring();
    await until('it rings', async () => (await stateOf(page)) === 'ringing');
    // The browser may decide against its cache: what the tools do in a page that is leaving counts as a use of it.
    let isFromCache = false;
    for (let tries = 0; !isFromCache && tries < CACHE_TRIES; tries++) {
      await page.evaluate(() => {
        window.addEventListener('pageshow', () => Object.assign(window, {isBack: true}));
      });
      await Promise.all([
        page.waitForNavigation(),
        page.evaluate(() => {
          location.href = '/console.html';
        }),
      ]);
      await ask(other, 'answer', interactionId);
      await until('it is answered', async () => (await stateOf(other)) === 'talking');
      await page.evaluate(() => history.back());
      await until('it is back', async () => page.url().endsWith('/blank.html') && (await page.$('script')));
      isFromCache = await page.evaluate(() => 'isBack' in window);
      if (!isFromCache) await addSession(page);
    }
    await until('it shows the call', async () => (await stateOf(page)) === 'talking');
    assert.equal(await stage.streams(), 1);
  });
});

describe('a laptop that slept', () => {
  // The whole browser sleeps.
  const stage = plainWorld(startWorld);

  it('shows the truth at once when it wakes without stream and token, and tells what happened', LIMIT, async () => {
    const {sim, browser} = stage.world;
    const lifetimeSeconds = 3;
    await sim.post('/_sim/faults', {kind: 'token-lifetime', seconds: lifetimeSeconds});
    const page = await stage.open({tokenRefreshMinGapMs: 500});
    const {interactionId} = await sim.ring({acwSeconds: 0});
    await until('it rings', async () => (await stateOf(page)) === 'ringing');
    await ask(page, 'answer', interactionId);
    await until('it is answered', async () => (await stateOf(page)) === 'talking');
    const asleep = -browser.process()!.pid!;
    process.kill(asleep, 'SIGSTOP');
    try {
      const sleptAt = Date.now();
      await sim.post('/_sim/faults', {kind: 'drop-stream'});
      await sim.end(interactionId);
      await until('the token has expired', async () => Date.now() > sleptAt + (lifetimeSeconds + 1) * 1_000);
    } finally {
      process.kill(asleep, 'SIGCONT');
    }
    await until('it shows that the call is over', async () => (await stateOf(page)) === undefined);
    await until('it is live', async () => (await mode(page)) === 'live');
    await until('it tells', async () => (await snapshotOf(page))?.connection.outage?.ended === 1);
  });
});

describe('a hidden page, with the browser’s real throttling', () => {
  const stage = plainWorld(() =>
    startWorld({
      without: [
        '--disable-background-timer-throttling',
        '--disable-backgrounding-occluded-windows',
        '--disable-renderer-backgrounding',
      ],
      args: ['--enable-features=IntensiveWakeUpThrottling:grace_period_seconds/5'],
    }),
  );

  it('that runs the hub itself hears a call at once', LIMIT, async () => {
    const page = await stage.open({}, HINDRANCES['has no worker at all']);
    await page.evaluate(() => {
      let last = performance.now();
      setInterval(() => {
        const gap = performance.now() - last;
        last = performance.now();
        document.documentElement.dataset['gap'] = String(
          Math.max(gap, Number(document.documentElement.dataset['gap'] ?? 0)),
        );
      }, 100);
      document.addEventListener('cxone-interaction-change', () => {
        document.documentElement.dataset['heardAt'] ??= String(Date.now());
      });
    });
    await hide(page);
    await until(
      'its timers are slow',
      () => page.evaluate(() => Number(document.documentElement.dataset['gap']) > 900),
      30_000,
    );
    const rangAt = Date.now();
    await stage.world.sim.ring({screenPop: {crm_account_id: 'ACC-44921'}});
    const heard = (): Promise<string | undefined> => page.evaluate(() => document.documentElement.dataset['heardAt']);
    await until('the call is heard', heard);
    const tookMs = Number(await heard()) - rangAt;
    assert.ok(tookMs < HEARD_WITHIN_MS * SLOWNESS, `heard after ${tookMs} ms`);
  });
});
