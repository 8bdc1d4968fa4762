import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import fc from '../support/fast-check.js';
import {hubAnswerMs, pageWaitMs} from '../../src/domain/hub-limits.js';
import {DEFAULT_HUB_SETTINGS} from '../../src/domain/settings.js';

/** What a setting of a time may be. */
const ms = fc.integer({min: 0, max: 2 ** 31 - 1});

describe('how long a page waits for the hub', () => {
  it('is longer than the hub takes at worst, by default', () => {
    // The window, one more request, and two reads of 5 s each.
    assert.ok(hubAnswerMs(DEFAULT_HUB_SETTINGS) > 15_000 + 3 * 5_000);
    assert.ok(pageWaitMs(DEFAULT_HUB_SETTINGS) > hubAnswerMs(DEFAULT_HUB_SETTINGS));
  });

  it('is longer than that with any settings, and never more than a timer can wait', () => {
    fc.assert(
      fc.property(ms, ms, (commandRetryWindowMs, requestTimeoutMs) => {
        const timing = {commandRetryWindowMs, requestTimeoutMs};
        assert.ok(pageWaitMs(timing) > hubAnswerMs(timing));
        assert.ok(pageWaitMs(timing) < 2 ** 31);
      }),
    );
  });
});
