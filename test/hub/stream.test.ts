import {beforeEach, describe, it} from 'node:test';
import {expect} from 'chai';
import {CxoneError} from '../../src/domain/errors.js';
import type {HubMessage} from '../../src/worker/hub-api.js';
import type {PlatformEvent} from '../../src/platform/port/platform.js';
import {
  AGENT,
  atEnd,
  codeOf,
  configFor,
  dialectWith,
  shows,
  startHub,
  talking,
  TestPage,
  TestSimulator,
  until,
} from './support.js';

describe('a hub and its stream', () => {
  let sim: TestSimulator;

  beforeEach(async () => {
    sim = await TestSimulator.start();
  });

  it('answers a join with the snapshot, and holds the lock that tells that it lives', async () => {
    const hub = startHub();
    const page = await TestPage.join(hub, configFor(sim));
    const {instanceId, epoch, snapshot} = page.answer!;
    expect(epoch).to.equal(1);
    expect(snapshot.agent.agentId).to.equal(AGENT);
    expect(snapshot.connection.hub).to.deep.equal({kind: 'dedicated', epoch: 1});
    const {held} = await navigator.locks.query();
    expect(held!.map(({name}) => name)).to.include(`hub:${instanceId}`);
    await until('it is live', () => page.snapshot.connection.mode === 'live');
    await until('presence is read', () => page.snapshot.agent.presence?.state === 'available');
    await until('one stream is open', async () => (await sim.openStreams()) === 1);
  });

  it('is live once everything was read, and no sooner', async () => {
    const {interactionId} = await sim.ring();
    await sim.fault({kind: 'delay', path: '/usersessions', ms: 400});
    const page = await TestPage.join(startHub(), configFor(sim));
    await until('the stream is open', async () => (await sim.openStreams()) === 1);
    expect(page.snapshot.connection.mode).to.equal('connecting');
    type SliceMessage = Extract<HubMessage, {kind: 'slice'}>;
    const slices = (): SliceMessage[] =>
      page.messages.filter((message): message is SliceMessage => message.kind === 'slice');
    const isLive = ({slice}: SliceMessage): boolean => 'mode' in slice && slice.mode === 'live';
    await until('it is live', () => slices().some(isLive));
    const before = slices().slice(0, slices().findIndex(isLive));
    const calls = before.filter(({name}) => name === 'interactions').at(-1)?.slice;
    expect(calls).to.deep.include({frontId: interactionId});
    expect(before.filter(({name}) => name === 'acw').at(-1)?.slice.asOf).to.be.greaterThan(0);
  });

  it('reads until it knows what there is, however live the stream is', async () => {
    await sim.fault({kind: 'http-status', method: 'GET', path: '/usersessions', status: 503, times: 4});
    const page = await TestPage.join(startHub(), configFor(sim));
    const isSaid = (): boolean => page.snapshot.connection.warnings.some(({code}) => code === 'sessionsUnread');
    await until('it says what is missing', isSaid);
    await until('it is read', () => !isSaid());
    expect(page.snapshot.connection.mode).to.equal('live');
    expect((await sim.log('/stream')).length).to.equal(1);
  });

  it('gives a page that joins in the middle of a call all that is known, and opens no second stream', async () => {
    const hub = startHub();
    const first = await TestPage.live(hub, configFor(sim));
    const id = await talking(sim, first);
    const second = await TestPage.join(hub, configFor(sim));
    const view = second.answer!.snapshot.interactions.items[0]!;
    expect([view.interactionId, view.state, view.actions.hold.allowed]).to.deep.equal([id, 'talking', true]);
    expect(second.answer!.snapshot.connection.mode).to.equal('live');
    expect(await sim.openStreams()).to.equal(1);
  });

  it('leaves an agent whom another hub serves to that one, and takes over when it is gone', async () => {
    const first = startHub();
    await TestPage.live(first, configFor(sim));
    const second = startHub();
    expect(await codeOf(TestPage.join(second, configFor(sim)))).to.equal('HUB_UNREACHABLE');
    expect((await sim.log('/stream')).length).to.equal(1);
    first.die();
    const page = await TestPage.live(second, configFor(sim));
    expect(page.answer!.epoch).to.equal(2);
    await until('there is one stream', async () => (await sim.openStreams()) === 1);
  });

  it('works where nothing can be stored, and warns of it', async () => {
    const {open} = IDBFactory.prototype;
    IDBFactory.prototype.open = () => {
      throw new DOMException('no storage here', 'SecurityError');
    };
    atEnd(() => (IDBFactory.prototype.open = open));
    const page = await TestPage.live(startHub(), configFor(sim), {presence: {adapter: 'host'}});
    expect(page.snapshot.connection.warnings.map(({code}) => code)).to.include('storageUnavailable');
    const id = await talking(sim, page, {screenPop: {crm_account_id: 'ACC-1'}});
    await page.command('hold', id);
    await until('the pop goes', () => page.heard('go').length === 1);
    expect(await sim.effects()).to.deep.equal(['Answer', 'Hold']);
  });

  it('refuses settings that make no sense, by name, and pages of another wire version', async () => {
    const hub = startHub();
    const settings = {coalesceMs: 'soon'} as unknown as {coalesceMs: number};
    const error = await TestPage.join(hub, configFor(sim, settings)).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(CxoneError);
    expect(error).to.include({code: 'CONFIG_INVALID'});
    expect((error as CxoneError).message).to.contain('settings.coalesceMs');
    const page = await TestPage.live(hub, configFor(sim));
    const old = {pageId: 'old', wireVersion: 0, config: configFor(sim), canGiveTokens: false, follows: []};
    const presence = {visible: true, focused: true, activeAt: 0, adapter: 'none'} as const;
    expect(await codeOf(page.call('join', [{...old, presence}]))).to.equal('OUT_OF_DATE');
    expect(hub.retired).to.deep.equal([]);
    expect(await codeOf(page.call('join', [{...old, wireVersion: 99, presence}]))).to.equal('OUT_OF_DATE');
    expect(hub.retired).to.deep.equal(['newer-page']);
    await until('the page hears of it', () => page.heard('retired').length === 1);
  });

  it('warns a page with other settings, and goes on with the first page’s', async () => {
    const hub = startHub();
    await TestPage.live(hub, configFor(sim));
    const other = await TestPage.join(hub, configFor(sim, {pingIntervalMs: 7}));
    expect(other.notices()).to.deep.equal(['settingsDiffer']);
  });

  it('pings, and takes a stream that stays silent for dead', async () => {
    const page = await TestPage.live(startHub(), configFor(sim, {pingIntervalMs: 50, pongTimeoutMs: 100}));
    const {counters: before} = await sim.get<{counters: {framesSent: number}}>('/_sim/state');
    await until('pings are answered', async () => {
      const {counters} = await sim.get<{counters: {framesSent: number}}>('/_sim/state');
      return counters.framesSent >= before.framesSent + 3;
    });
    expect(page.snapshot.connection.mode).to.equal('live');
    await sim.fault({kind: 'freeze-stream', forMs: 60_000});
    await until('it is given up', () => page.snapshot.connection.mode === 'polling');
    await sim.clearFaults();
    await until('it is live again', () => page.snapshot.connection.mode === 'live');
    await until('there is one stream', async () => (await sim.openStreams()) === 1);
  });

  it('reads while there is no stream, and commands go on', async () => {
    const page = await TestPage.live(startHub(), configFor(sim, {reconnectDelaysMs: [60_000]}));
    await sim.fault({kind: 'drop-stream', forMs: 60_000});
    await until('it polls', () => page.snapshot.connection.mode === 'polling');
    const {interactionId} = await sim.ring();
    await shows(page, interactionId, 'ringing');
    expect(page.snapshot.interactions.source).to.equal('poll');
    await page.command('answer', interactionId);
    await page.command('hold', interactionId);
    expect(await sim.effects()).to.deep.equal(['Answer', 'Hold']);
  });

  it('tries again at once when a page becomes visible or is opened, not each time a visible page is used', async () => {
    const hub = startHub();
    const config = configFor(sim, {reconnectDelaysMs: [60_000], pollIntervalMs: 50});
    const page = await TestPage.live(hub, config);
    const connects = async (): Promise<number> => (await sim.log('/stream')).length;
    await sim.fault({kind: 'drop-stream', forMs: 60_000});
    await until('it polls', () => page.snapshot.connection.mode === 'polling');
    const before = await connects();
    for (let i = 0; i < 5; i++) await page.presence({activeAt: Date.now()});
    await page.presence({visible: false});
    const {length} = await sim.log('/status');
    await until('it has polled since', async () => (await sim.log('/status')).length > length + 1);
    expect(await connects()).to.equal(before);
    await page.presence({visible: true});
    await until('it tried', async () => (await connects()) === before + 1);
    await until('it waits again', () => page.snapshot.connection.nextTryAt);
    await TestPage.join(hub, config);
    await until('it tried for a page that was opened', async () => (await connects()) === before + 2);
  });

  describe('sends slices', () => {
    /** Pushes events as the dialect hands them over, without the network in between. */
    async function withEvents(): Promise<{page: TestPage; push: (event: PlatformEvent) => void}> {
      let push: (event: PlatformEvent) => void = () => undefined;
      const dialect = dialectWith((real) => ({
        events: {
          open(tokens, onEvent) {
            push = onEvent;
            return real.events.open(tokens, onEvent);
          },
        },
      }));
      const page = await TestPage.live(startHub(dialect), configFor(sim));
      return {page, push};
    }
    const change = (n: number): PlatformEvent => ({
      type: 'interaction',
      event: {
        eventType: 'interaction.state.changed',
        timestamp: Date.now(),
        digest: String(n),
        kind: 'changed',
        facts: {interactionId: 'i1', state: n % 2 ? 'hold' : 'talking', updatedAt: Date.now() + n},
      },
    });

    it('in a few messages for a burst of 200 events', async () => {
      const {page, push} = await withEvents();
      page.messages.length = 0;
      for (let n = 1; n <= 200; n++) push(change(n));
      await shows(page, 'i1', 'talking');
      const posts = page.heard('slice').filter(({name}) => name === 'interactions');
      expect(posts.length).to.be.within(1, 2);
      const versions = posts.map(({slice}) => slice.version);
      expect(versions).to.deep.equal([...versions].sort((a, b) => a - b));
    });

    it('at most once per 16 ms and slice, however long events go on', async () => {
      const {page, push} = await withEvents();
      page.messages.length = 0;
      const startedAt = performance.now();
      let n = 0;
      while (n < 200 || performance.now() - startedAt < 300) {
        push(change(++n));
        await new Promise(setImmediate);
      }
      await shows(page, 'i1', n % 2 ? 'hold' : 'talking');
      const posts = page.heard('slice').filter(({name}) => name === 'interactions').length;
      expect(posts).to.be.within(2, Math.ceil((performance.now() - startedAt) / 16) + 1);
    });

    it('whose versions only grow, and none that says the same again', async () => {
      const page = await TestPage.live(startHub(), configFor(sim));
      const id = await talking(sim, page);
      await page.command('hold', id);
      await shows(page, id, 'hold');
      for (const wanted of ['agent', 'interactions', 'acw', 'pops', 'connection']) {
        const slices = page.heard('slice').filter(({name}) => name === wanted);
        const versions = slices.map(({slice}) => slice.version);
        expect(versions).to.deep.equal([...new Set(versions)].sort((a, b) => a - b));
        const bodies = slices.map(({slice}) => JSON.stringify({...slice, version: 0}));
        bodies.forEach((body, i) => expect(body).to.not.equal(bodies[i + 1]));
      }
    });
  });

  describe('drops copies', () => {
    const data = (state: string) => ({interactionId: 'i1', agentId: AGENT, source: 'test', payload: {state}});

    async function dropped(page: TestPage): Promise<number> {
      // Frames are worked in in order: once a later one is through, so are those before it.
      const mark = crypto.randomUUID();
      await sim.event(mark, {});
      await until('all frames are through', async () =>
        (await page.log('unknown-event')).some((entry) => entry.data?.['name'] === mark),
      );
      return (await page.log('duplicate_dropped')).length;
    }

    it('of the same second, later than copies of other seconds count', async () => {
      const page = await TestPage.live(startHub(), configFor(sim, {dedupArrivalMs: 100}));
      const frame = {eventType: 'interaction.screenpop', timestamp: new Date().toISOString(), data: data('a')};
      await sim.emit(frame);
      const sentAt = Date.now();
      await until('the arrival window is over', () => Date.now() - sentAt > 150);
      await sim.emit(frame);
      expect(await dropped(page)).to.equal(1);
    });

    it('that come at once, whatever their timestamps, and none that comes later', async () => {
      const page = await TestPage.live(startHub(), configFor(sim, {dedupArrivalMs: 300}));
      await sim.event('interaction.screenpop', data('a'), 1_000_000);
      await sim.event('interaction.screenpop', data('a'), 1_009_000);
      expect(await dropped(page)).to.equal(1);
      const sentAt = Date.now();
      await until('the arrival window is over', () => Date.now() - sentAt > 350);
      await sim.event('interaction.screenpop', data('a'), 1_020_000);
      expect(await dropped(page)).to.equal(1);
    });

    it('and no real change: hold, talk, hold at once are three', async () => {
      const page = await TestPage.live(startHub(), configFor(sim));
      const id = await talking(sim, page);
      const at = Date.now();
      const status = (previousStatus: string, currentStatus: string) =>
        sim.event('agent.status.changed', {agentId: AGENT, previousStatus, currentStatus, interactionId: id}, at);
      await status('OnCall', 'OnHold');
      await status('OnHold', 'OnCall');
      await status('OnCall', 'OnHold');
      const told = async (): Promise<string> =>
        (await page.log('interaction'))
          .map(({data: entry}) => entry!['to'])
          .slice(-3)
          .join();
      await until('all three are told', async () => (await told()) === 'hold,talking,hold');
      expect(await dropped(page)).to.equal(0);
    });

    /** How a cluster that fails over repeats two changes: which of them, and how much later the copy is stamped. */
    const failovers: Readonly<Record<string, readonly (readonly [change: 0 | 1, laterMs: number])[]>> = {
      'each twice, in the same millisecond': [
        [0, 0],
        [0, 0],
        [1, 0],
        [1, 0],
      ],
      'each twice, stamped a second apart': [
        [0, 0],
        [0, 1_000],
        [1, 0],
        [1, 1_000],
      ],
      'all again, stamped anew': [
        [0, 0],
        [1, 0],
        [0, 700],
        [1, 700],
      ],
      'all again, the later first': [
        [0, 0],
        [1, 0],
        [1, 400],
        [0, 400],
      ],
    };
    for (const [how, frames] of Object.entries(failovers)) {
      it(`of a quick change that come ${how}: each change is told once, and the last one stays`, async () => {
        const page = await TestPage.live(startHub(), configFor(sim));
        const {interactionId} = await sim.ring({acwSeconds: 30});
        await shows(page, interactionId, 'ringing');
        const changes = [
          {agentId: AGENT, previousStatus: 'Ringing', currentStatus: 'OnCall', interactionId},
          {agentId: AGENT, previousStatus: 'OnCall', currentStatus: 'WrapUp', interactionId},
        ] as const;
        const at = Date.now();
        let isFirst = [true, true];
        for (const [n, laterMs] of frames) {
          const timestamp = new Date(at + n * 100 + laterMs).toISOString();
          // The first of each is the platform's own change.
          const apply = isFirst[n]!;
          isFirst = isFirst.map((first, i) => first && i !== n);
          await sim.emit({eventType: 'agent.status.changed', timestamp, data: changes[n]}, {apply});
        }
        await dropped(page);
        await until('it ends right', () => page.snapshot.agent.presence?.state === 'acw');
        const told = (await page.log('presence')).map(({data: entry}) => entry!['to']);
        expect(told).to.deep.equal(['available', 'ringing', 'onCall', 'acw']);
        expect(page.snapshot.pops.items).to.deep.equal([]);
        expect(await sim.commands()).to.deep.equal([]);
      });
    }

    it('that a failover sends of every event: the call is shown as it is', async () => {
      const page = await TestPage.live(startHub(), configFor(sim));
      await sim.fault({kind: 'failover', forMs: 60_000, copyAfterMs: 20});
      const id = await talking(sim, page, {screenPop: {crm_account_id: 'ACC-1'}});
      await page.command('hold', id);
      await until('copies were dropped', async () => (await dropped(page)) >= 3);
      await shows(page, id, 'hold');
      expect(page.snapshot.pops.items).to.have.lengthOf(1);
    });
  });

  it('counts and drops frames that cannot be used, and goes on', async () => {
    const page = await TestPage.live(startHub(), configFor(sim));
    const stamp = new Date().toISOString();
    await sim.emit('{"eventType": "interaction.sc');
    await sim.emit({eventType: 'interaction.screenpop', timestamp: stamp, data: {interactionId: 'i1'}});
    await sim.emit({timestamp: stamp, data: {}});
    await sim.emit({
      eventType: 'interaction.screenpop',
      timestamp: stamp,
      data: {interactionId: 'big', agentId: AGENT, source: 'x', payload: {note: 'x'.repeat(256 * 1024)}},
    });
    await sim.emit({eventType: 'made.up', timestamp: stamp, data: {}});
    const {interactionId} = await sim.ring();
    await shows(page, interactionId, 'ringing');
    const entries = (await page.log('frame_dropped')).map(({data}) => [data!['reason'], data!['count']]);
    expect(entries).to.deep.equal([
      ['notJson', 1],
      ['wrongShape', 2],
      ['wrongShape', 3],
      ['tooLarge', 4],
    ]);
    expect((await page.log('unknown-event')).map(({data}) => data!['name'])).to.deep.equal(['made.up']);
    expect(page.snapshot.pops.items).to.deep.equal([]);
    expect((await sim.log('/stream')).length).to.equal(1);
  });
});
