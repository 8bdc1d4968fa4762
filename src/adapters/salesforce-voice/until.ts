/** How long the snapshot may lag behind a confirmed command, in ms. Source: our choice; a hub in another page has 1 s. */
export const SHOWN_LIMIT_MS = 2_000;
/** How often the snapshot is checked until then, in ms. Our choice. */
const LOOK_GAP_MS = 20;

/**
 * What `look` finds, once it finds something; `undefined` when the limit is over. By looking: the snapshot comes in its own
 * time, also in hidden pages, whose timers are slow.
 */
export async function until<T>(look: () => T | undefined, limitMs: number): Promise<T | undefined> {
  const giveUpAt = performance.now() + limitMs;
  for (;;) {
    const value = look();
    if (value !== undefined || performance.now() > giveUpAt) return value;
    await new Promise((resolve) => setTimeout(resolve, LOOK_GAP_MS));
  }
}
