import {beforeEach, describe, it} from 'node:test';
import {expect} from 'chai';
import type {PopResult} from '../../src/domain/screen-pop.js';
import type {HubSettings} from '../../src/domain/settings.js';
import type {PopView} from '../../src/domain/snapshot.js';
import type {PopGo} from '../../src/worker/hub-api.js';
import {
  AGENT,
  configFor,
  openHubStore,
  shows,
  startHub,
  talking,
  TestPage,
  TestSimulator,
  until,
  type TestHub,
  type TestPageOptions,
} from './support.js';

describe('screen pops', () => {
  let sim: TestSimulator;
  let hub: TestHub;
  let pageCount = 0;

  /** A page that can pop, used later than those before it. */
  function crmPage(options: TestPageOptions = {}, settings: Partial<HubSettings> = {}): Promise<TestPage> {
    const presence = {adapter: 'host', activeAt: Date.now() + ++pageCount, ...options.presence} as const;
    // Most pops here are of no interaction.
    return TestPage.live(hub, configFor(sim, {popInteractionWaitMs: 0, ...settings}), {...options, presence});
  }
  const gos = (page: TestPage): PopGo[] => page.heard('go').map(({go}) => go);
  async function go(page: TestPage, nth = 1): Promise<PopGo> {
    await until(`go ${nth} came`, () => gos(page).length >= nth);
    return gos(page)[nth - 1]!;
  }
  const item = (page: TestPage, interactionId: string): PopView | undefined =>
    page.snapshot.pops.items.find((one) => one.interactionId === interactionId);
  function outcome(page: TestPage, interactionId: string, wanted: PopView['outcome']): Promise<void> {
    return until(`${interactionId} is ${wanted}`, () => item(page, interactionId)?.outcome === wanted);
  }
  function report(page: TestPage, {offerId}: PopGo, result: PopResult = {outcome: 'opened'}): Promise<void> {
    return page.call('reportPop', [page.pageId, offerId, result]);
  }
  /** Shows that nothing more is going to be offered: whatever was, came before the answer to this call. */
  async function quiet(page: TestPage): Promise<void> {
    await page.call('log', []);
  }

  beforeEach(async () => {
    sim = await TestSimulator.start();
    hub = startHub();
    pageCount = 0;
  });

  it('go to one page: the visible one that was used last and can', async () => {
    const page = await crmPage();
    const lastUsed = await crmPage();
    const hidden = await crmPage({presence: {visible: false}});
    const unable = await crmPage({presence: {adapter: 'none'}});
    await sim.pop('i1', {crm_account_id: 'ACC-44921', priority: 'high'});
    const {popId, steps, payload, lookupTimeoutMs} = await go(lastUsed);
    expect(popId).to.equal('i1#1');
    expect(steps[0]).to.deep.equal({kind: 'open', record: {entity: 'account', id: 'ACC-44921'}});
    expect(payload['crm_account_id']).to.equal('ACC-44921');
    expect(lookupTimeoutMs).to.equal(3_000);
    await until('all see that it is on its way', () => item(unable, 'i1')?.waitsFor === 'host');
    expect(item(unable, 'i1')).to.include({outcome: 'waiting', priority: 'high'});
    await report(lastUsed, gos(lastUsed)[0]!, {outcome: 'opened', records: [{entity: 'account', id: 'ACC-44921'}]});
    for (const each of [page, lastUsed, hidden, unable]) await outcome(each, 'i1', 'opened');
    expect([page, hidden, unable].map((each) => each.heard('offer').length)).to.deep.equal([0, 0, 0]);
    expect(lastUsed.heard('offer')).to.have.lengthOf(1);

    await page.presence({activeAt: Date.now() + 99});
    await sim.pop('i2');
    await go(page);
  });

  it('go to a page with a CRM before one whose script may take them', async () => {
    const host = await crmPage();
    const script = await crmPage({presence: {adapter: 'event'}});
    await sim.pop('i1');
    await go(host);
    host.die();
    await sim.pop('i2');
    await go(script);
  });

  it('that a page does not accept go to the next one within half a second, and its late yes is refused', async () => {
    const next = await crmPage();
    const silent = await crmPage({offers: 'ignore'});
    await sim.pop('i1');
    await until('it is offered', () => silent.heard('offer').length === 1);
    const offeredAt = performance.now();
    await go(next);
    expect(performance.now() - offeredAt).to.be.at.least(450);
    const {offerId} = silent.heard('offer')[0]!;
    expect(await silent.call('acceptOffer', [silent.pageId, offerId])).to.equal(false);
    expect(silent.heard('go')).to.deep.equal([]);
  });

  it('that the only page does not accept in time open all the same when it does', async () => {
    const page = await crmPage({offers: 'ignore'}, {popOfferTimeoutMs: 50});
    await sim.pop('i1');
    await until('the offer is late', async () => (await page.log('pop_offer_late')).length === 1);
    const {offerId} = page.heard('offer')[0]!;
    expect(await page.call('acceptOffer', [page.pageId, offerId])).to.equal(true);
    const {popId} = await go(page);
    expect(popId).to.equal('i1#1');
    expect(await page.call('acceptOffer', [page.pageId, offerId]), 'a second yes').to.equal(false);
    expect(gos(page)).to.have.lengthOf(1);
  });

  it('that come before their interaction wait for its number', async () => {
    const page = await crmPage({}, {popInteractionWaitMs: 60_000});
    await sim.pop('i1', {priority: 'high'});
    await until('it waits', () => item(page, 'i1')?.outcome === 'waiting');
    await quiet(page);
    expect(page.heard('offer')).to.deep.equal([]);
    const call = {interactionId: 'i1', sessionId: 's1', agentId: AGENT, mediaType: 'voice', direction: 'inbound'};
    const data = {...call, state: 'ringing', from: '+14155550142'};
    // The platform knows it too: a read that lacked it would end it.
    await sim.emit({eventType: 'interaction.assigned', timestamp: new Date().toISOString(), data}, {apply: true});
    expect((await go(page)).steps[0]).to.deep.equal({
      kind: 'search',
      query: {entity: 'contact', by: 'phone', value: '+14155550142', numbers: ['14155550142', '4155550142']},
    });
  });

  it('whose interaction does not come open without it', async () => {
    const page = await crmPage({}, {popInteractionWaitMs: 50});
    await sim.pop('i1');
    expect((await go(page)).steps[0]).to.deep.equal({kind: 'open', record: {entity: 'account', id: 'ACC-1'}});
  });

  it('that are offered to a page that dies go to the next one at once', async () => {
    // The first page's settings rule: an offer holds for longer than this test.
    const next = await crmPage({}, {popOfferTimeoutMs: 60_000});
    const dying = await crmPage({offers: 'ignore'});
    await sim.pop('i1');
    await until('it is offered', () => dying.heard('offer').length === 1);
    dying.die();
    await go(next);
  });

  it('of a page that dies after `go` are unknown, and never go anywhere by themselves', async () => {
    const other = await crmPage();
    const dying = await crmPage();
    await sim.pop('i1');
    await go(dying);
    dying.die();
    await outcome(other, 'i1', 'unknown');
    await crmPage();
    await other.presence({activeAt: Date.now() + 99});
    await quiet(other);
    expect(other.heard('offer')).to.deep.equal([]);

    // The agent may open it again.
    const again = await other.call('openPop', [other.pageId, 'i1#1']);
    expect(again.payload['crm_account_id']).to.equal('ACC-1');
    await report(other, again);
    await outcome(other, 'i1', 'opened');
  });

  it('of a page that says nothing after `go` are unknown until it does: a late report is the truth', async () => {
    const page = await crmPage({}, {popGoTimeoutMs: 100});
    await sim.pop('i1');
    const late = await go(page);
    await outcome(page, 'i1', 'unknown');
    await report(page, late);
    await outcome(page, 'i1', 'opened');
    expect(gos(page)).to.have.lengthOf(1);
  });

  it('wait for a page that becomes able later', async () => {
    const page = await crmPage({presence: {adapter: 'none'}});
    await sim.pop('i1');
    await until('it waits', () => item(page, 'i1')?.waitsFor === 'page');
    await page.presence({adapter: 'host', visible: false});
    await quiet(page);
    expect(page.heard('offer')).to.deep.equal([]);
    await page.presence({visible: true});
    await go(page);
    await page.presence({activeAt: Date.now() + 99});
    await quiet(page);
    expect(gos(page)).to.have.lengthOf(1);
  });

  it('wait for a page that joins later', async () => {
    const page = await crmPage({presence: {adapter: 'none'}});
    await sim.pop('i1');
    await until('it is here', () => item(page, 'i1'));
    await go(await crmPage());
  });

  it('no longer wait once their call is over, or they are too old', async () => {
    const page = await crmPage({presence: {adapter: 'none'}}, {popMaxWaitMs: 700});
    const {interactionId} = await sim.ring({screenPop: {crm_account_id: 'ACC-1'}, acwSeconds: 0});
    await until('it rings', () => page.interaction(interactionId));
    await sim.end(interactionId);
    await outcome(page, interactionId, 'expired');
    await sim.pop('i2');
    await outcome(page, 'i2', 'waiting');
    await outcome(page, 'i2', 'expired');
    await page.presence({adapter: 'host'});
    await quiet(page);
    expect(page.heard('offer')).to.deep.equal([]);
  });

  it('are not offered to a second page when their call ended during the first offer', async () => {
    const next = await crmPage();
    const silent = await crmPage({offers: 'ignore'});
    const {interactionId} = await sim.ring({screenPop: {crm_account_id: 'ACC-1'}, acwSeconds: 0});
    await until('it is offered', () => silent.heard('offer').length === 1);
    await until('it rings', () => next.interaction(interactionId));
    await sim.end(interactionId);
    await outcome(next, interactionId, 'expired');
    expect(next.heard('offer')).to.deep.equal([]);
  });

  it('of a call that came back to the agent are new; another payload for the same one is not', async () => {
    const page = await crmPage();
    const {interactionId} = await sim.ring({screenPop: {crm_account_id: 'ACC-1'}, acwSeconds: 0});
    await report(page, await go(page));
    await outcome(page, interactionId, 'opened');
    await sim.pop(interactionId, {crm_account_id: 'ACC-2'});
    await until('it is updated', () => item(page, interactionId)?.fields.some(({value}) => value === 'ACC-2'));
    expect(item(page, interactionId)?.outcome).to.equal('opened');
    expect(gos(page)).to.have.lengthOf(1);
    await sim.end(interactionId);
    await until('it is over', () => !page.interaction(interactionId));
    await sim.pop(interactionId, {crm_account_id: 'ACC-3'});
    expect((await go(page, 2)).popId).to.equal(`${interactionId}#2`);
  });

  it('that are due on answer open then, on request only then', async () => {
    const page = await crmPage({}, {popMoment: {voice: 'answer', webchat: 'manual'}});
    const {interactionId} = await sim.ring({screenPop: {crm_account_id: 'ACC-1'}});
    await until('it waits for the answer', () => item(page, interactionId)?.waitsFor === 'answer');
    const {interactionId: chat} = await sim.ring({mediaType: 'webchat', screenPop: {crm_account_id: 'ACC-2'}});
    await until('it waits for the agent', () => item(page, chat)?.waitsFor === 'agent');
    await quiet(page);
    expect(page.heard('offer')).to.deep.equal([]);
    await page.command('answer', interactionId);
    expect((await go(page)).interactionId).to.equal(interactionId);
    await page.command('answer', chat);
    expect((await page.call('openPop', [page.pageId, `${chat}#1`])).interactionId).to.equal(chat);
    expect(gos(page)).to.have.lengthOf(1);
  });

  it('that wait for the answer are looked up once meanwhile, by the page with a CRM', async () => {
    const page = await crmPage({}, {popMoment: {voice: 'answer'}});
    const script = await crmPage({presence: {adapter: 'event'}});
    const {interactionId} = await sim.ring({screenPop: {customer_email: 'Lea@example.com'}});
    await until('it is looked up', () => page.heard('look-up').length === 1);
    const {lookUp} = page.heard('look-up')[0]!;
    const query = {entity: 'contact', by: 'email', value: 'Lea@example.com'} as const;
    expect(lookUp.steps[0]).to.deep.equal({kind: 'search', query});
    const answers = [{query, records: [{entity: 'contact', id: 'C-1'}], at: Date.now()}];
    await page.call('reportAnswers', [page.pageId, answers]);
    expect(page.heard('offer')).to.deep.equal([]);
    await until('it rings', () => page.interaction(interactionId)?.actions.answer.allowed);
    await page.command('answer', interactionId);
    const {cached, freshSince} = await go(page);
    expect(cached).to.deep.equal(answers);
    expect(freshSince).to.be.at.most(answers[0]!.at);
    expect([page, script].map((each) => each.heard('look-up').length)).to.deep.equal([1, 0]);
  });

  it('of a call that rings during another one leave its record alone, and open when the agent answers', async () => {
    const page = await crmPage();
    await talking(sim, page, {mediaType: 'webchat'});
    const {interactionId} = await sim.ring({screenPop: {crm_account_id: 'ACC-2'}});
    await until('it waits', () => item(page, interactionId)?.waitsFor === 'busy');
    await quiet(page);
    expect(page.heard('offer')).to.deep.equal([]);
    await shows(page, interactionId, 'ringing');
    await page.command('answer', interactionId);
    expect((await go(page)).interactionId).to.equal(interactionId);
  });

  it('open no new-record form while a call rings', async () => {
    const page = await crmPage({}, {popMoment: {webchat: 'answer'}, popWhileBusy: 'open'});
    const {interactionId: chat} = await sim.ring({mediaType: 'webchat', screenPop: {customer_email: 'a@example.com'}});
    await until('the chat is here', () => page.interaction(chat));
    await page.command('answer', chat);
    expect((await go(page)).holdNewRecord).to.equal(false);
    await sim.ring({screenPop: {customer_email: 'b@example.com'}});
    expect((await go(page, 2)).holdNewRecord).to.equal(true);
  });

  it('take an earlier answer of the CRM along, after a restart too', async () => {
    const page = await crmPage();
    await sim.pop('i1', {customer_email: 'Lea@example.com'});
    const first = await go(page);
    expect(first.cached).to.deep.equal([]);
    const query = {entity: 'contact', by: 'email', value: 'Lea@example.com'} as const;
    const learned = [{query, records: [{entity: 'contact', id: 'C-1'}], at: Date.now()}];
    await report(page, first, {outcome: 'opened', learned});
    await sim.pop('i2', {customer_email: 'lea@example.com'});
    expect((await go(page, 2)).cached).to.deep.equal(learned);
    hub.die();
    hub = startHub();
    const next = await crmPage();
    await sim.pop('i3', {customer_email: 'lea@example.com'});
    expect((await go(next)).cached).to.deep.equal(learned);
  });

  it('in a burst keep the newest fifty, and say so once a second at most', async () => {
    const page = await crmPage({presence: {adapter: 'none'}});
    const pops = Array.from({length: 120}, (_, i) => i);
    await Promise.all(pops.map((i) => sim.pop(`burst-${i}`)));
    await until('all are through', () => page.snapshot.pops.dropped === 70);
    const {items} = page.snapshot.pops;
    const are = (outcome: string): number => items.filter((one) => one.outcome === outcome).length;
    expect([are('waiting'), are('dropped'), items.length]).to.deep.equal([50, 10, 60]);
    const warnings = await page.log('pop_buffer_full');
    expect(page.notices().filter((code) => code === 'popBufferFull')).to.have.lengthOf(warnings.length);
    const times = warnings.map(({at}) => at);
    times.forEach((at, i) => i > 0 && expect(at - times[i - 1]!).to.be.at.least(1_000));
    expect(times).to.not.deep.equal([]);
    hub.die();
    expect((await openHubStore(sim)).pops.all()).to.have.lengthOf(60);
  });

  describe('after a restart', () => {
    it('that were opened are history, and not popped again by a replay', async () => {
      const page = await crmPage();
      const {interactionId} = await sim.ring({screenPop: {crm_account_id: 'ACC-1'}});
      await report(page, await go(page));
      hub.die();
      hub = startHub();
      const next = await crmPage();
      await outcome(next, interactionId, 'opened');
      await sim.pop(interactionId);
      await sim.emit({eventType: 'after.the.replay', timestamp: new Date().toISOString(), data: {}});
      await until('the replay is through', async () => (await next.log('unknown-event')).length > 0);
      await quiet(next);
      expect(next.heard('offer')).to.deep.equal([]);
      expect(next.snapshot.pops.items).to.have.lengthOf(1);
    });

    it('that were let go and never reported are unknown, and stay so', async () => {
      const page = await crmPage();
      const {interactionId} = await sim.ring({screenPop: {crm_account_id: 'ACC-1'}});
      await go(page);
      hub.die();
      hub = startHub();
      const next = await crmPage();
      await outcome(next, interactionId, 'unknown');
      await quiet(next);
      expect(next.heard('offer')).to.deep.equal([]);
    });

    it('that wait go on while their call lives, and are history when it is over', async () => {
      const page = await crmPage({presence: {adapter: 'none'}});
      const {interactionId: live} = await sim.ring({screenPop: {crm_account_id: 'ACC-1'}});
      const {interactionId: over} = await sim.ring({screenPop: {crm_account_id: 'ACC-2'}, acwSeconds: 0});
      await until('both wait', () => item(page, live) && item(page, over));
      hub.die();
      await sim.end(over);
      hub = startHub();
      const next = await crmPage();
      expect((await go(next)).interactionId).to.equal(live);
      await outcome(next, over, 'expired');
      expect(next.heard('offer')).to.have.lengthOf(1);
    });

    it('are let go by one hub only: one that was replaced claims nothing', async () => {
      const page = await crmPage({offers: 'ignore'});
      await sim.pop('i1');
      await until('it is offered', () => page.heard('offer').length === 1);
      const newer = await openHubStore(sim); // As a hub does that took the lock by force.
      const {offerId} = page.heard('offer')[0]!;
      const accepted = await page.call('acceptOffer', [page.pageId, offerId]).catch(() => false);
      expect(accepted).to.equal(false);
      expect(gos(page)).to.deep.equal([]);
      expect(newer.pops.all()[0]).to.not.have.property('claimedAt');
      expect(hub.retired).to.deep.equal(['fenced']);
    });
  });
});
