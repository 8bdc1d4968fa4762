import assert from 'node:assert/strict';
import {describe, it, mock} from 'node:test';
import {DEFAULT_HUB_SETTINGS} from '../../src/domain/settings.js';
import {ContactLogger} from '../../src/worker/calls/contact-logger.js';
import type {HubMessage} from '../../src/worker/hub-api.js';
import type {HubContext} from '../../src/worker/hub-context.js';
import type {Interactions} from '../../src/worker/calls/interactions.js';
import {HubLog} from '../../src/worker/log.js';
import {Notices} from '../../src/worker/notices.js';
import type {Page, Pages} from '../../src/worker/pages.js';
import type {ContactRecord} from '../../src/worker/store/schema.js';
import {HubStore} from '../../src/worker/store/store.js';

const contact = (n: number): ContactRecord => ({
  contactId: `i${n}#1`,
  interactionId: `i${n}`,
  mediaType: 'voice',
  direction: 'inbound',
  startedAt: Date.now(),
  answeredAt: Date.now(),
  endedAt: Date.now(),
  stage: 'due',
});

describe('logs of contacts in the hub', () => {
  /** The real logs over the real store (in memory, as without IndexedDB), with two contacts that are due. */
  async function start(pages: Partial<Pages>): Promise<{logs: ContactLogger; notices: Notices; log: HubLog}> {
    const store = new HubStore('logs', {onLost: () => undefined, onFenced: () => undefined});
    await store.open(Date.now(), 86_400_000);
    for (const n of [1, 2]) await store.contacts.put(contact(n));
    const shared = {store, settings: DEFAULT_HUB_SETTINGS, mark: () => undefined};
    const notices = new Notices(shared);
    const log = new HubLog(100, Date.now);
    const {signal} = new AbortController();
    const hub = {...shared, log, notices, signal, notice: () => undefined} as unknown as HubContext;
    const interactions = {stateOf: () => undefined} as unknown as Interactions;
    const opened = {recordOf: () => undefined};
    return {logs: new ContactLogger(hub, pages as unknown as Pages, interactions, opened), notices, log};
  }
  const page = (pageId: string, post: (message: HubMessage) => void): Page => ({
    pageId,
    canGiveTokens: false,
    follows: new Set(),
    presence: {visible: true, focused: true, activeAt: 1, adapter: 'host', logs: true},
    post,
  });

  it('that cannot be offered to one page go to the next, and keep no other waiting', async () => {
    const heard: string[] = [];
    const broken = page('broken', () => {
      throw new Error('the channel is closed');
    });
    const good = page('good', (message) => message.kind === 'log-offer' && heard.push(message.contactId));
    const {logs, log} = await start({bestForLog: (except) => (except.has('broken') ? good : broken)});
    mock.timers.enable({apis: ['setTimeout']});
    try {
      logs.pump();
      assert.equal(log.entries().filter(({event}) => event === 'log_offer_failed').length, 2);
      mock.timers.tick(DEFAULT_HUB_SETTINGS.popOfferTimeoutMs);
      assert.deepEqual(heard.sort(), ['i1#1', 'i2#1']);
    } finally {
      mock.timers.reset();
    }
  });

  it('that were told as unknown are told no longer once the page says that it was written', async () => {
    const one = page('one', () => undefined);
    const {logs, notices} = await start({bestForLog: () => one});
    const ids = (): string[] => notices.slice().items.map(({id}) => id);
    logs.pump();
    for (const id of ['i1#1', 'i2#1']) assert.ok(await logs.accept('one', id));
    logs.onPageGone(one);
    assert.deepEqual(ids(), ['log i1#1', 'log i2#1']);
    await logs.report('one', 'i1#1', {ok: true});
    await logs.report('one', 'i2#1', {ok: false, code: 'refused'});
    assert.deepEqual(ids(), ['log i2#1']);
  });
});
