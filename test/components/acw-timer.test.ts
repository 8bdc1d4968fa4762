import {expect} from '@open-wc/testing';
import type {AcwView} from '../../src/domain/snapshot.js';
import * as stories from '../../stories/acw-timer.stories.js';
import type {Stage} from '../../stories/support/stage.js';
import {scriptedAcw, type SnapshotPatch} from '../support/scripted-session.js';
import {describeAccessibility, expectInert, fakeClock, mount, words, type FakeClock} from './support.js';

describe('<cxone-acw-timer>', () => {
  let clock: FakeClock;

  beforeEach(() => {
    clock = fakeClock();
  });

  /** After-call work with so many seconds left by the server's clock, as the hub works it out for this machine's. */
  const withLeft = (seconds: number, given: Partial<AcwView> = {}): SnapshotPatch => ({
    acw: {items: [scriptedAcw({endsAt: clock.now + seconds * 1_000, ...given})]},
  });
  const start = (shows: SnapshotPatch, properties = {}): Promise<Stage<'cxone-acw-timer'>> =>
    mount('cxone-acw-timer', shows, properties);
  const time = (stage: Stage): string => words(stage.find('[part=time]'));
  const said = (stage: Stage): string => words(stage.find('[aria-live=polite]'));

  async function pass(stage: Stage, ms: number): Promise<void> {
    clock.pass(ms);
    await stage.drawn();
  }

  it('is idle, without a timer of its own, while there is no after-call work', async () => {
    const stage = await start({});
    expect(stage.widget.getAttribute('state')).to.equal('idle');
    expect(stage.widget.hasAttribute('remaining')).to.be.false;
    expect(words(stage.find('[part=idle]'))).to.equal('No after-call work');
    expect(clock.isAwaited).to.be.false;
  });

  it('stands still, in words, while what it shows is the last known', async () => {
    const stage = await start({...withLeft(65), connection: {mode: 'live', asOf: clock.now}});
    await stage.update({connection: {mode: 'offline'}});
    await pass(stage, 5_000);
    expect(time(stage)).to.equal('01:05');
    expect(words(stage.find('.line'))).to.match(/ · last known$/);
    expect(clock.isAwaited).to.be.false;
  });

  it('says politely when it is over', async () => {
    const stage = await start(withLeft(65));
    await stage.update(withLeft(65, {state: 'done'}));
    expect(said(stage)).to.equal('After-call work is over');
  });

  it('reads “+30 s” from left to right, whatever the page does', async () => {
    document.documentElement.dir = 'rtl';
    const stage = await start(withLeft(65));
    expect(getComputedStyle(stage.action('extend').querySelector('.txt')!).direction).to.equal('ltr');
  });

  it('counts down second by second', async () => {
    const stage = await start(withLeft(65));
    expect(stage.widget.getAttribute('state')).to.equal('running');
    expect(time(stage)).to.equal('01:05');
    await pass(stage, 999);
    expect(time(stage)).to.equal('01:05');
    await pass(stage, 1);
    expect(time(stage)).to.equal('01:04');
    expect(stage.widget.getAttribute('remaining')).to.equal('64');
  });

  it('shows what is left by the server, whatever this machine thinks of the day', async () => {
    const stage = await start(withLeft(30));
    clock.pass(10_000);
    // The next report says that the server counts 25 s: the hub moves the end, the widget follows.
    await stage.update(withLeft(25));
    expect(time(stage)).to.equal('00:25');
    expect(stage.widget.remaining).to.equal(25);
  });

  it('stands at zero until the platform says what follows', async () => {
    const stage = await start(withLeft(2));
    await pass(stage, 5_000);
    expect(time(stage)).to.equal('00:00');
    expect(stage.widget.getAttribute('state')).to.equal('running');
    expect(clock.isAwaited).to.be.false;
  });

  it('is right at once when a tab whose timers slept is looked at', async () => {
    const stage = await start(withLeft(60));
    clock.pass(45_000, {timers: false});
    document.dispatchEvent(new Event('visibilitychange'));
    await stage.drawn();
    expect(time(stage)).to.equal('00:15');
  });

  it('says that the time is up, and that it is done', async () => {
    const stage = await start(withLeft(0, {state: 'overdue'}));
    expect(stage.widget.getAttribute('state')).to.equal('overdue');
    expect(words(stage.find('.line'))).to.equal('Time is up. Waiting for the platform.');
    await stage.update(withLeft(0, {state: 'done'}));
    expect(stage.widget.getAttribute('state')).to.equal('done');
    expect(words(stage.find('.line'))).to.equal('Done · Call');
  });

  it('warns once, and once more if it was extended in between', async () => {
    const stage = await start(withLeft(12));
    expect(said(stage)).to.equal('');
    await pass(stage, 2_000);
    expect(said(stage)).to.equal('10 seconds of after-call work left');
    expect(words(stage.find('.line'))).to.equal('Ends soon · Call');
    await pass(stage, 1_000);
    expect(said(stage)).to.equal('10 seconds of after-call work left');
    await stage.update(withLeft(30));
    expect(words(stage.find('.line'))).to.equal('After-call work · Call');
    await stage.update(withLeft(1));
    expect(said(stage)).to.equal('1 second of after-call work left');
  });

  it('warns as early as warn-at says', async () => {
    const stage = await start(withLeft(25));
    stage.widget.setAttribute('warn-at', '20');
    await pass(stage, 4_000);
    expect(said(stage)).to.equal('');
    await pass(stage, 1_000);
    expect(said(stage)).to.equal('20 seconds of after-call work left');
  });

  it('asks for more time and shows it only when the platform has given it', async () => {
    const stage = await start(withLeft(20, {extendBySeconds: 45}));
    expect(words(stage.action('extend'))).to.equal('+45 s');
    await stage.press('[data-action=extend]');
    expect(stage.scripted.last('extendAcw')?.args).to.deep.equal(['i-1', 45]);
    expect(time(stage)).to.equal('00:20');
    await stage.update(withLeft(20, {extend: {allowed: false, block: 'waiting'}}));
    expect(stage.action('extend').getAttribute('aria-busy')).to.equal('true');
    await expectInert(stage, '[data-action=extend]', 'Waiting for the platform to confirm.');
    await stage.update(withLeft(65, {durationSeconds: 75}));
    expect(time(stage)).to.equal('01:05');
    expect(stage.action('extend').hasAttribute('aria-busy')).to.be.false;
  });

  it('completes early', async () => {
    const stage = await start(withLeft(20));
    await stage.press('[data-action=complete]');
    expect(stage.scripted.last('completeAcw')?.args).to.deep.equal(['i-1']);
    expect(stage.widget.getAttribute('state')).to.equal('running');
  });

  it('says why it cannot be left early', async () => {
    const stage = await start(withLeft(20, {complete: {allowed: false, block: 'enforced'}}));
    await expectInert(stage, '[data-action=complete]', 'This after-call work cannot be left early.');
  });

  it('says what was refused, until something else is asked', async () => {
    const stage = await start(withLeft(20));
    await stage.press('[data-action=extend]');
    await stage.scripted.last('extendAcw')!.refuse('INVALID_TRANSITION');
    await stage.drawn();
    expect(words(stage.find('[role=alert]'))).to.equal('CXone says that is not possible in the present state.');
    await stage.press('[data-action=complete]');
    expect(words(stage.find('[role=alert]'))).to.equal('');
  });

  it('has a row for each contact; the first one counts for its attributes', async () => {
    const stage = await start({
      acw: {
        items: [
          scriptedAcw({interactionId: 'chat', mediaType: 'webchat', endsAt: clock.now + 9_000}),
          scriptedAcw({interactionId: 'call', endsAt: clock.now + 30_000}),
        ],
      },
    });
    const ids = stage.all('[part=item]').map(({dataset}) => dataset['interactionId']);
    expect(ids).to.deep.equal(['chat', 'call']);
    expect(stage.widget.remaining).to.equal(9);
    stage.all('[data-action=complete]')[1]!.click();
    expect(stage.scripted.last('completeAcw')?.args).to.deep.equal(['call']);
  });

  it('moves no row while its buttons are in use', async () => {
    const of = (chat: number, call: number): SnapshotPatch => ({
      acw: {
        items: [
          scriptedAcw({interactionId: 'chat', mediaType: 'webchat', endsAt: clock.now + chat * 1_000}),
          scriptedAcw({interactionId: 'call', endsAt: clock.now + call * 1_000}),
        ].sort((a, b) => a.endsAt - b.endsAt),
      },
    });
    const stage = await start(of(9, 30));
    const rows = (): unknown[] => stage.all('[part=item]').map(({dataset}) => dataset['interactionId']);
    stage.action('extend').focus();
    await stage.update(of(60, 30));
    expect(rows()).to.deep.equal(['chat', 'call']);
    expect(stage.widget.remaining, 'the one that ends first').to.equal(30);
    stage.action('extend').blur();
    clock.pass(1_000);
    await stage.drawn();
    expect(rows()).to.deep.equal(['call', 'chat']);
  });

  it('forgets the clock when it is taken out of the page', async () => {
    const stage = await start(withLeft(20));
    expect(clock.isAwaited).to.be.true;
    stage.widget.remove();
    clock.pass(1_000);
    expect(clock.isAwaited).to.be.false;
  });

  describeAccessibility(stories);
});
