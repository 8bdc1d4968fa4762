/**
 * How far the wall clock may fall behind the monotonic clock between two readings before we take it for set back, in ms.
 * Source: our choice; both are rounded, and a clock that is being adjusted runs a little slower.
 */
const SLEWED_MS = 100;

let wall = Date.now();
let monotonic = performance.now();
let ahead = 0;
let latest = wall;

/**
 * Epoch ms that never go back. This is the wall clock, except when that is set back (by a time service, or a virtual machine
 * that is restored): then time simply goes on. It follows the wall clock forward, because the monotonic clock may stop while
 * the machine sleeps. Use it for order and durations. Each page or worker starts its own count when it loads, so compare
 * instants of two of them by `Date.now()`, or after a correction (see `SliceSignals.join`).
 */
export function steadyNow(): number {
  const [wallNow, monotonicNow] = [Date.now(), performance.now()];
  const lost = monotonicNow - monotonic - (wallNow - wall);
  if (lost > SLEWED_MS) ahead += lost;
  [wall, monotonic] = [wallNow, monotonicNow];
  latest = Math.max(latest, wall + Math.round(ahead));
  return latest;
}
