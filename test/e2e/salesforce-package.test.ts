import assert from 'node:assert/strict';
import {afterEach, beforeEach, describe, it} from 'node:test';
import type {Frame, Page} from 'puppeteer-core';
import type {Snapshot} from '../../src/domain/snapshot.js';
import {visualforceRoots} from './support/visualforce.js';
import {newWorld} from './support/new-world.js';
import {AGENT, requests, until, type World} from './support/world.js';

const LIMIT = {timeout: 90_000};
const READY_MS = 30_000;

interface Shown {
  readonly connection: Snapshot['connection'];
  readonly frontId: string | null | undefined;
}

/** What the first session of a page or frame shows, once it is connected and its adapter is ready. */
const shownIn = (where: Frame | Page): Promise<Shown | undefined> =>
  where.evaluate(() => {
    const session = document.querySelector('cxone-session');
    if (!session?.session || !session.hasAttribute('host-ready')) return undefined;
    const {connection, interactions} = session.session.snapshot;
    return {connection: connection.get(), frontId: interactions.get().frontId};
  });

async function untilReady(where: () => Frame | Page | undefined): Promise<Shown> {
  const ready = async (): Promise<Shown | undefined> => {
    const place = where();
    const shown = place && (await shownIn(place));
    return shown?.connection.mode === 'live' ? shown : undefined;
  };
  return (await until('the softphone is ready', ready, READY_MS))!;
}

const streams = async (world: World): Promise<number> => (await world.sim.get<{open: number}>('/_sim/streams')).open;

interface FakeHost {
  readonly navigations: readonly {readonly kind: string; readonly id?: string}[];
  readonly logs: readonly Readonly<Record<string, unknown>>[];
  readonly tabs?: readonly unknown[];
  clickToDial(number: string): void;
}

/** A component in the page, as `demo/hosts/lwc.js` has it. */
interface Component {
  remove(): void;
}

/** What the agent has seen of the org's records. */
const opened = (page: Page): Promise<(string | undefined)[]> =>
  page.evaluate(() => (window as unknown as {fakeHost: FakeHost}).fakeHost.navigations.map(({id}) => id));

describe('the Visualforce page of the package', () => {
  let world: World;
  afterEach(() => world.close());

  const start = async (resources?: readonly string[]): Promise<void> => {
    world = await newWorld({roots: visualforceRoots({CXone_Agent_Id__c: AGENT}, resources)});
  };

  /** A tab of an org whose call center names the page. */
  function openOrg(callCenter: Readonly<Record<string, string>>): Promise<Page> {
    const phone = `http://org--c.localhost:${world.port}/apex/CXone_Softphone`;
    const query = new URLSearchParams({phone, callCenter: JSON.stringify(callCenter)});
    return world.open(`/demo/hosts/open-cti.html?${String(query)}`, 'org.localhost');
  }

  /** As above, with a softphone that is ready; the API is at another origin, as CXone's is. */
  async function openSoftphone(): Promise<{page: Page; phone: Shown}> {
    const page = await openOrg({
      '/reqCxone/apiBase': world.sim.url,
      '/reqCxone/tokenUrl': `${world.sim.url}/token`,
      '/reqCxone/salesforce': '{"hosts": ["localhost", "*.localhost"]}',
    });
    return {page, phone: await untilReady(() => phoneOf(page))};
  }

  const phoneOf = (page: Page): Frame | undefined => page.frames().find((frame) => frame.url().includes('/apex/'));

  it('is live as the user’s agent with the call center’s settings, and opens the caller’s record', LIMIT, async () => {
    await start();
    const {page} = await openSoftphone();
    const [state] = await requests(world.sim, `/agents/${AGENT}`);
    assert.ok(state, 'the agent of the user’s field is asked for');
    await world.sim.ring({screenPop: {customer_email: 'john.doe@example.com'}, acwSeconds: 0});
    await until('the record is shown', async () => (await opened(page)).length === 1);
    assert.match((await opened(page))[0] ?? '', /^003/);
  });

  it('shares one connection among tabs, in a SharedWorker that is the other static resource', LIMIT, async () => {
    await start();
    const first = await openSoftphone();
    const second = await openSoftphone();
    assert.equal(first.phone.connection.hub.kind, 'shared');
    assert.equal(second.phone.connection.hub.epoch, first.phone.connection.hub.epoch);
    assert.equal(await streams(world), 1);
    const {interactionId} = await world.sim.ring();
    for (const {page} of [first, second]) {
      await until('it rings', async () => (await shownIn(phoneOf(page)!))?.frontId === interactionId);
    }
  });

  it('comes up without the worker’s resource too', LIMIT, async () => {
    await start(['cxone_widgets']);
    const {phone} = await openSoftphone();
    assert.equal(phone.connection.hub.kind, 'page');
    assert.equal(await streams(world), 1);
  });

  it('tells in words which item of the call center is no JSON', LIMIT, async () => {
    await start();
    const page = await openOrg({'/reqCxone/popRules': '[oops'});
    await until('the banner names it', async () => {
      const text = await phoneOf(page)?.evaluate(
        () => document.querySelector('cxone-connection-banner')?.shadowRoot?.textContent,
      );
      return text?.includes('popRules');
    });
  });
});

describe('the component of the package', () => {
  let world: World;
  let page: Page;
  beforeEach(async () => {
    world = await newWorld();
  });
  afterEach(() => world.close());

  async function open(query = ''): Promise<Shown> {
    page = await world.open(`/demo/hosts/lwc.html${query}`);
    return untilReady(() => page);
  }

  const host = <T>(read: (host: FakeHost) => T): Promise<T> =>
    page.evaluate(`(${String(read)})(window.fakeHost)`) as Promise<T>;

  async function callFrom(screenPop: Readonly<Record<string, string>>, records: number): Promise<string> {
    const {interactionId} = await world.sim.ring({screenPop, acwSeconds: 0});
    await until('the record is shown', async () => (await opened(page)).length === records);
    return interactionId;
  }

  it('needs no worker', LIMIT, async () => {
    assert.equal((await open()).connection.hub.kind, 'page');
  });

  it('focuses the console’s tab that shows the record already', LIMIT, async () => {
    await open();
    const first = await callFrom({customer_email: 'john.doe@example.com'}, 1);
    await world.sim.end(first);
    await callFrom({customer_email: 'john.doe@example.com'}, 2);
    assert.equal(await host(({tabs}) => tabs?.length), 1);
  });

  it('navigates the page where the app is no console', LIMIT, async () => {
    await open('?app=standard');
    await callFrom({customer_email: 'john.doe@example.com'}, 1);
    assert.equal(await host(({tabs}) => tabs?.length), 0);
  });

  it('shares one connection with others of its page, and one of those that are left acts', LIMIT, async () => {
    await open();
    await page.evaluate(() => {
      const {addComponent, component} = window as unknown as {addComponent(): Component; component: Component};
      document.body.dataset['told'] = '';
      for (const type of ['cxone-warning', 'cxone-click-to-dial']) {
        document.addEventListener(type, () => (document.body.dataset['told'] += type));
      }
      addComponent();
      const third = addComponent();
      (window as unknown as {fakeHost: FakeHost}).fakeHost.clickToDial('+12125550142');
      component.remove();
      third.remove();
    });
    await untilReady(() => page);
    await callFrom({customer_email: 'john.doe@example.com'}, 1);
    assert.equal(await page.$$eval('cxone-session', (sessions) => sessions.length), 1);
    assert.equal(await streams(world), 1);
    assert.equal(await page.$eval('body', ({dataset}) => dataset['told']), 'cxone-click-to-dial');
  });
});
