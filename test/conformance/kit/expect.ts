/** How long a condition may take to come true, in ms, unless a scenario says otherwise. */
const WAIT_MS = 20_000;

const text = (value: unknown): string => JSON.stringify(value) ?? String(value);

/** Polls until a value is as wanted; the error names what was waited for and what was there. */
export async function eventually<T>(what: string, read: () => Promise<T>, wanted: T, limitMs = WAIT_MS): Promise<void> {
  const giveUpAt = Date.now() + limitMs;
  for (;;) {
    const value = await read();
    if (text(value) === text(wanted)) return;
    if (Date.now() > giveUpAt) throw new Error(`${what}: not ${text(wanted)} within ${limitMs} ms, but ${text(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** @throws {Error} naming both, where they differ. */
export function same(what: string, actual: unknown, wanted: unknown): void {
  if (text(actual) !== text(wanted)) throw new Error(`${what}: ${text(actual)} instead of ${text(wanted)}`);
}
