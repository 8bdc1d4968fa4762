import {expect} from '@open-wc/testing';
import {sendKeys, sendMouse} from '@web/test-runner-commands';
import {UNSEEN_MS} from '../../src/components/call-controls/calm.js';
import type {InteractionState} from '../../src/domain/interaction.js';
import type {InteractionView} from '../../src/domain/snapshot.js';
import type {Stage} from '../../stories/support/stage.js';
import {scriptedInteraction, scriptedInteractions} from '../support/scripted-session.js';
import {waitUntil} from '../support/wait-until.js';
import {focused, mount} from './support.js';

/** What a hand meets that is quicker than the screen: with the real mouse and keyboard. */
describe('<cxone-call-controls> under a hand', () => {
  type Controls = Stage<'cxone-call-controls'>;

  const contact = (n: number, state: InteractionState, given: Partial<InteractionView> = {}): InteractionView =>
    scriptedInteraction({interactionId: `i-${n}`, state, startedAt: Date.now() + n, ...given});
  const chats = [1, 2, 3].map((n) => contact(n, 'talking', {mediaType: 'webchat'}));
  const start = async (...items: InteractionView[]): Promise<Controls> => {
    const stage = await mount('cxone-call-controls', scriptedInteractions(items));
    // Leaves room for the pointer beside it.
    stage.widget.style.inlineSize = '400px';
    return stage;
  };
  const show = (stage: Controls, ...items: InteractionView[]): Promise<void> =>
    stage.update(scriptedInteractions(items, items.at(-1)?.interactionId));
  const order = (stage: Stage): string[] =>
    stage.all('.group').map(({dataset}) => `${dataset['interactionId']} ${dataset['state']}`);
  const button = (stage: Stage, n: number, action: string): HTMLElement =>
    stage.find(`[data-interaction-id=i-${n}] [data-action=${action}]`);
  const isInert = (element: HTMLElement): boolean => element.getAttribute('aria-disabled') === 'true';
  const asked = (stage: Stage): string[] => stage.scripted.calls.map(({name, args}) => `${name} ${String(args[0])}`);
  const places = (stage: Stage, n: number): string =>
    stage
      .all(`[data-interaction-id=i-${n}] [data-action]`)
      .map((element) => {
        const {left, top} = element.getBoundingClientRect();
        return `${element.dataset['action']} ${left} ${top}`;
      })
      .join('\n');

  type Position = [number, number];
  function middle(element: Element): Position {
    const {x, y, width, height} = element.getBoundingClientRect();
    return [Math.round(x + width / 2), Math.round(y + height / 2)];
  }
  const click = (position: Position): Promise<void> => sendMouse({type: 'click', position});
  const leave = (): Promise<void> => sendMouse({type: 'move', position: [790, 590]});

  /** Holds what is new as new, however slow the machine, until told otherwise. */
  function holdNew(): () => void {
    const due: (() => void)[] = [];
    window.setTimeout = ((work: () => void, ms?: number, ...rest: []) =>
      ms === UNSEEN_MS ? due.push(work) : real(work, ms, ...rest)) as typeof setTimeout;
    return () => due.splice(0).forEach((work) => work());
  }
  const real = window.setTimeout.bind(window);

  beforeEach(leave);
  afterEach(() => {
    window.setTimeout = real;
  });

  for (let round = 1; round <= 4; round++) {
    it(`a double click on End ends one contact of three (${round})`, async () => {
      const stage = await start(...chats);
      const position = middle(button(stage, 1, 'release'));
      await click(position);
      await waitUntil(() => stage.scripted.calls.length > 0, 'the press counts');
      // Before the second press it is over, as on a quick platform, or still waits.
      const [first, ...others] = chats as [InteractionView, ...InteractionView[]];
      if (round > 1) await show(stage, ...others);
      else await show(stage, contact(1, 'talking', {...first, waitingFor: 'release'}), ...others);
      await click(position);
      await stage.drawn();
      expect(asked(stage)).to.deep.equal(['release i-1']);
    });
  }

  it('what has ended keeps its place, inert, until the pointer leaves', async () => {
    const stage = await start(...chats);
    await click(middle(button(stage, 1, 'release')));
    const before = places(stage, 2);
    await show(stage, ...chats.slice(1));
    expect(order(stage)).to.deep.equal(['i-1 ended', 'i-2 talking', 'i-3 talking']);
    expect(stage.all('[data-interaction-id=i-1] [data-action]').every(isInert)).to.be.true;
    expect(places(stage, 2)).to.equal(before);
    await show(stage, ...chats.slice(1), contact(4, 'talking'));
    expect(order(stage).at(-1), 'a new one comes below').to.equal('i-4 talking');
    (focused(stage) as HTMLElement).blur();
    await leave();
    await waitUntil(() => order(stage).join() === 'i-2 talking,i-3 talking,i-4 talking', 'it goes');
  });

  it('the last one goes though the pointer stays: nothing moves for it', async () => {
    const stage = await start(...chats.slice(0, 1));
    await click(middle(button(stage, 1, 'release')));
    await show(stage);
    expect(order(stage)).to.deep.equal(['i-1 ended']);
    await waitUntil(() => stage.has('[part=idle]'), 'the widget is idle');
  });

  it('a new contact takes the place of one that has ended, and no press at first', async () => {
    const stage = await start(...chats.slice(0, 1));
    const end = button(stage, 1, 'release');
    const place = middle(end);
    await click(place);
    const hold = holdNew();
    await show(stage, contact(2, 'ringing'));
    expect(order(stage)).to.deep.equal(['i-2 ringing']);
    await click(place);
    expect(asked(stage)).to.deep.equal(['release i-1']);
    hold();
  });

  it('another ring moves nothing, and takes no press before it can have been seen', async () => {
    const end = holdNew();
    const talking = contact(1, 'talking');
    const stage = await start(talking);
    end();
    const before = places(stage, 1);
    await show(stage, talking, contact(2, 'ringing'));
    expect(places(stage, 1)).to.equal(before);
    const answer = button(stage, 2, 'answer');
    for (const action of ['answer', 'reject', 'release']) await click(middle(button(stage, 2, action)));
    answer.focus();
    await sendKeys({press: 'Enter'});
    await sendKeys({press: 'Space'});
    expect(asked(stage)).to.be.empty;
    expect(isInert(answer)).to.be.true;
    // A press that began too soon does not count when it ends, a held key never.
    await sendMouse({type: 'move', position: middle(answer)});
    await sendMouse({type: 'down'});
    await sendKeys({down: 'Enter'});
    end();
    await waitUntil(() => !isInert(answer), 'it may be pressed');
    await sendMouse({type: 'up'});
    await sendKeys({down: 'Enter'});
    await sendKeys({up: 'Enter'});
    expect(asked(stage)).to.be.empty;
    await click(middle(answer));
    expect(asked(stage)).to.deep.equal(['answer i-2']);
  });

  it('a panel that closes pulls nothing under the pointer, and one that pushes leaves no button in wait', async () => {
    const end = holdNew();
    const items = [contact(1, 'talking'), contact(2, 'talking')];
    const stage = await start(...items);
    await click(middle(button(stage, 1, 'transfer')));
    await waitUntil(() => stage.has('[part=target]'), 'the panel is open');
    await stage.drawn();
    expect(isInert(button(stage, 2, 'release')), 'pushed').to.be.true;
    end();
    await waitUntil(() => !isInert(button(stage, 2, 'release')));
    await sendKeys({type: '4711'});
    const before = places(stage, 2);
    const position = middle(stage.find('[value=blind]'));
    await click(position);
    await waitUntil(() => !stage.has('[part=panel]'), 'the panel is closed');
    await click(position);
    expect(places(stage, 2)).to.equal(before);
    expect(asked(stage)).to.deep.equal(['transfer i-1']);
    await leave();
    await waitUntil(() => places(stage, 2) !== before, 'the room is given back');
  });

  it('a press makes no button flash, and waiting shows once it takes long', async () => {
    const looks = (element: Element, part?: string): string => {
      const {color, backgroundColor, borderColor, opacity} = getComputedStyle(element, part);
      return [color, backgroundColor, borderColor, opacity].join(' ');
    };
    const stage = await start(contact(1, 'talking'));
    const buttons = stage.all('.bar button');
    const before = buttons.map((element) => looks(element));
    await show(stage, contact(1, 'talking', {waitingFor: 'hold'}));
    const hold = button(stage, 1, 'hold');
    expect(hold.getAttribute('aria-busy')).to.equal('true');
    expect(buttons.every(isInert)).to.be.true;
    expect(buttons.map((element) => looks(element))).to.deep.equal(before);
    const [delay] = getComputedStyle(hold.firstElementChild!).animationDelay.split(', ');
    expect(delay).to.equal('0.15s');
    await waitUntil(() => getComputedStyle(hold, '::after').opacity === '1', 'the sign of waiting');
    await waitUntil(() => getComputedStyle(hold.firstElementChild!).opacity === '0.35', 'the icon makes room for it');
    expect(buttons.map((element) => looks(element))).to.deep.equal(before);
  });
});
