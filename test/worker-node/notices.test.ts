import assert from 'node:assert/strict';
import {afterEach, beforeEach, describe, it, mock} from 'node:test';
import {DEFAULT_HUB_SETTINGS} from '../../src/domain/settings.js';
import type {Notice} from '../../src/domain/snapshot.js';
import {Notices} from '../../src/worker/notices.js';
import {HubStore} from '../../src/worker/store/store.js';

const HOUR = 3_600_000;

describe('what must not be missed', () => {
  let store: HubStore;
  let notices: Notices;
  const hub = () => new Notices({store, settings: DEFAULT_HUB_SETTINGS, mark: () => undefined});
  const ids = (from = notices): string[] => from.slice().items.map(({id}) => id);
  const log = (n: number): Omit<Notice, 'at'> => ({id: `log ${n}`, code: 'contactLogFailed', interactionId: `i${n}`});

  beforeEach(async () => {
    mock.timers.enable({apis: ['Date'], now: HOUR});
    // Without IndexedDB, as here, the store keeps all in memory.
    store = new HubStore('notices', {onLost: () => undefined, onFenced: () => undefined});
    await store.open(Date.now(), HOUR);
    notices = hub();
    notices.start();
  });

  afterEach(() => mock.timers.reset());

  it('stays until it is put away, and the next hub shows it too', () => {
    notices.add(log(1));
    notices.add(log(2));
    const next = hub();
    assert.equal(next.slice().asOf, 0, 'a hub that has not begun does not take away what a page shows');
    next.start();
    assert.deepEqual(ids(next), ['log 1', 'log 2']);
    assert.ok(next.slice().asOf > 0);
    next.drop('log 1');
    assert.deepEqual(ids(next), ['log 2']);
    next.clear();
    assert.deepEqual(ids(next), []);
    assert.equal(store.meta.get('notices'), undefined);
  });

  it('is there once, newest last, and counts', () => {
    notices.add({id: 'full', code: 'popBufferFull', count: 3});
    notices.add(log(1));
    mock.timers.tick(1_000);
    notices.add({id: 'full', code: 'popBufferFull', count: 4});
    assert.deepEqual(ids(), ['log 1', 'full']);
    assert.deepEqual(notices.slice().items[1], {id: 'full', code: 'popBufferFull', count: 7, at: HOUR + 1_000});
  });

  it('is not kept for ever, nor without bound', () => {
    for (let n = 0; n < 30; n++) notices.add(log(n));
    assert.equal(ids().length, 20);
    assert.equal(ids().at(-1), 'log 29');
    mock.timers.tick(8 * HOUR);
    assert.equal(ids().length, 20);
    mock.timers.tick(1);
    assert.deepEqual(ids(), []);
  });
});
