import assert from 'node:assert/strict';
import {afterEach, beforeEach, describe, it} from 'node:test';
import type {CDPSession, Page} from 'puppeteer-core';
import type {Settings} from '../../src/domain/settings.js';
import type {CxoneSession} from '../../src/session/session.js';
import {LONG} from '../support/long.js';
import {addSession, snapshotOf} from './support/plain-page.js';
import {HINDRANCES, type Hindrance} from './support/hindrances.js';
import {newWorld} from './support/new-world.js';
import {AGENT, MODES, requests, until, type World} from './support/world.js';

const LIMIT = {timeout: 120_000};
const TABS = LONG ? 50 : 10;
/** How many are opened at once: more would only wait for the processor. */
const AT_ONCE = 5;
/** Pages that come and go. `OPEN_CLOSE_ROUNDS` sets another number. */
const ROUNDS = Number(process.env['OPEN_CLOSE_ROUNDS'] ?? (LONG ? 150 : 25));
const ROUNDS_LIMIT = {timeout: 60_000 + ROUNDS * 200};

let world: World;
beforeEach(async () => {
  world = await newWorld();
});
afterEach(() => world.close());

const modeOf = async (page: Page): Promise<string | undefined> => (await snapshotOf(page))?.connection.mode;

async function open(
  settings: Partial<Settings> = {},
  kind: 'tab' | 'window' = 'window',
  hindrance?: Hindrance,
): Promise<Page> {
  const page = await world.context.newPage({type: kind});
  if (hindrance) await page.evaluateOnNewDocument(HINDRANCES[hindrance]);
  await page.goto(`${world.sim.url}/test/blank.html`);
  await addSession(page, settings);
  await until('live', async () => (await modeOf(page)) === 'live');
  return page;
}

describe(`${TABS} tabs`, () => {
  it('have one stream, one poll and one token among them', LIMIT, async () => {
    const {sim} = world;
    const pollIntervalMs = 500;
    const settings = {pollIntervalMs, reconnectDelaysMs: [4_000], reconnectJitterMs: 1};
    const streams = (): Promise<{open: number; total: number}> => sim.get('/_sim/streams');
    const tabs: Page[] = [];
    while (tabs.length < TABS) {
      tabs.push(...(await Promise.all(Array.from({length: AT_ONCE}, () => open(settings, 'tab')))));
    }
    assert.deepEqual(await streams(), {open: 1, total: 1});
    assert.equal((await requests(sim, '/token')).length, 1);

    const allShow = (what: string): Promise<unknown> =>
      until(
        `all are ${what}`,
        async () => (await Promise.all(tabs.map(modeOf))).every((shown) => shown === what),
        20_000,
      );
    await sim.post('/_sim/faults', {kind: 'drop-stream', forMs: 3_000});
    const lostAt = Date.now();
    await allShow('polling');
    const polls = async (): Promise<number[]> =>
      (await sim.get<{at: number; method: string}[]>('/_sim/log?path=/status'))
        .filter(({at, method}) => method === 'GET' && at > lostAt)
        .map(({at}) => at);
    await until('some polls', async () => (await polls()).length >= 5);
    // The first two may follow each other: the loss is a reason to look, and the first interval begins with a look.
    const gaps = (await polls()).slice(1).map((at, i, all) => at - (all[i - 1] ?? -Infinity));
    assert.ok(Math.min(...gaps) > pollIntervalMs / 2, `polls ${gaps.join()} ms apart`);

    await sim.post('/_sim/faults', {kind: 'expire-tokens'});
    await allShow('live');
    assert.equal((await requests(sim, '/token')).length, 2, 'a token that expired is refreshed once');
    assert.deepEqual(await streams(), {open: 1, total: 2});
  });
});

/** The process that a page runs in: the one that works when the page does, twice, with the others at rest. */
async function processOf(page: Page): Promise<number> {
  const devtools = await world.browser.target().createCDPSession();
  const times = async (): Promise<Map<number, number>> => {
    const {processInfo} = await devtools.send('SystemInfo.getProcessInfo');
    const renderers = processInfo.filter(({type}) => type === 'renderer');
    return new Map(renderers.map(({id, cpuTime}) => [id, cpuTime]));
  };
  let last = 0;
  let found = 0;
  await until(
    'one process works alone, twice',
    async () => {
      const before = await times();
      await page.evaluate(() => {
        for (const end = performance.now() + 500; performance.now() < end;);
      });
      const worked = [...(await times())].map(([id, time]) => ({id, time: time - (before.get(id) ?? 0)}));
      const [busiest, next] = worked.sort((a, b) => b.time - a.time);
      // What a process did earlier is sometimes counted late.
      const id = busiest && busiest.time > 0.1 && busiest.time > 4 * (next?.time ?? 0) ? busiest.id : 0;
      found = id === last ? id : 0;
      last = id;
      return found !== 0;
    },
    40_000,
  );
  return found;
}

/**
 * Has the browser discard a tab, as it does by itself when memory is short. It spares tabs that are in front or that
 * tools look at, so another one covers it, and the tools let go of it. A browser without a page for that (the headless shell) closes the tab.
 */
async function discard(page: Page): Promise<void> {
  const title = 'to be discarded';
  const tool = await world.browser.newPage();
  const canDiscard = await tool.goto('chrome://chrome-urls').then(
    () => tool.evaluate(() => document.querySelector('chrome-urls-app') !== null),
    () => false,
  );
  if (!canDiscard) {
    await tool.close();
    return page.close();
  }
  await tool.locator('chrome-urls-app >>> cr-button').click();
  await page.evaluate((text) => void (document.title = text), title);
  await page.evaluate(() => void window.open('about:blank', '_blank', 'noopener'));
  await until('it is covered', () => page.evaluate(() => document.visibilityState === 'hidden'));
  const {_client: devtools} = page as unknown as {_client(): CDPSession & {parentSession(): CDPSession}};
  await devtools.call(page).parentSession().detach();
  await until('the tab is listed, and discarded', async () => {
    await tool.goto('chrome://discards');
    return tool.evaluate((text) => {
      const list = document.querySelector('discards-main')?.shadowRoot?.querySelector('discards-tab')?.shadowRoot;
      const row = [...(list?.querySelectorAll('tr') ?? [])].find(({textContent}) => textContent.includes(text));
      const links = [...(row?.querySelectorAll<HTMLElement>('.actions-cell [data-id]') ?? [])];
      const urgent = links.find(({textContent}) => textContent.includes('Urgent Discard'));
      urgent?.click();
      return urgent !== undefined;
    }, title);
  });
}

/** Ways in which a tab ends without a word. */
const ENDS: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  crashes: async (page) => {
    const devtools = await page.createCDPSession();
    void devtools.send('Page.crash').catch(() => undefined);
  },
  'is killed': async (page) => {
    process.kill(await processOf(page), 'SIGKILL');
  },
  'is frozen': async (page) => {
    const devtools = await page.createCDPSession();
    await devtools.send('Page.setWebLifecycleState', {state: 'frozen'});
  },
  'is discarded': discard,
};

describe('a tab that ends without a word', () => {
  const locks = (page: Page): Promise<string[]> =>
    page.evaluate(async () => {
      const {held = [], pending = []} = await navigator.locks.query();
      return [...held, ...pending].map(({name = ''}) => name).filter((name) => name.startsWith('page:'));
    });
  const logged = (page: Page, event: string): Promise<boolean> =>
    page.evaluate(async (name) => {
      const {session} = document.querySelector('cxone-session') as unknown as {session: CxoneSession};
      return (await session.log()).some((entry) => entry.event === name);
    }, event);

  for (const [what, end] of Object.entries(ENDS)) {
    it(`${what}: it is forgotten, and another one takes the next pop at once`, LIMIT, async () => {
      const taken: string[] = [];
      const names = ['first', 'last used', 'other'];
      const pages: Page[] = [];
      for (const name of names) {
        const page = await open();
        await page.exposeFunction('popTaken', () => void taken.push(name));
        await page.evaluate(() => {
          document.addEventListener('cxone-screen-pop', (event) => {
            event.preventDefault();
            (window as unknown as {popTaken(): void}).popTaken();
          });
        });
        pages.push(page);
      }
      const [first, last] = pages as [Page, Page, Page];
      await last.bringToFront();
      await last.mouse.click(5, 5);
      const pop = {screenPop: {crm_account_id: 'ACC-44921'}, acwSeconds: 0};
      const {interactionId} = await world.sim.ring(pop);
      await until('it pops', async () => taken.length === 1);
      assert.deepEqual(taken, ['last used']);
      await world.sim.end(interactionId);
      assert.equal((await locks(first)).length, 2 * pages.length);

      await end(last);
      await until('it is forgotten', async () => (await locks(first)).length === 2 * (pages.length - 1));
      await world.sim.ring(pop);
      await until('the next one pops', async () => taken.length === 2);
      assert.notEqual(taken[1], 'last used');
      assert.equal(await logged(first, 'pop_offer_late'), false, 'nobody was asked in vain');
      assert.equal((await world.sim.get<{open: number}>('/_sim/streams')).open, 1);
    });
  }
});

/** What a worker holds, after what nobody needs any more was collected. */
interface Census {
  readonly heap: number;
  readonly ports: number;
  readonly controllers: number;
  /** In all maps and sets together. */
  readonly entries: number;
  /** Held and waited for, of all pages. */
  readonly locks: number;
}

async function total(worker: CDPSession, type: string, each: string): Promise<number> {
  const {result} = await worker.send('Runtime.evaluate', {expression: `${type}.prototype`, objectGroup: 'census'});
  const {objects} = await worker.send('Runtime.queryObjects', {
    prototypeObjectId: result.objectId!,
    objectGroup: 'census',
  });
  const sum = await worker.send('Runtime.callFunctionOn', {
    objectId: objects.objectId!,
    functionDeclaration: `function () { return this.reduce((sum, item) => sum + ${each}, 0); }`,
    returnByValue: true,
  });
  await worker.send('Runtime.releaseObjectGroup', {objectGroup: 'census'});
  return sum.result.value as number;
}

async function census(worker: CDPSession, page: Page): Promise<Census> {
  const ports = await total(worker, 'MessagePort', '1');
  const controllers = await total(worker, 'AbortController', '1');
  const entries = (await total(worker, 'Map', 'item.size')) + (await total(worker, 'Set', 'item.size'));
  const locks = await page.evaluate(async () => {
    const {held = [], pending = []} = await navigator.locks.query();
    return held.length + pending.length;
  });
  await worker.send('HeapProfiler.collectGarbage');
  const heap = (await worker.send('Runtime.getHeapUsage')).usedSize;
  return {heap, ports, controllers, entries, locks};
}

const LISTS = ['ports', 'controllers', 'entries', 'locks'] as const;
/** A page that is not forgotten is some kB: its name, presence, port and watch. Source: measured, and our choice. */
const BYTES_A_ROUND = 100;
const NOISE_BYTES = 100_000;

/** Pages that join and go again, several at once. */
const comeAndGo = (page: Page, rounds: number): Promise<void> =>
  page.evaluate(
    async (agentId, count, atOnce) => {
      let left = count;
      const visitor = {
        async visits(): Promise<void> {
          while (left-- > 0) await visitor.visit();
        },
        async visit(): Promise<void> {
          const frame = document.createElement('iframe');
          frame.src = '/test/blank.html';
          await new Promise((resolve) => {
            frame.onload = resolve;
            document.body.append(frame);
          });
          const inside = frame.contentDocument!;
          const session = inside.createElement('cxone-session');
          const attributes = {'agent-id': agentId, 'api-base': '/', 'token-url': '/token', crm: 'none'};
          for (const [name, value] of Object.entries(attributes)) session.setAttribute(name, value);
          inside.body.append(session);
          await new Promise<void>((resolve) => {
            new MutationObserver(() => session.getAttribute('connection') === 'live' && resolve()).observe(session, {
              attributes: true,
            });
          });
          frame.remove();
        },
      };
      await Promise.all(Array.from({length: atOnce}, () => visitor.visits()));
    },
    AGENT,
    rounds,
    AT_ONCE,
  );

for (const mode of ['shared', 'elected worker'] as const) {
  describe(`pages that come and go (${mode})`, () => {
    it(`leave nothing in the worker after ${ROUNDS} rounds`, ROUNDS_LIMIT, async (test) => {
      const page = await open({}, 'window', MODES[mode]);
      const [own] = page.workers();
      const worker = own?.client ?? (await (await world.hubWorker()).createCDPSession());
      // What is made once and kept is not counted.
      await comeAndGo(page, 2 * AT_ONCE);
      const before = await census(worker, page);
      const startedAt = Date.now();
      await comeAndGo(page, ROUNDS);
      const tookMs = Date.now() - startedAt;
      let now = before;
      const grown = async (): Promise<string> => {
        now = await census(worker, page);
        return LISTS.filter((list) => now[list] > before[list])
          .map((list) => `${list}: ${before[list]} → ${now[list]}`)
          .join();
      };
      await until('no list has grown', async () => (await grown()) === '' || Promise.reject(new Error(await grown())));
      test.diagnostic(JSON.stringify({rounds: ROUNDS, tookMs, before, now}));
      assert.ok(now.heap - before.heap < ROUNDS * BYTES_A_ROUND + NOISE_BYTES, `${now.heap - before.heap} bytes more`);

      // That it can be seen at all: a page that stays is in all of the lists.
      const stays = await open({}, 'tab', MODES[mode]);
      const one = await census(worker, page);
      for (const list of LISTS) {
        // Pages without a SharedWorker have no port.
        if (mode === 'shared' || list !== 'ports') assert.ok(one[list] > now[list], `${list} of a page that stays`);
      }
      await stays.close();
    });
  });
}
