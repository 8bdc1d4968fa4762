import assert from 'node:assert/strict';
import {afterEach, before, beforeEach, describe, it, mock} from 'node:test';
import type {InteractionState, MediaType} from '../../src/domain/interaction.js';
import {DEFAULT_HUB_SETTINGS, type HubSettings} from '../../src/domain/settings.js';
import type {InteractionView, PopView} from '../../src/domain/snapshot.js';
import type {HubMessage, HubNotice} from '../../src/worker/hub-api.js';
import type {HubContext} from '../../src/worker/hub-context.js';
import type {InteractionChange, Interactions} from '../../src/worker/calls/interactions.js';
import {HubLog} from '../../src/worker/log.js';
import {Notices} from '../../src/worker/notices.js';
import type {Page, Pages} from '../../src/worker/pages.js';
import {loadPhoneNumbers} from '../../src/worker/pops/phone-numbers.js';
import {ScreenPops} from '../../src/worker/pops/screen-pops.js';
import {HubStore} from '../../src/worker/store/store.js';

/** The real pops over the real store (in memory, as without IndexedDB); contacts and pages are as the test says. */
describe('screen pops in the hub', () => {
  let store: HubStore;
  let pops: ScreenPops;
  let log: HubLog;
  let notices: Notices;
  let told: HubNotice[];
  let contacts: Map<string, InteractionView>;
  let heard: Map<string, HubMessage[]>;
  let settings: HubSettings;
  let over: AbortController;

  /** The most recently used one comes last. */
  const pageIds = (): string[] => [...heard.keys()];
  const pageOf = (pageId: string): Page => ({
    pageId,
    canGiveTokens: false,
    follows: new Set(),
    presence: {visible: true, focused: true, activeAt: 1, adapter: 'host'},
    post: (message) => {
      if (pageId === 'broken') throw new Error('the channel is closed');
      heard.get(pageId)!.push(message);
    },
  });
  const pages = {
    get: (id: string) => (heard.has(id) ? pageOf(id) : undefined),
    bestForPop: (except: ReadonlySet<string>) => {
      const id = pageIds().findLast((one) => !except.has(one));
      return id === undefined ? undefined : pageOf(id);
    },
  } as unknown as Pages;
  const interactions = {
    view: (id: string) => contacts.get(id),
    views: () => [...contacts.values()],
    stateOf: (id: string) => contacts.get(id)?.state,
  } as unknown as Interactions;

  /** A hub that takes over the store of the one before it. */
  function startHub(readsContacts = true): void {
    over?.abort();
    over = new AbortController();
    const shared = {store, settings, mark: () => undefined};
    notices = new Notices(shared);
    notices.start();
    const hub = {...shared, log, notices, signal: over.signal, notice: (one: HubNotice) => told.push(one)};
    pops = new ScreenPops(hub as unknown as HubContext, pages, interactions);
    if (readsContacts) pops.afterFirstRead();
  }
  function pop(interactionId: string): void {
    const head = {eventType: 'interaction.screenpop', digest: interactionId, timestamp: Date.now()};
    pops.onEvent({...head, interactionId, source: 'ivr', payload: {crm_account_id: `A-${interactionId}`}});
    mock.timers.tick(1);
  }
  function contact(interactionId: string, state: InteractionState, mediaType: MediaType = 'voice'): void {
    const view = {interactionId, sessionId: `s-${interactionId}`, state, mediaType, from: '+1'} as InteractionView;
    if (state === 'ended') contacts.delete(interactionId);
    else contacts.set(interactionId, view);
    pops.onInteraction({view, facts: view, previous: undefined, source: 'stream'} as unknown as InteractionChange);
  }
  const offers = (pageId: string): string[] =>
    heard.get(pageId)!.flatMap((message) => (message.kind === 'offer' ? [message.offerId] : []));
  const gos = (): string[] =>
    [...heard.values()].flat().flatMap((message) => (message.kind === 'go' ? [message.go.interactionId] : []));
  const item = (id: string): PopView | undefined => pops.slice().items.find((one) => one.interactionId === id);
  /** The page says yes to its latest offer, and opens the record. */
  async function open(pageId: string): Promise<boolean> {
    const offerId = offers(pageId).at(-1)!;
    const yes = await pops.accept(pageId, offerId);
    if (yes) await pops.report(pageId, offerId, {outcome: 'opened'});
    return yes;
  }

  // A pop waits for them; here none is slow.
  before(() => loadPhoneNumbers(() => undefined));

  beforeEach(async () => {
    mock.timers.enable({apis: ['Date', 'setTimeout'], now: 1_000_000});
    settings = {...DEFAULT_HUB_SETTINGS, popInteractionWaitMs: 0};
    store = new HubStore('pops', {onLost: () => undefined, onFenced: () => undefined});
    const opened = store.open(Date.now(), 86_400_000);
    mock.timers.tick(0);
    await opened;
    log = new HubLog(1_000, Date.now);
    told = [];
    contacts = new Map();
    heard = new Map([['page', []]]);
    startHub();
  });

  afterEach(() => {
    over.abort();
    mock.timers.reset();
  });

  describe('of a contact that rings while another one is talking or held', () => {
    for (const [name, busy] of [
      ['talking', 'talking'],
      ['held', 'hold'],
    ] as const) {
      it(`wait while it is ${name}, say so, and open once when their own is answered`, async () => {
        contact('first', busy);
        contact('second', 'ringing');
        pop('second');
        assert.equal(item('second')?.waitsFor, 'busy');
        assert.deepEqual(offers('page'), []);
        contact('second', 'talking');
        assert.equal(await open('page'), true);
        assert.equal(item('second')?.outcome, 'opened');
        contact('first', 'acw');
        contact('second', 'hold');
        pops.onPagesChanged();
        assert.deepEqual(gos(), ['second']);
        assert.equal(offers('page').length, 1);
      });
    }

    it('wait for the answer though the other one has ended, and after a restart', async () => {
      contact('first', 'talking');
      contact('second', 'ringing');
      pop('second');
      contact('first', 'ended');
      assert.equal(item('second')?.waitsFor, 'busy');
      startHub();
      assert.equal(item('second')?.waitsFor, 'busy');
      assert.deepEqual(offers('page'), []);
      contact('second', 'talking');
      assert.equal(await open('page'), true);
      startHub();
      assert.deepEqual(gos(), ['second']);
    });

    it('expire with it when nobody answers, and history is not popped', () => {
      contact('first', 'talking');
      contact('second', 'ringing');
      pop('second');
      contact('second', 'ended');
      assert.equal(item('second')?.outcome, 'expired');
      contact('first', 'ended');
      startHub();
      assert.deepEqual(offers('page'), []);
    });

    it('expire too when it ended between two hubs', () => {
      contact('first', 'talking');
      contact('second', 'ringing');
      pop('second');
      contacts.delete('second');
      startHub();
      assert.equal(item('second')?.outcome, 'expired');
    });

    it('wait before their contact is known, and open at once when it was answered before they came', async () => {
      contact('first', 'talking');
      pop('second');
      contact('second', 'ringing');
      assert.deepEqual(offers('page'), []);
      contact('third', 'talking');
      pop('third');
      assert.equal(await open('page'), true);
      assert.deepEqual(gos(), ['third']);
      contact('second', 'talking');
      assert.equal(await open('page'), true);
      assert.deepEqual(gos(), ['third', 'second']);
    });

    it('open when the agent asks, and not once more on answer', async () => {
      contact('first', 'talking');
      contact('second', 'ringing');
      pop('second');
      const {offerId} = await pops.open('page', 'second#1');
      contact('second', 'talking');
      await pops.report('page', offerId, {outcome: 'opened'});
      pops.pump();
      assert.deepEqual(offers('page'), []);
      assert.equal(item('second')?.outcome, 'opened');
    });

    it('are taken back from a page that has not said yes when the other one was answered', async () => {
      contact('first', 'ringing');
      contact('second', 'ringing');
      pop('second');
      assert.equal(offers('page').length, 1);
      contact('first', 'talking');
      assert.equal(await open('page'), false);
      mock.timers.tick(1_000);
      assert.deepEqual(gos(), []);
      contact('second', 'talking');
      assert.equal(await open('page'), true);
      assert.deepEqual(gos(), ['second']);
    });

    it('are taken back from a late page as well, which is asked again', async () => {
      contact('first', 'ringing');
      contact('second', 'ringing');
      pop('second');
      mock.timers.tick(settings.popOfferTimeoutMs);
      contact('first', 'talking');
      assert.equal(await open('page'), false);
      contact('second', 'talking');
      assert.equal(offers('page').length, 2);
      assert.equal(await open('page'), true);
      assert.deepEqual(gos(), ['second']);
    });

    it('go to one of two pages', async () => {
      heard.set('other', []);
      contact('first', 'talking');
      contact('second', 'ringing');
      pop('second');
      contact('second', 'talking');
      assert.deepEqual(offers('page'), []);
      assert.equal(await open('other'), true);
      assert.deepEqual(gos(), ['second']);
    });

    it('are looked up meanwhile, so that they open at once', () => {
      contact('first', 'talking');
      contact('second', 'ringing');
      pop('second');
      contact('second', 'talking');
      assert.deepEqual(
        heard.get('page')!.map(({kind}) => kind),
        ['look-up', 'offer'],
      );
    });

    it('open at once where the setting says so, and where the other one only rings or wraps up', () => {
      contact('first', 'acw');
      contact('third', 'ringing');
      contact('second', 'ringing');
      pop('second');
      assert.equal(offers('page').length, 1);
      settings = {...settings, popWhileBusy: 'open'};
      startHub();
      contact('first', 'talking');
      pop('third');
      assert.equal(offers('page').length, 3);
    });

    it('are no other contact’s pop when it is their own that is talking', () => {
      contact('first', 'talking');
      pop('first');
      assert.equal(offers('page').length, 1);
    });
  });

  it('that were answered and wrapped up before a page could open them still open', () => {
    heard.clear();
    settings = {...settings, popMoment: {voice: 'answer'}};
    startHub();
    contact('first', 'talking');
    pop('first');
    contact('first', 'acw');
    heard.set('page', []);
    pops.onPagesChanged();
    assert.equal(offers('page').length, 1);
  });

  describe('fill the buffer', () => {
    const dropWarnings = (): string[] => told.flatMap((one) => (one.type === 'warning' ? [one.problem.detail!] : []));

    it('only while they wait: history leaves without a word', async () => {
      for (let n = 0; n < 60; n++) {
        pop(`i${n}`);
        assert.equal(await open('page'), true);
      }
      assert.deepEqual(told, []);
      assert.equal(pops.slice().dropped, 0);
      assert.equal(pops.slice().items.length, 50);
      assert.deepEqual(notices.slice().items, []);
    });

    it('and are dropped when newer ones fill it: shown so, told once a second, and still there to open', async () => {
      heard.clear();
      for (let n = 0; n < 53; n++) pop(`i${n}`);
      const {items, dropped} = pops.slice();
      assert.equal(dropped, 3);
      assert.deepEqual(
        items.slice(50).map((one) => `${one.interactionId} ${one.outcome}`),
        ['i2 dropped', 'i1 dropped', 'i0 dropped'],
      );
      assert.ok(items.slice(0, 50).every(({outcome}) => outcome === 'waiting'));
      heard.set('page', []);
      const go = await pops.open('page', 'i0#1');
      assert.equal(go.payload['crm_account_id'], 'A-i0');
      await pops.report('page', go.offerId, {outcome: 'opened'});
      assert.equal(item('i0')?.outcome, 'opened');
      assert.deepEqual(dropWarnings(), ['1']);
    });

    it('with little history beside it, and the count of what was dropped stays until it is put away', (test) => {
      heard.clear();
      test.mock.method(performance, 'now', () => Date.now());
      startHub();
      for (let n = 0; n < 120; n++) pop(`i${n}`);
      mock.timers.tick(1_000);
      assert.equal(pops.slice().items.length, 60);
      assert.deepEqual(dropWarnings(), ['1', '69']);
      assert.equal(notices.slice().items[0]?.count, 70);
      startHub();
      assert.equal(notices.slice().items[0]?.count, 70);
    });

    it('never forget a contact that goes on: a late copy of its event is no new pop', async () => {
      contact('long', 'talking');
      pop('long');
      await open('page');
      for (let n = 0; n < 60; n++) {
        contact(`i${n}`, 'talking');
        pop(`i${n}`);
        await open('page');
        contact(`i${n}`, 'ended');
      }
      const before = offers('page').length;
      pop('long');
      assert.equal(offers('page').length, before);
      assert.equal(item('long')?.outcome, 'opened');
    });
  });

  it('open before the contacts are known once a request’s time is over, and none of a former hub', () => {
    heard.clear();
    pop('former');
    heard.set('page', []);
    startHub(false);
    contact('former', 'ringing');
    pop('own');
    mock.timers.tick(settings.requestTimeoutMs - 2);
    assert.deepEqual(offers('page'), []);
    mock.timers.tick(3);
    assert.equal(offers('page').length, 1);
    pops.afterFirstRead();
    assert.equal(offers('page').length, 2);
  });

  it('that cannot be offered keep no other from opening', () => {
    heard.set('broken', []);
    pop('first');
    heard.delete('broken');
    pop('second');
    assert.equal(offers('page').length, 1);
    assert.ok(log.entries().some(({event, data}) => event === 'pop_failed' && data?.['id'] === 'first'));
  });
});
