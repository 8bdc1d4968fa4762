import type {StoryObj} from '@storybook/web-components-vite';
import {useClock} from '../../src/components/clock.js';
import {loadLate} from '../../src/components/late/late.js';
import type {CxoneWidget} from '../../src/components/widget.js';
import '../../src/define.js';
import {createScriptedSession, type ScriptedSession, type SnapshotPatch} from '../../test/support/scripted-session.js';

/** The instant at which stories stand still, so that a picture of one is the same tomorrow. */
export const NOW = Date.UTC(2027, 0, 15, 9, 30);

/** Holds the widgets' clock at an instant. */
export function holdClock(at = NOW): void {
  useClock({now: () => at, setTimeout: () => undefined, clearTimeout: () => undefined});
}

/** The tags of the widgets. */
export type WidgetTag = {
  [Tag in keyof HTMLElementTagNameMap]: HTMLElementTagNameMap[Tag] extends CxoneWidget ? Tag : never;
}[keyof HTMLElementTagNameMap];

/** A widget on a scripted session, as a person meets it. */
export class Stage<Tag extends WidgetTag = WidgetTag> {
  readonly widget: HTMLElementTagNameMap[Tag];
  readonly scripted: ScriptedSession;

  /** @param shows - What the session says; without it, the widget has no session. */
  constructor(tag: Tag, shows: SnapshotPatch | undefined, properties: Partial<HTMLElementTagNameMap[Tag]> = {}) {
    this.scripted = createScriptedSession(shows);
    this.widget = document.createElement(tag);
    Object.assign(this.widget, shows ? {session: this.scripted.session} : {sessionWaitMs: 0}, properties);
  }

  /** The elements in the widget that match. */
  all(selector: string): HTMLElement[] {
    return [...this.widget.renderRoot.querySelectorAll<HTMLElement>(selector)];
  }

  /** The first element in the widget that matches. */
  find(selector: string): HTMLElement {
    const [found] = this.all(selector);
    if (!found) throw new Error(`${this.widget.localName} shows no ${selector}`);
    return found;
  }

  /** Whether the widget shows such an element. */
  has(selector: string): boolean {
    return this.all(selector).length > 0;
  }

  /** A button, by what it does. */
  action(name: string): HTMLElement {
    return this.find(`[data-action="${name}"]`);
  }

  async press(selector: string): Promise<void> {
    this.find(selector).click();
    await this.drawn();
  }

  /** Waits for something that is drawn by a part which is loaded when it is first needed. */
  async loaded(selector: string): Promise<void> {
    while (!this.has(selector)) await this.drawn();
  }

  /** Changes what the session says, and waits until it is shown. */
  async update(patch: SnapshotPatch): Promise<void> {
    this.scripted.update(patch);
    await this.drawn();
  }

  /** Until what changed before this call is shown: signals and popovers tell of a change in a task of their own. */
  async drawn(): Promise<void> {
    await new Promise((next) => setTimeout(next));
    await this.widget.updateComplete;
  }
}

/** What a story adds to what its session shows. */
interface StoryOptions<Tag extends WidgetTag> {
  /** The widget's properties. */
  readonly args?: Partial<HTMLElementTagNameMap[Tag]>;
  /** What the agent does to get there. */
  readonly act?: (stage: Stage<Tag>) => Promise<void> | void;
}

/** A story as Storybook takes it, and as tests can play it. */
export type WidgetStory = Pick<StoryObj, 'args'> & {
  readonly render: (args: object) => HTMLElement;
  readonly play: (context: {readonly canvasElement: HTMLElement}) => Promise<void>;
};

/** Gives a function that makes stories of a widget: `story(what the session shows, options)`. */
export function storyMaker<Tag extends WidgetTag>(
  tag: Tag,
): (shows: SnapshotPatch | undefined, options?: StoryOptions<Tag>) => WidgetStory {
  return (shows, {args = {}, act} = {}) => {
    const stages = new WeakMap<Element, Stage<Tag>>();
    return {
      args,
      render(properties) {
        holdClock();
        const stage = new Stage(tag, shows, properties);
        stages.set(stage.widget, stage);
        return stage.widget;
      },
      async play({canvasElement}) {
        const stage = stages.get(canvasElement.querySelector(tag)!)!;
        await loadLate();
        await stage.drawn();
        await act?.(stage);
        await stage.drawn();
      },
    };
  };
}
