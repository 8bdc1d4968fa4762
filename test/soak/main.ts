/**
 * The soak: `npm run soak -- --minutes=3`. A shift in fast motion, all intervals divided by 20 (three minutes are an hour
 * of the platform's time), with 100 events a second on the stream, on a page that draws its widgets anew every second. Heaps
 * must stay flat, removed widgets must be collected, no heartbeat may be missed, and at the end the page must show what is
 * true.
 */
import {parseArgs} from 'node:util';
import {TargetType, type CDPSession, type Page} from 'puppeteer-core';
import type {CxoneSession} from '../../src/session/session.js';
import {FAST} from '../chaos/fast.js';
import {addSession, ask, snapshotOf} from '../e2e/support/plain-page.js';
import {AGENT, startWorld, until} from '../e2e/support/world.js';

const {values} = parseArgs({options: {minutes: {type: 'string', default: '3'}}});
const DURATION_MS = Number(values.minutes) * 60_000;
/** Caches, the log and the optimiser fill in this time: its heaps count for nothing. Our choice. */
const WARM_UP_MS = Math.min(30_000, DURATION_MS / 6);
const EVENTS_PER_SECOND = 100;
const REPORT_EVERY_MS = 15_000;
/** A call is answered, held and ended in this time. */
const CALL_EVERY_MS = 4_000;
/** A CRM that draws its panel anew does so this often. */
const REDRAW_EVERY_MS = 1_000;
/** Widgets of the last drawing may still be held by what is on its way. */
const STILL_HELD = 5;
/** What the last third's heap may have over the first third's, as a part of it and in bytes: GC is no clock. */
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

/** The number of the last numbered event that the hub has worked in: events keep their order. */
const workedIn = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    const {session} = document.querySelector('cxone-session') as unknown as {session: CxoneSession};
    const names = (await session.log()).map(({data}) => String(data?.['name'] ?? ''));
    return Number(names.findLast((name) => name.startsWith('made.up.'))?.slice('made.up.'.length) ?? 0);
  });

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, n) => sum + n, 0) / numbers.length;
const kB = (bytes: number): string => `${(bytes / 1_024).toFixed(0)} kB`;

/** Removes all widgets and puts new ones in their places; the session stays. */
const redraw = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const {removed} = window as unknown as {removed: WeakRef<Element>[]};
    for (const widget of [...document.querySelector('cxone-session')!.children]) {
      removed.push(new WeakRef(widget));
      widget.replaceWith(widget.cloneNode());
    }
  });

/** Removed widgets that something still holds, by name. */
const heldWidgets = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const {removed} = window as unknown as {removed: WeakRef<Element>[]};
    return removed.flatMap((ref) => ref.deref()?.localName ?? []);
  });

/** The end of the hub's diagnostics log, for whoever reads a failure. */
const lastWords = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const {session} = document.querySelector('cxone-session') as unknown as {session: CxoneSession};
    const told = (await session.log()).filter(({event}) => event !== 'unknown-event' && event !== 'duplicate_dropped');
    return told.slice(-20).map((entry) => JSON.stringify({...entry, at: new Date(entry.at).toISOString()}));
  });

const world = await startWorld();
const {sim, simulation, browser} = world;
const problems: string[] = [];
const page = await world.open('/test/blank.html');
try {
  await addSession(page, FAST);
  await until('live', async () => (await snapshotOf(page))?.connection.mode === 'live');
  await page.evaluate(() => {
    const tasks: number[] = [];
    Object.assign(window, {longTasks: tasks, removed: []});
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({duration}) => duration))).observe({
      type: 'longtask',
    });
  });
  const target = await browser.waitForTarget((one) => one.type() === TargetType.SHARED_WORKER);
  const worker = await target.createCDPSession();
  const devtools = await page.createCDPSession();

  const startedAt = Date.now();
  const passed = (): number => Date.now() - startedAt;
  let sent = 0;
  let ringing: string | undefined;
  let copied = '';
  let calls = 0;

  /** One of what a busy platform says: news of a call, a copy of them, and things nobody knows. */
  const emit = (): void => {
    const timestamp = new Date().toISOString();
    const kind = ++sent % 4;
    if (kind === 0 && ringing) {
      const data = {interactionId: ringing, agentId: AGENT, source: 'soak', payload: {note: `n${sent}`}};
      copied = JSON.stringify({eventType: 'interaction.screenpop', timestamp, data});
    }
    const isNews = copied !== '' && ringing !== undefined && kind <= 1;
    simulation.streams.sendRaw(
      AGENT,
      isNews ? copied : JSON.stringify({eventType: `made.up.${sent}`, timestamp, data: {n: sent}}),
    );
  };
  const eventsOver = (async () => {
    while (passed() < DURATION_MS) {
      while (sent < Math.floor((passed() / 1_000) * EVENTS_PER_SECOND)) emit();
      await new Promise((resolve) => setTimeout(resolve, 1_000 / EVENTS_PER_SECOND));
    }
  })();
  const callsOver = (async () => {
    while (passed() < DURATION_MS - CALL_EVERY_MS) {
      const endAt = Date.now() + CALL_EVERY_MS;
      const {interactionId} = await sim.ring({acwSeconds: 1, screenPop: {crm_account_id: 'ACC-44921'}});
      const shows = (state: string): Promise<unknown> =>
        until(state, async () => {
          const items = (await snapshotOf(page))?.interactions.items;
          return items?.some(
            (item) => item.interactionId === interactionId && item.state === state && item.waitingFor === undefined,
          );
        });
      await shows('ringing');
      ringing = interactionId;
      await ask(page, 'answer', interactionId);
      await shows('talking');
      await ask(page, 'hold', interactionId);
      await shows('hold');
      await until('the customer has had enough', async () => Date.now() > endAt - CALL_EVERY_MS / 2);
      ringing = undefined;
      await sim.end(interactionId);
      calls++;
      await until('the next call may come', async () => Date.now() > endAt);
    }
  })();

  let redrawn = 0;
  const redrawsOver = (async () => {
    while (passed() < DURATION_MS) {
      await redraw(page);
      redrawn++;
      await new Promise((resolve) => setTimeout(resolve, REDRAW_EVERY_MS));
    }
  })();

  const samples: Sample[] = [];
  const report = async (): Promise<void> => {
    const of = sent;
    const known = await workedIn(page);
    samples.push({atMs: passed(), worker: await heapOf(worker), page: await heapOf(devtools)});
    const {worker: w, page: p} = samples.at(-1)!;
    const {total} = await sim.get<{total: number}>('/_sim/streams');
    const tasks = await page.evaluate(() => (window as unknown as {longTasks: number[]}).longTasks);
    console.log(
      `${String(Math.round(passed() / 1_000)).padStart(4)} s  events ${of}, worked in ${known}  calls ${calls}  ` +
        `worker ${kB(w)}  page ${kB(p)}  redrawn ${redrawn}  streams lost ${total - 1}  ` +
        `long tasks ${tasks.length}${tasks.length > 0 ? `, ${Math.max(...tasks).toFixed(0)} ms at most` : ''}`,
    );
  };
  const reportsOver = (async () => {
    while (passed() < DURATION_MS) {
      await report();
      const next = Math.min(Math.floor(passed() / REPORT_EVERY_MS + 1) * REPORT_EVERY_MS, DURATION_MS);
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - passed())));
    }
  })();
  await Promise.all([eventsOver, callsOver, redrawsOver, reportsOver]);

  simulation.streams.sendRaw(
    AGENT,
    JSON.stringify({eventType: `made.up.${++sent}`, timestamp: new Date().toISOString(), data: {}}),
  );
  await until('the last event is worked in', async () => (await workedIn(page)) === sent);
  await until('after-call work is over', async () => {
    const {sessions} = await sim.get<{sessions: unknown[]}>('/_sim/state');
    return sessions.length === 0;
  });
  await until('the page shows the platform’s state', async () => {
    const shown = await snapshotOf(page);
    const {agents} = await sim.get<{agents: {id: string; statusKey: string}[]}>('/_sim/state');
    return (
      shown?.connection.mode === 'live' &&
      shown.agent.presence?.state === agents.find(({id}) => id === AGENT)?.statusKey &&
      shown.interactions.items.length === 0 &&
      shown.acw.items.length === 0
    );
  });
  await report();
  await until('removed widgets are collected', async () => {
    await heapOf(devtools);
    const held = await heldWidgets(page);
    return (
      held.length <= STILL_HELD || Promise.reject(new Error(`${held.length} are held: ${[...new Set(held)].join()}`))
    );
  });

  const third = (n: number): Sample[] =>
    samples.filter(({atMs}) => {
      const part = ((atMs - WARM_UP_MS) / (DURATION_MS - WARM_UP_MS)) * 3;
      return part >= 0 && Math.min(2, Math.floor(part)) === n;
    });
  for (const of of ['worker', 'page'] as const) {
    const [first, last] = [mean(third(0).map((s) => s[of])), mean(third(2).map((s) => s[of]))];
    console.log(`heap of the ${of}: first third ${kB(first)}, last third ${kB(last)}`);
    if (!(last - first <= Math.max(first * GROWTH_PART, GROWTH_BYTES))) problems.push(`the heap of the ${of} grows`);
  }
  const {total} = await sim.get<{total: number}>('/_sim/streams');
  if (total !== 1) problems.push(`${total - 1} heartbeats were missed: the stream was opened ${total} times`);
} catch (error) {
  problems.push(error instanceof Error ? error.message : String(error));
  for (const line of await lastWords(page).catch(() => [])) console.log(line);
} finally {
  await world.close();
}
for (const problem of problems) console.log(`FAILED  ${problem}`);
console.log(problems.length === 0 ? '1 passed, 0 failed' : '0 passed, 1 failed');
process.exitCode = problems.length === 0 ? 0 : 1;
