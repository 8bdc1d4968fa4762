import type {BrowserContext, Frame, Page} from 'puppeteer-core';
import {eventually} from './expect.js';
import type {Behaviour, ConformanceHost, Entity, HostTab, Navigation, SampleRecord} from './host.js';

/** A fake host as it stands in its page's `window.fakeHost`; `demo/hosts/` has one for each CRM. */
interface FakeHostInPage {
  records: unknown[];
  behaviour: Record<string, unknown>;
  readonly navigations: Navigation[];
  readonly logs: Record<string, unknown>[];
  clickToDial(number: string): void;
  activity(): void;
  /** Of hosts with call controls of their own. */
  stateOf?(interactionId: string): string | undefined;
  press?(interactionId: string, action: string): unknown;
}

export interface BrowserHostOptions extends Omit<ConformanceHost, 'openTab'> {
  readonly browser: BrowserContext;
  /** The host's page, with `phone` (the widgets' page) in its query where it takes one. */
  readonly url: string;
  /** The widgets' frame, or the page itself, is the one whose path ends so. */
  readonly phonePath: string;
  /** A page of another site that tells what it hears: `demo/hosts/intruder.html`. */
  readonly intruderUrl: string;
  /** A sample as the host keeps it, with its own names of entity and fields. */
  readonly record: (sample: SampleRecord) => unknown;
}

/** The fake host of a page; a function that crosses to the page, so it names nothing around it. */
const fakeHost = {
  set: (key: string, value: unknown): void => {
    const {fakeHost: host} = window as unknown as {fakeHost: FakeHostInPage};
    if (key === 'records') host.records = value as unknown[];
    else Object.assign(host.behaviour, value);
  },
  navigations: (): Navigation[] =>
    JSON.parse(JSON.stringify((window as unknown as {fakeHost: FakeHostInPage}).fakeHost.navigations)) as Navigation[],
  logsOf: (interactionId: string): number =>
    (window as unknown as {fakeHost: FakeHostInPage}).fakeHost.logs.filter((log) =>
      JSON.stringify(log).includes(interactionId),
    ).length,
  clickToDial: (number: string): void => (window as unknown as {fakeHost: FakeHostInPage}).fakeHost.clickToDial(number),
  activity: (): void => (window as unknown as {fakeHost: FakeHostInPage}).fakeHost.activity(),
  stateOf: (interactionId: string): string | null =>
    (window as unknown as {fakeHost: FakeHostInPage}).fakeHost.stateOf?.(interactionId) ?? null,
  press: (interactionId: string, action: string): void =>
    void (window as unknown as {fakeHost: FakeHostInPage}).fakeHost.press?.(interactionId, action),
};

/** What the widgets' frame shows; as above. */
const widgets = {
  connection: (): string | null => document.querySelector('cxone-session')?.getAttribute('connection') ?? null,
  attribute: (element: string, interactionId: string, name: string): string | null =>
    document
      .querySelector(element)
      ?.shadowRoot?.querySelector(`[data-interaction-id="${CSS.escape(interactionId)}"][${name}]`)
      ?.getAttribute(name) ?? null,
  press: (interactionId: string, action: string): boolean => {
    const button = document
      .querySelector('cxone-call-controls')
      ?.shadowRoot?.querySelector<HTMLElement>(
        `[data-interaction-id="${CSS.escape(interactionId)}"] [data-action="${action}"]:not([aria-disabled="true"])`,
      );
    button?.click();
    return button !== undefined && button !== null;
  },
  listen: (): void => {
    const heard: string[] = [];
    (window as unknown as {dialled: string[]}).dialled = heard;
    document.addEventListener('cxone-click-to-dial', (event) => void heard.push(event.number));
  },
  dialled: (): string[] => (window as unknown as {dialled: string[]}).dialled,
  adapterReady: (): boolean => document.querySelector('cxone-session')?.hasAttribute('host-ready') ?? false,
  warnings: (): string[] =>
    document
      .querySelector('cxone-session')
      ?.session?.snapshot.connection.get()
      .warnings.map(({code}) => code) ?? [],
};

class BrowserTab implements HostTab {
  constructor(
    readonly page: Page,
    readonly options: BrowserHostOptions,
  ) {}

  async frame(): Promise<Frame> {
    let frame: Frame | undefined;
    const find = async (): Promise<boolean> => {
      frame = this.page
        .frames()
        .find((one) => URL.canParse(one.url()) && new URL(one.url()).pathname.endsWith(this.options.phonePath));
      return frame !== undefined;
    };
    await eventually(`the frame ${this.options.phonePath}`, find, true);
    return frame!;
  }

  async setBehaviour(behaviour: Behaviour): Promise<void> {
    await this.page.evaluate(fakeHost.set, 'behaviour', behaviour);
  }

  async setRecords(records: readonly SampleRecord[]): Promise<void> {
    await this.page.evaluate(fakeHost.set, 'records', records.map(this.options.record));
  }

  navigations(): Promise<readonly Navigation[]> {
    return this.page.evaluate(fakeHost.navigations);
  }

  logsOf(interactionId: string): Promise<number> {
    return this.page.evaluate(fakeHost.logsOf, interactionId);
  }

  clickToDial(number: string): Promise<void> {
    return this.page.evaluate(fakeHost.clickToDial, number);
  }

  activity(): Promise<void> {
    return this.page.evaluate(fakeHost.activity);
  }

  async outcome(interactionId: string): Promise<string | undefined> {
    const frame = await this.frame();
    return (await frame.evaluate(widgets.attribute, 'cxone-screen-pop', interactionId, 'data-outcome')) ?? undefined;
  }

  async state(interactionId: string): Promise<string | undefined> {
    const frame = await this.frame();
    return (await frame.evaluate(widgets.attribute, 'cxone-call-controls', interactionId, 'data-state')) ?? undefined;
  }

  async press(interactionId: string, action: string): Promise<void> {
    const frame = await this.frame();
    await eventually(`${action} can be pressed`, () => frame.evaluate(widgets.press, interactionId, action), true);
  }

  async hostState(interactionId: string): Promise<string | undefined> {
    return (await this.page.evaluate(fakeHost.stateOf, interactionId)) ?? undefined;
  }

  pressInHost(interactionId: string, action: string): Promise<void> {
    return this.page.evaluate(fakeHost.press, interactionId, action);
  }

  async dialled(): Promise<readonly string[]> {
    return (await this.frame()).evaluate(widgets.dialled);
  }

  async ready({adapter = true}: {readonly adapter?: boolean} = {}): Promise<void> {
    const frame = await this.frame();
    await eventually('the widgets are live', () => frame.evaluate(widgets.connection), 'live', 30_000);
    await frame.evaluate(widgets.listen);
    if (adapter) await eventually('the host is ready', () => frame.evaluate(widgets.adapterReady), true, 30_000);
  }

  async warnings(): Promise<readonly string[]> {
    return (await this.frame()).evaluate(widgets.warnings);
  }

  toFront(): Promise<void> {
    return this.page.bringToFront();
  }

  async intrude(messages: readonly unknown[]): Promise<void> {
    const {intruderUrl} = this.options;
    await this.page.evaluate((url: string) => {
      if (document.querySelector(`iframe[src="${url}"]`)) return;
      const frame = document.createElement('iframe');
      frame.src = url;
      document.body.append(frame);
    }, intruderUrl);
    const intruder = (): Frame | undefined => this.page.frames().find((one) => one.url() === intruderUrl);
    const isThere = async (): Promise<boolean> =>
      (await intruder()?.evaluate(() => document.readyState === 'complete')) ?? false;
    await eventually('the foreign frame', isThere, true);
    await intruder()!.evaluate((forgeries: readonly unknown[]) => {
      const targets = [window.top!, ...Array.from({length: window.top!.length}, (_, i) => window.top![i]!)];
      const {heard} = window as unknown as {heard: unknown[]};
      for (const target of targets.filter((one) => one !== window)) {
        for (const forgery of forgeries) {
          // Some hosts hand over a port for all that follows: who takes a foreign one is heard there.
          const {port1, port2} = new MessageChannel();
          port1.onmessage = ({data}) => void heard.push(data);
          target.postMessage(forgery, '*', [port2]);
        }
      }
    }, messages);
  }

  async overheard(): Promise<readonly unknown[]> {
    const intruder = this.page.frames().find((one) => one.url() === this.options.intruderUrl);
    return (await intruder?.evaluate(() => (window as unknown as {heard: unknown[]}).heard)) ?? [];
  }

  close(): Promise<void> {
    return this.page.close();
  }
}

/** A host in a real browser: its page has a fake host in `window.fakeHost`, and a frame with the widgets. */
export function browserHost(options: BrowserHostOptions): ConformanceHost {
  const {name, can, forgeries} = options;
  return {
    name,
    can,
    forgeries,
    entity: (entity: Entity) => options.entity(entity),
    idOf: (record) => options.idOf(record),
    field: (entity, field) => options.field(entity, field),
    async openTab({behaviour = {}, records = [], settings} = {}) {
      const page = await options.browser.newPage({type: 'window'});
      const url = new URL(options.url);
      for (const [key, value] of Object.entries(behaviour)) url.searchParams.set(key, String(value));
      const phone = url.searchParams.get('phone');
      if (settings) {
        // The widgets may stand in the host's own page.
        const widgetsUrl = phone ? new URL(phone) : url;
        widgetsUrl.searchParams.set('settings', JSON.stringify(settings));
        if (phone) url.searchParams.set('phone', widgetsUrl.href);
      }
      await page.goto(url.href);
      const tab = new BrowserTab(page, options);
      await tab.setRecords(records);
      return tab;
    },
  };
}
