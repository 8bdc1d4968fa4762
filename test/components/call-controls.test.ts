import {expect} from '@open-wc/testing';
import {sendKeys} from '@web/test-runner-commands';
import {CALL_ACTIONS} from '../../src/domain/actions.js';
import type {InteractionState} from '../../src/domain/interaction.js';
import type {InteractionView} from '../../src/domain/snapshot.js';
import * as stories from '../../stories/call-controls.stories.js';
import type {Stage} from '../../stories/support/stage.js';
import {scriptedInteraction, scriptedInteractions, type SnapshotPatch} from '../support/scripted-session.js';
import {describeAccessibility, expectInert, fakeClock, focused, mount, words} from './support.js';
import {waitUntil} from '../support/wait-until.js';

describe('<cxone-call-controls>', () => {
  type Controls = Stage<'cxone-call-controls'>;

  const BUTTONS = CALL_ACTIONS.slice(0, 10);
  const call = (state: InteractionState, given: Partial<InteractionView> = {}): InteractionView =>
    scriptedInteraction({interactionId: 'i-1', state, ...given});
  const one = (...given: Parameters<typeof call>): SnapshotPatch => scriptedInteractions([call(...given)]);
  const start = (shows: SnapshotPatch = {}): Promise<Controls> => mount('cxone-call-controls', shows);
  const said = (stage: Stage, how: 'polite' | 'assertive'): string => words(stage.find(`[aria-live=${how}]`));
  const canPress = (stage: Stage, action: string): Promise<void> =>
    waitUntil(() => !stage.action(action).hasAttribute('aria-disabled'), `${action} may be pressed`);
  const order = (stage: Stage): unknown[] => stage.all('.group').map(({dataset}) => dataset['interactionId']);

  describe('what it shows', () => {
    it('is idle without a call', async () => {
      const stage = await start();
      expect(stage.widget.getAttribute('state')).to.equal('idle');
      expect(words(stage.find('[part=idle]'))).to.equal('No active calls');
    });

    for (const state of ['ringing', 'talking', 'hold', 'acw'] as const) {
      it(`has a group with all ten buttons while ${state}`, async () => {
        const stage = await start(one(state));
        expect(stage.widget.getAttribute('state')).to.equal(state);
        const group = stage.find('[role=group]');
        expect({...group.dataset}).to.deep.equal({interactionId: 'i-1', state, media: 'voice'});
        expect(group.getAttribute('aria-label')).to.match(/^Call, \+14155550134, /);
        const actions = stage.all('.bar [data-action]').map(({dataset}) => dataset['action']);
        expect(actions).to.have.members(BUTTONS);
      });
    }

    it('says who it is, which way, and whether it is muted', async () => {
      const stage = await start(one('talking', {direction: 'outbound', to: '+4930901820', muted: true}));
      expect(words(stage.find('[part=who]'))).to.equal('+4930901820');
      expect(stage.all('.muted > *').map(words)).to.deep.equal(['Connected', 'Muted', 'Outgoing']);
    });

    it('counts the call’s time, and the time on hold', async () => {
      const clock = fakeClock();
      const stage = await start(one('hold', {startedAt: clock.now - 3_599_000, stateSince: clock.now - 5_000}));
      expect(words(stage.find('[part=time]'))).to.equal('59:59');
      clock.pass(1_000);
      await stage.drawn();
      expect(words(stage.find('[part=time]'))).to.equal('1:00:00');
      expect(words(stage.find('.muted'))).to.contain('held 00:06');
    });

    it('names the others on the line', async () => {
      const participants = [{role: 'consult', target: 'Second line'} as const];
      const stage = await start(one('talking', {participants}));
      expect(words(stage.find('li'))).to.equal('Consulting: Second line');
    });

    it('shows customers’ data as text', async () => {
      const hostile = '<img src=x onerror=alert(1)>';
      const stage = await start(
        one('talking', {from: hostile, participants: [{role: 'other', target: '<script>alert(1)</script>'}]}),
      );
      expect(words(stage.find('[part=who]'))).to.equal(hostile);
      expect(stage.has('img, script')).to.be.false;
    });

    it('has the oldest contact on top; the one that matters most is marked and gives the state', async () => {
      const items = [call('talking'), call('ringing', {interactionId: 'i-2', mediaType: 'webchat'})];
      const stage = await start(scriptedInteractions(items, 'i-2'));
      const marked = (): unknown => stage.all('[aria-current=true]').map(({dataset}) => dataset['interactionId']);
      for (const [front, state] of [
        ['i-2', 'ringing'],
        ['i-1', 'talking'],
      ] as const) {
        await stage.update(scriptedInteractions(items, front));
        expect(order(stage)).to.deep.equal(['i-1', 'i-2']);
        expect(marked()).to.deep.equal([front]);
        expect(stage.widget.getAttribute('state')).to.equal(state);
      }
      await stage.update(one('talking'));
      expect(marked(), 'a single one needs no mark').to.deep.equal([]);
    });

    it('counts a ring’s wait, and a call from its answer', async () => {
      const clock = fakeClock();
      const startedAt = clock.now - 65_000;
      const stage = await start(one('ringing', {startedAt}));
      expect(words(stage.find('[part=time]'))).to.equal('01:05');
      await stage.update(one('talking', {startedAt, answeredAt: clock.now}));
      expect(words(stage.find('[part=time]'))).to.equal('00:00');
      clock.pass(9_000);
      await stage.update(one('hold', {startedAt, answeredAt: clock.now - 9_000, stateSince: clock.now - 2_000}));
      expect(words(stage.find('[part=time]'))).to.equal('00:09');
      await stage.update(one('acw', {startedAt, answeredAt: clock.now - 9_000, stateSince: clock.now - 1_000}));
      expect(words(stage.find('[part=time]')), 'after the call, the work').to.equal('00:01');
    });

    it('ends a chat with words that fit, and says what only calls have', async () => {
      const stage = await start(one('talking', {mediaType: 'webchat'}));
      expect(words(stage.action('release'))).to.equal('End');
      await expectInert(stage, '[data-action=hold]', 'Only for calls.');
    });
  });

  describe('where there is little room', () => {
    async function inGerman(px: number): Promise<Controls> {
      document.documentElement.lang = 'de';
      const stage = await start(one('ringing'));
      stage.widget.style.inlineSize = `${px}px`;
      await waitUntil(() => words(stage.action('answer')) === 'Annehmen');
      return stage;
    }
    const linesOf = (button: HTMLElement): number => {
      const range = document.createRange();
      range.selectNodeContents(button.querySelector('.txt')!);
      return new Set([...range.getClientRects()].map(({top}) => Math.round(top))).size;
    };

    for (const px of [292, 240, 160]) {
      it(`no word is broken and nothing overflows, at ${px} px`, async () => {
        const stage = await inGerman(px);
        for (const button of stage.all('.bar button')) {
          expect(linesOf(button), words(button)).to.be.at.most(words(button).split(' ').length);
          expect(button.scrollWidth, words(button)).to.be.at.most(button.clientWidth);
        }
        expect(stage.widget.scrollWidth).to.be.at.most(px);
      });
    }

    it('related actions stay together', async () => {
      const stage = await inGerman(160);
      const box = (action: string): DOMRect => stage.action(action).getBoundingClientRect();
      expect(box('reject').left).to.equal(box('answer').left);
      expect(box('reject').top).to.be.greaterThan(box('answer').top);
      expect(box('release').top).to.be.greaterThan(box('reject').top);
    });
  });

  describe('buttons', () => {
    const states: Readonly<Record<string, {shows: SnapshotPatch; actions: readonly string[]}>> = {
      ringing: {shows: one('ringing'), actions: ['answer', 'reject', 'release']},
      talking: {shows: one('talking'), actions: ['hold', 'mute', 'release']},
      muted: {shows: one('talking', {muted: true}), actions: ['unmute']},
      'on hold': {shows: one('hold'), actions: ['resume']},
    };
    for (const [name, {shows, actions}] of Object.entries(states)) {
      it(`ask for what they say, while ${name}`, async () => {
        const stage = await start(shows);
        await canPress(stage, actions[0]!);
        for (const action of actions) await stage.press(`[data-action=${action}]`);
        expect(stage.scripted.calls.map(({name, args}) => [name, ...args])).to.deep.equal(
          actions.map((action) => [action, 'i-1']),
        );
      });
    }

    it('change nothing before the platform has confirmed', async () => {
      const stage = await start(one('talking'));
      await stage.press('[data-action=hold]');
      await stage.scripted.last('hold')!.confirm();
      expect(stage.find('.group').dataset['state']).to.equal('talking');
      await stage.update(one('hold'));
      expect(stage.find('.group').dataset['state']).to.equal('hold');
    });

    it('that cannot be used say why', async () => {
      const stage = await start(one('ringing'));
      await expectInert(stage, '[data-action=hold]', 'Answer first.');
      await stage.update(one('talking'));
      await expectInert(stage, '[data-action=answer]', 'It is not ringing.');
      await expectInert(stage, '[data-action=resume]', 'It is not on hold.');
      await stage.update(one('acw'));
      for (const action of BUTTONS) {
        await expectInert(stage, `[data-action=${action}]`, 'It has ended: after-call work.');
      }
    });

    it('wait for the platform once they were pressed, and the others with them', async () => {
      const stage = await start(one('talking', {waitingFor: 'hold'}));
      expect(stage.action('hold').getAttribute('aria-busy')).to.equal('true');
      await expectInert(stage, '[data-action=hold]', 'Waiting for the platform to confirm.');
      await expectInert(stage, '[data-action=release]', 'Another action is still being confirmed.');
      expect(stage.action('release').hasAttribute('aria-busy')).to.be.false;
      await stage.update(one('hold'));
      expect(stage.has('[aria-busy]')).to.be.false;
    });

    it('of two contacts act on their own', async () => {
      const items = [call('talking'), call('ringing', {interactionId: 'i-2'})];
      const stage = await start(scriptedInteractions(items));
      const answer = '[data-interaction-id=i-2] [data-action=answer]';
      await waitUntil(() => !stage.find(answer).hasAttribute('aria-disabled'), 'it may be pressed');
      await stage.press(answer);
      expect(stage.scripted.last('answer')?.args).to.deep.equal(['i-2']);
    });

    it('show what was refused', async () => {
      const stage = await start(one('talking'));
      await stage.press('[data-action=hold]');
      await stage.scripted.last('hold')!.refuse('RATE_LIMITED');
      await waitUntil(() => words(stage.find('[role=alert]')) === 'CXone asks to slow down. Try again in a moment.');
    });

    it('say that an outcome is not known', async () => {
      const stage = await start(one('talking', {unknownOutcome: 'hold'}));
      expect(words(stage.find('.note'))).to.equal('No answer to “Hold”. Checking what happened…');
    });
  });

  describe('transfer', () => {
    async function enter(stage: Controls, action: string, text: string): Promise<void> {
      await stage.press(`[data-action=${action}]`);
      expect(focused(stage)?.localName, 'the input has the focus').to.equal('input');
      if (text) await sendKeys({type: text});
    }

    it('consults first with Enter, and goes back to the button', async () => {
      const stage = await start(one('talking'));
      await enter(stage, 'transfer', ' 4711 ');
      await sendKeys({press: 'Enter'});
      expect(stage.scripted.last('transfer')?.args).to.deep.equal(['i-1', {target: '4711', type: 'consult'}]);
      await waitUntil(() => !stage.has('[part=panel]'), 'the panel closes');
      expect(focused(stage) === stage.action('transfer')).to.be.true;
    });

    it('goes to a number that was typed or copied in another script', async () => {
      const stage = await start(one('talking'));
      await enter(stage, 'transfer', '\u202a＋٤٩ ٣٠\u202c');
      await sendKeys({press: 'Enter'});
      expect(stage.scripted.last('transfer')?.args).to.deep.equal(['i-1', {target: '+49 30', type: 'consult'}]);
    });

    it('says why it cannot go now', async () => {
      const stage = await start(one('talking'));
      await enter(stage, 'transfer', '4711');
      await stage.update(one('talking', {waitingFor: 'mute'}));
      await sendKeys({press: 'Enter'});
      await waitUntil(() => stage.has('.panel [role=alert]'), 'it says why');
      expect(words(stage.find('.panel [role=alert]'))).to.equal('Another action is still being confirmed.');
      expect((stage.find('[part=target]') as HTMLInputElement).value).to.equal('4711');
      expect(stage.scripted.calls).to.be.empty;
    });

    it('goes at once where that is asked for', async () => {
      const stage = await start(one('talking'));
      await enter(stage, 'transfer', '4711');
      await stage.press('[value=blind]');
      expect(stage.scripted.last('transfer')?.args).to.deep.equal(['i-1', {target: '4711', type: 'blind'}]);
    });

    it('needs somebody to go to', async () => {
      const stage = await start(one('talking'));
      await enter(stage, 'transfer', '  ');
      await sendKeys({press: 'Enter'});
      expect(stage.scripted.calls).to.be.empty;
      expect(stage.has('[part=panel]')).to.be.true;
    });

    it('is given up with Escape', async () => {
      const stage = await start(one('talking'));
      await enter(stage, 'transfer', '47');
      expect(stage.action('transfer').getAttribute('aria-expanded')).to.equal('true');
      await sendKeys({press: 'Escape'});
      await waitUntil(() => !stage.has('[part=panel]'), 'the panel closes');
      expect(focused(stage) === stage.action('transfer')).to.be.true;
      expect(stage.scripted.calls).to.be.empty;
    });

    it('closes when the call has ended meanwhile', async () => {
      const stage = await start(one('talking'));
      await enter(stage, 'transfer', '47');
      await stage.update(one('acw'));
      expect(stage.has('[part=panel]')).to.be.false;
    });

    it('keeps what was typed while the call changes', async () => {
      const stage = await start(one('talking'));
      await enter(stage, 'transfer', '4711');
      await stage.update(one('hold'));
      expect((stage.find('[part=target]') as HTMLInputElement).value).to.equal('4711');
      expect(focused(stage) === stage.find('[part=target]')).to.be.true;
    });

    it('is completed or taken back from a consultation', async () => {
      const stage = await start(one('hold', {consultOpen: true}));
      await stage.press('[data-action=complete-transfer]');
      await stage.press('[data-action=cancel-transfer]');
      expect(stage.scripted.calls.map(({name}) => name)).to.deep.equal(['completeTransfer', 'cancelTransfer']);
      await expectInert(stage, '[data-action=resume]', 'Finish the consultation first.');
      await stage.update(one('talking'));
      expect(stage.has('[data-action=complete-transfer]')).to.be.false;
    });

    it('adds somebody to the call', async () => {
      const stage = await start(one('talking'));
      await enter(stage, 'conference', '4711');
      await sendKeys({press: 'Enter'});
      expect(stage.scripted.last('conference')?.args).to.deep.equal(['i-1', {target: '4711'}]);
    });
  });

  describe('keypad', () => {
    const digits = (stage: Controls): string => (stage.find('[part=digits]') as HTMLInputElement).value;

    it('sends keys that are pressed and typed, and shows them once confirmed', async () => {
      const stage = await start(one('talking'));
      await stage.press('[data-action=dtmf]');
      await stage.press('[data-digit="5"]');
      expect(stage.scripted.last('sendDtmf')?.args).to.deep.equal(['i-1', '5']);
      expect(digits(stage)).to.equal('·');
      await stage.scripted.last('sendDtmf')!.confirm();
      await waitUntil(() => digits(stage) === '5');
      stage.find('[part=digits]').focus();
      await sendKeys({type: '#'});
      expect(stage.scripted.last('sendDtmf')?.args).to.deep.equal(['i-1', '#']);
    });

    const sent = (stage: Stage): unknown[] => stage.scripted.calls.map(({args}) => args[1]);

    it('sends nothing of what is no tone, and says so until something can be sent', async () => {
      const stage = await start(one('talking'));
      await stage.press('[data-action=dtmf]');
      const type = async (data: string): Promise<void> => {
        const options = {data, inputType: 'insertFromPaste', cancelable: true, bubbles: true};
        stage.find('[part=digits]').dispatchEvent(new InputEvent('beforeinput', options));
        await stage.drawn();
      };
      for (const text of ['x', '12x4', '+1']) {
        await type(text);
        expect(words(stage.find('.panel [role=alert]')), text).to.contain('Not sent: there are tones for 0–9');
      }
      expect(sent(stage)).to.be.empty;
      expect(digits(stage)).to.equal('');
      await type('(12) 3-4 #');
      expect(sent(stage)).to.deep.equal(['1234#']);
      expect(stage.has('.panel [role=alert]')).to.be.false;
    });

    it('takes the digits of every script', async () => {
      const stage = await start(one('talking'));
      await stage.press('[data-action=dtmf]');
      await sendKeys({type: '۱۲٣٤５６७৮＃'});
      expect(sent(stage).join('')).to.equal('12345678#');
    });

    it('sends what an input method composes once, digit by digit', async () => {
      const stage = await start(one('talking'));
      await stage.press('[data-action=dtmf]');
      const field = stage.find('[part=digits]') as HTMLInputElement;
      const tell = (inputType: string, data: string | null, value: string): void => {
        for (const type of ['beforeinput', 'input']) {
          const event = new InputEvent(type, {data, isComposing: true, bubbles: true});
          // Chromium makes none with a type that only others have.
          Object.defineProperty(event, 'inputType', {value: inputType});
          if (type === 'input') field.value = value;
          field.dispatchEvent(event);
        }
      };
      field.dispatchEvent(new CompositionEvent('compositionstart', {bubbles: true}));
      tell('insertCompositionText', '1', '1');
      await stage.drawn();
      expect(field.value, 'the text that is being composed stays').to.equal('1');
      for (const text of ['12', '1', '13', '13３', '133']) tell('insertCompositionText', text, text);
      // As Safari does it at the end; others stop here.
      tell('deleteCompositionText', null, '');
      tell('insertFromComposition', '133', '133');
      field.dispatchEvent(new CompositionEvent('compositionend', {bubbles: true}));
      await stage.drawn();
      expect(sent(stage)).to.deep.equal(['1', '2', '3', '3']);
      expect(field.value).to.equal('····');
    });

    it('takes the next key while the last one is under way, and none on hold', async () => {
      const stage = await start(one('talking'));
      await stage.press('[data-action=dtmf]');
      await stage.update(one('talking', {waitingFor: 'dtmf'}));
      await stage.press('[data-digit="1"]');
      expect(stage.scripted.calls).to.have.length(1);
      await stage.update(one('hold'));
      expect(stage.find('[data-digit="1"]').getAttribute('aria-disabled')).to.equal('true');
      await stage.press('[data-digit="1"]');
      expect(stage.scripted.calls).to.have.length(1);
    });

    it('forgets a tone that was refused', async () => {
      const stage = await start(one('talking'));
      await stage.press('[data-action=dtmf]');
      await stage.press('[data-digit="5"]');
      await stage.scripted.last('sendDtmf')!.refuse('UNAVAILABLE');
      await waitUntil(() => digits(stage) === '');
      expect(words(stage.find('[role=alert]'))).to.equal('CXone is not available. Try again in a moment.');
    });
  });

  describe('what assistive technology hears', () => {
    it('a ring at once, what follows in its turn', async () => {
      const stage = await start();
      await stage.update(one('ringing'));
      expect(said(stage, 'assertive')).to.equal('Incoming: Call from +14155550134');
      await stage.update(one('talking'));
      expect(said(stage, 'polite')).to.equal('Connected with +14155550134');
      await stage.update(one('hold'));
      expect(said(stage, 'polite')).to.equal('+14155550134 is on hold');
      await stage.update(one('talking'));
      expect(said(stage, 'polite')).to.equal('+14155550134 is back from hold');
      await stage.update(one('talking', {muted: true}));
      expect(said(stage, 'polite')).to.equal('Muted');
      await stage.update(one('talking'));
      expect(said(stage, 'polite')).to.equal('Unmuted');
      await stage.update(scriptedInteractions([]));
      expect(said(stage, 'polite')).to.equal('Ended: +14155550134');
    });

    it('nothing of a call that was there before the page', async () => {
      const stage = await start(one('talking'));
      expect(said(stage, 'polite') + said(stage, 'assertive')).to.equal('');
    });

    it('leaves no caller in the page once it was spoken', async () => {
      const clock = fakeClock();
      const stage = await start();
      await stage.update(one('ringing'));
      await stage.update(scriptedInteractions([]));
      clock.pass(4_999);
      await stage.drawn();
      expect(said(stage, 'assertive')).to.contain('+14155550134');
      clock.pass(1);
      await stage.drawn();
      expect(stage.widget.shadowRoot!.textContent).to.not.contain('+14155550134');
    });

    it('a second call from the same number, too', async () => {
      const stage = await start(one('ringing'));
      const before = stage.find('[aria-live=assertive]').textContent;
      await stage.update(scriptedInteractions([]));
      await stage.update(one('ringing', {interactionId: 'i-2'}));
      expect(stage.find('[aria-live=assertive]').textContent).not.to.equal(before);
    });
  });

  describe('the focus', () => {
    it('stays on its button while others come and go', async () => {
      const stage = await start(scriptedInteractions([call('talking', {interactionId: 'i-0'}), call('talking')]));
      const button = stage.find('[data-interaction-id=i-1] [data-action=hold]');
      button.focus();
      await stage.update(scriptedInteractions([call('talking'), call('ringing', {interactionId: 'i-2'})], 'i-2'));
      expect(focused(stage) === button).to.be.true;
    });

    const steps: readonly (readonly [string, SnapshotPatch, string, SnapshotPatch, string])[] = [
      ['Answer', one('ringing'), 'answer', one('talking'), 'hold'],
      ['Hold', one('talking'), 'hold', one('hold'), 'resume'],
      ['Mute', one('talking'), 'mute', one('talking', {muted: true}), 'unmute'],
      ['Transfer', one('talking'), 'transfer', one('hold', {consultOpen: true}), 'complete-transfer'],
      ['Back to caller', one('hold', {consultOpen: true}), 'cancel-transfer', one('talking'), 'hold'],
      [
        'Back to caller, whose effect shows before its answer,',
        one('hold', {consultOpen: true}),
        'cancel-transfer',
        one('talking', {waitingFor: 'cancelTransfer'}),
        'cancel-transfer',
      ],
      [
        'Complete transfer, after a press on Back to caller,',
        one('hold', {consultOpen: true}),
        'complete-transfer',
        one('talking', {waitingFor: 'cancelTransfer'}),
        'hold',
      ],
    ];
    for (const [name, before, pressed, after, next] of steps) {
      it(`goes from ${name} to what can be done next, and a second press of the key does nothing`, async () => {
        const stage = await start(before);
        await canPress(stage, pressed);
        stage.action(pressed).focus();
        await stage.update(after);
        expect(focused(stage) === stage.action(next), next).to.be.true;
        await sendKeys({press: 'Enter'});
        expect(stage.scripted.calls).to.be.empty;
      });
    }

    it('stays with a contact that has no button left, and off other contacts’ buttons', async () => {
      const other = call('talking', {interactionId: 'i-2'});
      const stage = await start(scriptedInteractions([call('talking'), other]));
      stage.action('release').focus();
      await stage.update(scriptedInteractions([call('acw'), other]));
      const group = (): boolean => focused(stage) === stage.find('[data-interaction-id=i-1]');
      expect(group(), 'wrap-up').to.be.true;
      await stage.update(scriptedInteractions([other]));
      expect(group(), 'ended').to.be.true;
    });

    it('stays on a button that only waits, or that has no connection for a moment', async () => {
      const stage = await start(one('talking'));
      const button = stage.action('hold');
      button.focus();
      await stage.update(one('talking', {waitingFor: 'mute'}));
      expect(focused(stage) === button).to.be.true;
      const block = {allowed: false, block: 'noConnection'} as const;
      await stage.update(one('talking', {actions: {...call('talking').actions, hold: block, mute: block}}));
      expect(focused(stage) === button).to.be.true;
    });

    it('stays in the widget when the focused call goes', async () => {
      const stage = await start(one('talking'));
      stage.action('release').focus();
      await stage.update(scriptedInteractions([]));
      expect(focused(stage) === stage.find('[part=idle]')).to.be.true;
    });
  });

  it('compact: shows no words, but says them', async () => {
    const stage = await start(one('talking'));
    const height = stage.find('.bar').offsetHeight;
    stage.widget.setAttribute('layout', 'compact');
    await stage.drawn();
    expect(stage.find('.bar').offsetHeight).to.be.lessThan(height);
    expect(stage.action('hold').querySelector<HTMLElement>('.txt')!.offsetWidth).to.equal(1);
    expect(words(stage.action('hold'))).to.equal('Hold');
    expect(stage.action('hold').getAttribute('data-tip')).to.equal('Hold');
  });

  describeAccessibility(stories);
});
