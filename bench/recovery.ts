/**
 * How long an agent is without a live connection, and what an outage costs the platform. Real Chromium, real workers, real
 * sockets on this machine. Prints one table; run it with `npm run bench -- --recovery [--outage-minutes=5]`.
 *
 * Settings are the defaults; `lastPageGraceMs`, which no figure depends on, is short so that one measurement ends before
 * the next. The page itself notes, every 5 ms, what it shows; both clocks are this machine's.
 */
import {parseArgs} from 'node:util';
import type {Page} from 'puppeteer-core';
import {HINDRANCES, type Hindrance} from '../test/e2e/support/hindrances.js';
import {addSession} from '../test/e2e/support/plain-page.js';
import {requests, startWorld, until} from '../test/e2e/support/world.js';
import {recoveryRow} from './table.js';

const {values} = parseArgs({
  options: {
    recovery: {type: 'boolean'},
    /** How long the stream is refused while requests are counted. */
    'outage-minutes': {type: 'string', default: '1'},
    /** How often what is quick is measured; what takes half a minute is measured twice. */
    times: {type: 'string', default: '5'},
  },
});
const TIMES = Number(values.times);
const TIMES_SLOW = 2;
const OUTAGE_MS = Number(values['outage-minutes']) * 60_000;
/** Longer than any recovery is meant to take. */
const GIVE_UP_MS = 60_000;
/** How long a page that hangs is busy: longer than it takes to be replaced. */
const HANG_MS = 12_000;
/** By so much the second freeze begins later in the 25 s between two pings. */
const FREEZE_STEP_MS = 12_000;

interface Seen {
  readonly mode: string;
  readonly epoch: number;
  /** Epoch ms. */
  readonly at: number;
}

/** Notes in the page each change of what it shows. As source text: it runs before anything else. */
const RECORDER = `
  globalThis.seen = [];
  setInterval(() => {
    const shown = document.querySelector('cxone-session')?.session?.snapshot.connection.get();
    if (!shown) return;
    const last = globalThis.seen.at(-1);
    if (last?.mode === shown.mode && last.epoch === shown.hub.epoch) return;
    globalThis.seen.push({mode: shown.mode, epoch: shown.hub.epoch, at: Date.now()});
  }, 5);`;

const world = await startWorld();
const {sim} = world;
let pages: Page[] = [];

const seenIn = (page: Page): Promise<readonly Seen[]> =>
  page.evaluate(() => (window as unknown as {seen: readonly Seen[]}).seen);

async function openPage(hindrance?: Hindrance): Promise<Page> {
  const page = await world.browser.newPage({type: 'window'});
  pages.push(page);
  await page.evaluateOnNewDocument(RECORDER);
  if (hindrance) await page.evaluateOnNewDocument(HINDRANCES[hindrance]);
  await page.goto(`${sim.url}/test/blank.html`);
  await addSession(page, {lastPageGraceMs: 500});
  await until('live', async () => (await seenIn(page)).at(-1)?.mode === 'live', GIVE_UP_MS);
  return page;
}

async function clear(): Promise<void> {
  await Promise.all(pages.map((page) => page.close().catch(() => undefined)));
  pages = [];
  await until('no stream is left', async () => (await sim.get<{open: number}>('/_sim/streams')).open === 0, GIVE_UP_MS);
  await sim.post('/_sim/reset');
  await sim.clearFaults();
}

/** When the page first showed it after `from`. */
async function firstSeen(page: Page, what: string, from: number, isIt: (seen: Seen) => boolean): Promise<number> {
  let found: Seen | undefined;
  const look = async (): Promise<boolean> => {
    found = (await seenIn(page)).find((seen) => seen.at >= from && isIt(seen));
    return found !== undefined;
  };
  await until(what, look, GIVE_UP_MS);
  return found!.at;
}

const crash = async (page: Page): Promise<void> => {
  const devtools = await page.createCDPSession();
  void devtools.send('Page.crash').catch(() => undefined);
};

async function killWorker(): Promise<void> {
  const devtools = await world.browser.target().createCDPSession();
  const {targetInfos} = await devtools.send('Target.getTargets');
  const worker = targetInfos.find(({type}) => type === 'shared_worker');
  if (!worker) throw new Error('there is no SharedWorker');
  await devtools.send('Target.closeTarget', {targetId: worker.targetId});
}

const hang = (page: Page): Promise<void> =>
  page.evaluate((forMs) => {
    setTimeout(() => {
      const until = Date.now() + forMs;
      while (Date.now() < until);
    });
  }, HANG_MS);

/** Two tabs; something happens to the first, where the hub is. @returns until the second is live at another hub, each time. */
async function failover(times: number, hindrance: Hindrance | undefined, harm: (first: Page) => Promise<unknown>) {
  const delays: number[] = [];
  for (let i = 0; i < times; i++) {
    const first = await openPage(hindrance);
    const second = await openPage(hindrance);
    const former = (await seenIn(second)).at(-1)!.epoch;
    const from = Date.now();
    // A page that crashes may never answer.
    await Promise.race([harm(first), new Promise((resolve) => setTimeout(resolve, 1_000))]);
    const at = await firstSeen(
      second,
      'live at the next hub',
      from,
      ({mode, epoch}) => mode === 'live' && epoch > former,
    );
    delays.push(at - from);
    await clear();
  }
  return delays;
}

async function freeze(): Promise<number[]> {
  const delays: number[] = [];
  for (let i = 0; i < TIMES_SLOW; i++) {
    const page = await openPage();
    await new Promise((resolve) => setTimeout(resolve, i * FREEZE_STEP_MS));
    const from = Date.now();
    await sim.post('/_sim/faults', {kind: 'freeze-stream', forMs: 2 * GIVE_UP_MS});
    delays.push((await firstSeen(page, 'not live', from, ({mode}) => mode !== 'live')) - from);
    await clear();
  }
  return delays;
}

async function drop(): Promise<{polling: number[]; live: number[]}> {
  const polling: number[] = [];
  const live: number[] = [];
  const page = await openPage();
  for (let i = 0; i < TIMES; i++) {
    const from = Date.now();
    await sim.post('/_sim/faults', {kind: 'drop-stream'});
    const pollsAt = await firstSeen(page, 'polling', from, ({mode}) => mode === 'polling');
    polling.push(pollsAt - from);
    live.push((await firstSeen(page, 'live again', pollsAt, ({mode}) => mode === 'live')) - from);
  }
  await clear();
  return {polling, live};
}

const KINDS: readonly (readonly [name: string, path: RegExp])[] = [
  ['status', /\/v2\/agents\/[^/]+\/status$/],
  ['agentStatus', /\/agentStatus$/],
  ['usersessions', /\/usersessions/],
  ['stream', /\/stream$/],
  ['token', /token/],
];

/** Requests while the stream is cut and refused, with two tabs open. */
async function outage(): Promise<void> {
  const page = await openPage();
  await openPage();
  const from = Date.now();
  await sim.post('/_sim/faults', {kind: 'refuse-stream', forMs: OUTAGE_MS});
  await sim.post('/_sim/faults', {kind: 'drop-stream'});
  await new Promise((resolve) => setTimeout(resolve, from + OUTAGE_MS - Date.now()));
  const log = (await requests(sim, '/')).filter(({at}) => at >= from && at <= from + OUTAGE_MS);
  const backAt = await firstSeen(page, 'live again', from + OUTAGE_MS, ({mode}) => mode === 'live');
  const counts = KINDS.map(([name, path]) => [name, log.filter((entry) => path.test(entry.path)).length] as const);
  const known = counts.reduce((sum, [, n]) => sum + n, 0);
  const minutes = OUTAGE_MS / 60_000;
  console.log(`\nrequests while the stream is refused for ${minutes} min, two tabs, tries after 2, 4, 8, 15 … s`);
  for (const [name, n] of [...counts, ['anything else', log.length - known] as const]) {
    console.log(`${name.padEnd(66)}${String(n).padStart(8)}${(n / minutes).toFixed(1).padStart(8)} a minute`);
  }
  recoveryRow('outage over → live again', [backAt - (from + OUTAGE_MS)]);
  await clear();
}

try {
  console.log(`${'ms'.padEnd(66)}${'p50'.padStart(8)}${'max'.padStart(8)}`);
  recoveryRow('SharedWorker ended by the browser → live', await failover(TIMES, undefined, killWorker));
  recoveryRow('tab that holds the SharedWorker crashes → another live', await failover(TIMES, undefined, crash));
  const elected = 'has no SharedWorker';
  recoveryRow(
    'no SharedWorker: leading page closed → another live',
    await failover(TIMES, elected, (page) => page.close()),
  );
  recoveryRow('no SharedWorker: leading page crashes → another live', await failover(TIMES, elected, crash));
  recoveryRow(
    `no worker at all: leading page hangs for ${HANG_MS / 1_000} s → another live`,
    await failover(TIMES_SLOW, 'has no worker at all', hang),
  );
  recoveryRow('stream freezes → the page says that it is not live', await freeze());
  const {polling, live} = await drop();
  recoveryRow('stream dropped → the page shows polling', polling);
  recoveryRow('stream dropped → live again', live);
  await outage();
} finally {
  await world.close();
}
