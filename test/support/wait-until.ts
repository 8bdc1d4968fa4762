import {waitUntil as poll} from '@open-wc/testing';
import {SLOWNESS} from './slowness.js';

/** For what nobody promised a time, in ms: a busy machine must not fail a wait that would come true. */
const WAIT_MS = 20_000;

/**
 * Waits until `condition` holds; polls often, so that a test is as quick as what it waits for.
 * @param options `timeout` in ms: only where the product promises a time, since it fails the test.
 */
export function waitUntil(
  condition: () => unknown,
  message?: string,
  {interval = 20, timeout = WAIT_MS}: {readonly interval?: number; readonly timeout?: number} = {},
): Promise<void> {
  return poll(condition, message, {interval, timeout: timeout * SLOWNESS});
}
