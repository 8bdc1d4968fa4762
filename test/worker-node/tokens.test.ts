import assert from 'node:assert/strict';
import {afterEach, beforeEach, describe, it, mock} from 'node:test';
import {CxoneError} from '../../src/domain/errors.js';
import {steadyNow} from '../../src/domain/monotonic.js';
import {DEFAULT_HUB_SETTINGS} from '../../src/domain/settings.js';
import {HubLog} from '../../src/worker/log.js';
import {TokenKeeper, type GrantedToken} from '../../src/worker/tokens.js';

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
  let keeper: TokenKeeper;

  beforeEach(() => {
    mock.timers.enable({apis: ['setTimeout', 'Date'], now: START});
    asked = 0;
    failures = [];
    answer = async () => fresh(3_600);
    keeper = new TokenKeeper(
      () => {
        asked++;
        return answer();
      },
      DEFAULT_HUB_SETTINGS,
      new HubLog(100, Date.now),
      {onToken: () => undefined, onFailure: ({code}, final) => failures.push({code, final})},
    );
  });
  afterEach(() => {
    keeper.stop();
    mock.timers.reset();
  });

  it('is asked for once, however many need it', async () => {
    const tokens = await Promise.all([keeper.token('read'), keeper.token('write'), keeper.connectToken()]);
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

  it('serves on while it is valid and the source is broken', async () => {
    const first = await keeper.token('read');
    answer = () => new Promise(() => undefined);
    await advance((3_600 - 30) * 1_000);
    const racing = keeper.token('write');
    assert.equal(await Promise.race([racing.then(({value}) => value), advance(200).then(() => 'waits')]), 'waits');
    assert.equal((await keeper.token('read')).value, first.value);
  });
});
