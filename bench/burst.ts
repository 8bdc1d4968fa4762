/** Far more screen pops than anybody can look at: the page must keep the newest and stay responsive. */
import type {CxoneSession} from '../src/session/session.js';
import {addSession, snapshotOf} from '../test/e2e/support/plain-page.js';
import {AGENT, until, type World} from '../test/e2e/support/world.js';

const POPS = 10_000;
/** So many at a time, then the simulator's sockets have their turn. */
const BATCH = 250;
/** How long all of it may take. */
const LIMIT_MS = 120_000;

interface Watched {
  readonly longTasks: readonly number[];
  readonly worstFrameMs: number;
  readonly opened: number;
}

/** Pushes them as fast as the simulator takes them, and prints what the page made of it. */
export async function burst(world: World): Promise<void> {
  const page = await world.open('/test/blank.html');
  // Without it a window that is not in front paints nothing.
  const devtools = await page.createCDPSession();
  await devtools.send('Emulation.setFocusEmulationEnabled', {enabled: true});
  // The log keeps all of it, so that its warnings can be counted.
  await addSession(page, {logMaxEntries: 4 * POPS});
  await until('live', async () => (await snapshotOf(page))?.connection.mode === 'live');
  await page.evaluate(() => {
    const watched = {longTasks: [] as number[], worstFrameMs: 0, opened: 0};
    Object.assign(window, {watched});
    document.addEventListener('cxone-screen-pop', (event) => {
      event.preventDefault();
      watched.opened++;
    });
    new PerformanceObserver((list) => {
      watched.longTasks.push(...list.getEntries().map(({duration}) => duration));
    }).observe({type: 'longtask'});
    let last = performance.now();
    (window as unknown as {frame: FrameRequestCallback}).frame = (now) => {
      watched.worstFrameMs = Math.max(watched.worstFrameMs, now - last);
      last = now;
      requestAnimationFrame((window as unknown as {frame: FrameRequestCallback}).frame);
    };
    requestAnimationFrame((window as unknown as {frame: FrameRequestCallback}).frame);
  });
  // A second of rest tells what this machine's frames are like without it.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const atRest = await page.evaluate(() => {
    const {watched} = window as unknown as {watched: {worstFrameMs: number; longTasks: number[]}};
    const {worstFrameMs} = watched;
    watched.worstFrameMs = 0;
    watched.longTasks.length = 0;
    return worstFrameMs;
  });

  const from = Date.now();
  for (let n = 1; n <= POPS; n++) {
    const frame = {
      eventType: 'interaction.screenpop',
      timestamp: new Date().toISOString(),
      data: {interactionId: `burst-${n}`, agentId: AGENT, source: 'bench', payload: {crm_account_id: `ACC-${n}`}},
    };
    world.simulation.streams.sendRaw(AGENT, JSON.stringify(frame));
    if (n % BATCH === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  const sentMs = Date.now() - from;
  await until(
    'the last one is shown',
    async () => (await snapshotOf(page))?.pops.items.some(({interactionId}) => interactionId === `burst-${POPS}`),
    LIMIT_MS,
  );
  const shownMs = Date.now() - from;
  const {items, dropped} = (await snapshotOf(page))!.pops;
  const {longTasks, worstFrameMs, opened} = await page.evaluate(
    () => (window as unknown as {watched: Watched}).watched,
  );
  const warnings = await page.evaluate(async () => {
    const {session} = document.querySelector('cxone-session') as unknown as {session: CxoneSession};
    const told = (await session.log()).filter(({event}) => event === 'pop_buffer_full');
    return told.map(({at, data}) => ({at, dropped: Number(data?.['dropped'])}));
  });
  const gaps = warnings.slice(1).map(({at}, i) => at - warnings[i]!.at);
  const toldOf = warnings.reduce((sum, warning) => sum + warning.dropped, 0);
  const of = (name: string, text: string): void => console.log(`${name.padEnd(44)}${text}`);
  console.log(`\n${POPS} screen pops at once`);
  of('sent by the simulator in', `${sentMs} ms`);
  of('the last one shown after', `${shownMs} ms`);
  of('kept / dropped / opened', `${items.length} / ${dropped} / ${opened}`);
  of(
    'pop_buffer_full in the log',
    `${warnings.length} in ${(shownMs / 1_000).toFixed(1)} s, of ${toldOf} dropped` +
      (gaps.length > 0 ? `, ${Math.min(...gaps).toFixed(0)} ms apart at least` : ''),
  );
  of('long tasks in the page', `${longTasks.length}, ${Math.max(0, ...longTasks).toFixed(0)} ms at most`);
  of('worst gap between frames (at rest)', `${worstFrameMs.toFixed(0)} ms (${atRest.toFixed(0)} ms)`);
  await page.close();
}
