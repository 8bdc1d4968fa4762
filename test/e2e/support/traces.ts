import {TargetType, type BrowserContext, type CDPSession, type Page, type Target} from 'puppeteer-core';
import {hubChannelName} from '../../../src/domain/hub-channel.js';
import {AGENT} from './world.js';

/** A text that somebody could read, and where: `localStorage`, `indexedDB … pops`, `dom …>cxone-screen-pop>…`, … */
export interface Trace {
  readonly where: string;
  readonly text: string;
}

const EVENTS = [
  'state-change',
  'interaction-change',
  'screen-pop',
  'command-error',
  'connection-change',
  'warning',
  'click-to-dial',
].map((name) => `cxone-${name}`);

/** Runs in the page before anything else, as source text. Tells each event's own fields, errors, and what is broadcast. */
const recorder = (channel: string): string => `{
  const text = (value) => JSON.stringify(value, (_key, inner) =>
    inner instanceof Error ? {name: inner.name, message: inner.message, stack: inner.stack, cause: inner.cause, ...inner} : inner);
  for (const type of ${JSON.stringify(EVENTS)}) {
    document.addEventListener(type, (event) => void traceTold('event ' + type, text({...event})), true);
  }
  addEventListener('error', ({message, error}) => void traceTold('error', text({message, error})));
  addEventListener('unhandledrejection', ({reason}) => void traceTold('rejection', text({reason})));
  new BroadcastChannel(${JSON.stringify(channel)}).onmessage = ({data}) => void traceTold('broadcast', text(data));
}`;

/** What is told while it happens: kept here, so that a reload forgets none of it. */
export class Traces {
  readonly #told: Trace[] = [];
  readonly #base: string;

  /** @param base The api-base that pages resolve to, for the name of the hub's channel. */
  constructor(context: BrowserContext, base: string) {
    this.#base = base;
    context.on('targetcreated', (target: Target) => {
      if (target.type() !== TargetType.SHARED_WORKER) return;
      this.add('address of the worker', target.url());
      target.createCDPSession().then(
        (devtools) => this.#listen(devtools, 'worker'),
        () => undefined /* It has ended already. */,
      );
    });
  }

  get told(): readonly Trace[] {
    return this.#told;
  }

  add(where: string, text: string): void {
    this.#told.push({where, text});
  }

  /** Listens to a page that has not been navigated yet. */
  async watch(page: Page): Promise<void> {
    page.on('console', (message) => this.add('console', message.text()));
    page.on('pageerror', (error) => this.add('error', error instanceof Error ? (error.stack ?? '') : String(error)));
    await this.#listen(await page.createCDPSession(), 'page');
    await page.exposeFunction('traceTold', (where: string, text: string) => this.add(where, text));
    await page.evaluateOnNewDocument(recorder(hubChannelName(this.#base, AGENT)));
  }

  async #listen(devtools: CDPSession, whose: string): Promise<void> {
    devtools.on('Runtime.consoleAPICalled', ({args}) => this.add(`console of the ${whose}`, JSON.stringify(args)));
    devtools.on('Runtime.exceptionThrown', (thrown) => this.add(`exception in the ${whose}`, JSON.stringify(thrown)));
    devtools.on('Log.entryAdded', ({entry}) => this.add(`console of the ${whose}`, JSON.stringify(entry)));
    // A worker may be over before it answers.
    await Promise.all([devtools.send('Runtime.enable'), devtools.send('Log.enable')]).catch(() => undefined);
  }
}

/** All that lies about in a page and its origin right now. */
export async function tracesIn(page: Page): Promise<Trace[]> {
  const cookies = await page.browserContext().cookies();
  const rest = await page.evaluate(async () => {
    const found: {where: string; text: string}[] = [];
    // Methods, not functions: the compiler wraps named ones in a helper that the page does not have.
    const search = {
      add(where: string, value: unknown): void {
        found.push({where, text: typeof value === 'string' ? value : (JSON.stringify(value) ?? '')});
      },
      walk(node: Node, path: string): void {
        if (node instanceof Element) {
          const here = `${path}>${node.localName}${node.id && `#${node.id}`}`;
          for (const {name, value} of node.attributes) search.add(`${here} [${name}]`, value);
          if (node instanceof HTMLInputElement || node instanceof HTMLTextAreaElement) search.add(here, node.value);
          if (node.shadowRoot) search.walk(node.shadowRoot, `${here}>shadow`);
          for (const child of node.childNodes) search.walk(child, here);
          return;
        }
        if (node instanceof CharacterData) search.add(path, node.data);
        for (const child of node.childNodes) search.walk(child, path);
      },
      request<T>(request: IDBRequest<T>): Promise<T> {
        return new Promise((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error!);
        });
      },
    };
    search.walk(document, 'dom ');
    for (const [key, value] of Object.entries(localStorage)) search.add('localStorage', `${key}=${value}`);
    for (const [key, value] of Object.entries(sessionStorage)) search.add('sessionStorage', `${key}=${value}`);
    for (const {name = ''} of await indexedDB.databases()) {
      search.add('name of a database', name);
      const db = await search.request(indexedDB.open(name));
      for (const store of db.objectStoreNames) {
        const all = db.transaction(store).objectStore(store);
        search.add(`indexedDB ${name} ${store}`, await search.request(all.getAllKeys()));
        for (const record of await search.request(db.transaction(store).objectStore(store).getAll())) {
          search.add(`indexedDB ${name} ${store}`, record);
        }
      }
      db.close();
    }
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        search.add(`cache ${name}`, `${request.url} ${await (await cache.match(request))?.text()}`);
      }
    }
    search.add('cookie', document.cookie);
    search.add('locks', await navigator.locks.query());
    search.add('address', location.href);
    search.add('history', history.state);
    search.add('title', document.title);
    search.add('name of the window', window.name);
    for (const {name} of performance.getEntries()) search.add('performance', name);
    return found;
  });
  return [...rest, {where: 'cookie', text: JSON.stringify(cookies)}];
}

/** The strings in a page's memory, as V8 lists them. What the tools were told about is left out by its own session. */
export async function memoryOf(page: Page): Promise<string> {
  const devtools = await page.createCDPSession();
  const chunks: string[] = [];
  devtools.on('HeapProfiler.addHeapSnapshotChunk', ({chunk}) => chunks.push(chunk));
  await devtools.send('HeapProfiler.collectGarbage');
  await devtools.send('HeapProfiler.takeHeapSnapshot', {reportProgress: false});
  await devtools.detach();
  return chunks.join('');
}

/** Which of the values are found, each as `value in where`. Values are also looked for as they stand in an address. */
export function find(values: readonly string[], traces: readonly Trace[]): string[] {
  const spellings = values.flatMap((value) => [
    ...new Set([value, encodeURIComponent(value), btoa(value).slice(0, -4)]),
  ]);
  return [
    ...new Set(
      traces.flatMap(({where, text}) =>
        spellings.filter((value) => text.includes(value)).map((value) => `${value} in ${where}`),
      ),
    ),
  ];
}
