import {beforeEach, describe, it} from 'node:test';
import {expect} from 'chai';
import {openDB} from 'idb';
import type {ContactLog} from '../../src/domain/contact-log.js';
import type {HubSettings} from '../../src/domain/settings.js';
import {hubLockName} from '../../src/worker/entry/hub-lock.js';
import type {ContactRecord} from '../../src/worker/store/schema.js';
import {
  AGENT,
  configFor,
  shows,
  startHub,
  talking,
  TestPage,
  TestSimulator,
  until,
  type TestHub,
  type TestPageOptions,
} from './support.js';

describe('logs of contacts', () => {
  let sim: TestSimulator;
  let hub: TestHub;
  let pageCount = 0;

  /** A page whose CRM writes logs, used later than those before it. */
  function crmPage(options: TestPageOptions = {}, settings: Partial<HubSettings> = {}): Promise<TestPage> {
    const presence = {adapter: 'host', logs: true, activeAt: Date.now() + ++pageCount, ...options.presence} as const;
    return TestPage.live(hub, configFor(sim, settings), {...options, presence});
  }
  const offers = (page: TestPage): string[] => page.heard('log-offer').map(({contactId}) => contactId);
  async function offered(page: TestPage, nth = 1): Promise<string> {
    await until(`log ${nth} is offered`, () => offers(page).length >= nth);
    return offers(page)[nth - 1]!;
  }
  const take = (page: TestPage, contactId: string): Promise<ContactLog | undefined> =>
    page.call('acceptLog', [page.pageId, contactId]);
  const saved = (page: TestPage, contactId: string): Promise<void> =>
    page.call('reportLog', [page.pageId, contactId, {ok: true}]);
  /** What a next hub would find. */
  async function onDisk(): Promise<ContactRecord[]> {
    const db = await openDB(hubLockName(sim.url, AGENT));
    try {
      return (await db.getAll('contacts')) as ContactRecord[];
    } finally {
      db.close();
    }
  }
  /** A call that was answered and is over. */
  async function call(page: TestPage, order: Parameters<TestSimulator['ring']>[0] = {}): Promise<string> {
    const id = await talking(sim, page, {acwSeconds: 0, ...order});
    await sim.end(id);
    return id;
  }

  beforeEach(async () => {
    sim = await TestSimulator.start();
    hub = startHub();
    pageCount = 0;
  });

  it('are written by one page, once, when the after-call work is over', async () => {
    const other = await crmPage();
    const page = await crmPage();
    const id = await talking(sim, page, {from: '+4930123', skillId: 'billing', acwSeconds: 30, enforceAcw: false});
    await sim.end(id);
    await shows(page, id, 'acw');
    await page.call('log', []);
    expect(offers(page)).to.deep.equal([]);
    await until('the work can be ended', () => page.snapshot.acw.items[0]?.complete.allowed);
    await page.call('completeAcw', [id]);
    const contactId = await offered(page);
    const log = await take(page, contactId);
    expect(log).to.include({interactionId: id, mediaType: 'voice', direction: 'inbound', from: '+4930123'});
    expect(log).to.include({skillId: 'billing'});
    expect(log!.answeredAt).to.be.within(log!.startedAt, log!.endedAt);
    expect(log!.talkSeconds).to.be.within(0, 3);
    expect(log!.acwSeconds).to.be.within(0, 3);
    // A second yes gets nothing.
    expect(await take(page, contactId)).to.equal(undefined);
    await saved(page, contactId);
    await until('it is noted', async () => (await page.log('contact_log'))[0]?.data?.['outcome'] === 'saved');
    await other.presence({activeAt: Date.now() + 99});
    await other.call('log', []);
    expect(offers(other)).to.deep.equal([]);
    expect(offers(page)).to.have.lengthOf(1);
  });

  it('name the record that the screen pop opened', async () => {
    const page = await crmPage();
    const id = await talking(sim, page, {acwSeconds: 0, screenPop: {crm_account_id: 'ACC-1'}});
    await until('its screen pop may open', () => page.heard('go').length > 0);
    const {offerId} = page.heard('go')[0]!.go;
    const records = [{entity: 'account', id: 'ACC-1', name: 'Acme'}];
    await page.call('reportPop', [page.pageId, offerId, {outcome: 'opened', records}]);
    await sim.end(id);
    const log = await take(page, await offered(page));
    expect(log?.record).to.deep.equal({entity: 'account', id: 'ACC-1'});
  });

  it('are not made of a call that nobody answered, nor where they are switched off', async () => {
    const page = await crmPage();
    const {interactionId} = await sim.ring({acwSeconds: 0});
    await shows(page, interactionId, 'ringing');
    await sim.end(interactionId);
    const id = await call(page);
    expect(await take(page, await offered(page))).to.include({interactionId: id});
    hub.die();

    hub = startHub();
    const silent = await crmPage({}, {contactLogs: false});
    const again = await call(silent);
    await until('it is over', () => !silent.interaction(again));
    await silent.call('log', []);
    expect(offers(silent)).to.deep.equal([]);
  });

  it('go to the first page that says yes, a late one as well, and to no other', async () => {
    const next = await crmPage({}, {popOfferTimeoutMs: 50});
    const slow = await crmPage();
    const id = await call(next);
    const contactId = await offered(slow);
    await offered(next);
    expect(await take(slow, contactId)).to.include({interactionId: id});
    expect(await take(next, contactId)).to.equal(undefined);
    expect(await take(slow, contactId)).to.equal(undefined);
  });

  it('go to the next page when the first does not answer, and wait for one that can', async () => {
    const next = await crmPage({presence: {logs: false}});
    const silent = await crmPage();
    const id = await call(next);
    const contactId = await offered(silent);
    await until('its time is over', async () => (await take(silent, 'another')) === undefined);
    silent.die();
    await next.presence({logs: true});
    expect(await offered(next)).to.equal(contactId);
    expect(await take(next, contactId)).to.include({interactionId: id});
    expect(await take(silent, contactId).catch(() => undefined)).to.equal(undefined);
  });

  it('of a page that dies while it writes are unknown: noted, told, never written again', async () => {
    const other = await crmPage();
    const dying = await crmPage();
    const id = await call(dying);
    await take(dying, await offered(dying));
    dying.die();
    await until('it is told', () => other.notices().includes('contactLogFailed'));
    expect((await other.log('contact_log'))[0]?.data).to.include({id, outcome: 'unknown'});
    const [shown] = (await crmPage({presence: {logs: false}})).snapshot.notices.items;
    expect(shown).to.include({code: 'contactLogFailed', interactionId: id, mediaType: 'voice'});
    await other.presence({activeAt: Date.now() + 99});
    await other.call('log', []);
    expect(offers(other)).to.deep.equal([]);
  });

  it('that the CRM refused are told with its code', async () => {
    const page = await crmPage();
    await call(page);
    const contactId = await offered(page);
    await take(page, contactId);
    await page.call('reportLog', [page.pageId, contactId, {ok: false, code: 'refused'}]);
    await until('it is told', () => page.notices().includes('contactLogFailed'));
    expect((await page.log('contact_log'))[0]?.data).to.include({outcome: 'failed', code: 'refused'});
  });

  it('survive a restart in the middle of the call, and one before anybody wrote them', async () => {
    let page = await crmPage();
    const id = await talking(sim, page, {acwSeconds: 0, from: '+4930123'});
    hub.die();
    hub = startHub();
    page = await crmPage({presence: {logs: false}});
    await shows(page, id, 'talking');
    await sim.end(id);
    await until('it is over', () => !page.interaction(id));
    await until('it is due', async () => {
      const [contact] = await onDisk();
      return contact?.stage === 'due';
    });
    hub.die();
    hub = startHub();
    page = await crmPage();
    const log = await take(page, await offered(page));
    expect(log).to.include({interactionId: id});
    expect(log!.answeredAt).to.be.a('number');
    expect(offers(page)).to.have.lengthOf(1);
  });

  it('that a former hub gave to a page are unknown', async () => {
    let page = await crmPage();
    await call(page);
    await take(page, await offered(page));
    hub.die();
    hub = startHub();
    page = await crmPage();
    await until('it is noted', async () => (await page.log('contact_log'))[0]?.data?.['outcome'] === 'unknown');
    expect(offers(page)).to.deep.equal([]);
  });

  it('keep no customer data on disk', async () => {
    const page = await crmPage({presence: {logs: false}});
    await call(page, {from: '+4930998877'});
    await until('it is on disk', async () => {
      const text = JSON.stringify(await onDisk());
      expect(text).to.not.contain('998877');
      return text.includes('"due"');
    });
  });
});
