import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {listChange, withChange} from '../../src/domain/list-change.js';
import {sameData} from '../../src/domain/same-data.js';
import {EMPTY_SNAPSHOT, type ListSliceName, type PopsSlice, type PopView} from '../../src/domain/snapshot.js';
import {SliceSignals} from '../../src/session/hub/slice-signals.js';
import type {SliceMessage} from '../../src/worker/hub-api.js';
import {HubLog} from '../../src/worker/log.js';
import {Slices} from '../../src/worker/slices.js';
import fc from '../support/fast-check.js';

interface Row {
  readonly id: string;
  readonly n: number;
}
const idOf = ({id}: Row): string => id;

/** Lists whose keys differ; few keys, so that two of them have much in common. */
const row = fc.record({id: fc.constantFrom(...'abcdefgh'), n: fc.nat(2)}, {noNullPrototype: true});
const rows = fc.uniqueArray(row, {selector: idOf});

describe('what changed in a list', () => {
  it('makes the one list of the other, whatever the two are, and names nothing that stayed', () => {
    fc.assert(
      fc.property(rows, rows, (before, after) => {
        const change = listChange(before, structuredClone(after), idOf);
        const made = withChange(before, structuredClone(change), idOf);
        assert.deepEqual(made, after);
        const named = new Set(change.put.map(({item}) => item.id));
        for (const row of made) if (!named.has(row.id)) assert.ok(before.includes(row), `${row.id} is the same object`);
      }),
    );
  });

  it('is as small as it looks: a new row, one that says something else, one that left', () => {
    const [a, b, c, d] = 'abcd'.split('').map((id) => ({id, n: 1})) as [Row, Row, Row, Row];
    assert.deepEqual(listChange([a, b, c], [d, {...a}, {...b, n: 2}], idOf), {
      put: [{item: d, at: 0}, {item: {id: 'b', n: 2}}],
      gone: ['c'],
    });
    const list = [a, b];
    assert.equal(withChange(list, listChange(list, [a, b], idOf), idOf), list);
  });

  it('goes by what JSON would say, however it is written', () => {
    const plain = fc.jsonValue({maxDepth: 3});
    fc.assert(
      fc.property(plain, plain, (a, b) => {
        const sorted = (value: unknown): string =>
          JSON.stringify(value, (_key, part: unknown) =>
            typeof part === 'object' && part !== null && !Array.isArray(part)
              ? Object.fromEntries(Object.entries(part).sort(([x], [y]) => (x < y ? -1 : 1)))
              : part,
          );
        assert.equal(sameData(a, b), sorted(a) === sorted(b));
        assert.ok(sameData(a, structuredClone(a)));
      }),
    );
    assert.ok(sameData({a: 1, b: undefined}, {a: 1}));
    assert.ok(!sameData({a: 1}, {a: 1, b: 0}));
    assert.ok(!sameData({toString: undefined, a: 1}, {b: 1}));
    assert.ok(!sameData([], {}));
    assert.ok(!sameData({}, {toString: 'x'}));
  });
});

const pop = (popId: string, n: number): PopView => ({...EMPTY_SNAPSHOT.pops.items[0]!, popId, receivedAt: n});

/** A hub's slices and one page of it, on a wire that may lose what is sent. */
class Wire {
  items: readonly PopView[] = [];
  losesNext = false;
  readonly asked: ListSliceName[] = [];
  readonly heard: SliceMessage['kind'][] = [];
  #asOf = 1;
  #follows = false;
  readonly page: SliceSignals;
  #hub = this.#newHub();

  constructor() {
    this.page = new SliceSignals(async (name) => {
      this.asked.push(name);
      await Promise.resolve();
      const slice = this.#hub.current()[name];
      this.#follows = true;
      this.#carry({kind: 'slice', name, slice});
    });
  }

  get hub(): PopsSlice {
    return this.#hub.current().pops;
  }

  #newHub(): Slices {
    const hub = new Slices('agent-1', 0, new HubLog(10, Date.now), (message) => this.#carry(message));
    hub.define('pops', () => ({...EMPTY_SNAPSHOT.pops, asOf: this.#asOf, items: this.items}));
    return hub;
  }

  #carry(message: SliceMessage): void {
    if (!this.#follows) return;
    if (this.losesNext) return void (this.losesNext = false);
    const arrived = structuredClone(message);
    this.heard.push(arrived.kind);
    if (arrived.kind === 'slice') this.page.apply(arrived.name, arrived.slice);
    else this.page.change(arrived);
  }

  /** The hub works in a list, as it is now. */
  async put(items: readonly PopView[]): Promise<void> {
    this.items = items;
    this.#asOf++;
    this.#hub.mark('pops');
    await Promise.resolve();
  }

  /** Another hub takes the place of this one, and the page joins it. */
  join(): void {
    this.#hub = this.#newHub();
    this.#hub.mark('pops');
    this.page.join(structuredClone(this.#hub.currentFor(new Set(this.page.followed))));
  }
}

describe('a list on its way from the hub to a page', () => {
  it('is the hub’s, whatever changes, is lost and comes anew', async () => {
    const step = fc.oneof(
      {weight: 3, arbitrary: fc.record({does: fc.constantFrom('put', 'lose'), rows})},
      {weight: 1, arbitrary: fc.record({does: fc.constant('join'), rows: fc.constant([])})},
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, {maxLength: 20}), async (steps) => {
        const wire = new Wire();
        wire.page.signals.pops.get();
        await Promise.resolve();
        const pops = (list: readonly Row[]): PopView[] => list.map(({id, n}) => pop(id, n));
        for (const [n, one] of steps.entries()) {
          if (one.does === 'join') wire.join();
          else {
            wire.losesNext = one.does === 'lose';
            // Something to lose: an item that no other list has.
            await wire.put([...pops(one.rows), pop(`new ${n}`, n)]);
          }
          await Promise.resolve();
        }
        // What was lost last is noticed by the next that comes.
        wire.losesNext = false;
        await wire.put([pop('last', 0), ...wire.items]);
        await Promise.resolve();
        assert.deepEqual(wire.page.get('pops'), wire.hub);
      }),
    );
  });

  it('comes once somebody uses it, first whole and then by what changed, and others stay the same objects', async () => {
    const wire = new Wire();
    wire.join();
    await wire.put([pop('a', 1), pop('b', 1)]);
    assert.deepEqual([wire.heard, wire.page.followed], [[], []]);
    const told: number[] = [];
    wire.page.subscribe('pops', ({items}) => told.push(items.length));
    await Promise.resolve();
    wire.page.signals.pops.get();
    const [a, b] = wire.page.get('pops').items;
    await wire.put([pop('c', 1), pop('a', 2), wire.items[1]!]);
    assert.deepEqual([told, wire.heard, wire.asked], [[0, 2, 3], ['slice', 'list-change'], ['pops']]);
    const {items} = wire.page.get('pops');
    assert.deepEqual(items, [pop('c', 1), pop('a', 2), pop('b', 1)]);
    assert.notEqual(items[1], a);
    assert.equal(items[2], b);
  });

  it('is asked for once when a change was lost, and is whole with the answer', async () => {
    const wire = new Wire();
    wire.page.signals.pops.get();
    await wire.put([pop('a', 1)]);
    wire.losesNext = true;
    await wire.put([pop('a', 2)]);
    assert.equal(wire.page.get('pops').items[0]!.receivedAt, 1);
    await wire.put([pop('a', 2), pop('b', 1)]);
    await Promise.resolve();
    assert.deepEqual(wire.asked, ['pops', 'pops']);
    assert.deepEqual(wire.page.get('pops'), wire.hub);
  });

  it('is in the answer to a joining that says that it is followed', async () => {
    const wire = new Wire();
    await wire.put([pop('a', 1)]);
    wire.page.signals.pops.get();
    await Promise.resolve();
    wire.join();
    assert.deepEqual(wire.page.get('pops').items, [pop('a', 1)]);
    assert.deepEqual(wire.asked, ['pops']);
  });

  it('is asked for after a joining during which somebody used it first', () => {
    const asked: ListSliceName[] = [];
    const page = new SliceSignals(async (name) => asked.push(name));
    const {pops: _, ...others} = EMPTY_SNAPSHOT;
    const settled = page.followed;
    page.signals.pops.get();
    asked.length = 0;
    return Promise.resolve().then(() => {
      page.join({...others});
      assert.deepEqual([settled, asked], [[], ['pops']]);
    });
  });

  it('changes by what this hub told, not by what is shown of the hub before it', async () => {
    const wire = new Wire();
    wire.page.signals.pops.get();
    await wire.put([pop('old', 1)]);
    // The new hub has read nothing yet: the page goes on to show what it knew.
    const page = wire.page;
    const before = page.get('pops').items;
    page.join({...EMPTY_SNAPSHOT, pops: {...EMPTY_SNAPSHOT.pops, version: 1}});
    assert.equal(page.get('pops').items, before);
    const {items: _, ...rest} = EMPTY_SNAPSHOT.pops;
    const change = {put: [{item: pop('new', 2), at: 0}], gone: []};
    page.change({kind: 'list-change', name: 'pops', rest: {...rest, version: 2, asOf: 5}, change});
    assert.deepEqual(page.get('pops').items, [pop('new', 2)]);
  });
});
