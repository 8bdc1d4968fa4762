import assert from 'node:assert/strict';
import {after, before, describe, it} from 'node:test';
import {addSession} from './support/plain-page.js';
import {startWorld, until, waitUntilLive, type World} from './support/world.js';

const ROUNDS = 8;

describe('a CRM that redraws its panel all day', () => {
  let world: World;

  before(async () => {
    world = await startWorld();
  });
  after(() => world.close());

  it('keeps no removed widget in memory, nor a session that still waits for its CRM', async () => {
    const page = await world.open('/test/blank.html');
    await addSession(page);
    await waitUntilLive(page);
    const removed = await page.evaluateHandle((): WeakRef<Element>[] => []);
    for (let round = 0; round < ROUNDS; round++) {
      await removed.evaluate((refs) => {
        const session = document.querySelector('cxone-session')!;
        for (const element of [session, ...session.children]) refs.push(new WeakRef(element));
        const next = session.cloneNode(true) as typeof session;
        next.config = session.config;
        session.replaceWith(next);
      });
      await waitUntilLive(page);
    }
    const devtools = await page.createCDPSession();
    await until('the removed ones are collected', async () => {
      await devtools.send('HeapProfiler.collectGarbage');
      const left = await removed.evaluate((refs) =>
        refs.flatMap((ref, i) => (ref.deref() ? [`${i} ${ref.deref()!.localName}`] : [])),
      );
      // The last ones may still be held by what is on its way.
      return left.length <= 6 || Promise.reject(new Error(left.join()));
    });
    assert.equal(await page.evaluate(() => document.querySelectorAll('cxone-status-picker').length), 1);
  });
});
