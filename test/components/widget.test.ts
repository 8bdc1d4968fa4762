import {ContextProvider} from '@lit/context';
import {expect, fixture, fixtureCleanup, html} from '@open-wc/testing';
import {a11ySnapshot, findAccessibilityNode, sendKeys, sendMouse} from '@web/test-runner-commands';
import {addLanguage, languageOf} from '../../src/components/i18n/i18n.js';
import {timeOfDay} from '../../src/components/late/time-of-day.js';
import type {CxoneStatusPicker} from '../../src/components/status-picker/status-picker.js';
import {EMPTY_SNAPSHOT, type AgentSlice} from '../../src/domain/snapshot.js';
import {documentSession, setDocumentSession} from '../../src/session/document-session.js';
import {SESSION_PROTOCOL, sessionContext, type CxoneSession} from '../../src/session/session.js';
import type {Stage} from '../../stories/support/stage.js';
import {scriptedHub, type ScriptedHub} from '../support/scripted-hub.js';
import {
  AVAILABLE,
  createScriptedSession,
  scriptedInteraction,
  scriptedInteractions,
} from '../support/scripted-session.js';
import {mount, words} from './support.js';
import {waitUntil} from '../support/wait-until.js';

const sessionThatShows = (state: 'lunch' | 'busy'): CxoneSession =>
  createScriptedSession({agent: {presence: {state}}}).session;

const makePicker = (): CxoneStatusPicker => document.createElement('cxone-status-picker');
const page = (): Promise<HTMLElement> => fixture(html`<main></main>`);
const shows = (picker: CxoneStatusPicker, state: string): Promise<void> =>
  waitUntil(() => picker.getAttribute('state') === state, `the picker shows ${state}`);

function inShadowRoot(...nodes: Node[]): HTMLElement {
  const host = document.createElement('div');
  host.attachShadow({mode: 'open'}).append(...nodes);
  return host;
}

describe('a widget and <cxone-session>', () => {
  let hub: ScriptedHub;

  beforeEach(() => {
    hub = scriptedHub();
  });

  afterEach(async () => {
    fixtureCleanup();
    hub.close();
    // The next test has another agent, whom no widget shows in the place of this one.
    await waitUntil(() => !documentSession());
  });

  function makeSession(): HTMLElement {
    const element = document.createElement('cxone-session');
    element.config = hub.config;
    return element;
  }

  /** The hub tells that the agent is at lunch: only who hears this session shows it. */
  async function tellLunch(): Promise<void> {
    await hub.post({
      kind: 'slice',
      name: 'agent',
      slice: {...EMPTY_SNAPSHOT.agent, version: 9, presence: {state: 'lunch'}},
    });
  }

  const places: Readonly<Record<string, (session: HTMLElement, picker: HTMLElement) => readonly Node[]>> = {
    'inside of it': (session, picker) => {
      session.append(picker);
      return [session];
    },
    'before it': (session, picker) => [picker, session],
    'after it': (session, picker) => [session, picker],
    'in a shadow root elsewhere': (session, picker) => [inShadowRoot(picker), session],
    'in a shadow root inside of it': (session, picker) => {
      session.append(inShadowRoot(inShadowRoot(picker)));
      return [session];
    },
    'in the page, with the session in a shadow root': (session, picker) => [inShadowRoot(session), picker],
  };
  for (const [where, place] of Object.entries(places)) {
    it(`meet ${where}`, async () => {
      const main = await page();
      const picker = makePicker();
      main.append(...place(makeSession(), picker));
      await tellLunch();
      await shows(picker, 'lunch');
    });
  }

  it('meet where the session comes long after', async () => {
    const main = await page();
    const picker = makePicker();
    picker.sessionWaitMs = 0;
    main.append(picker);
    await waitUntil(() => picker.shadowRoot!.querySelector('[part=missing]'), 'it says what is missing');
    main.append(makeSession());
    await tellLunch();
    await shows(picker, 'lunch');
    expect(picker.shadowRoot!.querySelector('[part=missing]')).to.be.null;
  });

  it('meet again after a move', async () => {
    const main = await page();
    const picker = makePicker();
    const session = makeSession();
    main.append(session, inShadowRoot(picker));
    session.append(picker);
    await tellLunch();
    await shows(picker, 'lunch');
  });

  it('part when the session goes', async () => {
    const main = await page();
    const picker = makePicker();
    picker.sessionWaitMs = 0;
    const session = makeSession();
    main.append(session, picker);
    await tellLunch();
    await shows(picker, 'lunch');
    session.remove();
    await waitUntil(() => picker.shadowRoot!.querySelector('[part=missing]'), 'it says what is missing');
    expect(picker.hasAttribute('state')).to.be.false;
  });
});

describe('a widget and other sessions', () => {
  it('takes the one set as property before all others', async () => {
    const main = await page();
    const picker = makePicker();
    new ContextProvider(main, {context: sessionContext, initialValue: sessionThatShows('lunch')});
    picker.session = sessionThatShows('busy');
    main.append(picker);
    await shows(picker, 'busy');
    picker.session = undefined;
    await shows(picker, 'lunch');
  });

  it('follows an ancestor that offers another', async () => {
    const main = await page();
    const provider = new ContextProvider(main, {context: sessionContext, initialValue: sessionThatShows('lunch')});
    const picker = makePicker();
    main.append(picker);
    await shows(picker, 'lunch');
    provider.setValue(sessionThatShows('busy'));
    await shows(picker, 'busy');
  });

  it('works on after it was taken out and put back', async () => {
    const stage = await mount('cxone-status-picker', AVAILABLE);
    const {parentElement} = stage.widget;
    stage.widget.remove();
    stage.scripted.update({agent: {presence: {state: 'lunch'}}});
    parentElement!.append(stage.widget);
    await shows(stage.widget, 'lunch');
    await stage.update({agent: {presence: {state: 'busy'}}});
    expect(stage.widget.getAttribute('state')).to.equal('busy');
  });
});

describe('a widget outside of any session', () => {
  afterEach(() => setDocumentSession(undefined));

  /** A session as another copy of the package makes it: its signals tell our library nothing. */
  function foreign(state: 'lunch' | 'busy', more: Partial<CxoneSession> = {}) {
    const {session} = createScriptedSession();
    let slice: AgentSlice = {...EMPTY_SNAPSHOT.agent, presence: {state}};
    const callbacks = new Set<(slice: AgentSlice) => void>();
    const made: CxoneSession = {
      ...session,
      snapshot: {...session.snapshot, agent: {get: () => slice}},
      subscribe: (name, callback) => {
        if (name !== 'agent') return session.subscribe(name, callback);
        callbacks.add(callback as (slice: AgentSlice) => void);
        (callback as (slice: AgentSlice) => void)(slice);
        return () => undefined;
      },
      ...more,
    };
    const tell = (next: 'lunch' | 'busy'): void => {
      slice = {...slice, presence: {state: next}};
      for (const callback of callbacks) callback(slice);
    };
    return {made, tell};
  }

  async function watching(session: CxoneSession) {
    const main = await page();
    const picker = makePicker();
    picker.sessionWaitMs = 0;
    setDocumentSession(session);
    main.append(picker);
    return picker;
  }

  const text = (picker: Element): string => picker.shadowRoot!.querySelector('[part=missing]')?.textContent ?? '';

  it('follows a session that another copy of the package made', async () => {
    const {made, tell} = foreign('lunch');
    const picker = await watching(made);
    await shows(picker, 'lunch');
    tell('busy');
    await shows(picker, 'busy');
  });

  it('says that it cannot follow one whose copy it does not understand', async () => {
    const picker = await watching(foreign('lunch', {protocol: SESSION_PROTOCOL + 1}).made);
    await waitUntil(() => text(picker).includes('another version'));
    expect(picker.getAttribute('state')).to.not.equal('lunch');
  });

  it('does not change over to another agent, and says so', async () => {
    const picker = await watching(foreign('lunch').made);
    await shows(picker, 'lunch');
    // The same agent, connected anew.
    setDocumentSession(undefined);
    setDocumentSession(foreign('busy').made);
    await shows(picker, 'busy');
    setDocumentSession(foreign('lunch', {agentId: 'another'}).made);
    await waitUntil(() => text(picker).includes('Another agent’s session'));
    expect(picker.getAttribute('state')).to.not.equal('lunch');
    // One that is put into the page now shows who is there now.
    const {parentElement} = picker;
    picker.remove();
    parentElement!.append(picker);
    await shows(picker, 'lunch');
  });
});

describe('a widget without a session', () => {
  const TAGS = [
    'cxone-status-picker',
    'cxone-call-controls',
    'cxone-acw-timer',
    'cxone-screen-pop',
    'cxone-connection-banner',
  ] as const;
  for (const tag of TAGS) {
    it(`${tag} says in the page what is missing`, async () => {
      const main = await page();
      const widget = document.createElement(tag);
      widget.sessionWaitMs = 0;
      main.append(widget);
      await waitUntil(() => widget.shadowRoot!.querySelector('[part=missing]'), 'it says what is missing');
      const text = widget.shadowRoot!.querySelector<HTMLElement>('[part=missing]')!;
      expect(words(text)).to.match(/^No <cxone-session> on this page\. Add <cxone-session agent-id=/);
      expect(text.offsetHeight).to.be.greaterThan(0);
      expect(text.getAttribute('role')).to.equal('status');
    });
  }

  it('gives a slow page time before it complains', async () => {
    const stage = await mount('cxone-call-controls', undefined, {sessionWaitMs: 2_000});
    expect(stage.has('[part=missing]')).to.be.false;
    expect(words(stage.find('[part=idle]'))).to.equal('Not connected to CXone.');
  });

  it('tells a session that is there but has not started from one that is not', async () => {
    const main = await page();
    new ContextProvider(main, {context: sessionContext, initialValue: undefined});
    const picker = makePicker();
    picker.sessionWaitMs = 0;
    main.append(picker);
    const text = (): string => words(picker.shadowRoot!.querySelector('[part=missing]') ?? picker);
    await waitUntil(() => text().startsWith('The <cxone-session> on this page has not started.'));
  });
});

describe('a reason', () => {
  const ringing = scriptedInteractions([scriptedInteraction({interactionId: 'i-1', state: 'ringing'})]);
  const start = (): Promise<Stage<'cxone-call-controls'>> => mount('cxone-call-controls', ringing);
  const tip = (stage: Stage): string =>
    stage.find('.tip').matches(':popover-open') ? words(stage.find('.tip')) : 'no tooltip';

  async function pointAt(element: Element): Promise<void> {
    const {x, y, width, height} = element.getBoundingClientRect();
    await sendMouse({type: 'move', position: [Math.round(x + width / 2), Math.round(y + height / 2)]});
  }

  it('is the button’s accessible description', async () => {
    await start();
    interface AccessibleNode {
      readonly name?: string;
      readonly children: AccessibleNode[];
    }
    // Its type says that there is no answer.
    const tree = (await (a11ySnapshot({}) as Promise<unknown>)) as AccessibleNode;
    const button = findAccessibilityNode(tree, ({name}) => name === 'Hold');
    expect(button).to.include({description: 'Answer first.', disabled: true});
  });

  it('is a tooltip under the pointer', async () => {
    const stage = await start();
    await pointAt(stage.action('hold'));
    await waitUntil(() => tip(stage) === 'Answer first.');
    await pointAt(stage.action('answer'));
    await waitUntil(() => tip(stage) === 'no tooltip');
  });

  it('is a tooltip on keyboard focus, which Escape takes away', async () => {
    const stage = await start();
    stage.action('reject').focus();
    await sendKeys({press: 'Tab'});
    await waitUntil(() => tip(stage) === 'Answer first.');
    await sendKeys({press: 'Escape'});
    await waitUntil(() => tip(stage) === 'no tooltip');
  });

  it('stands beside the name, where that is not visible', async () => {
    const stage = await start();
    stage.widget.setAttribute('layout', 'compact');
    await stage.drawn();
    await pointAt(stage.action('hold'));
    await waitUntil(() => tip(stage) === 'Hold: Answer first.');
    await pointAt(stage.action('answer'));
    await waitUntil(() => tip(stage) === 'Answer');
  });

  it('is a tooltip where a finger presses, which cannot hover', async () => {
    const stage = await start();
    await stage.press('[data-action=hold]');
    expect(tip(stage)).to.equal('Answer first.');
    await waitUntil(() => !stage.action('answer').hasAttribute('aria-disabled'), 'it may be pressed');
    await stage.press('[data-action=answer]');
    expect(tip(stage)).to.equal('no tooltip');
  });

  it('changes with what blocks the button, and goes with it', async () => {
    const stage = await start();
    await pointAt(stage.action('hold'));
    await waitUntil(() => tip(stage) === 'Answer first.');
    const shows = (state: 'acw' | 'talking'): Promise<void> =>
      stage.update(scriptedInteractions([scriptedInteraction({interactionId: 'i-1', state})]));
    await shows('acw');
    await waitUntil(() => tip(stage) === 'It has ended: after-call work.');
    await shows('talking');
    await waitUntil(() => tip(stage) === 'no tooltip');
  });

  it('does not come up by itself under a pointer that stands still', async () => {
    const stage = await start();
    const answer = stage.action('answer');
    await pointAt(answer);
    await stage.update(scriptedInteractions([scriptedInteraction({interactionId: 'i-1', state: 'talking'})]));
    const {left, top} = answer.getBoundingClientRect();
    const at = {clientX: Math.round(left) + 1, clientY: Math.round(top) + 1, bubbles: true};
    answer.dispatchEvent(new PointerEvent('pointermove', at));
    answer.dispatchEvent(new PointerEvent('pointerover', at));
    expect(tip(stage)).to.equal('no tooltip');
    answer.dispatchEvent(new PointerEvent('pointerover', {...at, clientX: at.clientX + 1}));
    expect(tip(stage)).to.equal('It is not ringing.');
  });

  it('hides no other button of the row', async () => {
    const stage = await start();
    stage.widget.style.marginBlock = '150px';
    for (const action of ['hold', 'mute', 'resume', 'conference']) {
      await pointAt(stage.action(action));
      await waitUntil(() => tip(stage) !== 'no tooltip');
      const tooltip = stage.find('.tip').getBoundingClientRect();
      const bar = stage.find('.bar').getBoundingClientRect();
      expect(tooltip.top >= bar.bottom || tooltip.bottom <= bar.top, action).to.be.true;
    }
  });

  it('stands beside a list, not over its choices', async () => {
    const choices = AVAILABLE.agent!.choices!.map(
      (choice) => ({...choice, allowed: false, block: 'missingScope'}) as const,
    );
    const stage = await mount('cxone-status-picker', {...AVAILABLE, agent: {...AVAILABLE.agent, choices}});
    await stage.press('.trigger');
    await waitUntil(() => stage.has('[data-action=ring-tone]'), 'the list is whole');
    for (const choice of stage.all('.choice[data-state]')) {
      await pointAt(choice);
      await waitUntil(() => stage.find('.tip').matches(':popover-open'), 'the tooltip shows');
      const tooltip = stage.find('.tip').getBoundingClientRect();
      const list = stage.find('.menu').getBoundingClientRect();
      expect(tooltip.top >= list.bottom || tooltip.bottom <= list.top, choice.dataset['state']).to.be.true;
    }
  });

  it('is shown after the widget was moved, too', async () => {
    const stage = await start();
    (await page()).append(stage.widget);
    await pointAt(stage.action('hold'));
    await waitUntil(() => tip(stage) === 'Answer first.');
  });
});

describe('keys that are typed in a widget', () => {
  const talking = scriptedInteractions([scriptedInteraction({interactionId: 'i-1', state: 'talking'})]);
  const EVENTS = ['keydown', 'keypress', 'keyup', 'beforeinput', 'input'];
  let heard: string[];
  let stopped: AbortController;

  beforeEach(() => {
    heard = [];
    stopped = new AbortController();
    const {signal} = stopped;
    const hear = (event: Event): void => {
      heard.push(event instanceof KeyboardEvent ? `${event.type} ${event.key}` : event.type);
    };
    for (const type of EVENTS) document.addEventListener(type, hear, {signal});
  });
  afterEach(() => stopped.abort());

  it('in a field are nobody else’s; what the page commands from there comes through', async () => {
    const stage = await mount('cxone-call-controls', talking);
    await stage.press('[data-action=transfer]');
    await waitUntil(() => stage.widget.shadowRoot!.activeElement?.localName === 'input', 'the field has the focus');
    await sendKeys({type: 'edit'});
    await sendKeys({down: 'Control'});
    await sendKeys({press: 'a'});
    await sendKeys({up: 'Control'});
    for (const key of ['Backspace', 'ArrowLeft', 'Escape']) await sendKeys({press: key});
    expect(heard.filter((what) => !what.endsWith(' Control'))).to.deep.equal([]);
    await stage.press('[data-action=transfer]');
    await waitUntil(() => stage.widget.shadowRoot!.activeElement?.localName === 'input', 'the field has the focus');
    for (const key of ['F2', 'Tab']) await sendKeys({press: key});
    expect(heard.filter((what) => what.startsWith('keydown '))).to.include.members(['keydown F2', 'keydown Tab']);
  });

  it('press a button of ours and no shortcut of the page, whose other shortcuts work on', async () => {
    const stage = await mount('cxone-call-controls', talking);
    const taken = stopped.signal;
    document.addEventListener('keydown', (event) => event.key !== 'j' && event.preventDefault(), {signal: taken});
    for (const [key, action] of [
      ['Enter', 'hold'],
      ['Space', 'mute'],
    ] as const) {
      stage.action(action).focus();
      await sendKeys({press: key});
      expect(stage.scripted.last(action), key).to.exist;
    }
    await sendKeys({press: 'j'});
    expect(heard.filter((what) => what.startsWith('keydown '))).to.deep.equal(['keydown j']);
  });
});

describe('the language of a widget', () => {
  const value = (stage: Stage): string => words(stage.find('.value'));
  const start = (): Promise<Stage<'cxone-status-picker'>> => mount('cxone-status-picker', AVAILABLE);

  it('is the page’s, a region’s counting as its language', async () => {
    document.documentElement.lang = 'de-AT';
    const stage = await start();
    await waitUntil(() => value(stage) === 'Verfügbar');
  });

  for (const lang of ['de_DE', 'DE-de', 'de_DE.UTF-8', ' de ', 'de_AT@euro']) {
    it(`is German where the page writes “${lang}”, its times too`, async () => {
      document.documentElement.lang = lang;
      const stage = await start();
      await waitUntil(() => value(stage) === 'Verfügbar');
      expect(timeOfDay(languageOf(stage.widget), Date.UTC(2027, 0, 15, 21, 5))).to.match(/^\d\d:05$/);
    });
  }

  it('is that of the nearest element which has one, through shadow roots', async () => {
    document.documentElement.lang = 'en';
    const stage = await start();
    const host = inShadowRoot(stage.widget);
    host.lang = 'de';
    (await page()).append(host);
    await waitUntil(() => value(stage) === 'Verfügbar');
  });

  it('changes with the page', async () => {
    const stage = await start();
    document.documentElement.lang = 'de';
    await waitUntil(() => value(stage) === 'Verfügbar');
    document.documentElement.lang = 'en';
    await waitUntil(() => value(stage) === 'Available');
  });

  it('is English for texts that nobody has, and for tags that are none', async () => {
    for (const lang of ['tlh', '§§-', '', '_', 'x', 'en_', 'C', 'POSIX']) {
      document.documentElement.lang = lang;
      expect(value(await start()), lang).to.equal('Available');
    }
  });

  it('can be added, and single texts replaced', async () => {
    document.documentElement.lang = 'fr';
    const stage = await start();
    expect(value(stage)).to.equal('Available');
    addLanguage('fr', {'state.available': 'Disponible'});
    await waitUntil(() => value(stage) === 'Disponible');
    expect(words(stage.find('.label'))).to.equal('Status');
  });

  it('has its own plural forms', async () => {
    document.documentElement.lang = 'de';
    const stage = await mount('cxone-status-picker', {
      agent: {...AVAILABLE.agent, pending: {state: 'lunch', since: 0, waitsFor: 2}},
    });
    await waitUntil(() => words(stage.find('[part=pending] .grow')) === 'Mittagspause nach 2 Kontakten');
  });
});

describe('a widget from right to left', () => {
  const edges = (element: Element): DOMRect => element.getBoundingClientRect();

  it('is mirrored, its words too', async () => {
    document.documentElement.dir = 'rtl';
    const stage = await mount('cxone-status-picker', AVAILABLE);
    expect(edges(stage.find('.dot')).left).to.be.greaterThan(edges(stage.find('.value')).right - 1);
    const text = document.createRange();
    text.selectNodeContents(stage.find('.value'));
    const beside = text.getBoundingClientRect();
    expect(beside.right).to.be.closeTo(edges(stage.find('.value')).right, 1);
  });

  it('opens its list under its button', async () => {
    document.documentElement.dir = 'rtl';
    const stage = await mount('cxone-status-picker', AVAILABLE);
    stage.widget.style.setProperty('margin-inline-start', '50px');
    await stage.press('.trigger');
    const [menu, trigger] = ['[part=menu]', '.trigger'].map((selector) => edges(stage.find(selector)));
    expect(menu!.right).to.be.closeTo(trigger!.right, 1);
    expect(menu!.top).to.be.closeTo(trigger!.bottom, 8);
  });
});
