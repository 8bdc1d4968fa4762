import {expect} from '@open-wc/testing';
import type {PopOutcome} from '../../src/domain/screen-pop.js';
import type {PopView} from '../../src/domain/snapshot.js';
import * as stories from '../../stories/screen-pop.stories.js';
import type {Stage} from '../../stories/support/stage.js';
import {scriptedPop, type SnapshotPatch} from '../support/scripted-session.js';
import {describeAccessibility, expectInert, mount, words} from './support.js';
import {waitUntil} from '../support/wait-until.js';

describe('<cxone-screen-pop>', () => {
  it('says politely when somebody has to choose, once, and not what was there before', async () => {
    const records = [1, 2].map((n) => ({entity: 'account', id: `A-${n}`, name: `Account ${n}`}));
    const several = (popId: string) => scriptedPop({popId, outcome: 'several', records});
    const stage = await mount('cxone-screen-pop', {
      pops: {items: [several('1'), scriptedPop({popId: '2', outcome: 'waiting'})]},
    });
    const region = stage.find('[aria-live=polite]');
    expect(words(region)).to.equal('');
    await stage.update({pops: {items: [several('1'), several('2')]}});
    expect(words(region)).to.equal('2 matches: choose one');
  });

  it('wraps the time where text is large and the panel narrow', async () => {
    const stage = await mount('cxone-screen-pop', {pops: {items: [scriptedPop()]}});
    stage.widget.style.cssText = '--cxone-font-size: 40px; inline-size: 190px';
    const [time, box] = ['time', '.clip'].map((part) => stage.find(part).getBoundingClientRect());
    expect(time!.right).to.be.at.most(box!.right + 1);
  });

  const one = (given: Partial<PopView> = {}): SnapshotPatch => ({pops: {items: [scriptedPop(given)]}});
  const many = (count: number): SnapshotPatch => ({
    pops: {
      items: Array.from({length: count}, (_, i) => scriptedPop({popId: `i-${i}#1`, interactionId: `i-${i}`})),
    },
  });
  const start = (shows: SnapshotPatch = {}, properties = {}): Promise<Stage<'cxone-screen-pop'>> =>
    mount('cxone-screen-pop', shows, properties);
  const ids = (stage: Stage): unknown[] => stage.all('[part=item]').map(({dataset}) => dataset['interactionId']);

  it('says what will be here while it is empty', async () => {
    const stage = await start();
    expect(words(stage.find('[part=idle]'))).to.equal('Records that come with a contact appear here.');
    expect(stage.widget.getAttribute('count')).to.equal('0');
  });

  it('lists what came in, by contact and outcome', async () => {
    const stage = await start(one());
    expect({...stage.find('[part=item]').dataset}).to.deep.equal({interactionId: 'i-1', outcome: 'opened'});
    expect(stage.widget.getAttribute('count')).to.equal('1');
    expect(words(stage.find('[part=item]'))).to.contain('Contoso Ltd');
    const names = stage.all('dt').map(words);
    const values = stage.all('dd').map(words);
    expect(names).to.deep.equal(['crm_account_id', 'customer_email', 'custom_routing_key']);
    expect(values).to.deep.equal(['ACC-44921', 'dana.reyes@example.com', 'billing']);
  });

  const outcomes: Readonly<Record<PopOutcome, string>> = {
    waiting: 'Waiting to open',
    opened: 'Opened',
    several: '1 match',
    none: 'No matching record',
    failed: 'Could not open',
    unknown: 'Not known whether it opened',
    expired: 'Expired before it could open',
    dropped: 'Dropped: too many at once',
  };
  for (const [outcome, expected] of Object.entries(outcomes)) {
    it(`says "${expected}"`, async () => {
      const stage = await start(one({outcome: outcome as PopOutcome}));
      expect(stage.find('[part=item]').dataset['outcome']).to.equal(outcome);
      expect(words(stage.find('[part=outcome]'))).to.equal(expected);
      expect(stage.action('open').hasAttribute('aria-disabled'), 'can always be opened by hand').to.be.false;
    });
  }

  it('says what a pop waits for, and why one failed', async () => {
    const stage = await start(one({outcome: 'waiting', waitsFor: 'answer'}));
    expect(words(stage.find('[part=item]'))).to.contain('opens when you answer');
    await stage.update(one({outcome: 'waiting', waitsFor: 'busy'}));
    expect(words(stage.find('[part=item]'))).to.contain('opens when you answer: you are in another contact');
    await stage.update(one({outcome: 'failed', error: 'ADAPTER_TIMEOUT'}));
    await waitUntil(() => words(stage.find('[part=item]')).includes('The CRM did not answer in time. Try again.'));
  });

  it('says that an answer was kept from before', async () => {
    const stage = await start(one({cached: true}));
    expect(words(stage.find('[part=item]'))).to.contain('From memory: the CRM did not answer in time');
  });

  it('is the last known while nothing is heard: in words, without the colour of success', async () => {
    const stage = await start({...one(), connection: {mode: 'offline', asOf: 1}});
    expect(stage.widget.hasAttribute('stale')).to.be.true;
    const outcome = stage.find('[part=outcome]');
    expect(words(outcome)).to.equal('Opened · last known');
    expect(getComputedStyle(outcome).color).to.equal(getComputedStyle(stage.widget).color);
    await stage.update({connection: {mode: 'polling'}});
    expect(stage.widget.hasAttribute('stale')).to.be.false;
    expect(words(outcome)).to.equal('Opened');
  });

  it('opens again, and waits for the answer', async () => {
    const stage = await start(one());
    expect(words(stage.action('open'))).to.equal('Open again');
    await stage.press('[data-action=open]');
    expect(stage.scripted.last('openPop')?.args).to.deep.equal(['i-1#1']);
    expect(stage.action('open').getAttribute('aria-busy')).to.equal('true');
    await expectInert(stage, '[data-action=open]', 'Waiting for the platform to confirm.');
    await stage.scripted.last('openPop')!.confirm();
    await stage.drawn();
    expect(stage.action('open').hasAttribute('aria-busy')).to.be.false;
  });

  it('says what was refused, and can be tried again', async () => {
    const stage = await start(one());
    await stage.press('[data-action=open]');
    await stage.scripted.last('openPop')!.refuse('ADAPTER_FAILED');
    await waitUntil(() => words(stage.find('[role=alert]')) === 'The CRM could not open it.');
    expect(stage.action('open').hasAttribute('aria-disabled')).to.be.false;
  });

  it('has the agent choose one of several', async () => {
    const records = [
      {entity: 'contact', id: '003A', name: 'Dana Reyes'},
      {entity: 'contact', id: '003B'},
    ];
    const stage = await start(one({outcome: 'several', records}));
    expect(words(stage.find('[part=outcome]'))).to.equal('2 matches: choose one');
    const choices = stage.all('[data-action=open-record]');
    expect(choices.map(words)).to.deep.equal(['Dana Reyes · contact', '003B · contact']);
    choices[1]!.click();
    await stage.drawn();
    expect(stage.scripted.last('openPopRecord')?.args).to.deep.equal(['i-1#1', records[1]]);
    expect(choices[1]!.getAttribute('aria-busy')).to.equal('true');
    expect(choices[0]!.hasAttribute('aria-busy')).to.be.false;
  });

  it('makes a new record where none was found', async () => {
    const stage = await start(one({outcome: 'none', records: [], draft: {entity: 'contact', fields: {}}}));
    expect(words(stage.action('create'))).to.equal('New contact');
    await stage.press('[data-action=create]');
    expect(stage.scripted.last('createPopRecord')?.args).to.deep.equal(['i-1#1']);
  });

  it('lists ten at most, or as many as max says', async () => {
    const stage = await start(many(12));
    expect(stage.widget.count).to.equal(10);
    stage.widget.setAttribute('max', '2');
    await stage.drawn();
    expect(ids(stage)).to.deep.equal(['i-0', 'i-1']);
    expect(stage.widget.getAttribute('count')).to.equal('2');
  });

  it('says of a dropped one why, and opens it when asked', async () => {
    const stage = await start(one({outcome: 'dropped'}));
    expect(words(stage.find('[data-outcome=dropped] [part=outcome]'))).to.equal('Dropped: too many at once');
    await stage.press('[data-action=open]');
    expect(stage.scripted.last('openPop')?.args).to.deep.equal(['i-1#1']);
  });

  it('shows whatever a payload holds as text', async () => {
    const hostile = '"><img src=x onerror="globalThis.hacked = true"><script>hacked = true</script>';
    const stage = await start(
      one({
        source: hostile,
        outcome: 'several',
        records: [{entity: hostile, id: hostile, name: hostile}],
        draft: {entity: hostile, fields: {}},
        fields: [{name: hostile, value: hostile}],
      }),
    );
    expect(stage.has('img, script')).to.be.false;
    expect('hacked' in globalThis).to.be.false;
    expect(words(stage.find('dd'))).to.equal(hostile);
    expect(words(stage.action('open-record'))).to.equal(`${hostile} · ${hostile}`);
  });

  it('stands a time that no calendar holds', async () => {
    const stage = await start(one({receivedAt: Infinity}));
    expect(stage.widget.count).to.equal(1);
    expect(words(stage.find('time'))).to.equal('');
  });

  it('tells the time in the language of the widget, whatever the browser’s', async () => {
    const stage = await start(one({receivedAt: new Date(2027, 0, 15, 14, 5).getTime()}));
    const shows = (pattern: RegExp): Promise<void> => waitUntil(() => pattern.test(words(stage.find('time'))));
    document.documentElement.lang = 'de';
    await shows(/^14:05$/);
    document.documentElement.lang = 'en-US';
    await shows(/^02:05.PM$/);
    document.documentElement.lang = 'not a language';
    await shows(/^02:05.PM$/);
  });

  describeAccessibility(stories);
});
