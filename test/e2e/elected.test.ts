import assert from 'node:assert/strict';
import {afterEach, beforeEach, describe, it} from 'node:test';
import type {Page} from 'puppeteer-core';
import type {Settings} from '../../src/domain/settings.js';
import type {CxoneSession} from '../../src/session/session.js';
import {HINDRANCES, type Hindrance} from './support/hindrances.js';
import {addSession, ask, snapshotOf} from './support/plain-page.js';
import {newWorld} from './support/new-world.js';
import {hide, until, type World} from './support/world.js';

const LIMIT = {timeout: 120_000};

/**
 * How long a leader that hangs may go unnoticed, in ms: many times what it takes, which `npm run bench -- --recovery`
 * measures. A busy machine must not fail a test of behaviour.
 */
const HUNG_LEADER_MS = 25_000;

describe('without a SharedWorker', () => {
  let world: World;

  beforeEach(async () => {
    world = await newWorld();
  });
  afterEach(() => world.close());

  const streams = async (): Promise<number> => (await world.sim.get<{open: number}>('/_sim/streams')).open;
  const connection = async (page: Page) => (await snapshotOf(page))?.connection;
  const epoch = async (page: Page): Promise<number> => (await connection(page))?.hub.epoch ?? 0;

  async function open(hindrance: Hindrance, settings: Partial<Settings> = {}): Promise<Page> {
    const page = await world.context.newPage({type: 'window'});
    await page.evaluateOnNewDocument(HINDRANCES[hindrance]);
    await page.goto(`${world.sim.url}/test/blank.html`);
    await addSession(page, settings);
    await until('live', async () => (await connection(page))?.mode === 'live');
    return page;
  }

  const live = (page: Page, former: number, limitMs?: number): Promise<unknown> =>
    until(
      'live at the next hub',
      async () => {
        const now = await connection(page);
        return now?.mode === 'live' && now.hub.epoch > former;
      },
      limitMs,
    );

  for (const hindrance of Object.keys(HINDRANCES) as Hindrance[]) {
    it(`a page that ${hindrance} shares one stream with a second one`, LIMIT, async () => {
      const quick = {hubJoinTimeoutMs: 1_000};
      const first = await open(hindrance, quick);
      const second = await open(hindrance, quick);
      const {interactionId} = await world.sim.ring();
      for (const page of [first, second]) {
        await until('the call rings', async () => (await snapshotOf(page))?.interactions.frontId === interactionId);
      }
      assert.equal((await connection(first))?.hub.kind, hindrance === 'has no worker at all' ? 'page' : 'dedicated');
      assert.equal(await streams(), 1);
    });
  }

  for (const hindrance of ['has no SharedWorker', 'has no worker at all'] as const) {
    it(`a leader that ${hindrance} and is closed or crashes is replaced at once`, LIMIT, async () => {
      const [first, second] = [await open(hindrance), await open(hindrance)];
      const {interactionId} = await world.sim.ring();
      const ends = await endsToldTo(second);
      let former = await epoch(first);
      await first.close();
      await live(second, former);
      // Only now, so that it is the second one that leads.
      const third = await open(hindrance);
      former = await epoch(third);
      assert.equal(former, await epoch(second));
      const laterEnds = await endsToldTo(third);
      assert.deepEqual(await ends(), []);
      const devtools = await second.createCDPSession();
      void devtools.send('Page.crash').catch(() => undefined);
      await live(third, former);
      assert.equal((await snapshotOf(third))?.interactions.frontId, interactionId, 'the call is still there');
      assert.deepEqual(await laterEnds(), [], 'it was there all the time');
      await until('one stream', async () => (await streams()) === 1);
    });
  }

  it('a hub in a worker does not notice that its page hangs', LIMIT, async () => {
    const first = await open('has no SharedWorker');
    const second = await open('has no SharedWorker');
    const former = await epoch(first);
    await hang(first, 6_000);
    const {interactionId} = await world.sim.ring();
    await until('it rings in the other one', async () => (await snapshotOf(second))?.interactions.frontId);
    await ask(second, 'answer', interactionId);
    await until(
      'it is answered',
      async () => (await snapshotOf(second))?.interactions.items[0]?.state === 'talking',
      5_000,
    );
    assert.equal(await epoch(second), former);
  });

  it('a leader that hangs is replaced, and carries nothing out when it wakes', LIMIT, async () => {
    const leader = await open('has no worker at all');
    const second = await open('has no worker at all');
    const third = await open('has no worker at all');
    const {interactionId} = await world.sim.ring();
    const stateIn = async (page: Page): Promise<string> => {
      const item = (await snapshotOf(page))?.interactions.items[0];
      return `${item?.state ?? 'none'}${item?.muted ? ' muted' : ''}`;
    };
    await until('it rings', async () => (await stateIn(second)) === 'ringing');
    await ask(second, 'answer', interactionId);
    await until('it is answered', async () => (await stateIn(leader)) === 'talking');
    const former = await epoch(leader);
    // The click waits in the leader's own queue, and comes to its hub when it wakes.
    await hang(leader, HANG_MS, interactionId);
    await live(second, former, HUNG_LEADER_MS);
    await live(third, former, HUNG_LEADER_MS);
    await ask(third, 'mute', interactionId);
    await until('it is muted', async () => (await stateIn(second)) === 'talking muted');
    await until('the leader woke and follows', async () => (await epoch(leader)) > former, HANG_MS + 10_000);
    await until('it shows the truth', async () => (await stateIn(leader)) === 'talking muted');
    await until('one stream', async () => (await streams()) === 1);
    const effects = await world.sim.get<{action: string}[]>('/_sim/effects');
    assert.deepEqual(
      effects.map(({action}) => action),
      ['Answer', 'Mute'],
    );
  });

  it('a leader that is hidden for long hands over to a page in view', LIMIT, async () => {
    const leader = await open('has no worker at all', {hiddenHubMs: 4_000});
    const {interactionId} = await world.sim.ring();
    await until('it rings', async () => (await snapshotOf(leader))?.interactions.frontId === interactionId);
    await ask(leader, 'answer', interactionId);
    const former = await epoch(leader);
    const second = await open('has no worker at all', {hiddenHubMs: 4_000});
    assert.equal(await epoch(second), former, 'it begins at the hub that is there');
    await hide(leader);
    await live(second, former);
    await until('the former leader follows', async () => (await epoch(leader)) === (await epoch(second)));
    assert.equal((await snapshotOf(second))?.interactions.frontId, interactionId);
    await until('one stream', async () => (await streams()) === 1);
  });
});

/** The interactions whose end a page is told of from now on. */
async function endsToldTo(page: Page): Promise<() => Promise<string[]>> {
  const told = await page.evaluateHandle(() => {
    const ids: string[] = [];
    document.addEventListener('cxone-interaction-change', (event) => {
      const {interactionId, state} = event as unknown as {interactionId: string; state: string};
      if (state === 'ended') ids.push(interactionId);
    });
    return ids;
  });
  return () => told.jsonValue();
}

/** Longer than it takes to be replaced. */
const HANG_MS = 12_000;

/** Keeps the page's thread busy. @param clicked In the same task, Hold is pressed for it before. */
function hang(page: Page, forMs: number, clicked?: string): Promise<void> {
  return page.evaluate(
    (ms, interactionId) => {
      setTimeout(() => {
        const {session} = document.querySelector('cxone-session') as unknown as {session?: CxoneSession};
        if (interactionId) void session?.commands.hold(interactionId).catch(() => undefined);
        const until = Date.now() + ms;
        while (Date.now() < until);
      });
    },
    forMs,
    clicked,
  );
}
