import {beforeEach, describe, it} from 'node:test';
import {expect} from 'chai';
import {openDB} from 'idb';
import {CxoneError} from '../../src/domain/errors.js';
import type {SessionsFacts} from '../../src/platform/port/platform.js';
import {hubLockName} from '../../src/worker/entry/hub-lock.js';
import {
  AGENT,
  codeOf,
  configFor,
  dialectWith,
  shows,
  startHub,
  talking,
  TestPage,
  TestSimulator,
  until,
  type Requested,
  type TestHub,
} from './support.js';

describe('the agent’s status', () => {
  let sim: TestSimulator;
  let hub: TestHub;
  let page: TestPage;

  /** Writes that somebody asked for, as `state reason`; what keeps the channels in step is left out. */
  async function writes(): Promise<string[]> {
    return (await sim.log('/agentStatus'))
      .filter(({method, body}) => method === 'PUT' && body['overrideReason'] !== 'channel_matrix')
      .map(({body}) => `${String(body['state'])} ${String(body['overrideReason'])}`);
  }
  const choose = (state: 'available' | 'lunch' | 'meeting'): Promise<void> => page.call('chooseStatus', [{state}]);
  const pending = (state: string | undefined): Promise<void> =>
    until(`${state} waits`, () => page.snapshot.agent.pending?.state === state);
  const presence = (state: string): Promise<void> =>
    until(`${state} is shown`, () => page.snapshot.agent.presence?.state === state);

  beforeEach(async () => {
    sim = await TestSimulator.start();
    hub = startHub();
    page = await TestPage.live(hub, configFor(sim));
  });

  it('is written at once without a call, after a look', async () => {
    await choose('lunch');
    await presence('lunch');
    expect(await writes()).to.deep.equal(['lunch agent_request']);
    const trace = (await sim.log('/api/v2/')).map(({method, path}) => `${method} ${path.split('/').at(-1)}`);
    const put = trace.indexOf('PUT agentStatus');
    expect(trace.slice(put - 2, put).sort()).to.deep.equal(['GET agentStatus', 'GET usersessions']);
    expect(
      (await sim.log('/agentStatus')).every(({method, body}) => method !== 'PUT' || body['force'] === false),
    ).to.equal(true);
  });

  it('waits during a call, for all pages to see, and is written when the call is over', async () => {
    const id = await talking(sim, page, {acwSeconds: 0});
    await choose('lunch');
    await pending('lunch');
    const other = await TestPage.join(hub, configFor(sim));
    expect(other.snapshot.agent.pending).to.include({state: 'lunch', waitsFor: 1});
    expect(await writes()).to.deep.equal([]);
    await sim.end(id);
    await presence('lunch');
    await pending(undefined);
    expect(await writes()).to.deep.equal(['lunch queued_change']);
  });

  it('that waits can be taken back', async () => {
    const id = await talking(sim, page, {acwSeconds: 0});
    await choose('lunch');
    await pending('lunch');
    await page.call('cancelPendingStatus', []);
    await pending(undefined);
    await sim.end(id);
    await presence('available');
    expect(await writes()).to.deep.equal([]);
  });

  it('that waits is replaced by a newer choice, and that is said', async () => {
    const id = await talking(sim, page, {acwSeconds: 0});
    await choose('lunch');
    await choose('meeting');
    await pending('meeting');
    expect(page.notices()).to.deep.equal(['pendingReplaced']);
    await sim.end(id);
    await presence('meeting');
    expect(await writes()).to.deep.equal(['meeting queued_change']);
  });

  it('that waits survives the hub', async () => {
    const id = await talking(sim, page, {acwSeconds: 0});
    await choose('lunch');
    await pending('lunch');
    hub.die();
    page = await TestPage.live(startHub(), configFor(sim));
    await pending('lunch');
    await sim.end(id);
    await presence('lunch');
    expect(await writes()).to.deep.equal(['lunch queued_change']);
  });

  it('that waited is written when the call ended between two hubs a moment ago', async () => {
    const id = await talking(sim, page, {acwSeconds: 0});
    await choose('lunch');
    await pending('lunch');
    hub.die();
    await sim.end(id);
    page = await TestPage.live(startHub(), configFor(sim));
    await presence('lunch');
    expect(await writes()).to.deep.equal(['lunch queued_change']);
  });

  describe('that a call made busy', () => {
    const warned = (): boolean => page.snapshot.connection.warnings.some(({code}) => code === 'busyLeft');
    const matrix = async (): Promise<string[]> =>
      (await sim.log('/agentStatus'))
        .filter(({method, body}) => method === 'PUT' && body['overrideReason'] === 'channel_matrix')
        .map(({body, status}) => `${String(body['state'])} ${status}`);
    const busyInCall = async (): Promise<string> => {
      const id = await talking(sim, page, {acwSeconds: 0});
      await until('the platform has it busy', async () => (await matrix()).includes('busy 200'));
      return id;
    };

    it('is what it was, though the call ended between two hubs', async () => {
      const id = await busyInCall();
      hub.die();
      await sim.end(id);
      page = await TestPage.live(startHub(), configFor(sim));
      await presence('available');
      expect(await matrix()).to.deep.equal(['busy 200', 'available 200']);
      expect(warned()).to.equal(false);
    });

    it('stays so where the call ended long ago, and the agent hears of it until there is another', async () => {
      const id = await busyInCall();
      hub.die();
      await sim.end(id);
      const anHourLater = dialectWith((real) => ({
        state: {
          read(what, signal) {
            const reading = real.state.read(what, signal);
            if (!('sessions' in reading)) return reading;
            const sessions = (reading.sessions as Promise<SessionsFacts>).then((list) => ({
              ...list,
              sessions: list.sessions.map((one) => ({...one, updatedAt: one.updatedAt! - 3_600_000})),
            }));
            return {...reading, sessions};
          },
        },
      }));
      page = await TestPage.live(startHub(anHourLater), configFor(sim));
      await until('it is said', warned);
      expect(await matrix()).to.deep.equal(['busy 200']);
      await choose('available');
      await presence('available');
      expect(warned()).to.equal(false);
    });

    it('is what it was once the platform answers again', async () => {
      const id = await busyInCall();
      await sim.fault({kind: 'http-status', method: 'PUT', path: '/agentStatus', status: 503, times: 3});
      await sim.end(id);
      await presence('available');
      const lost = Array.from({length: 3}, () => 'available 503');
      expect(await matrix()).to.deep.equal(['busy 200', ...lost, 'available 200']);
    });

    it('is not what it was where the platform refuses, and the agent hears of it', async () => {
      hub.die();
      hub = startHub();
      page = await TestPage.live(hub, configFor(sim, {reconcileIntervalMs: 100}));
      const id = await busyInCall();
      await sim.fault({kind: 'http-status', method: 'PUT', path: '/agentStatus', status: 409});
      await sim.end(id);
      const reads = async (): Promise<number> => (await sim.log('/usersessions')).length;
      await until('it is said', warned);
      const before = await reads();
      await until('more reads', async () => (await reads()) > before + 3);
      expect(await matrix()).to.deep.equal(['busy 200', 'available 409']);
    });
  });

  it('that waited too long while no hub ran is cleared, and that is said', async () => {
    const id = await talking(sim, page, {acwSeconds: 0});
    await choose('lunch');
    await pending('lunch');
    hub.die();
    await sim.end(id);
    page = await TestPage.live(startHub(), configFor(sim, {pendingStatusMaxAgeMs: 1}));
    await until('it is said', () => page.notices().includes('pendingExpired'));
    const warnings = (): string[] => page.snapshot.connection.warnings.map(({code}) => code);
    await until('and shown', () => warnings().includes('pendingExpired'));
    expect(page.snapshot.agent.pending).to.equal(undefined);
    await choose('available');
    await until('until there is another', () => !warnings().includes('pendingExpired'));
    expect((await writes()).filter((write) => write.startsWith('lunch'))).to.deep.equal([]);
  });

  it('that waited and is refused when its turn comes is said, to later pages too, until there is another', async () => {
    const id = await talking(sim, page, {acwSeconds: 0});
    await choose('lunch');
    await pending('lunch');
    await sim.fault({kind: 'http-status', method: 'PUT', path: '/agentStatus', status: 403, times: 99});
    await sim.end(id);
    await until('it is said', () => page.snapshot.notices.items.length > 0);
    expect(page.snapshot.agent.pending).to.equal(undefined);
    await sim.clearFaults();
    hub.die();
    page = await TestPage.live(startHub(), configFor(sim));
    const refused = {id: 'statusRefused', code: 'statusRefused', error: 'FORBIDDEN'};
    expect(page.snapshot.notices.items[0]).to.deep.include({...refused, status: {state: 'lunch'}});
    await choose('meeting');
    await until('it is overtaken', () => page.snapshot.notices.items.length === 0);
  });

  it('whose answer is lost is found written, and not written again', async () => {
    hub.die();
    const losing = dialectWith((real) => ({
      state: {
        async write(...given) {
          await real.state.write(...given);
          throw new CxoneError('TIMEOUT', 'the answer is lost');
        },
      },
    }));
    page = await TestPage.live(startHub(losing), configFor(sim));
    await choose('lunch');
    await presence('lunch');
    expect(await writes()).to.deep.equal(['lunch agent_request']);
    expect(await page.log('state_already_applied')).to.have.lengthOf(1);
  });

  it('that met a server error is written once more', async () => {
    await sim.fault({kind: 'http-status', method: 'PUT', path: '/agentStatus', status: 503});
    await choose('lunch');
    await presence('lunch');
    expect(await writes()).to.deep.equal(['lunch agent_request', 'lunch agent_request']);
  });

  it('that meets a call that has just begun waits for its end', async () => {
    const rung = sim.ring({acwSeconds: 0});
    const body = {errorCode: 'STATE_CONFLICT', message: 'a session is protected'};
    await sim.fault({kind: 'http-status', method: 'PUT', path: '/agentStatus', status: 409, body});
    const {interactionId} = await rung;
    await choose('lunch');
    await pending('lunch');
    await sim.end(interactionId);
    await presence('lunch');
  });

  it('refuses what nobody can choose', async () => {
    expect(await codeOf(page.call('chooseStatus', [{state: 'onCall'}]))).to.equal('INVALID_INPUT');
    expect(await writes()).to.deep.equal([]);
  });

  it('that presence does not follow is shown as a difference, and one repair is offered', async () => {
    hub.die();
    hub = startHub();
    page = await TestPage.live(hub, configFor(sim, {presenceFollowMs: 100}));
    await sim.fault({kind: 'freeze-stream', forMs: 60_000});
    const stale = {agentId: AGENT, currentStatus: 'Available', updatedTimestamp: new Date().toISOString()};
    await sim.fault({kind: 'http-status', method: 'GET', path: '/status', status: 200, body: stale, times: 1});
    await choose('lunch');
    await until('the difference is shown', () => page.snapshot.agent.mismatch?.routing.state === 'lunch');
    expect(page.notices()).to.include('phantomAvailability');
    await page.call('repairStatus', []);
    expect(await writes()).to.deep.equal(['lunch agent_request', 'lunch repair']);
  });
});

describe('after-call work', () => {
  let sim: TestSimulator;
  let page: TestPage;
  let id: string;

  async function wrapUp(order: {acwSeconds?: number; enforceAcw?: boolean} = {}): Promise<void> {
    id = await talking(sim, page, {acwSeconds: 30, ...order});
    await sim.end(id);
    await until('it runs', () => page.snapshot.acw.items[0]?.state === 'running');
  }
  const item = () => page.snapshot.acw.items[0]!;
  const changes = async (): Promise<Requested[]> =>
    (await sim.log('/acw')).filter(({method}) => method !== 'GET' && method !== 'OPTIONS');

  beforeEach(async () => {
    sim = await TestSimulator.start();
    page = await TestPage.live(startHub(), configFor(sim, {acwPollIntervalMs: 200, acwDoneShownMs: 100}));
  });

  it('counts by the server’s clock, whatever ours says', async () => {
    await sim.fault({kind: 'clock-skew', ms: 3_600_000});
    await wrapUp();
    expect(item().endsAt - Date.now()).to.be.within(20_000, 30_500);
    expect(item().durationSeconds).to.equal(30);
  });

  it('follows what the server says of it later', async () => {
    await wrapUp();
    const [session] = (await sim.get<{sessions: {sessionId: string}[]}>('/_sim/state')).sessions;
    await sim.fault({kind: 'freeze-stream', forMs: 60_000});
    const data = {interactionId: id, sessionId: session!.sessionId, agentId: AGENT, mediaType: 'voice', state: 'acw'};
    const acw = {duration: 30, remaining: 12, type: 'system', enforceUntilComplete: false};
    await sim.emit(
      {
        eventType: 'interaction.state.changed',
        timestamp: new Date().toISOString(),
        data: {...data, direction: 'inbound', acw},
      },
      {apply: true},
    );
    await until('it is corrected', () => item().endsAt - Date.now() < 13_000);
  });

  it('is extended by what the agent asks, once at a time', async () => {
    await wrapUp();
    const before = item().endsAt;
    await sim.fault({kind: 'delay', path: '/acw', ms: 150});
    const extending = page.call('extendAcw', [id, 45]);
    await until('it waits', () => item().extend.block === 'waiting');
    expect(await codeOf(page.call('extendAcw', [id, 45]))).to.equal('COMMAND_PENDING');
    await extending;
    await until('it is longer', () => item().endsAt - before > 43_000);
    const [{body} = {body: undefined}, ...more] = await changes();
    expect(body).to.deep.include({extendBySeconds: 45});
    expect(more).to.deep.equal([]);
  });

  it('is completed early, and workforce management hears of it', async () => {
    await wrapUp();
    await page.call('completeAcw', [id]);
    await until('it is done and gone', () => page.snapshot.acw.items.length === 0);
    expect((await changes()).map(({method, body}) => [method, body['complete']])).to.deep.equal([['PATCH', true]]);
    await until('it is published', async () => (await sim.log('/events/publish')).length === 1);
    expect(page.notices()).to.not.include('acwBypassAttempted');
  });

  describe('whose change gets no answer', () => {
    const lost = {kind: 'lose-response', path: '/acw', how: 'silent'} as const;

    it('is extended once: it is looked before anything goes again', async () => {
      await wrapUp();
      const before = item().endsAt;
      await sim.fault(lost);
      await page.call('extendAcw', [id, 45]);
      expect(item().endsAt - before).to.be.within(40_000, 47_000);
      expect(await changes()).to.have.lengthOf(1);
      expect(await page.log('state_already_applied')).to.have.lengthOf(1);
    });

    it('is extended at the second try where the first one did not arrive', async () => {
      await wrapUp();
      const before = item().endsAt;
      await sim.fault({kind: 'http-status', path: '/acw', status: 503});
      await page.call('extendAcw', [id, 45]);
      await until('it is longer', () => item().endsAt - before > 43_000);
      expect(item().endsAt - before).to.be.lessThan(47_000);
      expect(await changes()).to.have.lengthOf(2);
    });

    it('is never extended again where nobody can tell', async () => {
      await wrapUp();
      await sim.fault(lost);
      await sim.fault({kind: 'http-status', method: 'GET', path: '/usersessions/', status: 503, times: 1_000});
      expect(await codeOf(page.call('extendAcw', [id, 45]))).to.equal('UNKNOWN_OUTCOME');
      expect(await changes()).to.have.lengthOf(1);
    });

    it('is completed once, and published under one stamp', async () => {
      await wrapUp();
      await sim.fault(lost);
      await sim.fault({kind: 'lose-response', path: '/events/publish', how: 'silent'});
      await page.call('completeAcw', [id]);
      expect(await changes()).to.have.lengthOf(1);
      await until('it was published twice', async () => (await sim.log('/events/publish')).length === 2);
      const stamps = (await sim.log('/events/publish')).map(({body}) => JSON.stringify(body));
      expect(new Set(stamps).size).to.equal(1);
    });
  });

  it('that is enforced cannot be left, and a try is told', async () => {
    await wrapUp({enforceAcw: true});
    expect(item().complete).to.include({allowed: false, block: 'enforced'});
    expect(await codeOf(page.call('completeAcw', [id]))).to.equal('NOT_ALLOWED');
    expect(await changes()).to.deep.equal([]);
    expect(page.notices()).to.include('acwBypassAttempted');
    await until('it is shown', () => page.snapshot.notices.items[0]?.code === 'acwTried');
    const {id: noticeId, interactionId, mediaType} = page.snapshot.notices.items[0]!;
    expect({interactionId, mediaType}).to.deep.equal({interactionId: id, mediaType: 'voice'});
    await page.call('dismissNotice', [noticeId]);
    await until('until it is put away', () => page.snapshot.notices.items.length === 0);
  });

  it('is overdue when its time is up and the server has not ended it', async () => {
    await wrapUp({acwSeconds: 1});
    await sim.fault({kind: 'freeze-stream', forMs: 60_000});
    await sim.fault({kind: 'http-status', method: 'GET', path: '/usersessions', status: 503, times: 1_000});
    await until('it is overdue', () => page.snapshot.acw.items[0]?.state === 'overdue');
    await sim.clearFaults();
    await until('the server’s end is read', () => page.snapshot.acw.items.length === 0);
  });

  it('of a length that a rule sets is started once', async () => {
    const rules = [
      {mediaType: 'voice', durationSeconds: 90, reasonCode: 'notes', enforceUntilComplete: false},
    ] as const;
    page.die();
    sim = await TestSimulator.start();
    page = await TestPage.live(startHub(), configFor(sim, {acwRules: rules, acwPollIntervalMs: 100}));
    await wrapUp();
    await until('it is as long as the rule says', () => item().durationSeconds === 90);
    await page.call('extendAcw', [id, 5]);
    expect((await changes()).map(({method}) => method)).to.deep.equal(['POST', 'PATCH']);
  });
});

describe('signing out', () => {
  it('closes the stream, wipes customers, forgets what waited, and ends the hub', async () => {
    const sim = await TestSimulator.start();
    const hub = startHub();
    const page = await TestPage.live(hub, configFor(sim));
    const id = await talking(sim, page, {screenPop: {crm_account_id: 'ACC-44921'}});
    await page.call('chooseStatus', [{state: 'lunch'}]);
    await until('it waits', () => page.snapshot.agent.pending);
    const name = hubLockName(sim.url, AGENT);
    const {instanceId} = page.answer!;

    await page.call('signOut', []);
    await until('the page hears of it', () => page.heard('retired')[0]?.reason === 'signed-out');
    expect(hub.retired).to.deep.equal(['signed-out']);
    await until('the stream is closed', async () => (await sim.openStreams()) === 0);
    const {held} = await navigator.locks.query();
    expect(held!.filter((lock) => lock.name === name || lock.name === `hub:${instanceId}`)).to.deep.equal([]);
    const db = await openDB(name);
    const rows = await Promise.all([...db.objectStoreNames].map((store) => db.getAll(store)));
    db.close();
    expect(JSON.stringify(rows)).to.not.contain('ACC-44921');

    await sim.end(id);
    const next = await TestPage.live(startHub(), configFor(sim));
    expect(next.snapshot.agent.pending).to.equal(undefined);
    expect(next.snapshot.pops.items).to.deep.equal([]);
    await shows(next, id, 'acw');
  });
});
