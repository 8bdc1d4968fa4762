import {beforeEach, describe, it} from 'node:test';
import {expect} from 'chai';
import {hubChannelName, type HubLetter} from '../../src/domain/hub-channel.js';
import {HeldLocks, hubLockName} from '../../src/worker/entry/hub-lock.js';
import {HubChannelHost} from '../../src/worker/entry/hub-channel-host.js';
import {isHubEnvelope, WIRE_VERSION} from '../../src/worker/hub-api.js';
import {
  AGENT,
  atEnd,
  codeOf,
  configFor,
  overChannel,
  pageLocks,
  startHub,
  TestPage,
  TestSimulator,
  until,
  type TestHub,
} from './support.js';

describe('a hub and its pages', () => {
  let sim: TestSimulator;
  let hub: TestHub;

  beforeEach(async () => {
    sim = await TestSimulator.start();
    hub = startHub();
  });

  it('keeps nothing of 200 pages that came and went', async () => {
    const config = configFor(sim, {lastPageGraceMs: 200});
    const stays = await TestPage.live(hub, config);
    for (let i = 0; i < 200; i++) {
      const page = await TestPage.join(hub, config);
      if (i % 2) await page.leave();
      else page.die();
    }
    await until('their locks are free and not waited for', async () => (await pageLocks()).length === 2);
    expect(hub.retired).to.deep.equal([]);
    expect(await sim.log('/stream')).to.have.lengthOf(1);
    // A page that is still counted would keep the hub.
    stays.die();
    await until('the hub ends', () => hub.retired.includes('idle'));
    await until('its stream is closed', async () => (await sim.openStreams()) === 0);
  });

  it('outlives a reload: the stream stays', async () => {
    const config = configFor(sim, {lastPageGraceMs: 2_000});
    const first = await TestPage.live(hub, config);
    await first.leave();
    const second = await TestPage.join(hub, config);
    expect(second.answer!.snapshot.connection.mode).to.equal('live');
    expect(await sim.log('/stream')).to.have.lengthOf(1);
  });

  it('tells a page that left nothing more', async () => {
    const stays = await TestPage.live(hub, configFor(sim));
    const page = await TestPage.live(hub, configFor(sim));
    await page.call('leave', [page.pageId]);
    const told = page.messages.length;
    const {interactionId} = await sim.ring();
    await until('it rings', () => stays.interaction(interactionId));
    await page.call('log', []);
    expect(page.messages.length).to.equal(told);
  });

  it('tells a page that joined twice everything once', async () => {
    const config = configFor(sim);
    const page = await TestPage.live(hub, config);
    const presence = {visible: true, focused: true, activeAt: Date.now(), adapter: 'none'} as const;
    const {pageId} = page;
    await page.call('join', [{pageId, wireVersion: WIRE_VERSION, config, canGiveTokens: false, presence, follows: []}]);
    page.messages.length = 0;
    const {interactionId} = await sim.ring();
    await until('it rings', () => page.interaction(interactionId));
    expect(page.heard('ring')).to.have.lengthOf(1);
    const versions = page
      .heard('slice')
      .filter(({name}) => name === 'interactions')
      .map(({slice}) => slice.version);
    expect(versions).to.deep.equal([...new Set(versions)]);
  });

  it('tells of a list only who follows it: first the whole, then what changes', async () => {
    const follower = await TestPage.live(hub, configFor(sim));
    const others = [
      await TestPage.live(hub, configFor(sim), {follows: []}),
      await TestPage.live(hub, configFor(sim), {follows: [], wire: (pageId) => overChannel(sim, pageId)}),
    ];
    const about = (page: TestPage) =>
      page.messages.flatMap((one) => ('name' in one && one.name === 'pops' ? one.kind : []));
    const ring = async (): Promise<string> => (await sim.ring({screenPop: {crm_account_id: 'A-1'}})).interactionId;
    const lists = (page: TestPage, id: string) =>
      page.snapshot.pops.items.some(({interactionId}) => interactionId === id);
    const first = await ring();
    await until('the pop is told', () => lists(follower, first));
    for (const page of others) {
      expect(page.answer!.snapshot.pops).to.equal(undefined);
      await until('it rings there too', () => page.interaction(first));
      expect(about(page)).to.deep.equal([]);
      await page.call('follow', [page.pageId, 'pops']);
      expect(page.snapshot.pops).to.deep.equal(follower.snapshot.pops);
    }
    const second = await ring();
    for (const page of [follower, ...others]) await until('the next is told', () => lists(page, second));
    for (const page of others) {
      expect(about(page).slice(0, 2)).to.deep.equal(['slice', 'list-change']);
      expect(page.snapshot.pops).to.deep.equal(follower.snapshot.pops);
    }
    expect(about(follower)).to.not.include('slice');
  });

  it('rings in the page in front, and in another when that is closed', async () => {
    const hidden = await TestPage.live(hub, configFor(sim), {presence: {visible: false}});
    const front = await TestPage.live(hub, configFor(sim), {presence: {focused: true}});
    const beside = await TestPage.live(hub, configFor(sim));
    const {interactionId} = await sim.ring();
    await until('it rings', () => front.heard('ring').length === 1);
    expect([hidden, beside].flatMap((page) => page.heard('ring'))).to.deep.equal([]);
    front.die();
    await until('it rings beside', () => beside.heard('ring')[0]?.interactionId === interactionId);
    await beside.command('answer', interactionId);
    await until('it is silent', () => beside.heard('ring')[1] && beside.heard('ring')[1]!.interactionId === undefined);
    expect(hidden.heard('ring')).to.deep.equal([]);
  });

  it('keeps no wire of a page that has gone, whatever word of it is still on the way', async () => {
    const wires: unknown[] = [];
    const agent = crypto.randomUUID();
    const host = new HubChannelHost('http://api.test', agent, {kind: 'shared', epoch: 1}, (endpoint) =>
      wires.push(endpoint),
    );
    const channel = new BroadcastChannel(hubChannelName('http://api.test', agent));
    atEnd(() => (host.close(), channel.close()));
    const say = (from: string, data: unknown) => channel.postMessage({to: 'hub', from, data} satisfies HubLetter);
    say('p1', {id: '1', type: 'APPLY', path: ['join']});
    say('p1', {id: '2', type: 'APPLY', path: ['leave']});
    await until('it has a wire', () => wires.length === 1);
    host.forget('p1');
    say('p1', {id: '3', type: 'RELEASE'});
    say('p2', {id: '1', type: 'APPLY', path: ['join']});
    await until('the next page has one', () => wires.length > 1);
    expect(wires).to.have.lengthOf(2);
    say('p1', {id: '4', type: 'APPLY', path: ['join']});
    await until('it may come back', () => wires.length === 3);
  });

  it('says nothing after its goodbye, and its calls fail', async () => {
    const said: string[] = [];
    const port = hub.connect() as MessagePort;
    port.addEventListener('message', ({data}) => isHubEnvelope(data) && said.push(data.cxone.kind));
    const page = await TestPage.live({...hub, connect: () => port}, configFor(sim));
    await sim.ring();
    hub.die();
    await until('it says goodbye', () => said.includes('retired'));
    const next = await TestPage.live(hub, configFor(sim));
    expect(said.at(-1)).to.equal('retired');
    next.die();
    hub.die();
    expect(await codeOf(page.call('reconnect', []))).to.equal('HUB_UNREACHABLE');
  });

  it('that waits for the lock of one that hangs gives way to other settings, and holds nothing then', async () => {
    const hung = new HeldLocks();
    await hung.hold(hubLockName(sim.url, AGENT));
    const refused = codeOf(TestPage.join(hub, configFor(sim, {pingIntervalMs: 7})));
    const joined = TestPage.join(hub, configFor(sim));
    expect(await refused).to.equal('HUB_UNREACHABLE');
    hung.letGo();
    const page = await joined;
    await until('it is live', () => page.snapshot.connection.mode === 'live');
    expect(page.notices()).to.deep.equal([]);
  });
});

describe('tokens of the pages', () => {
  let sim: TestSimulator;
  let hub: TestHub;
  const host = {tokenSource: 'host'} as const;
  const asked = (page: TestPage): number => page.heard('token-please').length;

  beforeEach(async () => {
    sim = await TestSimulator.start();
    hub = startHub();
  });

  it('are asked of the page used last, once for everybody who waits', async () => {
    const giveToken = () => sim.token();
    const first = await TestPage.live(hub, configFor(sim, {}, host), {giveToken});
    expect(asked(first)).to.equal(1);
    const second = await TestPage.live(hub, configFor(sim, {}, host), {
      giveToken,
      presence: {activeAt: Date.now() + 99},
    });
    expect(asked(second)).to.equal(0);
    const {interactionId} = await sim.ring();
    await until('it rings', () => second.interaction(interactionId));
    await sim.fault({kind: 'expire-tokens'});
    await Promise.all([
      first.command('answer', interactionId),
      second.command('answer', interactionId),
      second.call('chooseStatus', [{state: 'lunch'}]),
    ]);
    expect([asked(first), asked(second)]).to.deep.equal([1, 1]);
    expect(await sim.effects()).to.deep.equal(['Answer']);
  });

  it('are asked of the next page where one has none', async () => {
    const config = configFor(sim, {}, host);
    const gives = TestPage.join(hub, config, {giveToken: () => sim.token()});
    const refuses = await TestPage.join(hub, config, {
      giveToken: () => Promise.resolve({ok: false, message: 'signed out'}),
      presence: {activeAt: Date.now() + 99},
    });
    const page = await gives;
    await until('it is live', () => page.snapshot.connection.mode === 'live');
    expect(asked(refuses)).to.be.at.most(1);
  });

  it('come from another page when the one that was asked stays silent', async () => {
    const config = configFor(sim, {tokenSourceTimeoutMs: 150}, host);
    const hangs = await TestPage.join(hub, config, {
      giveToken: () => new Promise(() => undefined),
      presence: {activeAt: Date.now() + 9_999},
    });
    await until('it is asked', () => asked(hangs) === 1);
    const page = await TestPage.live(hub, config, {giveToken: () => sim.token()});
    expect(asked(page)).to.equal(1);
    expect(asked(hangs)).to.be.at.most(2);
  });

  it('come from another page at once when the one that was asked dies', async () => {
    const config = configFor(sim, {tokenSourceTimeoutMs: 60_000}, host);
    const page = await TestPage.join(hub, config);
    const dies = await TestPage.join(hub, config, {giveToken: () => new Promise(() => undefined)});
    const gives = await TestPage.join(hub, config, {giveToken: () => sim.token(), presence: {activeAt: 1}});
    await until('it is asked', () => asked(dies) === 1);
    dies.die();
    await until('it is live', () => page.snapshot.connection.mode === 'live');
    expect(asked(gives)).to.equal(1);
  });

  it('are never asked over a wire that others hear', async () => {
    const config = configFor(sim, {}, host);
    const giveToken = () => sim.token();
    const overheard = await TestPage.join(hub, config, {
      giveToken,
      overheard: true,
      presence: {activeAt: Date.now() + 99},
    });
    const page = await TestPage.live(hub, config, {giveToken});
    expect([asked(overheard), asked(page)]).to.deep.equal([0, 1]);
  });

  it('of a broker are fetched once for all requests that found the old one expired', async () => {
    const page = await TestPage.live(hub, configFor(sim));
    const {interactionId} = await sim.ring();
    await until('it rings', () => page.interaction(interactionId));
    await sim.fault({kind: 'expire-tokens'});
    await Promise.all([page.command('answer', interactionId), page.call('chooseStatus', [{state: 'lunch'}])]);
    expect((await sim.log('/token')).filter(({method}) => method === 'POST')).to.have.lengthOf(2);
  });

  it('that are refused for good are not asked for again, until a person does', async () => {
    const body = {error: 'invalid_client'};
    await sim.fault({kind: 'http-status', path: '/token', status: 401, body, times: 1});
    const page = await TestPage.join(hub, configFor(sim));
    await until('it is said', () => page.snapshot.connection.mode === 'error');
    expect(page.snapshot.connection.problem?.code).to.equal('tokenRefused');
    expect((await sim.log('/token')).filter(({method}) => method === 'POST')).to.have.lengthOf(1);
    await page.call('reconnect', []);
    await until('it is live', () => page.snapshot.connection.mode === 'live');
  });

  it('are neither told, nor logged, nor stored', async () => {
    const tokens: string[] = [];
    const giveToken = async () => {
      const gift = await sim.token();
      if (gift.ok) tokens.push(gift.accessToken);
      return gift;
    };
    const page = await TestPage.live(hub, configFor(sim, {}, host), {giveToken});
    const databases = await indexedDB.databases();
    expect(databases.map(({name}) => name)).to.include(hubLockName(sim.url, AGENT));
    const told = JSON.stringify([page.messages, await page.call('log', []), page.snapshot, databases]);
    expect(tokens).to.have.lengthOf(1);
    expect(told).to.not.contain(tokens[0]!);
    expect(told).to.not.contain(tokens[0]!.split('.').at(-1)!);
  });
});
