import {SLOWNESS} from './slowness.js';

/** For what nobody promised a time, in ms: a busy machine must not fail a wait that would come true. */
const WAIT_MS = 20_000;

/** Tests turn the clock: waiting goes by the real one. */
const real = {setTimeout: globalThis.setTimeout, now: performance.now.bind(performance)};

/**
 * Waits until `condition` holds; polls often, so that a test is as quick as what it waits for.
 * @param options `timeout` in ms: only where the product promises a time, since it fails the test.
 */
export async function waitUntil(
  condition: () => unknown,
  message = 'a condition',
  {interval = 20, timeout = WAIT_MS}: {readonly interval?: number; readonly timeout?: number} = {},
): Promise<void> {
  const limitMs = timeout * SLOWNESS;
  // Made here, its stack names the test.
  const late = new Error(`Not within ${limitMs} ms: ${message}`);
  const giveUpAt = real.now() + limitMs;
  while (!(await condition())) {
    if (real.now() > giveUpAt) throw late;
    await new Promise((resolve) => real.setTimeout.call(globalThis, resolve, interval));
  }
}
