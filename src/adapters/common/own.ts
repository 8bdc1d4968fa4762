/** The longest text that we keep from a host, in characters. Our choice. */
const MAX_TEXT = 512;

/** Reads own properties only, never inherited ones or `__proto__`. */
export function own(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;
}

/** A text that is there and no longer than a panel can show. */
export function ownText(value: unknown, key: string): string | undefined {
  const text = own(value, key);
  return typeof text === 'string' && text !== '' && text.length <= MAX_TEXT ? text : undefined;
}

/**
 * The first items of a host's list, each read by `read`. By index: a list may have holes and fields of its own; and by
 * nothing of the page's: older libraries replace `Array.from` and list methods by others that take or give less.
 */
export function readList<T>(list: readonly unknown[], limit: number, read: (item: unknown) => T): T[] {
  const items: T[] = [];
  for (let i = 0; i < list.length && i < limit; i++) items.push(read(list[i]));
  return items;
}

/** A table that an admin writes; it can be asked for any name. */
export function entry<T>(table: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return table && Object.hasOwn(table, key) ? table[key] : undefined;
}
