import {expect} from '@open-wc/testing';
import {DEFAULT_HUB_SETTINGS} from '../../src/domain/settings.js';
import {dialect as v2} from '../../src/platform/v2/dialect.js';
import {HubHost} from '../../src/worker/entry/hub-host.js';
import {HeldLocks} from '../../src/worker/entry/hub-lock.js';
import {Hub} from '../../src/worker/hub.js';
import {HubLog} from '../../src/worker/log.js';
import {Pages, type Page} from '../../src/worker/pages.js';
import {atEnd, codeOf, configFor, pageLocks, TestPage, TestSimulator, until} from './support.js';

describe('the list of pages', () => {
  function listOf(): {pages: Pages; gone: string[]; page: (pageId: string) => Page} {
    const gone: string[] = [];
    const pages = new Pages(new HubLog(10, Date.now), {
      onJoined: () => undefined,
      onPresence: () => undefined,
      onGone: ({pageId}) => gone.push(pageId),
    });
    atEnd(() => pages.clear());
    const presence = {visible: true, focused: false, activeAt: 0, adapter: 'none'} as const;
    return {
      pages,
      gone,
      page: (pageId) => ({pageId, canGiveTokens: false, follows: new Set(), presence, post: () => undefined}),
    };
  }

  it('forgets a page once its lock is free, however it went', async () => {
    const {pages, gone, page} = listOf();
    const lock = new HeldLocks();
    await lock.hold('page:p1');
    pages.add(page('p1'));
    expect(pages.size).to.equal(1);
    lock.letGo();
    await until('it is forgotten', () => pages.size === 0);
    expect(gone).to.deep.equal(['p1']);
  });

  it('takes a page that joins anew for the same one', async () => {
    const {pages, gone, page} = listOf();
    const lock = new HeldLocks();
    await lock.hold('page:p1');
    pages.add(page('p1'));
    pages.add(page('p1'));
    expect([pages.size, gone]).to.deep.equal([1, []]);
    lock.letGo();
    await until('it is forgotten', () => pages.size === 0);
    expect(gone).to.deep.equal(['p1']);
  });

  it('waits for no lock of a page that has left', async () => {
    const {pages, page} = listOf();
    const lock = new HeldLocks();
    await lock.hold('page:p1');
    atEnd(() => lock.letGo());
    for (let i = 0; i < 20; i++) {
      pages.add(page('p1'));
      pages.remove('p1');
    }
    await until('nobody waits', async () => (await pageLocks()).length === 1);
  });
});

describe('the locks of a hub', () => {
  /** Names of the Web Locks that are held, or waited for, besides those of pages. */
  async function locks(): Promise<string[]> {
    const {held = [], pending = []} = await navigator.locks.query();
    return [...held, ...pending].map(({name}) => name!).filter((name) => !name.startsWith('page:'));
  }

  it('that arrive after it let go are let go at once, and nobody is robbed for it', async () => {
    const name = crypto.randomUUID();
    const isWaitedFor = async (): Promise<boolean> => (await locks()).includes(name);
    const other = new HeldLocks();
    let robbed = false;
    await other.hold(name, {onStolen: () => (robbed = true)});
    const late = new HeldLocks();
    const waits = codeOf(late.hold(name));
    late.letGo();
    expect(await waits).to.equal('HUB_UNREACHABLE');
    expect(await codeOf(late.hold(name, {steal: true}))).to.equal('HUB_UNREACHABLE');
    expect(robbed).to.equal(false);
    other.letGo();
    await until('nobody holds it', async () => !(await isWaitedFor()));
    const thief = new HeldLocks();
    const takes = codeOf(thief.hold(name, {steal: true}));
    thief.letGo();
    expect(await takes).to.equal('HUB_UNREACHABLE');
    await until('nobody holds it', async () => !(await isWaitedFor()));
  });

  for (const takesOver of [false, true]) {
    it(`are all free though it retires while it ${takesOver ? 'takes over' : 'starts'}`, async () => {
      const sim = await TestSimulator.start();
      const before = await locks();
      const config = {...configFor(sim), settings: {...DEFAULT_HUB_SETTINGS, ...configFor(sim).settings}};
      const nothing = (): void => undefined;
      const events = {
        onStarted: nothing,
        onStartFailed: nothing,
        onPageGone: nothing,
        onHandOver: nothing,
        onRetiring: nothing,
        onRetired: nothing,
      };
      // At each step of the start: a hub that began long ago does not leave with one that begins now.
      for (let steps = 0; steps < 15; steps++) {
        const hub = new Hub(config, {kind: 'dedicated', takesOver}, v2, events);
        for (let step = 0; step < steps; step++) await new Promise((next) => setTimeout(next));
        hub.retire('idle');
      }
      await until('they are free', async () => (await locks()).length === before.length);
      await until('no stream is left', async () => (await sim.openStreams()) === 0);
    });
  }

  it('are never taken by a hub whose host has ended while a page joined', async () => {
    const sim = await TestSimulator.start();
    let load: (dialect: typeof v2) => void = () => undefined;
    const host = new HubHost(
      'page',
      () => new Promise((resolve) => (load = resolve)),
      () => undefined,
    );
    const before = await locks();
    const joins = codeOf(
      TestPage.join(
        {
          retired: [],
          die: () => host.close(),
          connect() {
            const {port1, port2} = new MessageChannel();
            host.attach(port1);
            port1.start();
            return port2;
          },
        },
        configFor(sim),
      ),
    );
    await until('it is joined', async () => (await pageLocks()).length === 1);
    host.close();
    load(v2);
    expect(await joins).to.equal('HUB_UNREACHABLE');
    expect(await locks()).to.deep.equal(before);
  });
});
