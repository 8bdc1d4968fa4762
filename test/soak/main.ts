/**
 * The soak: `npm run soak -- --minutes=3`. A shift in fast motion, all intervals divided by 20 (three minutes are an hour
 * of the platform's time), with 100 events a second on the stream. Heaps must stay flat, no heartbeat may be missed,
 * and at the end the page must show what is true.
 */
import {parseArgs} from 'node:util';
import {TargetType, type CDPSession, type Page} from 'puppeteer-core';
import type {CxoneSession} from '../../src/session/session.js';
import {FAST} from '../chaos/fast.js';
import {addSession, ask, snapshotOf} from '../e2e/support/plain-page.js';
import {AGENT, startWorld, until} from '../e2e/support/world.js';

const {values} = parseArgs({options: {minutes: {type: 'string', default: '3'}}});
const DURATION_MS = Number(values.minutes) * 60_000;
const EVENTS_PER_SECOND = 100;
const REPORT_EVERY_MS = 15_000;
/** A call is answered, held and ended in this time. */
const CALL_EVERY_MS = 4_000;
/** What the last third's heap may have over the first third's, as a part of it and in bytes: caches fill, and GC is no clock. */
const GROWTH_PART = 0.1;
const GROWTH_BYTES = 1_000_000;

interface Sample {
  readonly atMs: number;
  readonly worker: number;
  readonly page: number;
}

async function heapOf(devtools: CDPSession): Promise<number> {
  await devtools.send('HeapProfiler.collectGarbage');
  return (await devtools.send('Runtime.getHeapUsage')).usedSize;
}

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, n) => sum + n, 0) / numbers.length;
const kB = (bytes: number): string => `${(bytes / 1_024).toFixed(0)} kB`;

const world = await startWorld();
const {sim, browser} = world;
const problems: string[] = [];
try {
  const page: Page = await world.open('/test/blank.html');
  await addSession(page, FAST);
  await until('live', async () => (await snapshotOf(page))?.connection.mode === 'live');
  await page.evaluate(() => {
    const tasks: number[] = [];
    Object.assign(window, {longTasks: tasks});
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({duration}) => duration))).observe({
      type: 'longtask',
    });
  });
  const worker = await (await browser.waitForTarget((target) => target.type() === TargetType.SHARED_WORKER)).createCDPSession();
  const devtools = await page.createCDPSession();

  const startedAt = Date.now();
  const passed = (): number => Date.now() - startedAt;
  let sent = 0;
  let live: string | undefined;
  let calls = 0;

  /** One of what a busy platform says: news of a call, something nobody knows, and copies. */
  const emit = async (): Promise<void> => {
    const stamp = new Date().toISOString();
    const kind = sent++ % 4;
    const data =
      kind === 0 && live
        ? {interactionId: live, agentId: AGENT, source: 'soak', payload: {note: `n${sent}`}}
        : {n: kind === 3 ? 0 : sent};
    const eventType = kind === 0 && live ? 'interaction.screenpop' : 'made.up';
    await sim.post('/_sim/emit', {frame: {eventType, timestamp: stamp, data}});
  };
  const eventsOver = (async () => {
    while (passed() < DURATION_MS) {
      const due = Math.floor((passed() / 1_000) * EVENTS_PER_SECOND) - sent;
      await Promise.all(Array.from({length: Math.max(0, due)}, emit));
      await new Promise((resolve) => setTimeout(resolve, 1_000 / EVENTS_PER_SECOND));
    }
  })();
  const callsOver = (async () => {
    while (passed() < DURATION_MS - CALL_EVERY_MS) {
      const endAt = Date.now() + CALL_EVERY_MS;
      const {interactionId} = await sim.ring({acwSeconds: 1, screenPop: {crm_account_id: 'ACC-44921'}});
      live = interactionId;
      const shows = (state: string): Promise<unknown> =>
        until(state, async () => (await snapshotOf(page))?.interactions.items[0]?.state === state);
      await shows('ringing');
      await ask(page, 'answer', interactionId);
      await shows('talking');
      await ask(page, 'hold', interactionId);
      await shows('hold');
      live = undefined;
      await sim.end(interactionId);
      calls++;
      await until('the next call may come', async () => Date.now() > endAt);
    }
  })();

  const samples: Sample[] = [];
  const sample = async (): Promise<void> => {
    samples.push({atMs: passed(), worker: await heapOf(worker), page: await heapOf(devtools)});
    const {worker: w, page: p} = samples.at(-1)!;
    const {total} = await sim.get<{total: number}>('/_sim/streams');
    const tasks = await page.evaluate(() => (window as unknown as {longTasks: number[]}).longTasks.length);
    console.log(
      `${String(Math.round(passed() / 1_000)).padStart(4)} s  events ${sent}  calls ${calls}  ` +
        `worker ${kB(w)}  page ${kB(p)}  streams opened ${total}  long tasks ${tasks}`,
    );
  };
  while (passed() < DURATION_MS) {
    await sample();
    const next = passed() + REPORT_EVERY_MS;
    await until('the next report is due', async () => passed() >= Math.min(next, DURATION_MS), REPORT_EVERY_MS * 2);
  }
  await Promise.all([eventsOver, callsOver]);
  await until('after-call work is over', async () => (await snapshotOf(page))?.interactions.items.length === 0);
  await sample();

  const third = (n: number): Sample[] =>
    samples.filter(({atMs}) => atMs > 0 && Math.min(2, Math.floor((atMs / DURATION_MS) * 3)) === n);
  for (const of of ['worker', 'page'] as const) {
    const [first, last] = [mean(third(0).map((s) => s[of])), mean(third(2).map((s) => s[of]))];
    console.log(`heap of the ${of}: first third ${kB(first)}, last third ${kB(last)}`);
    if (last - first > Math.max(first * GROWTH_PART, GROWTH_BYTES)) problems.push(`the heap of the ${of} grows`);
  }
  const {total} = await sim.get<{total: number}>('/_sim/streams');
  if (total !== 1) problems.push(`${total - 1} heartbeats were missed: the stream was opened ${total} times`);
  const mark = `mark.${Date.now()}`;
  await sim.post('/_sim/emit', {frame: {eventType: mark, timestamp: new Date().toISOString(), data: {}}});
  await until('the last event is worked in', () =>
    page.evaluate(async (name) => {
      const {session} = document.querySelector('cxone-session') as unknown as {session: CxoneSession};
      return (await session.log()).some(({data}) => data?.['name'] === name);
    }, mark),
  );
  const {agents} = await sim.get<{agents: {id: string; statusKey: string}[]}>('/_sim/state');
  const truth = agents.find(({id}) => id === AGENT)?.statusKey;
  await until(
    'the page shows the platform’s state',
    async () => (await snapshotOf(page))?.agent.presence?.state === truth,
  );
} catch (error) {
  problems.push(error instanceof Error ? error.message : String(error));
} finally {
  await world.close();
}
for (const problem of problems) console.log(`FAILED  ${problem}`);
console.log(problems.length === 0 ? '1 passed, 0 failed' : '0 passed, 1 failed');
process.exitCode = problems.length === 0 ? 0 : 1;
