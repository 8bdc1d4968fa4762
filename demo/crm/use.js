/** How often it is told that this tab is in use, in ms. */
const GAP_MS = 1_000;

/** Tells that this tab is in use: a screen pop goes to the tab used last. */
export function followUse(tell) {
  let toldAt = -GAP_MS;
  const used = () => {
    if (performance.now() - toldAt < GAP_MS) return;
    toldAt = performance.now();
    tell();
  };
  addEventListener('pointerdown', used);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') used();
  });
}
