/** How long the snapshot may lag behind a confirmed command, in ms. Source: our choice; a hub in another page has 1 s. */
export const SHOWN_LIMIT_MS = 2_000;
/** How often we check the snapshot until then, in ms. Our choice. */
const LOOK_GAP_MS = 20;

/**
 * Checks `look` again and again until it finds something; `undefined` after `limitMs`.
 */
export async function until<T>(look: () => T | undefined, limitMs: number): Promise<T | undefined> {
  const giveUpAt = performance.now() + limitMs;
  for (;;) {
    const value = look();
    if (value !== undefined || performance.now() > giveUpAt) return value;
    await new Promise((resolve) => setTimeout(resolve, LOOK_GAP_MS));
  }
}
