import assert from 'node:assert/strict';
import {randomInt} from 'node:crypto';
import {describe, it} from 'node:test';
import {campaign} from '../chaos/run.js';
import {scriptOf} from '../chaos/script.js';
import type {Mode} from '../chaos/stage.js';
import {LONG} from '../support/long.js';

/** Scripts that broke something once, and a first one of each mode. `npm run chaos` looks for more. */
const KEPT: readonly (readonly [mode: Mode, seed: number, steps: number])[] = [
  ['shared', 2, 400],
  ['elected', 2, 200],
  ['page', 2, 100],
];
const LIMIT_MS = 180_000;
/** In the long run also a script that nobody has played yet. Its seed is in the test's name. */
const FRESH_SEED = randomInt(2 ** 31);
const FRESH: typeof KEPT = LONG
  ? [
      ['shared', FRESH_SEED, 300],
      ['elected', FRESH_SEED, 300],
      ['page', FRESH_SEED, 300],
    ]
  : [];

describe('the fault campaign', () => {
  for (const [mode, seed, steps] of [...KEPT, ...FRESH]) {
    it(`${mode}, seed ${seed}, ${steps} steps`, {timeout: LIMIT_MS}, async () => {
      const failure = await campaign(mode, scriptOf(seed, steps), 0);
      const script = failure?.script.map((step) => JSON.stringify(step)).join('\n');
      assert.equal(failure?.what, undefined, script);
    });
  }
});
