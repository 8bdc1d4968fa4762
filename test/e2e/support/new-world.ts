import {after} from 'node:test';
import type {Browser} from 'puppeteer-core';
import {launch, startWorld, type World} from './world.js';

let browser: Promise<Browser> | undefined;

after(async () => (await browser)?.close());

/**
 * A world for one test: nothing of an earlier test is in it, and nothing that an earlier one sent can arrive. All tests
 * of a file share one browser, since a start of it costs more than most tests do.
 */
export async function newWorld(
  options: Omit<Parameters<typeof startWorld>[0] & object, 'browser' | 'args' | 'without'> = {},
): Promise<World> {
  // A test may have crashed it.
  if (!(await browser)?.connected) browser = launch();
  return startWorld({...options, browser: await browser!});
}
