import assert from 'node:assert/strict';
import {afterEach, beforeEach, describe, mock, test} from 'node:test';
import {watchForSleep} from '../../src/worker/connection/wake-watch.js';

describe('a watch for sleep', () => {
  const realNow = Date.now;
  let now: number;
  let woken: number[];
  let over: AbortController;

  beforeEach(() => {
    mock.timers.enable({apis: ['setInterval']});
    now = 1_000_000;
    Date.now = () => now;
    woken = [];
    over = new AbortController();
    watchForSleep(10_000, over.signal, (lateByMs) => woken.push(lateByMs));
  });

  afterEach(() => {
    Date.now = realNow;
    mock.timers.reset();
  });

  /** Timers come when they are due; `sleptMs` goes by without any. */
  function pass(ms: number, sleptMs = 0): void {
    now += sleptMs + ms;
    mock.timers.tick(ms);
  }

  test('says nothing of timers that are a little late', () => {
    for (const sleptMs of [0, 900, 9_999]) pass(5_000, sleptMs);
    assert.deepEqual(woken, []);
  });

  test('tells once of one that is over 10 s late, and by how much', () => {
    pass(5_000, 600_000);
    assert.deepEqual(woken, [600_000]);
    for (let i = 0; i < 10; i++) pass(5_000);
    assert.deepEqual(woken, [600_000]);
  });

  test('ends with its signal', () => {
    over.abort();
    pass(5_000, 600_000);
    assert.deepEqual(woken, []);
  });
});
