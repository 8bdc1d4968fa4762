/**
 * What one change of a long list costs: the hub builds and compares, the wire clones, the page works it in. One change of
 * 50 screen pops, and of 2,000 rows as a supervisor's board will have. Pure Node; drawing is not in it.
 */
import type {PopView} from '../src/domain/snapshot.js';
import {SliceSignals} from '../src/session/hub/slice-signals.js';
import type {SliceMessage} from '../src/worker/hub-api.js';
import {HubLog} from '../src/worker/log.js';
import {popView} from '../src/worker/pops/pop-view.js';
import {Slices} from '../src/worker/slices.js';
import type {PopRecord} from '../src/worker/store/schema.js';
import {latencyRow} from './table.js';

const CHANGES = 300;
/** The first ones warm up and are not counted. */
const WARM_UP = 50;

const pop = (n: number, receivedAt: number): PopRecord => ({
  popId: `pop-${n}`,
  interactionId: `interaction-${n}`,
  assignment: 1,
  source: 'bench',
  payload: Object.fromEntries([...Array(20).keys()].map((i) => [`field_${i}`, `value ${n} ${'x'.repeat(80)}`])),
  receivedAt,
  outcome: 'opened',
});

/** As long as a board's row; a pop only by type. */
const row = (n: number, at: number): PopView => ({
  ...{name: `Agent ${n}`, state: 'available', team: `team ${n % 20}`, queue: `queue ${n % 50}`, stateSince: at},
  ...{popId: `agent-${n}`, interactionId: `i-${n}`, source: 'board', receivedAt: at, outcome: 'none'},
  fields: [],
  records: [],
});

/** One change after the other, of one item each; how long each took, in ms. */
async function changes<Item>(
  count: number,
  make: (n: number, at: number) => Item,
  view: (item: Item) => PopView,
): Promise<number[]> {
  let items = [...Array(count).keys()].map((n) => make(n, 0));
  let asOf = 1;
  let told: SliceMessage | undefined;
  const hub = new Slices('agent', 0, new HubLog(10, Date.now), (message) => (told = message));
  hub.define('pops', () => ({asOf, source: 'stream', items: items.map(view), dropped: 0}));
  hub.mark('pops');
  const page = new SliceSignals(() => Promise.resolve());
  page.signals.pops.get();
  page.join(structuredClone(hub.currentFor(new Set(page.followed))));
  const took: number[] = [];
  for (let n = 0; n < CHANGES; n++) {
    const at = n % count;
    items = items.with(at, make(at, n + 1));
    asOf = n + 2;
    const from = performance.now();
    hub.mark('pops');
    hub.current();
    const arrived = structuredClone(told!);
    if (arrived.kind === 'list-change') page.change(arrived);
    else page.apply(arrived.name, arrived.slice);
    const shown = page.signals.pops.get().items[at]!;
    took.push(performance.now() - from);
    if (shown.receivedAt !== n + 1) throw new Error(`change ${n} did not arrive`);
    await Promise.resolve();
  }
  return took.slice(WARM_UP);
}

/** Prints both rows. */
export async function slices(): Promise<void> {
  latencyRow('50 screen pops, one change: hub → page', await changes(50, pop, (item) => popView(item, undefined)));
  latencyRow('2,000 rows, one change: hub → page', await changes(2_000, row, (item) => item));
}
