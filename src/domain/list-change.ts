import {sameData} from './same-data.js';

/** An item that is new or has changed. */
export interface PutItem<Item> {
  readonly item: Item;
  /** Its index in the list after the change, where it is new or has moved; otherwise it stays in its place. */
  readonly at?: number;
}

/** The steps that turn one list into another. Plain data: the hub sends it to its pages. */
export interface ListChange<Item> {
  /** Items with an index come in the order of the new list. */
  readonly put: readonly PutItem<Item>[];
  /** Keys of the items that left. */
  readonly gone: readonly string[];
}

/**
 * What has changed between two lists. Keys are unique within a list. Cheap while most items are the same objects as before,
 * because those are not compared field by field. Pure.
 */
export function listChange<Item>(
  before: readonly Item[],
  after: readonly Item[],
  keyOf: (item: Item) => string,
): ListChange<Item> {
  const put: PutItem<Item>[] = [];
  // Most changes move nothing: as long as both lists have the same keys, no lookup table is needed.
  let start = 0;
  while (start < before.length && start < after.length && keyOf(before[start]!) === keyOf(after[start]!)) {
    if (!sameData(before[start], after[start])) put.push({item: after[start]!});
    start++;
  }
  const left = new Map(before.slice(start).map((item, index) => [keyOf(item), start + index]));
  let last = start - 1;
  for (let at = start; at < after.length; at++) {
    const item = after[at]!;
    const key = keyOf(item);
    const index = left.get(key) ?? -1;
    left.delete(key);
    // It used to stand before an item that it now follows: it has moved.
    const moved = index <= last;
    if (!moved) last = index;
    if (moved || !sameData(before[index], item)) put.push(moved ? {item, at} : {item});
  }
  return {put, gone: [...left.keys()]};
}

/** The list after a change. Items that the change does not name stay the same objects, so they are not drawn again. Pure. */
export function withChange<Item>(
  before: readonly Item[],
  {put, gone}: ListChange<Item>,
  keyOf: (item: Item) => string,
): readonly Item[] {
  if (put.length + gone.length === 0) return before;
  const changed = new Map(put.map((one) => [keyOf(one.item), one]));
  const left = new Set(gone);
  const placed = put.filter(({at}) => at !== undefined);
  const after: Item[] = [];
  let next = 0;
  const place = (): void => {
    while (placed[next]?.at === after.length) after.push(placed[next++]!.item);
  };
  for (const item of before) {
    const key = keyOf(item);
    const now = changed.get(key);
    if (left.has(key) || now?.at !== undefined) continue;
    place();
    after.push(now ? now.item : item);
  }
  place();
  return after;
}
