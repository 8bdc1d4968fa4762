import {expect} from '@open-wc/testing';
import type {ConnectionMode, ConnectionSlice} from '../../src/domain/snapshot.js';
import * as stories from '../../stories/connection-banner.stories.js';
import type {Stage} from '../../stories/support/stage.js';
import type {SnapshotPatch} from '../support/scripted-session.js';
import {describeAccessibility, fakeClock, mount, words, type FakeClock} from './support.js';
import {waitUntil} from '../support/wait-until.js';

describe('<cxone-connection-banner>', () => {
  for (const code of ['signedOut', 'tokenRefused'] as const) {
    it(`offers to sign in again: ${code}`, async () => {
      const stage = await mount('cxone-connection-banner', {connection: {mode: 'error', problem: {code}}});
      expect(words(stage.action('reconnect'))).to.equal('Sign in');
      await stage.press('[data-action=reconnect]');
      expect(stage.scripted.last('reconnect')).to.exist;
    });
  }

  type Banner = Stage<'cxone-connection-banner'>;

  let clock: FakeClock;

  beforeEach(() => {
    clock = fakeClock();
  });

  const connection = (mode: ConnectionMode, given: Partial<ConnectionSlice> = {}): SnapshotPatch => ({
    connection: {mode, asOf: 0, problem: undefined, warnings: [], nextTryAt: undefined, ...given},
  });
  const start = (shows: SnapshotPatch): Promise<Banner> => mount('cxone-connection-banner', shows);
  const isShown = ({widget}: Banner): boolean => widget.offsetHeight > 0;
  const shown = (stage: Banner): string => words(stage.find('[part=banner]'));

  async function pass(stage: Banner, ms: number): Promise<void> {
    clock.pass(ms);
    await stage.drawn();
  }

  it('is hidden while all is well', async () => {
    const stage = await start(connection('live'));
    expect(stage.widget.getAttribute('mode')).to.equal('live');
    expect(stage.widget.hasAttribute('hidden')).to.be.true;
    expect(isShown(stage)).to.be.false;
    expect(clock.isAwaited).to.be.false;
  });

  it('mentions a start only when it takes long', async () => {
    const stage = await start(connection('connecting'));
    await pass(stage, 999);
    expect(isShown(stage)).to.be.false;
    await pass(stage, 1);
    expect(isShown(stage)).to.be.true;
    expect(shown(stage)).to.equal('Connecting to CXone…');
  });

  it('shows the age of what a stream told that has fallen silent', async () => {
    const silent = {warnings: [{code: 'streamSilent' as const}], asOf: clock.now};
    const stage = await start(connection('live', silent));
    await pass(stage, 40_000);
    expect(shown(stage)).to.include('As of 40 s ago');
    expect(words(stage.find('[part=warning]'))).to.include('As of 40 s ago');
    await stage.update(connection('live'));
    expect(isShown(stage)).to.be.false;
  });

  it('is as quiet when another hub takes over, and keeps the warnings that there are', async () => {
    const stage = await start(connection('live'));
    await pass(stage, 60_000);
    await stage.update(connection('connecting', {asOf: Date.now()}));
    expect(isShown(stage)).to.be.false;
    await stage.update(connection('connecting', {warnings: [{code: 'electedMode'}]}));
    expect(isShown(stage)).to.be.true;
    expect(stage.has('[part=title]')).to.be.false;
    expect(stage.has('[part=warnings] li')).to.be.true;
    await stage.update(connection('live', {warnings: [{code: 'electedMode'}]}));
    expect(words(stage.find('[aria-live=polite]'))).to.equal('');
    await stage.update(connection('connecting'));
    await pass(stage, 1_000);
    expect(shown(stage)).to.include('Connecting to CXone…');
  });

  const titles: Readonly<Partial<Record<ConnectionMode, string>>> = {
    polling: 'Live updates are interrupted',
    degraded: 'No live updates',
    offline: 'You are offline: check your network',
    error: 'Not connected to CXone',
  };
  for (const [mode, title] of Object.entries(titles)) {
    it(`says "${title}" at once and offers to reconnect`, async () => {
      const stage = await start(connection(mode as ConnectionMode));
      expect(stage.widget.getAttribute('mode')).to.equal(mode);
      expect(isShown(stage)).to.be.true;
      expect(words(stage.find('[role=status] [part=title]'))).to.equal(title);
      await stage.press('[data-action=reconnect]');
      expect(stage.scripted.last('reconnect')).to.exist;
    });
  }

  it('counts down to the next try', async () => {
    const stage = await start(connection('polling', {nextTryAt: clock.now + 8_000}));
    expect(shown(stage)).to.contain('next try in 8 s');
    await pass(stage, 1_000);
    expect(shown(stage)).to.contain('next try in 7 s');
    await pass(stage, 7_000);
    expect(shown(stage)).not.to.contain('next try');
  });

  it('says how old the facts are', async () => {
    const stage = await start(connection('degraded', {asOf: clock.now - 118_000}));
    expect(shown(stage)).to.contain('As of 118 s ago');
    await pass(stage, 2_000);
    expect(shown(stage)).to.contain('As of 2 min ago');
  });

  it('says what is wrong, what to do, and about what', async () => {
    const stage = await start(connection('error', {problem: {code: 'agentNotFound', detail: 'a1b2'}}));
    await waitUntil(() => shown(stage).includes('CXone does not know this agent. Check agent-id. (a1b2)'));
    expect(isShown(stage)).to.be.true;
  });

  it('says that the token was refused', async () => {
    const stage = await start(connection('error', {problem: {code: 'tokenRefused'}}));
    await waitUntil(() => shown(stage).includes('CXone refused the sign-in. Sign in again'));
  });

  it('says what became of Reconnect', async () => {
    const stage = await start(connection('offline'));
    await stage.press('[data-action=reconnect]');
    await stage.scripted.last('reconnect')!.refuse('NETWORK');
    await waitUntil(() => words(stage.find('[role=alert]')) === 'The network failed. Try again.');
  });

  it('goes when all is well again, and says so where that is heard', async () => {
    const stage = await start(connection('polling'));
    await stage.update(connection('live'));
    expect(stage.widget.hasAttribute('hidden')).to.be.true;
    expect(isShown(stage)).to.be.false;
    const region = stage.find('[aria-live=polite]');
    expect(words(region)).to.equal('Connected to CXone again.');
    expect(getComputedStyle(stage.widget).display, 'a region that is not displayed is not heard').to.equal('block');
    await pass(stage, 3_000);
    expect(getComputedStyle(stage.widget).display).to.equal('none');
  });

  it('does not announce a start as a recovery', async () => {
    const stage = await start(connection('connecting'));
    await stage.update(connection('live'));
    expect(words(stage.find('[aria-live=polite]'))).to.equal('');
  });

  describe('warnings', () => {
    const warned = (...codes: ConnectionSlice['warnings'][number]['code'][]): SnapshotPatch =>
      connection('live', {warnings: codes.map((code) => ({code}))});
    const listed = (stage: Banner): string[] => stage.all('[part=warnings] li').map(words);

    it('are shown though all is live', async () => {
      const stage = await start(warned('storageUnavailable'));
      expect(isShown(stage)).to.be.true;
      await waitUntil(() => listed(stage)[0]?.startsWith('The browser’s storage is blocked'));
      expect(stage.has('[data-action=reconnect]')).to.be.false;
    });

    it('can be dismissed, and come back when they come anew', async () => {
      const stage = await start(warned('storageUnavailable', 'missingScope'));
      await stage.press('[data-action=dismiss]');
      expect(listed(stage)).to.have.length(1);
      await stage.update(warned('storageUnavailable'));
      expect(stage.widget.hasAttribute('hidden'), 'the other one has gone by itself').to.be.true;
      await stage.update(warned());
      await stage.update(warned('storageUnavailable'));
      expect(listed(stage)).to.have.length(1);
    });

    it('that are only facts for the log are not shown while all is well', async () => {
      const stage = await start(warned('electedMode', 'framesDropped'));
      expect(stage.widget.hasAttribute('hidden')).to.be.true;
      await stage.update({connection: {mode: 'polling'}});
      expect(listed(stage)).to.have.length(2);
    });

    it('name a status by its words', async () => {
      const stage = await start(
        connection('live', {
          warnings: [
            {code: 'pendingExpired', detail: 'lunch'},
            {code: 'pendingSuperseded', detail: 'custom:Coaching: 1'},
            {code: 'busyLeft'},
          ],
        }),
      );
      await waitUntil(() => listed(stage)[0]?.startsWith('Your waiting status was too old'));
      const [expired, superseded, left] = listed(stage);
      expect(expired).to.include('(Lunch)');
      expect(superseded).to.include('(Coaching: 1)');
      expect(left).to.include('left you set to Busy');
    });

    it('do not repeat the problem', async () => {
      const problem = {code: 'missingScope'} as const;
      const stage = await start(connection('error', {problem, warnings: [problem]}));
      expect(listed(stage)).to.be.empty;
    });
  });

  it('tells what changed during an outage, until it was read in any page', async () => {
    const outage = {
      from: 10_000,
      to: 135_000,
      status: {before: {state: 'available'}, after: {state: 'lunch'}},
      missed: 2,
      ended: 1,
      acwEnded: 1,
    } as const;
    const stage = await start(connection('live', {outage}));
    const said = (): string => words(stage.find('[data-outage]'));
    await waitUntil(() => said().startsWith('Live updates were lost for 02:05.'));
    expect(said()).to.contain('Your status went from Available to Lunch.');
    expect(said()).to.contain('2 contacts came and were not answered.');
    expect(said()).to.contain('1 contact ended.');
    expect(said()).to.contain('After-call work ended.');
    await stage.press('[data-action=dismiss]');
    expect(stage.scripted.last('dismissOutage')).to.exist;
    await stage.update(connection('live', {outage: undefined}));
    expect(isShown(stage)).to.be.false;
  });

  it('leaves out what did not change', async () => {
    const outage = {from: 0, to: 5_000, missed: 1, ended: 0, acwEnded: 0};
    const stage = await start(connection('live', {outage}));
    await waitUntil(() => words(stage.find('[data-outage]')).includes('1 contact came and was not answered.'));
    expect(stage.all('[data-outage] div')).to.have.length(2);
  });

  describeAccessibility(stories);
});
