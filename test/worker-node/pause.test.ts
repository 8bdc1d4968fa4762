import assert from 'node:assert/strict';
import {getEventListeners} from 'node:events';
import {afterEach, beforeEach, describe, it, mock} from 'node:test';
import {pause} from '../../src/domain/pause.js';

describe('a pause', () => {
  beforeEach(() => mock.timers.enable({apis: ['setTimeout']}));
  afterEach(() => mock.timers.reset());

  const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

  it('lasts its time and leaves no listener on a signal that outlives it', async () => {
    const {signal} = new AbortController();
    let isOver = false;
    const paused = pause(1_000, signal).then(() => (isOver = true));
    mock.timers.tick(999);
    await Promise.resolve();
    assert.equal(isOver, false);
    mock.timers.tick(1);
    await paused;
    assert.equal(listeners(signal), 0);
  });

  it('ends with the signal, before or during it', async () => {
    const ending = new AbortController();
    const paused = pause(1_000, ending.signal);
    ending.abort();
    await paused;
    await pause(1_000, ending.signal);
    assert.equal(listeners(ending.signal), 0);
  });
});
