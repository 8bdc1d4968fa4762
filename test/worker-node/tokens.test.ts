import assert from 'node:assert/strict';
import {afterEach, beforeEach, describe, it, mock} from 'node:test';
import {CxoneError} from '../../src/domain/errors.js';
import {steadyNow} from '../../src/domain/monotonic.js';
import {DEFAULT_HUB_SETTINGS} from '../../src/domain/settings.js';
import {HubLog} from '../../src/worker/log.js';
import {TokenKeeper, type GrantedToken} from '../../src/platform/client/token-keeper.js';

const START = Date.UTC(2026, 10, 20, 12);

function jwt(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({alg: 'none'})}.${part(claims)}.signature`;
}

/** A fresh token of the given life, made by a server whose clock is `skewMs` ahead. */
function fresh(lifetimeSeconds: number, skewMs = 0): GrantedToken {
  const iat = Math.floor((Date.now() + skewMs) / 1_000);
  return {accessToken: jwt({iat, exp: iat + lifetimeSeconds, jti: Math.random()}), expiresInSeconds: lifetimeSeconds};
}

/** Lets promises settle without moving the clock. */
const settle = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};

async function advance(ms: number, stepMs = 1_000): Promise<void> {
  for (let left = ms; left > 0; left -= stepMs) {
    mock.timers.tick(Math.min(stepMs, left));
    await settle();
  }
}

describe('the token of all tabs', () => {
  let asked = 0;
  let answer: () => Promise<GrantedToken>;
  let failures: {code: string; final: boolean}[];
  let lasts: string[];
  let keeper: TokenKeeper;

  beforeEach(() => {
    mock.timers.enable({apis: ['setTimeout', 'Date'], now: START});
    asked = 0;
    failures = [];
    lasts = [];
    answer = async () => fresh(3_600);
    keeper = new TokenKeeper(
      () => {
        asked++;
        return answer();
      },
      DEFAULT_HUB_SETTINGS,
      new HubLog(100, Date.now),
      {
        onToken: () => undefined,
        onFailure: ({code}, final) => failures.push({code, final}),
        onLastToken: ({code}) => lasts.push(code),
      },
    );
  });
  afterEach(() => {
    keeper.stop();
    mock.timers.reset();
  });

  it('is asked for once, however many need it', async () => {
    const tokens = await Promise.all([keeper.token('read'), keeper.token('write'), keeper.token('connect')]);
    assert.equal(asked, 1);
    assert.equal(new Set(tokens.map(({value}) => value)).size, 1);
  });

  it('is refreshed 120 s before its end, by itself', async () => {
    await keeper.token('read');
    // Or a second earlier: claims are whole seconds.
    await advance((3_600 - 122) * 1_000);
    assert.equal(asked, 1);
    await advance(3_000);
    assert.equal(asked, 2);
  });

  it('is judged by the server’s clock, ten minutes off either way', async () => {
    for (const skewMs of [600_000, -600_000]) {
      answer = async () => fresh(3_600, skewMs);
      await keeper.refused(await keeper.token('read'));
      const offset = keeper.clockOffsetMs + steadyNow() - Date.now();
      assert.ok(Math.abs(offset - skewMs) <= 1_000, `offset ${offset}`);
      const before = asked;
      await advance((3_600 - 122) * 1_000);
      assert.equal(asked, before);
      await advance(3_000);
      assert.equal(asked, before + 1);
    }
  });

  for (const lifetime of [10, 60, 300, 86_400]) {
    it(`does not loop with a life of ${lifetime} s`, async () => {
      answer = async () => fresh(lifetime);
      await keeper.token('write');
      for (let i = 0; i < 60; i++) {
        await keeper.token('statusWrite');
        await advance(1_000);
      }
      const most = Math.ceil(60 / Math.max(5, lifetime / 2)) + 2;
      assert.ok(asked <= most, `asked ${asked} times in a minute, at most ${most}`);
    });
  }

  it('is got anew after a refusal, once for all who were refused', async () => {
    const old = await keeper.token('read');
    const [a, b] = await Promise.all([keeper.refused(old), keeper.refused(old)]);
    assert.equal(asked, 2);
    assert.equal(a.value, b.value);
    assert.notEqual(a.value, old.value);
  });

  it('is tried for again with growing waits while the source fails', async () => {
    answer = () => Promise.reject(new Error('down'));
    const token = keeper.token('read');
    await advance(120_000);
    assert.ok(asked >= 4 && asked <= 40, `asked ${asked} times in two minutes`);
    assert.ok(failures.every(({code, final}) => code === 'TOKEN_SOURCE_FAILED' && !final));
    answer = async () => fresh(60);
    await advance(31_000);
    assert.ok((await token).value);
  });

  it('is not tried for again after a final refusal, until a person asks', async () => {
    answer = () => Promise.reject(new CxoneError('TOKEN_REFUSED', 'invalid_client'));
    await assert.rejects(keeper.token('read'), {code: 'TOKEN_REFUSED'});
    await assert.rejects(keeper.token('write'), {code: 'TOKEN_REFUSED'});
    await advance(60_000);
    assert.equal(asked, 1);
    answer = async () => fresh(60);
    keeper.reset();
    assert.ok((await keeper.token('read')).value);
  });

  it('is not asked for at every call where the source hands out old ones', async () => {
    answer = async () => fresh(-60);
    for (let call = 0; call < 100; call++) {
      await keeper.token('read');
      await advance(100, 100);
    }
    assert.ok(asked <= 4, `asked ${asked} times in ten seconds`);
  });

  /** How long a call waits for its token, and which it gets. */
  const timed = async (call: Promise<{value: string}>): Promise<{value: string; waitedMs: number}> => {
    const askedAt = Date.now();
    let waitedMs: number | undefined;
    const got = call.then(({value}) => {
      waitedMs = Date.now() - askedAt;
      return value;
    });
    for (let i = 0; i < 100 && waitedMs === undefined; i++) await advance(100, 100);
    assert.notEqual(waitedMs, undefined, 'it waits on');
    return {value: await got, waitedMs: waitedMs!};
  };
  /** Two minutes before its end, without a refresh on the way yet. */
  const nearItsEnd = async (): Promise<string> => {
    const {value} = await keeper.token('read');
    await advance((3_600 - 200) * 1_000);
    return value;
  };

  it('that is still good is given to writes at once while its source fails', async () => {
    const first = await nearItsEnd();
    answer = () => Promise.reject(new CxoneError('TOKEN_SOURCE_FAILED', 'down', {status: 503, retryAfterMs: 60_000}));
    for (const purpose of ['statusWrite', 'statusWrite', 'write', 'read'] as const) {
      const {value, waitedMs} = await timed(keeper.token(purpose));
      assert.equal(value, first);
      assert.ok(waitedMs <= 100, `${purpose} waited ${waitedMs} ms`);
    }
    assert.equal((await timed(keeper.token('connect'))).value, first);
    assert.deepEqual(failures, []);
  });

  it('that is still good is given to a write after a moment while its source is slow, and to the next at once', async () => {
    const first = await nearItsEnd();
    answer = () => new Promise(() => undefined);
    const waits = [await timed(keeper.token('statusWrite')), await timed(keeper.token('statusWrite'))];
    assert.deepEqual(
      waits.map(({value}) => value),
      [first, first],
    );
    assert.ok(waits[0]!.waitedMs <= 1_600, `waited ${waits[0]!.waitedMs} ms`);
    assert.ok(waits[1]!.waitedMs <= 100, `waited ${waits[1]!.waitedMs} ms`);
  });

  it('is a new one for a write where the source answers soon', async () => {
    const first = await nearItsEnd();
    assert.notEqual((await timed(keeper.token('statusWrite'))).value, first);
  });

  it('serves until its end after a final refusal, which is told as a warning before', async () => {
    const first = await nearItsEnd();
    answer = () => Promise.reject(new CxoneError('TOKEN_REFUSED', 'invalid_client'));
    assert.equal((await timed(keeper.token('statusWrite'))).value, first);
    assert.deepEqual([lasts, failures], [['TOKEN_REFUSED'], []]);
    await advance(190_000);
    assert.equal((await keeper.token('write')).value, first);
    assert.deepEqual(failures, []);
    await advance(11_000);
    assert.deepEqual(failures, [{code: 'TOKEN_REFUSED', final: true}]);
    await assert.rejects(keeper.token('read'), {code: 'TOKEN_REFUSED'});
  });

  it('is asked for again when a person reconnects after a final refusal, though the old one serves', async () => {
    const first = await nearItsEnd();
    answer = () => Promise.reject(new CxoneError('TOKEN_REFUSED', 'invalid_client'));
    await timed(keeper.token('statusWrite'));
    answer = async () => fresh(3_600);
    keeper.reset();
    await settle();
    assert.notEqual((await keeper.token('read')).value, first);
    await advance(300_000);
    assert.deepEqual(failures, []);
  });

  it('is asked for at once when a new source is there', async () => {
    answer = () => Promise.reject(new CxoneError('TOKEN_SOURCE_FAILED', 'down', {retryAfterMs: 600_000}));
    const token = keeper.token('read');
    await settle();
    answer = async () => fresh(60);
    keeper.retryNow();
    assert.ok((await token).value);
  });
});
