import {waitUntil as poll} from '@open-wc/testing';

/** A test's own limit is 30 s; a busy machine must not fail a wait that would come true. */
const WAIT_MS = 20_000;

/** Waits until `condition` holds; polls often, so that a test is as quick as what it waits for. */
export function waitUntil(
  condition: () => unknown,
  message?: string,
  options: {readonly interval?: number; readonly timeout?: number} = {},
): Promise<void> {
  return poll(condition, message, {interval: 20, ...options, timeout: Math.max(WAIT_MS, options.timeout ?? 0)});
}
