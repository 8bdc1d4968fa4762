import assert from 'node:assert/strict';
import {afterEach, beforeEach, describe, it, mock} from 'node:test';
import type {CxoneError} from '../../src/domain/errors.js';
import {DEFAULT_HUB_SETTINGS} from '../../src/domain/settings.js';
import type {Platform} from '../../src/platform/port/platform.js';
import {v2Platform} from '../../src/platform/v2/platform.js';
import {HubLog} from '../../src/worker/log.js';

const START = Date.UTC(2026, 10, 20, 12);
const facts = {interactionId: 'i', state: 'talking'};
const write = {state: {state: 'available'}, skillGroups: [], routingGroups: [], reason: 'channel_matrix'} as const;

describe('writes after repeated server errors', () => {
  const original = globalThis.fetch;
  const {signal} = new AbortController();
  const attempt = {key: 'key', signal, mayLeave: () => Promise.resolve()};
  /** By a part of the path. */
  let broken: string[];
  let sent: string[];
  let platform: Platform;

  beforeEach(() => {
    mock.timers.enable({apis: ['Date'], now: START});
    broken = [];
    sent = [];
    globalThis.fetch = (url) => {
      const {pathname} = new URL(url as string);
      sent.push(pathname);
      const status = broken.some((part) => pathname.includes(part)) ? 503 : 200;
      const body = {
        state: 'available',
        updatedTimestamp: new Date(START).toISOString(),
        interaction: facts,
        entities: [],
      };
      return Promise.resolve(Response.json(body, {status}));
    };
    const token = () => Promise.resolve({value: 'token'});
    platform = v2Platform(
      {
        agentId: 'a',
        userId: 'a',
        apiBase: 'https://api.example.com',
        streamBase: 'wss://api.example.com',
        settings: DEFAULT_HUB_SETTINGS,
      },
      {
        tokens: {token, refused: token, serverTimeSeen: () => undefined, clockOffsetMs: 0},
        log: new HubLog(10, Date.now),
      },
    );
  });
  afterEach(() => {
    globalThis.fetch = original;
    mock.timers.reset();
  });

  const failure = (work: Promise<unknown>): Promise<CxoneError | undefined> =>
    work.then(
      () => undefined,
      (error: unknown) => error as CxoneError,
    );
  const breakStatus = async (): Promise<void> => {
    broken = ['agentStatus'];
    for (let i = 0; i < 5; i++) await failure(platform.state.write(write, signal));
    sent = [];
  };

  it('pause for 30 s, and are not sent meanwhile', async () => {
    await breakStatus();
    const error = await failure(platform.state.write(write, signal));
    assert.equal(error?.code, 'UNAVAILABLE');
    assert.equal(error.retryAfterMs, 30_000);
    assert.deepEqual(sent, []);
    broken = [];
    mock.timers.tick(30_000);
    assert.equal(await failure(platform.state.write(write, signal)), undefined);
  });

  it('pause their own family only', async () => {
    await breakStatus();
    assert.equal(await failure(platform.afterCall!.complete('s', 'done', signal)), undefined);
    const change = {previousState: 'acw', newState: 'available', at: START};
    assert.equal(await failure(platform.availability!.publish(change, signal)), undefined);
  });

  for (const action of ['answer', 'reject', 'release', 'hold'] as const) {
    it(`never pause ${action}, not even by its own errors`, async () => {
      await breakStatus();
      broken.push('/control');
      const send = () => platform.calls.send({interactionId: 'i', action, parameters: {}}, attempt);
      for (let i = 0; i < 8; i++) assert.equal((await failure(send()))?.status, 503);
      assert.equal(sent.length, 8);
      broken.pop();
      assert.equal(await failure(send()), undefined);
    });
  }

  it('count in a row: an answer between two of them ends the row', async () => {
    broken = ['agentStatus'];
    for (let i = 0; i < 4; i++) await failure(platform.state.write(write, signal));
    broken = [];
    await platform.state.write(write, signal);
    broken = ['agentStatus'];
    for (let i = 0; i < 4; i++) await failure(platform.state.write(write, signal));
    assert.equal(sent.length, 9);
  });
});
