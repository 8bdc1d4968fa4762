/**
 * How far the wall clock may fall behind the monotonic one between two looks without having been set back, in ms. Source:
 * our choice: both are rounded, and a clock that is slewed goes a little slower.
 */
const SLEWED_MS = 100;

let wall = Date.now();
let monotonic = performance.now();
let ahead = 0;
let latest = wall;

/**
 * Epoch ms that never go back: the wall clock, but where that is set back (a time service, a virtual machine that is
 * restored), time goes on as it did. Forward it follows the wall clock, since a machine that sleeps may stop the other one.
 * All that is ordered, and every duration, goes by it; an instant of another context is compared by `Date.now()`, or
 * after a correction (see `SliceSignals.join`): each context began to count when it was loaded.
 */
export function steadyNow(): number {
  const [wallNow, monotonicNow] = [Date.now(), performance.now()];
  const lost = monotonicNow - monotonic - (wallNow - wall);
  if (lost > SLEWED_MS) ahead += lost;
  [wall, monotonic] = [wallNow, monotonicNow];
  latest = Math.max(latest, wall + Math.round(ahead));
  return latest;
}
