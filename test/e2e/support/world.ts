import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import puppeteer, {TargetType, type Browser, type BrowserContext, type Page, type Target} from 'puppeteer-core';
import {browserPath} from '../../../scripts/browser-path.mjs';
import {staticRoots} from '../../../scripts/static-roots.mjs';
import {HINDRANCES, type Hindrance} from './hindrances.js';
import {startSimulator, STRICT_CSP, type Simulation, type StaticRoot} from '../../../simulator/index.js';
import {LONG} from '../../support/long.js';
import {SLOWNESS} from '../../support/slowness.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** The agent as whom every demo page connects. Source: architecture.md. */
export const AGENT = 'a1b2c3d4-e5f6-7890-abcd-ef1234567890';

/** For what nobody promised a time, in ms: a busy machine must not fail a wait that would come true. */
const WAIT_MS = 20_000;

/** What a test may ask of the simulator's control API. */
export interface Sim {
  readonly url: string;
  get<T>(path: string): Promise<T>;
  post<T = unknown>(path: string, body?: unknown): Promise<T>;
  clearFaults(): Promise<void>;
  ring(options?: Readonly<Record<string, unknown>>): Promise<{interactionId: string; sessionId: string}>;
  end(interactionId: string): Promise<void>;
}

/** A simulator of its own, and a browser's context: storage and workers of its own. */
export interface World {
  readonly sim: Sim;
  /** The same simulator from inside, for what HTTP is too slow for. */
  readonly simulation: Simulation;
  /** Other worlds may be in it as well. */
  readonly browser: Browser;
  readonly context: BrowserContext;
  readonly port: number;
  /** Opens a page of the demo in a window of its own, so that it counts as visible. */
  open(path: string, host?: string): Promise<Page>;
  /** Opens a page whose agent is available, and live. */
  openAvailable(path: string): Promise<Page>;
  /** The SharedWorker with the hub, once it runs. */
  hubWorker(): Promise<Target>;
  close(): Promise<void>;
}

/**
 * Polls until `condition` gives something true; the error names what was waited for and the last value.
 * @param limitMs only where the product promises a time, or where something is known to take longer.
 */
export async function until<T>(what: string, condition: () => Promise<T>, limitMs = WAIT_MS): Promise<T> {
  const giveUpAt = Date.now() + limitMs * SLOWNESS;
  let last: unknown;
  for (;;) {
    try {
      const value = await condition();
      if (value) return value;
      last = value;
    } catch (error) {
      last = error;
    }
    if (Date.now() > giveUpAt) throw new Error(`not within ${limitMs * SLOWNESS} ms: ${what} (last: ${String(last)})`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

async function json<T>(response: Response): Promise<T> {
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${response.url}: ${text}`);
  return (text ? JSON.parse(text) : undefined) as T;
}

function simulatorClient(url: string): Sim {
  const post = async <T>(path: string, body?: unknown): Promise<T> =>
    json<T>(
      await fetch(url + path, {
        method: 'POST',
        headers: {'content-type': 'application/json'},
        body: JSON.stringify(body ?? {}),
      }),
    );
  return {
    url,
    post,
    get: async <T>(path: string) => json<T>(await fetch(url + path)),
    clearFaults: async () => void (await fetch(`${url}/_sim/faults`, {method: 'DELETE'})),
    ring: (options = {}) => post('/_sim/interactions', options),
    end: (interactionId) => post(`/_sim/interactions/${interactionId}/end`),
  };
}

/** The hub's modes, and what brings a page to use each. */
export const MODES = {
  shared: undefined,
  'elected worker': 'has no SharedWorker',
  'elected page': 'has no worker at all',
} as const satisfies Record<string, Hindrance | undefined>;

export type Mode = keyof typeof MODES;

/** The modes in which everything is tried: all of them in the long run, else one; the others have a test or two. */
export const FULL_MODES: ReadonlySet<Mode> = new Set(LONG ? (Object.keys(MODES) as Mode[]) : ['shared']);

export const launch = async (args: readonly string[] = [], without: readonly string[] = []): Promise<Browser> =>
  puppeteer.launch({
    executablePath: await browserPath(),
    headless: true,
    ignoreDefaultArgs: [...without],
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), ...args],
  });

/** Without `browser` it gets one of its own, which ends with it. */
export async function startWorld(
  options: {
    readonly browser?: Browser;
    readonly args?: readonly string[];
    readonly without?: readonly string[];
    readonly mode?: Mode;
    /** What is served beside the demo. */
    readonly roots?: readonly StaticRoot[];
  } = {},
): Promise<World> {
  const simulator = await startSimulator({
    port: 0,
    staticRoots: [
      {prefix: '/test/', dir: join(root, 'test/e2e/pages')},
      ...(options.roots ?? []),
      ...staticRoots(STRICT_CSP),
    ],
  });
  const browser = options.browser ?? (await launch(options.args, options.without));
  const context = options.browser ? await browser.createBrowserContext() : browser.defaultBrowserContext();
  const {port} = simulator;
  const sim = simulatorClient(`http://localhost:${port}`);
  const mode = options.mode ?? 'shared';
  const world: World = {
    sim,
    simulation: simulator.simulation,
    browser,
    context,
    port,
    async open(path, host = 'localhost') {
      const page = await context.newPage({type: 'window'});
      page.setDefaultTimeout(WAIT_MS * SLOWNESS);
      const hindrance = MODES[mode];
      if (hindrance) await page.evaluateOnNewDocument(HINDRANCES[hindrance]);
      await page.goto(`http://${host}:${port}${path}`);
      return page;
    },
    async openAvailable(path) {
      const page = await world.open(path);
      await until('the agent is available', async () => {
        const isLive = (await attribute(page, 'cxone-session', 'connection')) === 'live';
        return isLive && (await attribute(page, 'cxone-status-picker', 'state')) === 'available';
      });
      return page;
    },
    hubWorker: () =>
      browser.waitForTarget(
        (target) => target.type() === TargetType.SHARED_WORKER && target.url().includes(`:${port}/`),
      ),
    async close() {
      await (options.browser ? context : browser).close();
      await simulator.close();
    },
  };
  return world;
}

/** An attribute of the first element of that name in the page's own document. */
export function attribute(page: Page, element: string, name: string): Promise<string | null> {
  return page.evaluate((e, n) => document.querySelector(e)?.getAttribute(n) ?? null, element, name);
}

export async function waitForAttribute(page: Page, element: string, name: string, value: string): Promise<void> {
  await until(`${element} ${name}=${value}`, async () => {
    const now = await attribute(page, element, name);
    return now === value ? true : Promise.reject(new Error(`${name}=${String(now)}`));
  });
}

/**
 * Presses a button inside of a widget, by its `data-action` or other hook, once it may be pressed: what a push has shown
 * already may still wait for its answer.
 */
export async function press(page: Page, element: string, hook: string): Promise<void> {
  // A locator waits for mutations of the document, which those in a shadow root are not.
  await until(`${element} ${hook} may be pressed`, async () => {
    const button = await page.$(`${element} >>> ${hook}`);
    return button?.evaluate((found) => found.getAttribute('aria-disabled') !== 'true');
  });
  await page.locator(`${element} >>> ${hook}`).click();
}

export async function waitUntilLive(page: Page): Promise<void> {
  await waitForAttribute(page, 'cxone-session', 'connection', 'live');
}

interface LogEntry {
  /** Epoch ms. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly body?: {readonly action?: string; readonly [key: string]: unknown};
  readonly headers: Readonly<Record<string, string>>;
  readonly status: number;
}

/** Requests whose path contains `part`, in time order. */
export function requests(sim: Sim, part: string): Promise<LogEntry[]> {
  return sim.get<LogEntry[]>(`/_sim/log?path=${encodeURIComponent(part)}`);
}

/** Puts a page out of sight, as another window or tab in front of it does. */
export async function hide(page: Page): Promise<void> {
  const isHidden = (): Promise<boolean> => page.evaluate(() => document.visibilityState === 'hidden');
  const devtools = await page.createCDPSession();
  await devtools.send('Emulation.setFocusEmulationEnabled', {enabled: false});
  const {windowId} = await devtools.send('Browser.getWindowForTarget');
  await devtools.send('Browser.setWindowBounds', {windowId, bounds: {windowState: 'minimized'}});
  await until('it is hidden', isHidden);
}
