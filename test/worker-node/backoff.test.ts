import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import fc from '../support/fast-check.js';
import {DEFAULT_HUB_SETTINGS} from '../../src/domain/settings.js';
import {Backoff, MAX_RETRY_AFTER_MS, parseRetryAfterMs, reconnectDelayMs} from '../../src/platform/client/backoff.js';

const TIMEOUT = {timeout: 10_000};
const never = () => 0;
const most = () => 0.999_999;

describe('the waits before tries to be live again', () => {
  test('2, 4, 8, 15 … s, 30 s before the 6th and the 11th, a minute once 12 are spent', TIMEOUT, () => {
    const waits = Array.from({length: 14}, (_, i) => reconnectDelayMs(i + 1, DEFAULT_HUB_SETTINGS, never) / 1_000);
    assert.deepEqual(waits, [2, 4, 8, 15, 15, 30, 15, 15, 15, 15, 30, 15, 60, 60]);
  });

  test('up to one second of jitter is added', TIMEOUT, () => {
    fc.assert(
      fc.property(
        fc.integer({min: 1, max: 40}),
        fc.double({min: 0, max: 1, maxExcluded: true, noNaN: true}),
        (attempt, r) => {
          const jitter =
            reconnectDelayMs(attempt, DEFAULT_HUB_SETTINGS, () => r) -
            reconnectDelayMs(attempt, DEFAULT_HUB_SETTINGS, never);
          assert.ok(jitter >= 0 && jitter <= 1_000);
        },
      ),
    );
  });

  test('are settings, and odd ones do no harm', TIMEOUT, () => {
    const settings = {
      ...DEFAULT_HUB_SETTINGS,
      reconnectDelaysMs: [10, 20],
      reconnectJitterMs: 0,
      reconnectBreakerEvery: 0,
    };
    assert.deepEqual(
      [1, 2, 3, 6].map((n) => reconnectDelayMs(n, settings, most)),
      [10, 20, 20, 20],
    );
    assert.equal(reconnectDelayMs(1, {...settings, reconnectDelaysMs: []}, never), 0);
    assert.equal(reconnectDelayMs(0, settings, never), 10);
  });
});

describe('the waits before retries', () => {
  const waits = (backoff: Backoff, times: number) => Array.from({length: times}, () => Math.round(backoff.nextMs()));

  test('are anything up to 1, 2, 4 … s, capped', TIMEOUT, () => {
    const backoff = new Backoff(1_000, 30_000, most);
    assert.deepEqual(waits(backoff, 7), [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    assert.equal(backoff.retries, 7);
    assert.deepEqual(waits(new Backoff(1_000, 30_000, never), 3), [0, 0, 0]);
    waits(backoff, 2_000);
    assert.ok(Number.isFinite(backoff.nextMs()), 'also after days');
  });

  test('begin anew once the work has succeeded', TIMEOUT, () => {
    const backoff = new Backoff(1_000, 30_000, most);
    waits(backoff, 3);
    backoff.reset();
    assert.deepEqual(waits(backoff, 2), [1_000, 2_000]);
  });
});

describe('Retry-After', () => {
  const now = Date.UTC(2026, 2, 1, 12, 0, 0);
  const ROWS: readonly (readonly [string | null | undefined, number | undefined])[] = [
    ['0', 0],
    ['5', 5_000],
    [' 5 ', 5_000],
    ['1.5', 1_500],
    ['-5', 0],
    ['9999999999', MAX_RETRY_AFTER_MS],
    ['Sun, 01 Mar 2026 12:00:07 GMT', 7_000],
    ['Sun, 01 Mar 2026 11:00:00 GMT', 0],
    ['Sunday, 01-Mar-26 12:00:07 GMT', 7_000],
    ['Sun Mar  1 12:00:07 2026 GMT', 7_000],
    ['Mon, 01 Mar 2027 12:00:00 GMT', MAX_RETRY_AFTER_MS],
    ['', undefined],
    [null, undefined],
    [undefined, undefined],
    ['soon', undefined],
    ['5 minutes', undefined],
    ['1e9', undefined],
    ['0x10', undefined],
    ['NaN', undefined],
    ['Infinity', undefined],
    ['2026', 2_026_000],
    ['2026-03-01T12:00:07Z', undefined],
    ['Sun, 99 Foo 2026', undefined],
  ];
  for (const [header, expected] of ROWS) {
    test(`${JSON.stringify(header) ?? 'absent'} → ${expected ?? 'nothing'}`, TIMEOUT, () => {
      assert.equal(parseRetryAfterMs(header, now), expected);
    });
  }

  test('any text gives a bounded wait or nothing', TIMEOUT, () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.double().map(String),
          fc.date({noInvalidDate: true}).map((d) => d.toUTCString()),
        ),
        (text) => {
          const ms = parseRetryAfterMs(text, now);
          assert.ok(ms === undefined || (ms >= 0 && ms <= MAX_RETRY_AFTER_MS), `${text}: ${ms}`);
        },
      ),
      {numRuns: 1_000},
    );
  });
});
