import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';
import fc from '../support/fast-check.js';
import {DEFAULT_HUB_SETTINGS} from '../../src/domain/settings.js';
import {askTokenSource} from '../../src/session/hub/token-source.js';
import {HubLog} from '../../src/worker/log.js';
import {brokerTokens} from '../../src/platform/client/token-broker.js';
import {TokenKeeper, type GrantedToken} from '../../src/platform/client/token-keeper.js';
import {CANARY, clonable, mutated, mutatedText, nastyText, RUNS, TIMEOUT} from './arbitraries.js';
import {TOKEN_ERRORS, TOKEN_REPLY} from './examples.js';
import {assertPlain, assertTellsNothing, assertTyped, assertUnpolluted} from './invariants.js';

const NOW_SECONDS = Math.floor(Date.now() / 1_000);
const base64url = (text: string): string => Buffer.from(text).toString('base64url');
const CLAIMS = [{iat: NOW_SECONDS, exp: NOW_SECONDS + 3_600, sub: CANARY}, {exp: NOW_SECONDS + 60}, {}];

/** Tokens: of valid claims, of mutated ones, and what is no JWT at all. */
const token = fc.oneof(
  {
    weight: 6,
    arbitrary: mutatedText(CLAIMS).map((claims) => `e30.${base64url(claims)}.${CANARY}`),
  },
  {weight: 1, arbitrary: fc.string({minLength: 1}).map((text) => `${text}.${text}.${text}`)},
  {weight: 1, arbitrary: nastyText.filter((text) => text !== '')},
);

function assertGranted({accessToken, expiresInSeconds, scope}: GrantedToken): void {
  assert.ok(typeof accessToken === 'string' && accessToken !== '', 'a token');
  assert.ok(
    expiresInSeconds === undefined || (expiresInSeconds > 0 && Number.isFinite(expiresInSeconds)),
    'a lifetime',
  );
  assert.ok(scope === undefined || typeof scope === 'string', 'a scope');
}

describe('tokens', () => {
  const original = globalThis.fetch;
  let answer: {status: number; body: string; headers: Record<string, string>};
  before(() => {
    globalThis.fetch = () => {
      const {body, ...init} = answer;
      return Promise.resolve(new Response(init.status === 204 ? null : body, init));
    };
  });
  after(() => {
    globalThis.fetch = original;
  });
  const ask = () => brokerTokens('https://gateway.example.com/token', 'agent-1')(new AbortController().signal);

  test('a valid answer of the broker passes through', async () => {
    answer = {status: 200, body: JSON.stringify(TOKEN_REPLY), headers: {}};
    assert.deepEqual(await ask(), {accessToken: 'a.b.c', expiresInSeconds: 3_600, scope: 'agent:read'});
  });

  test('any answer of the broker is a token or a typed error', TIMEOUT, async () => {
    let granted = 0;
    const given = fc.tuple(fc.constantFrom(200, 200, 204, 400, 401, 404, 429, 500), nastyText).chain(([status, wait]) =>
      fc.record({
        status: fc.constant(status),
        body: mutatedText(status === 200 ? [TOKEN_REPLY, {...TOKEN_REPLY, expires_in: '60'}] : TOKEN_ERRORS),
        headers: fc.constant({'retry-after': wait.replace(/[^\x20-\x7e]/g, '')}),
      }),
    );
    await fc.assert(
      fc.asyncProperty(given, async (one) => {
        answer = one;
        await ask().then((reply) => (granted++, assertGranted(reply)), assertTyped);
        assertUnpolluted();
      }),
      {numRuns: RUNS, includeErrorInReport: true},
    );
    assert.ok(granted > RUNS / 25, `${granted} of ${RUNS} were tokens`);
  });

  test('any token is held for a time that makes sense, and is never logged', TIMEOUT, async () => {
    const waits: number[] = [];
    const {setTimeout: realSetTimeout} = globalThis;
    const lifetime = fc.oneof(fc.constantFrom(undefined, 3_600, 60, 1), fc.double({min: 1e-9, max: 1e9, noNaN: true}));
    // A watch, not a fake: what is not cleared would really fire.
    globalThis.setTimeout = ((run: () => void, ms: number) => {
      waits.push(ms);
      return realSetTimeout(run, ms);
    }) as typeof setTimeout;
    try {
      await fc.assert(
        fc.asyncProperty(
          token,
          lifetime,
          fc.option(nastyText, {nil: undefined}),
          async (accessToken, expiresInSeconds, scope) => {
            const log = new HubLog(10, Date.now);
            const failed = (): void => assert.fail('a token that was given is no failure');
            waits.length = 0;
            const keeper = new TokenKeeper(
              () => Promise.resolve({accessToken, expiresInSeconds, scope}),
              DEFAULT_HUB_SETTINGS,
              log,
              {onToken: () => undefined, onFailure: failed, onLastToken: failed},
            );
            try {
              assert.equal((await keeper.token('read')).value, accessToken);
              assert.ok(Number.isFinite(keeper.clockOffsetMs), `a clock that is off by ${keeper.clockOffsetMs} ms`);
              for (const ms of waits) assert.ok(ms >= 5_000 && ms < 2 ** 31, `refreshed after ${ms} ms`);
              for (const entry of log.entries()) {
                assertPlain(entry);
                assertTellsNothing(JSON.stringify(entry));
              }
            } finally {
              keeper.stop();
            }
          },
        ),
        {numRuns: RUNS, includeErrorInReport: true},
      );
    } finally {
      globalThis.setTimeout = realSetTimeout;
    }
  });

  test('a page’s own source: a token or the reason why there is none, which quotes nothing', TIMEOUT, async () => {
    const example = {accessToken: 'a.b.c', expiresInSeconds: 60, scope: 'agent:read'};
    assert.deepEqual(await askTokenSource(() => Promise.resolve(example)), {ok: true, ...example});
    await fc.assert(
      fc.asyncProperty(fc.oneof(mutated([example]), clonable), fc.boolean(), async (reply, fails) => {
        // A script may reject with anything.
        const reason = reply as Error;
        const source = () => (fails ? Promise.reject(reason) : Promise.resolve(reply));
        const gift = await askTokenSource(source as Parameters<typeof askTokenSource>[0]);
        if (gift.ok) assertGranted(gift);
        else assertTellsNothing(gift.message);
        if (fails) assert.equal(gift.ok, false);
      }),
      {numRuns: RUNS, includeErrorInReport: true},
    );
  });
});
