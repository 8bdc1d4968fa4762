/** Longest text kept of what the host says, in characters. Our choice. */
const MAX_TEXT = 512;

/** Reads own properties only: what a message inherits, or calls `__proto__`, is nobody's answer. */
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

/** An admin's table, which may be asked for any name. */
export function entry<T>(table: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return table && Object.hasOwn(table, key) ? table[key] : undefined;
}
