import {describe, it} from 'node:test';
import {expect} from 'chai';
import type {HubConfigRequest} from '../../src/domain/settings.js';
import {hubLockName} from '../../src/worker/entry/hub-lock.js';
import {ScriptedPlatform} from '../support/scripted-platform.js';
import {AGENT, codeOf, configFor, shows, startHub, TestPage, TestSimulator, until, type TestHub} from './support.js';

/** A platform as these scenarios play it. */
interface Stage {
  readonly hub: TestHub;
  readonly config: HubConfigRequest;
  page(more?: Partial<Parameters<typeof TestPage.live>[2]>): Promise<TestPage>;
  ring(): Promise<string>;
  hangUp(interactionId: string): Promise<unknown>;
  /** A screen pop, told as often as that. */
  pop(interactionId: string, times: number): Promise<unknown>;
  /** The next command gets no answer, and is not carried out. */
  swallow(): Promise<unknown>;
  /** The next command is carried out, and its answer is lost. */
  loseAnswer(): Promise<unknown>;
  /** Commands that were carried out, in lower case. */
  effects(): Promise<string[]>;
}

const QUICK = {requestTimeoutMs: 1_000, commandRetryTries: 0, lastPageGraceMs: 50} as const;
const PAYLOAD = {crm_account_id: 'ACC-1'};

async function v2(): Promise<Stage> {
  const sim = await TestSimulator.start();
  const [hub, config] = [startHub(), configFor(sim, QUICK)];
  return {
    hub,
    config,
    page: (more) => TestPage.live(hub, config, more),
    ring: async () => (await sim.ring()).interactionId,
    hangUp: (id) => sim.end(id),
    async pop(interactionId, times) {
      const data = {interactionId, agentId: AGENT, source: 'test', payload: PAYLOAD};
      const timestamp = new Date().toISOString();
      await sim.emit({eventType: 'interaction.screenpop', timestamp, data}, {times});
    },
    // Neither the command is answered nor the look afterwards.
    swallow: () => sim.fault({kind: 'delay', path: '/v2/telephony/interactions', ms: 60_000, times: 2}),
    loseAnswer: () => sim.fault({kind: 'lose-response', path: '/control', times: 1}),
    effects: async () => (await sim.effects()).map((action) => action.toLowerCase()),
  };
}

let count = 0;

async function scripted(): Promise<Stage & {readonly platform: ScriptedPlatform}> {
  const platform = new ScriptedPlatform();
  const hub = startHub(platform.dialect);
  const config: HubConfigRequest = {
    agentId: AGENT,
    userId: AGENT,
    apiBase: `https://scripted-${++count}.example.com`,
    streamBase: 'wss://unused.example.com',
    tokenSource: 'host',
    settings: {...QUICK, reconnectDelaysMs: [20], reconnectJitterMs: 0, statusReadGapMs: 20},
  };
  const giveToken = async () => ({ok: true, accessToken: 'token', expiresInSeconds: 3_600}) as const;
  return {
    platform,
    hub,
    config,
    page: (more) => TestPage.live(hub, config, {giveToken, ...more}),
    ring: async () => platform.ring(),
    hangUp: async (id) => platform.hangUp(id),
    pop: async (id, times) => platform.pop(id, PAYLOAD, times),
    swallow: async () => (platform.next = 'neverArrives'),
    loseAnswer: async () => (platform.next = 'answerLost'),
    effects: async () => platform.effects,
  };
}

for (const [name, start] of Object.entries({v2, 'a platform that only tells': scripted})) {
  describe(`a hub over ${name}`, () => {
    async function talking(): Promise<{stage: Stage; page: TestPage; id: string}> {
      const stage = await start();
      const page = await stage.page();
      const id = await stage.ring();
      await shows(page, id, 'ringing');
      await page.command('answer', id);
      return {stage, page, id};
    }

    it('shows who is there, and a call that rings, to a page that joins later too', async () => {
      const stage = await start();
      const page = await stage.page();
      expect(page.snapshot.agent.presence).to.deep.equal({state: 'available'});
      const id = await stage.ring();
      await shows(page, id, 'ringing');
      const later = await stage.page();
      expect(later.interaction(id)?.state).to.equal('ringing');
      await until('nothing is missing', () => later.snapshot.connection.warnings.length === 0);
    });

    it('carries a call from the ring to its end, each command once and shown when it has resolved', async () => {
      const {stage, page, id} = await talking();
      await shows(page, id, 'talking');
      for (const [action, state] of [
        ['hold', 'hold'],
        ['resume', 'talking'],
        ['mute', 'talking'],
        ['unmute', 'talking'],
      ] as const) {
        await page.command(action, id);
        await shows(page, id, state);
        await until(`${action} is shown`, () => page.interaction(id)?.muted === (action === 'mute'));
      }
      await page.command('transfer', id, {parameters: {target: '+12125550100', type: 'blind'}});
      await until('it is transferred', () => page.interaction(id)?.state !== 'talking');
      expect(await stage.effects()).to.deep.equal(['answer', 'hold', 'resume', 'mute', 'unmute', 'transfer']);
    });

    it('ends a call, whoever hangs up', async () => {
      const {stage, page, id} = await talking();
      await page.command('release', id);
      await shows(page, id, 'acw');
      const next = await stage.ring();
      await shows(page, next, 'ringing');
      await page.command('answer', next);
      await stage.hangUp(next);
      await shows(page, next, 'acw');
    });

    it('finds a command done whose answer is lost, and does not send it again', async () => {
      const {stage, page, id} = await talking();
      await stage.loseAnswer();
      await page.command('hold', id);
      await shows(page, id, 'hold');
      expect(await stage.effects()).to.deep.equal(['answer', 'hold']);
    });

    it('tells a command of which nothing is heard as unknown, and the next one goes', async () => {
      const {stage, page, id} = await talking();
      await stage.swallow();
      expect(await codeOf(page.command('hold', id))).to.equal('UNKNOWN_OUTCOME');
      await until('the next may go', () => page.interaction(id)?.actions.release.allowed);
      await page.command('release', id);
      await shows(page, id, 'acw');
    });

    it('opens a screen pop once, however often it is told', async () => {
      const stage = await start();
      const page = await stage.page({presence: {adapter: 'host'}});
      const id = await stage.ring();
      await shows(page, id, 'ringing');
      await stage.pop(id, 3);
      await until('it opens', () => page.heard('go').length > 0);
      const later = await stage.ring();
      await shows(page, later, 'ringing');
      expect(page.heard('go')).to.have.lengthOf(1);
    });

    it('sets a status', async () => {
      const stage = await start();
      const page = await stage.page();
      await page.call('chooseStatus', [{state: 'lunch'}]);
      await until('it is shown', () => page.snapshot.agent.presence?.state === 'lunch');
      expect(page.snapshot.agent.mismatch).to.equal(undefined);
    });

    it('is gone with its last page, and another finds its lock free', async () => {
      const stage = await start();
      const page = await stage.page();
      await page.leave();
      await until('it has ended', () => stage.hub.retired.length > 0);
      expect(stage.hub.retired).to.deep.equal(['idle']);
      const {held = []} = await navigator.locks.query();
      const lock = hubLockName(stage.config.apiBase, AGENT);
      expect(held.some(({name: held}) => held === lock)).to.equal(false);
    });
  });
}

describe('a hub whose platform has no reads, keys, after-call work or dialling', () => {
  it('does not take a session back that was ended elsewhere, until somebody asks for it', async () => {
    const {platform, page: join} = await scripted();
    const page = await join();
    const id = platform.ring();
    await shows(page, id, 'ringing');
    platform.close({kind: 'ended'});
    await until('it is said', () => page.snapshot.connection.problem?.code === 'sessionEnded');
    expect(page.snapshot.connection.mode).to.equal('error');
    expect(page.snapshot.connection.nextTryAt).to.equal(undefined);
    expect(page.interaction(id)?.actions.answer).to.deep.equal({allowed: false, block: 'noConnection'});
    // Whatever used to bring a lost stream back.
    dispatchEvent(new Event('offline'));
    dispatchEvent(new Event('online'));
    await page.presence({visible: false});
    await page.presence({visible: true});
    await page.call('setPresence', [
      page.pageId,
      {visible: true, focused: true, activeAt: Date.now(), adapter: 'none'},
    ]);
    expect(platform.opened).to.equal(1);
    await page.call('reconnect', []);
    await until('it is live', () => page.snapshot.connection.mode === 'live');
    expect(platform.opened).to.equal(2);
  });

  it('nor does it when another page is opened', async () => {
    const {platform, hub, config, page: join} = await scripted();
    const page = await join();
    platform.close({kind: 'ended'});
    await until('it is said', () => page.snapshot.connection.mode === 'error');
    const other = await TestPage.join(hub, config);
    expect(other.snapshot.connection.problem?.code).to.equal('sessionEnded');
    expect(platform.opened).to.equal(1);
  });

  it('opens again by itself what was only lost, and then knows what there is', async () => {
    const {platform, page: join} = await scripted();
    const page = await join();
    platform.close({kind: 'lost'});
    const id = platform.ring();
    await until('it is live', () => platform.opened === 2 && page.snapshot.connection.mode === 'live');
    await shows(page, id, 'ringing');
  });

  it('keeps its locks until the platform knows of the end, but not for more than a second', async () => {
    const {platform, hub, config, page: join} = await scripted();
    platform.answersEnd = false;
    const page = await join();
    const isHeld = async (): Promise<boolean> => {
      const {held = []} = await navigator.locks.query();
      return held.some(({name}) => name === hubLockName(config.apiBase, AGENT));
    };
    const began = performance.now();
    await page.leave();
    await until('the platform is told', () => platform.ends.length > 0);
    expect(platform.ends).to.deep.equal(['over']);
    expect(await isHeld()).to.equal(true);
    expect(hub.retired).to.deep.equal([]);
    await until('the lock is free', async () => !(await isHeld()));
    expect(performance.now() - began).to.be.within(1_000, 5_000);
  });

  it('says what the platform cannot do, and nothing is sent', async () => {
    const {platform, page: join} = await scripted();
    const page = await join();
    const id = platform.ring();
    await shows(page, id, 'ringing');
    await page.command('answer', id);
    await shows(page, id, 'talking');
    for (const action of ['dtmf', 'conference'] as const)
      expect(page.interaction(id)?.actions[action]).to.deep.equal({allowed: false, block: 'notSupported'});
    const tones = {parameters: {digits: '1'}};
    expect(await codeOf(page.command('dtmf', id, tones))).to.equal('NOT_ALLOWED');
    platform.hangUp(id);
    await until('after-call work is shown', () => page.snapshot.acw.items.length > 0);
    const refused = {allowed: false, block: 'notSupported'};
    expect(page.snapshot.acw.items[0]).to.deep.include({extend: refused, complete: refused});
    expect(await codeOf(page.call('completeAcw', [id]))).to.equal('NOT_ALLOWED');
    expect(await codeOf(page.call('extendAcw', [id, 30]))).to.equal('NOT_ALLOWED');
    platform.finish(id);
    const dial = {commandId: crypto.randomUUID(), target: '+12125550199', clickedAt: Date.now()};
    expect(await codeOf(page.call('dial', [dial]))).to.equal('NOT_ALLOWED');
    expect(platform.tries).to.deep.equal(['answer']);
    expect(await page.log('handler_failed')).to.deep.equal([]);
  });

  it('tells what was accepted and is never shown as unknown', async () => {
    const {platform, page: join} = await scripted();
    const page = await join();
    const id = platform.ring();
    await shows(page, id, 'ringing');
    platform.next = 'notCarriedOut';
    expect(await codeOf(page.command('answer', id))).to.equal('UNKNOWN_OUTCOME');
    expect(page.interaction(id)?.unknownOutcome).to.equal('answer');
    await page.command('answer', id);
    await shows(page, id, 'talking');
    expect(platform.tries).to.deep.equal(['answer', 'answer']);
  });
});
