import assert from 'node:assert/strict';
import {afterEach, beforeEach, it} from 'node:test';
import {steadyNow} from '../../src/domain/monotonic.js';

const real = {wall: Date.now, monotonic: performance.now.bind(performance)};
let shiftMs = 0;
let passedMs = 0;

beforeEach(() => {
  const [wall, monotonic] = [Date.now(), performance.now()];
  shiftMs = passedMs = 0;
  Date.now = () => wall + passedMs + shiftMs;
  performance.now = () => monotonic + passedMs;
});
afterEach(() => {
  Date.now = real.wall;
  performance.now = real.monotonic;
});

it('goes on as it did when the wall clock is set back, however often', () => {
  const before = steadyNow();
  for (const shift of [-600_000, -601_000, -90_000_000]) {
    shiftMs = shift;
    passedMs += 2_000;
    assert.ok(Math.abs(steadyNow() - before - passedMs) <= 3);
  }
});

it('never goes back by a moment', () => {
  let latest = steadyNow();
  for (let i = 0; i < 50; i++) {
    shiftMs -= 30;
    passedMs += 10;
    const now = steadyNow();
    assert.ok(now >= latest);
    latest = now;
  }
});

it('follows the wall clock through a sleep, in which the monotonic one may stand still', () => {
  const before = steadyNow();
  shiftMs = 3_600_000;
  assert.ok(Math.abs(steadyNow() - before - 3_600_000) <= 1);
});
