import assert from 'node:assert/strict';
import {afterEach, beforeEach, describe, it, mock} from 'node:test';
import {CxoneError, type ErrorCode} from '../../src/domain/errors.js';
import {DEFAULT_HUB_SETTINGS} from '../../src/domain/settings.js';
import type {HubContext} from '../../src/worker/hub-context.js';
import {Freshness, sendKeyed, type Sent} from '../../src/worker/calls/keyed-send.js';
import {HubLog} from '../../src/worker/log.js';
import type {KeyedTry, Outcome} from '../../src/platform/port/platform.js';

const START = Date.UTC(2026, 10, 20, 12);
/** Source: the setting `commandRetryWindowMs`. */
const WINDOW_MS = 15_000;

const fails = (code: ErrorCode, status?: number, retryAfterMs?: number): (() => Promise<never>) => {
  return () => Promise.reject(new CxoneError(code, code, {status, retryAfterMs}));
};
const lost = fails('UNAVAILABLE', 503);
const silent = fails('TIMEOUT');
const done = (): Promise<Outcome<string>> => Promise.resolve({facts: 'done'});
const accepted = (): Promise<Outcome<string>> => Promise.resolve('accepted');

describe('a write with a key', () => {
  /** What `performance.now()` shows: unlike the wall clock it cannot be set. */
  let steady = 0;
  let sentAt: number[];
  let isReplaced: boolean;
  let looks: number;
  let unknown: number;

  beforeEach(() => {
    mock.timers.enable({apis: ['setTimeout', 'Date'], now: START});
    steady = 0;
    mock.method(performance, 'now', () => steady);
    // The longest waits that full jitter can give, as good as.
    mock.method(Math, 'random', () => 0.999);
    sentAt = [];
    isReplaced = false;
    looks = 0;
    unknown = 0;
  });
  afterEach(() => {
    mock.timers.reset();
    mock.restoreAll();
  });

  /** What can go on without time does. */
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 30; i++) await Promise.resolve();
  };

  /** Sends by a script of answers, the last of which repeats; time goes on until it has ended. */
  async function run(
    answers: readonly (() => Promise<Outcome<string>>)[],
    {
      reached,
      shown,
      beforeLeaving,
      clickedAt = Date.now(),
      idempotent = true,
      isAskable = true,
    }: {
      readonly reached?: boolean;
      /** What an event shows. */
      readonly shown?: boolean;
      /** What a try waits for before it may leave. */
      readonly beforeLeaving?: (attempt: number) => void | Promise<void>;
      readonly clickedAt?: number;
      readonly idempotent?: boolean;
      /** The platform can be asked what became of it. */
      readonly isAskable?: boolean;
    } = {},
  ): Promise<Sent<string> | ErrorCode> {
    const hub = {
      settings: DEFAULT_HUB_SETTINGS,
      platform: {calls: {idempotent}, state: isAskable ? {interaction: done} : {}},
      signal: new AbortController().signal,
      log: new HubLog(10, Date.now),
      store: {
        assertMine: () =>
          isReplaced ? Promise.reject(new CxoneError('HUB_UNREACHABLE', 'replaced')) : Promise.resolve(),
      },
    } as unknown as HubContext;
    let attempt = 0;
    let result: Sent<string> | ErrorCode | undefined;
    void sendKeyed(hub, {
      what: 'answer',
      key: 'key',
      freshness: new Freshness(clickedAt, WINDOW_MS),
      async send({mayLeave}: KeyedTry) {
        await beforeLeaving?.(attempt);
        await mayLeave();
        sentAt.push(Date.now() - START);
        return answers[Math.min(attempt++, answers.length - 1)]!();
      },
      reached: () => {
        looks++;
        return Promise.resolve(reached);
      },
      ...(shown !== undefined && {shown: () => Promise.resolve(shown)}),
      onUnknown: () => unknown++,
    }).then(
      (sent) => (result = sent),
      (error: unknown) => (result = (error as CxoneError).code),
    );
    await settle();
    for (let i = 0; i < 1_000 && result === undefined; i++) {
      steady += 100;
      mock.timers.tick(100);
      await settle();
    }
    assert.notEqual(result, undefined, 'it never ends');
    return result!;
  }

  it('ends with its answer', async () => {
    assert.deepEqual(await run([done]), {kind: 'answered', facts: 'done'});
    assert.deepEqual([sentAt.length, looks], [1, 0]);
  });

  it('goes again after ≤ 1, ≤ 2, ≤ 4 s where the answer is lost, then it is looked at', async () => {
    assert.equal(await run([lost]), 'UNKNOWN_OUTCOME');
    assert.deepEqual(
      sentAt.map((at, i) => Math.round((at - (sentAt[i - 1] ?? 0)) / 1_000)),
      [0, 1, 2, 4],
    );
    assert.deepEqual([looks, unknown], [1, 1]);
  });

  it('that a look finds done is done; that it finds not done has failed', async () => {
    assert.deepEqual(await run([lost], {reached: true}), {kind: 'already'});
    assert.equal(await run([silent], {reached: false}), 'TIMEOUT');
  });

  it('goes once where the platform does not remember keys', async () => {
    assert.equal(await run([lost], {idempotent: false}), 'UNKNOWN_OUTCOME');
    assert.equal(sentAt.length, 1);
  });

  it('waits as long as a 429 asks, if the click is still fresh then', async () => {
    assert.deepEqual(await run([fails('RATE_LIMITED', 429, 6_000), done]), {kind: 'answered', facts: 'done'});
    assert.deepEqual(sentAt, [0, 6_000]);
  });

  it('ends at once with a 429 that asks for longer than the click is fresh', async () => {
    assert.equal(await run([fails('RATE_LIMITED', 429, 15_000), done]), 'RATE_LIMITED');
    assert.deepEqual(sentAt, [0]);
    assert.equal(Date.now(), START);
  });

  const late: readonly (readonly [string, () => void | Promise<void>])[] = [
    ['a token that takes its time', () => new Promise((resolve) => setTimeout(resolve, WINDOW_MS))],
    ['a laptop that slept: one clock stood still', () => mock.timers.setTime(Date.now() + WINDOW_MS)],
    ['a wall clock that was set back meanwhile', () => void (steady += WINDOW_MS)],
  ];
  for (const [why, wait] of late) {
    it(`is too late after ${why}`, async () => {
      assert.equal(await run([done], {beforeLeaving: wait}), 'TOO_LATE');
      assert.deepEqual([sentAt.length, looks], [0, 0]);
    });

    it(`is looked at where it may have been done before ${why}`, async () => {
      const second = (attempt: number): void | Promise<void> => (attempt > 0 ? wait() : undefined);
      assert.equal(await run([lost, done], {beforeLeaving: second}), 'UNKNOWN_OUTCOME');
      assert.equal(await run([lost, done], {beforeLeaving: second, reached: false}), 'TOO_LATE');
      assert.equal(sentAt.length, 2);
    });
  }

  it('counts from the click, not from when the hub heard of it; a click of the future is one of now', async () => {
    assert.equal(await run([done], {clickedAt: START - WINDOW_MS}), 'TOO_LATE');
    const wait = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, WINDOW_MS));
    assert.equal(await run([done], {clickedAt: Date.now() + 600_000, beforeLeaving: wait}), 'TOO_LATE');
    assert.deepEqual(sentAt, []);
  });

  it('does not leave a hub that was replaced while it waited for a token', async () => {
    const replace = (): void => void (isReplaced = true);
    assert.equal(await run([done], {beforeLeaving: replace}), 'HUB_UNREACHABLE');
    assert.deepEqual(sentAt, []);
  });

  it('that is refused with 401 is looked at, and goes once more', async () => {
    assert.deepEqual(await run([fails('TOKEN_EXPIRED', 401), done]), {kind: 'answered', facts: 'done'});
    assert.equal(looks, 1);
    assert.equal(await run([fails('TOKEN_EXPIRED', 401)]), 'TOKEN_EXPIRED');
    assert.deepEqual(await run([fails('TOKEN_EXPIRED', 401)], {reached: true}), {kind: 'already'});
  });

  it('that is refused is not repeated', async () => {
    assert.equal(await run([fails('STATE_CONFLICT', 409)]), 'STATE_CONFLICT');
    assert.equal(await run([lost, fails('INVALID_TRANSITION', 400)]), 'INVALID_TRANSITION');
    assert.equal(looks, 0);
  });

  it('that was lost, and then finds no token, is not told as failed', async () => {
    assert.equal(await run([lost, fails('TOKEN_REFUSED')]), 'UNKNOWN_OUTCOME');
    assert.equal(await run([fails('TOKEN_REFUSED')]), 'TOKEN_REFUSED');
  });

  it('that is only accepted is done once an event shows it, else once a look does, else nobody knows', async () => {
    assert.deepEqual(await run([accepted], {shown: true}), {kind: 'already'});
    assert.deepEqual([looks, unknown], [0, 0]);
    assert.deepEqual(await run([accepted], {shown: false, reached: true}), {kind: 'already'});
    assert.deepEqual([looks, unknown], [1, 1]);
    for (const reached of [false, undefined])
      assert.equal(await run([accepted], {shown: false, reached}), 'UNKNOWN_OUTCOME');
    assert.equal(sentAt.length, 4);
  });

  it('that is only accepted is done where no event could show it', async () => {
    assert.deepEqual(await run([accepted]), {kind: 'already'});
    assert.equal(looks, 0);
  });

  it('whose answer is lost at a platform that only tells is done once an event shows it', async () => {
    const onlyTells = {idempotent: false, isAskable: false};
    assert.deepEqual(await run([lost], {...onlyTells, shown: true}), {kind: 'already'});
    assert.equal(await run([lost], {...onlyTells, shown: false}), 'UNKNOWN_OUTCOME');
    assert.deepEqual(await run([fails('TOKEN_EXPIRED', 401), done], {...onlyTells, shown: true}), {
      kind: 'answered',
      facts: 'done',
    });
    assert.equal(sentAt.length, 4);
  });

  it('that never left fails at once', async () => {
    assert.equal(await run([fails('UNAVAILABLE')]), 'UNAVAILABLE');
    assert.deepEqual([sentAt.length, looks], [1, 0]);
  });
});
