import {expect, fixture, html} from '@open-wc/testing';
import {useClock} from '../../src/components/clock.js';
import {loadLate} from '../../src/components/late/late.js';
import {Stage, type WidgetStory, type WidgetTag} from '../../stories/support/stage.js';
import type {SnapshotPatch} from '../support/scripted-session.js';

afterEach(() => {
  useClock();
  for (const name of ['lang', 'dir', 'style']) document.documentElement.removeAttribute(name);
});

/** Puts a widget into the page, until the test ends; without something to show it has no session. */
export async function mount<Tag extends WidgetTag>(
  tag: Tag,
  shows: SnapshotPatch | undefined,
  properties: Partial<HTMLElementTagNameMap[Tag]> = {},
): Promise<Stage<Tag>> {
  const stage = new Stage(tag, shows, properties);
  // A page that is live has them.
  await loadLate();
  await fixture(html`<div>${stage.widget}</div>`);
  await stage.drawn();
  return stage;
}

/** Time that passes only when the test says so. */
export interface FakeClock {
  readonly now: number;
  /** Whether a widget waits for some time to come. */
  readonly isAwaited: boolean;
  /** Lets time pass; with `timers: false` as in a hidden tab, whose timers do not come. */
  pass(ms: number, options?: {readonly timers?: boolean}): void;
}

/** Replaces the widgets' clock until the test ends. */
export function fakeClock(): FakeClock {
  let now = Date.UTC(2027, 0, 15, 9, 30);
  const timers = new Map<() => void, number>();
  useClock({
    now: () => now,
    setTimeout(callback, ms) {
      timers.set(callback, now + ms);
      return callback;
    },
    clearTimeout: (callback) => void timers.delete(callback as () => void),
  });
  return {
    get now() {
      return now;
    },
    get isAwaited() {
      return timers.size > 0;
    },
    pass(ms, {timers: come = true} = {}) {
      now += ms;
      for (const [callback, at] of come ? [...timers] : []) {
        if (at > now) continue;
        timers.delete(callback);
        callback();
      }
    },
  };
}

/** The visible words of an element, white space as it is seen. */
export const words = (element: Element): string => (element.textContent ?? '').replace(/\s+/g, ' ').trim();

/** What describes a button to assistive technology. */
export function reasonOf(button: HTMLElement): string | undefined {
  const id = button.getAttribute('aria-describedby');
  return id ? words((button.getRootNode() as ShadowRoot).getElementById(id)!) : undefined;
}

/** What has the focus in the widget. Compare with `===`: an assertion that fails on an element takes the test page down. */
export const focused = ({widget}: Stage): Element | null => widget.shadowRoot!.activeElement;

/** A button that cannot be used: it says why, can be focused, and a press asks for nothing. */
export async function expectInert(stage: Stage, selector: string, reason: string): Promise<void> {
  const button = stage.find(selector);
  const {length} = stage.scripted.calls;
  expect(button.getAttribute('aria-disabled'), selector).to.equal('true');
  expect(button.hasAttribute('disabled'), selector).to.be.false;
  expect(reasonOf(button), selector).to.equal(reason);
  button.focus();
  expect(focused(stage) === button, `${selector} can be focused`).to.be.true;
  await stage.press(selector);
  expect(stage.scripted.calls, `${selector} asks for nothing`).to.have.length(length);
}

/** A test of every story of a file, in light and dark: no rule of axe is violated. */
export function describeAccessibility(stories: Readonly<Record<string, unknown>>): void {
  for (const theme of ['light', 'dark']) {
    describe(`is accessible in ${theme}:`, () => {
      for (const [name, story] of Object.entries(stories)) {
        if (name === 'default') continue;
        it(name, async () => {
          document.documentElement.style.setProperty('color-scheme', theme);
          document.documentElement.style.setProperty('background', 'Canvas');
          const {args = {}, render, play} = story as WidgetStory;
          const canvasElement = await fixture<HTMLElement>(html`<div>${render(args)}</div>`);
          await play({canvasElement});
          await expect(canvasElement.firstElementChild).to.be.accessible();
        });
      }
    });
  }
}
