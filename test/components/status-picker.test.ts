import {expect} from '@open-wc/testing';
import {sendKeys} from '@web/test-runner-commands';
import type {AttentionReach} from '../../src/session/host/attention.js';
import type {AgentSlice} from '../../src/domain/snapshot.js';
import type {Stage} from '../../stories/support/stage.js';
import * as stories from '../../stories/status-picker.stories.js';
import {AVAILABLE, scriptedInteraction, scriptedInteractions, type SnapshotPatch} from '../support/scripted-session.js';
import {describeAccessibility, expectInert, fakeClock, focused, mount, reasonOf, words} from './support.js';
import {waitUntil} from '../support/wait-until.js';

describe('<cxone-status-picker>', () => {
  type Picker = Stage<'cxone-status-picker'>;

  const agent = (given: Partial<AgentSlice>): SnapshotPatch => ({...AVAILABLE, agent: {...AVAILABLE.agent, ...given}});
  const choices = AVAILABLE.agent!.choices!;
  const start = (shows: SnapshotPatch = AVAILABLE, properties = {}): Promise<Picker> =>
    mount('cxone-status-picker', shows, properties);
  const value = (stage: Picker): string => words(stage.find('.value'));
  const isOpen = (stage: Picker): boolean => stage.find('[part=menu]').matches(':popover-open');
  const inFocus = (stage: Picker): string | undefined => {
    const {state, action} = (focused(stage) as HTMLElement | null)?.dataset ?? {};
    return state ?? action;
  };

  async function open(stage: Picker): Promise<void> {
    stage.find('.trigger').focus();
    await sendKeys({press: 'ArrowDown'});
    await waitUntil(() => inFocus(stage), 'a choice has the focus');
    await waitUntil(() => stage.has('[data-action=ring-tone]'), 'the list is complete');
  }

  async function press(stage: Picker, key: string): Promise<string | undefined> {
    await sendKeys({press: key});
    return inFocus(stage);
  }

  describe('the current status', () => {
    it('is shown, reflected and named', async () => {
      const stage = await start(agent({presence: {state: 'onCall'}}));
      expect(stage.widget.getAttribute('state')).to.equal('onCall');
      expect(stage.widget.hasAttribute('pending')).to.be.false;
      expect(words(stage.find('.trigger .grow'))).to.equal('Status On a call');
    });

    it('has the tenant’s own words', async () => {
      const stage = await start(agent({presence: {state: 'custom', label: 'Training'}}));
      expect(value(stage)).to.equal('Training');
      expect(stage.widget.getAttribute('state')).to.equal('custom');
    });

    it('says for how long', async () => {
      const clock = fakeClock();
      const stage = await start(agent({presenceSince: clock.now - 59_000}));
      expect(words(stage.find('.time'))).to.equal('00:59');
      clock.pass(1_000);
      await stage.drawn();
      expect(words(stage.find('.time'))).to.equal('01:00');
      expect(reasonOf(stage.find('.trigger'))).to.equal('for 01:00');
    });

    it('has the caption that the page gives it', async () => {
      const stage = await start();
      stage.widget.setAttribute('label', 'Support');
      await stage.drawn();
      expect(words(stage.find('.trigger .label'))).to.equal('Support');
      expect(stage.find('[part=menu]').getAttribute('aria-label')).to.equal('Support');
    });

    it('is not known before the first answer, and nothing can be chosen', async () => {
      const stage = await start({});
      expect(value(stage)).to.equal('Not known yet');
      await expectInert(stage, '.trigger', 'No connection to CXone.');
      await sendKeys({press: 'ArrowDown'});
      expect(isOpen(stage)).to.be.false;
    });

    it('is text, whatever it holds', async () => {
      const label = '<img src=x onerror=alert(1)>';
      const stage = await start(
        agent({presence: {state: 'custom', label}, choices: [{state: 'custom', label, allowed: true}]}),
      );
      expect(value(stage)).to.equal(label);
      expect(words(stage.find('.choice'))).to.equal(label);
      expect(stage.has('img')).to.be.false;
    });
  });

  it('is the last known where the connection is not live: hollow, in words, without a clock', async () => {
    const clock = fakeClock();
    const stage = await start({
      ...agent({presenceSince: clock.now - 60_000}),
      connection: {mode: 'error', asOf: clock.now},
    });
    expect(stage.widget.hasAttribute('stale')).to.be.true;
    expect(getComputedStyle(stage.find('.trigger .dot')).backgroundColor).to.equal('rgba(0, 0, 0, 0)');
    expect(words(stage.find('.trigger'))).to.equal('Status · last known Available');
    expect(clock.isAwaited).to.be.false;
    await stage.update({connection: {mode: 'polling'}});
    expect(stage.widget.hasAttribute('stale')).to.be.false;
    expect(words(stage.find('.trigger'))).to.match(/^Status Available ?01:00$/);
    // The machine slept.
    await stage.update({connection: {mode: 'live', doubted: true}});
    expect(stage.widget.hasAttribute('stale')).to.be.true;
    expect(words(stage.find('.trigger'))).to.equal('Status · last known Available');
  });

  it('closes its list when a contact rings, which it would cover, and keeps the focus', async () => {
    const stage = await start();
    await open(stage);
    await stage.update(scriptedInteractions([scriptedInteraction({interactionId: 'i-1', state: 'ringing'})]));
    expect(isOpen(stage)).to.be.false;
    expect(focused(stage) === stage.find('.trigger')).to.be.true;
    await open(stage);
    await stage.update(agent({presence: {state: 'ringing'}}));
    expect(isOpen(stage), 'opened again while it rings').to.be.true;
  });

  describe('choosing', () => {
    it('offers each choice by its state, the current one checked', async () => {
      const stage = await start();
      await stage.press('.trigger');
      const offered = stage
        .all('[role=menuitemradio]')
        .map(({dataset, ariaChecked}) => [dataset['state'], ariaChecked]);
      expect(offered).to.deep.equal([
        ['available', 'true'],
        ['busy', 'false'],
        ['lunch', 'false'],
        ['meeting', 'false'],
        ['custom:Training', 'false'],
        ['offline', 'false'],
      ]);
      expect(stage.find('.trigger').getAttribute('aria-expanded')).to.equal('true');
    });

    it('asks, closes, and shows nothing new before the platform has confirmed', async () => {
      const stage = await start();
      await stage.press('.trigger');
      await stage.press('[data-state=lunch]');
      expect(stage.scripted.last('setStatus')?.args).to.deep.equal([{state: 'lunch'}]);
      expect(isOpen(stage)).to.be.false;
      expect(value(stage)).to.equal('Available');

      await stage.update(agent({requested: {state: 'lunch'}}));
      expect(value(stage)).to.equal('Available');
      expect(stage.widget.getAttribute('state')).to.equal('available');
      expect(stage.find('.trigger').getAttribute('aria-busy')).to.equal('true');
      expect(words(stage.find('[role=status]'))).to.equal('Lunch… waiting for the platform');
      expect(stage.find('[data-state=lunch]').getAttribute('aria-busy')).to.equal('true');

      await stage.update(agent({presence: {state: 'lunch'}, requested: undefined}));
      expect(value(stage)).to.equal('Lunch');
      expect(stage.find('.trigger').hasAttribute('aria-busy')).to.be.false;
      expect(stage.find('[data-state=lunch]').getAttribute('aria-checked')).to.equal('true');
    });

    it('asks for a custom status by its label', async () => {
      const stage = await start();
      await stage.press('[data-state="custom:Training"]');
      expect(stage.scripted.last('setStatus')?.args).to.deep.equal([{state: 'custom', label: 'Training'}]);
    });

    it('says why a choice is not possible', async () => {
      const stage = await start(
        agent({choices: [choices[0]!, {state: 'busy', allowed: false, block: 'missingScope'}]}),
      );
      await stage.press('.trigger');
      const reason = 'Your account lacks the permission. Ask your administrator.';
      await expectInert(stage, '[data-state=busy]', reason);
      expect(isOpen(stage)).to.be.true;
    });

    it('says what was refused', async () => {
      const stage = await start();
      await stage.press('[data-state=meeting]');
      await stage.scripted.last('setStatus')!.refuse('FORBIDDEN');
      await waitUntil(() => words(stage.find('[role=alert]')) === 'Your account is not allowed to do that.');
      await stage.press('[data-state=busy]');
      expect(words(stage.find('[role=alert]')), 'gone with the next try').to.equal('');
    });
  });

  describe('a status that waits for the call to end', () => {
    it('is told and reflected, and can be taken back', async () => {
      const stage = await start(agent({pending: {state: 'lunch', since: 0, waitsFor: 1}}));
      expect(stage.widget.getAttribute('pending')).to.equal('lunch');
      expect(words(stage.find('[role=status] [part=pending] .grow'))).to.equal('Lunch after this contact');
      await stage.press('[data-action=cancel-pending]');
      expect(stage.scripted.last('cancelPendingStatus')).to.exist;
      await stage.update(agent({pending: undefined}));
      expect(stage.widget.hasAttribute('pending')).to.be.false;
      expect(stage.has('[part=pending]')).to.be.false;
    });

    it('says for how many contacts it waits', async () => {
      const pending = {state: 'custom', label: 'Training', since: 0, waitsFor: 3} as const;
      const stage = await start(agent({pending}));
      expect(stage.widget.getAttribute('pending')).to.equal('custom:Training');
      expect(words(stage.find('[part=pending] .grow'))).to.equal('Training after 3 contacts');
    });
  });

  it('offers to repair a status that the routing does not follow', async () => {
    const stage = await start(agent({mismatch: {presence: {state: 'available'}, routing: {state: 'notReady'}}}));
    expect(words(stage.find('[part=mismatch] .grow'))).to.contain('says Available, but routing says Not ready');
    await stage.press('[data-action=repair]');
    expect(stage.scripted.last('repairStatus')).to.exist;
  });

  describe('in a page that zooms by CSS', () => {
    afterEach(() => {
      for (const element of [document.documentElement, document.body]) element.removeAttribute('style');
    });
    const zoomed: Readonly<Record<string, (stage: Picker) => void>> = {
      'its body': () => document.body.style.setProperty('zoom', '1.5'),
      'its root': () => document.documentElement.style.setProperty('zoom', '1.25'),
      'a box in its body': (stage) => {
        document.body.style.setProperty('zoom', '1.5');
        stage.widget.parentElement!.style.setProperty('zoom', '0.8');
      },
    };
    for (const [where, zoom] of Object.entries(zoomed)) {
      for (const dir of ['ltr', 'rtl']) {
        it(`hangs its list under it, in the window: ${where}, ${dir}`, async () => {
          document.documentElement.dir = dir;
          const stage = await start();
          stage.widget.style.cssText = 'margin: 30px 100px; inline-size: 220px';
          zoom(stage);
          await stage.press('.trigger');
          const [trigger, menu] = ['.trigger', '.menu'].map((part) => stage.find(part).getBoundingClientRect());
          const edge = dir === 'ltr' ? 'left' : 'right';
          expect(menu![edge]).to.be.closeTo(trigger![edge], 2);
          expect(menu!.top - trigger!.bottom).to.be.within(0, 12);
          expect(menu!.left).to.be.at.least(0);
          expect(menu!.right).to.be.at.most(innerWidth);
          expect(menu!.width).to.be.at.least(trigger!.width - 1);
        });
      }
    }
  });

  describe('how a call is told of', () => {
    /** What the browser lets reach the agent. */
    async function reach(titleFlash: AttentionReach['titleFlash'], desktopNotifications: string): Promise<Picker> {
      const stage = await start({...agent({presence: {state: 'onCall'}}), connection: {mode: 'live', ringTone: true}});
      let now = desktopNotifications as AttentionReach['desktopNotifications'];
      Object.assign(stage.scripted.session, {
        reach: () => Promise.resolve({titleFlash, desktopNotifications: now}),
        allowNotifications: () => Promise.resolve(((now = 'ready'), true)),
      });
      await open(stage);
      await stage.drawn();
      return stage;
    }
    const told = (stage: Picker): string[] => stage.all('[data-action]').map((entry) => entry.dataset['action']!);

    it('is the agent’s choice: the tone shows as it is, and is asked for', async () => {
      const stage = await reach('ready', 'ready');
      const tone = (): HTMLElement => stage.action('ring-tone');
      expect([tone().ariaChecked, words(tone())]).to.deep.equal(['true', 'Ring tone']);
      await press(stage, 'Escape');
      await waitUntil(() => !isOpen(stage), 'the list closes');
      await open(stage);
      expect(inFocus(stage), 'what is checked is no status').to.equal('available');
      await stage.press('[data-action=ring-tone]');
      expect(stage.scripted.last('setRingTone')?.args).to.deep.equal([false]);
      expect(tone().ariaChecked, 'until it is so').to.equal('true');
      await stage.update({connection: {ringTone: false}});
      expect(tone().ariaChecked).to.equal('false');
      expect(isOpen(stage)).to.be.true;
      expect(told(stage)).to.deep.equal(['ring-tone']);
    });

    it('asks for leave to notify where that can be given', async () => {
      const stage = await reach('outOfReach', 'ask');
      expect(told(stage)).to.deep.equal(['ring-tone', 'alerts-allow']);
      await stage.press('[data-action=alerts-allow]');
      await stage.drawn();
      expect(told(stage)).to.deep.equal(['ring-tone']);
    });

    for (const [title, entry, text] of [
      ['outOfReach', 'alerts-soundOnly', 'only the ring tone'],
      ['ready', 'alerts-blocked', 'blocks notifications'],
    ] as const) {
      it(`says in words, by keyboard too, what cannot tell of one: ${entry}`, async () => {
        const stage = await reach(title, 'blocked');
        await waitUntil(() => words(stage.action(entry)).includes(text), 'the words are there');
        expect(await press(stage, 'End')).to.equal(entry);
        await expect(stage.widget).to.be.accessible();
      });
    }
  });

  describe('by keyboard', () => {
    it('opens at the current choice, moves in a circle, and to both ends', async () => {
      const stage = await start(agent({presence: {state: 'busy'}}));
      await open(stage);
      expect(inFocus(stage)).to.equal('busy');
      expect(await press(stage, 'ArrowDown')).to.equal('lunch');
      expect(await press(stage, 'End')).to.equal('ring-tone');
      expect(await press(stage, 'ArrowDown')).to.equal('available');
      expect(await press(stage, 'ArrowUp')).to.equal('ring-tone');
      expect(await press(stage, 'ArrowUp')).to.equal('offline');
      expect(await press(stage, 'Home')).to.equal('available');
    });

    it('goes to a choice by its first letters', async () => {
      const stage = await start(agent({choices: [...choices, {state: 'custom', label: 'Mentoring', allowed: true}]}));
      await open(stage);
      expect(await press(stage, 'm')).to.equal('meeting');
      await press(stage, 'e');
      expect(await press(stage, 'n')).to.equal('custom:Mentoring');
    });

    it('chooses with Enter and gives the focus back', async () => {
      const stage = await start();
      await open(stage);
      await press(stage, 'ArrowDown');
      await press(stage, 'Enter');
      expect(stage.scripted.last('setStatus')?.args).to.deep.equal([{state: 'busy'}]);
      await waitUntil(() => focused(stage) === stage.find('.trigger'), 'the focus returns');
    });

    it('closes with Escape, asks for nothing and gives the focus back', async () => {
      const stage = await start();
      await open(stage);
      await press(stage, 'Escape');
      await waitUntil(() => !isOpen(stage), 'the list closes');
      expect(focused(stage) === stage.find('.trigger')).to.be.true;
      expect(stage.scripted.calls).to.be.empty;
    });

    it('closes with Tab', async () => {
      const stage = await start();
      await open(stage);
      await press(stage, 'Tab');
      await waitUntil(() => !isOpen(stage), 'the list closes');
      await waitUntil(() => stage.find('.trigger').ariaExpanded === 'false');
    });
  });

  describeAccessibility(stories);
});
