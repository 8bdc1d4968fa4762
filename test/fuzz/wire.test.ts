import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';
import {transferHandlers} from 'comlink';
import fc from '../support/fast-check.js';
import {Refusal} from '../../simulator/model/refusal.js';
import {checked} from '../../simulator/input.js';
import {CxoneError, ERROR_CODES, isCxoneError} from '../../src/domain/errors.js';
import {ChannelEndpoint, isHubLetter} from '../../src/domain/hub-channel.js';
import {DEFAULT_HUB_SETTINGS, type HubConfigRequest} from '../../src/domain/settings.js';
import {emitBody, faultBody, ringBody, scopesBody} from '../../simulator/wire/control.js';
import {streamFrame} from '../../src/platform/v2/wire/index.js';
import {installErrorTransfer} from '../../src/domain/wire-errors.js';
import {isHubEnvelope} from '../../src/worker/hub-api.js';
import {HubChannelHost} from '../../src/worker/entry/hub-channel-host.js';
import {wrongSetting} from '../../src/platform/client/config.schema.js';
import {clonable, mutated, RUNS, TIMEOUT} from './arbitraries.js';
import {FRAMES} from './examples.js';
import {assertPlain, inTime} from './invariants.js';

const OPTIONS = {numRuns: RUNS, includeErrorInReport: true};

describe('settings that a page asks for', () => {
  const CONFIG: HubConfigRequest = {
    agentId: 'a1',
    userId: 'a1',
    apiBase: 'https://api.example.com',
    streamBase: 'wss://api.example.com',
    tokenSource: 'broker',
    tokenUrl: 'https://api.example.com/token',
    settings: {
      ...DEFAULT_HUB_SETTINGS,
      acwRules: [{mediaType: 'voice', durationSeconds: 30, reasonCode: 'notes'}],
      popMoment: {voice: 'answer'},
      skillGroupChannels: {'g-1': 'voice'},
    },
  };

  test('are usable, or told by the path of the first that is not', TIMEOUT, () => {
    assert.equal(wrongSetting(CONFIG), undefined);
    let wrong = 0;
    fc.assert(
      fc.property(fc.oneof({weight: 5, arbitrary: mutated([CONFIG])}, {weight: 1, arbitrary: clonable}), (config) => {
        const path = inTime(() => wrongSetting(config as HubConfigRequest));
        if (path !== undefined) {
          wrong++;
          assert.ok(typeof path === 'string' && path.length <= 160, 'a short path and what it should be');
          return;
        }
        const {settings, apiBase, streamBase} = config as HubConfigRequest;
        assert.match(apiBase, /^https?:\/\//);
        assert.match(streamBase, /^wss?:\/\//);
        for (const [name, usual] of Object.entries(DEFAULT_HUB_SETTINGS)) {
          const given: unknown = settings[name as keyof typeof settings];
          if (given === undefined) continue;
          assert.equal(typeof given, typeof usual, name);
          if (typeof given === 'number') assert.ok(given >= 0 && Number.isFinite(given), `${name}: ${given}`);
        }
      }),
      OPTIONS,
    );
    assert.ok(wrong > RUNS / 4 && wrong < RUNS, `${wrong} of ${RUNS} were wrong`);
  });
});

describe('errors over the wire', () => {
  installErrorTransfer();
  const handler = transferHandlers.get('throw')!;
  const thrown = (wire: unknown): unknown => {
    try {
      handler.deserialize(structuredClone(wire));
    } catch (error) {
      return error;
    }
    return assert.fail('an error that is not thrown');
  };
  const EXAMPLE = {cxone: {code: 'NOT_ALLOWED', message: 'm', status: 400, retryAfterMs: 5, currentState: 'hold'}};

  test('keep what they say', () => {
    const error = new CxoneError('RATE_LIMITED', 'm', {status: 429, retryAfterMs: 5, currentState: 'hold'});
    const [wire] = handler.serialize({value: error});
    const back = thrown(wire);
    assert.ok(isCxoneError(back), 'one of ours');
    assert.deepEqual(
      [back.code, back.message, back.status, back.retryAfterMs, back.currentState],
      ['RATE_LIMITED', 'm', 429, 5, 'hold'],
    );
  });

  test('are typed, whatever is posted in their place', TIMEOUT, () => {
    const wire = fc.oneof(
      mutated([EXAMPLE]),
      clonable.map((cxone) => ({cxone})),
    );
    fc.assert(
      fc.property(wire, (given) => {
        if (typeof given !== 'object' || given === null || !('cxone' in given)) return;
        const error = inTime(() => thrown(given));
        assert.ok(isCxoneError(error), `not a CxoneError: ${String(error)}`);
        assert.ok(ERROR_CODES.includes(error.code), 'a known code');
        const {message, status, retryAfterMs, currentState, cause} = error;
        assert.equal(typeof message, 'string');
        assert.ok(['number', 'undefined'].includes(typeof status), 'status');
        assert.ok(['number', 'undefined'].includes(typeof retryAfterMs), 'retryAfterMs');
        assert.ok(['string', 'undefined'].includes(typeof currentState), 'currentState');
        assert.equal(cause, undefined, 'no cause crosses');
      }),
      OPTIONS,
    );
  });
});

describe('letters and messages between pages and hub', () => {
  const HERE = {kind: 'shared', epoch: 3} as const;
  const LETTERS = [
    {to: 'hub', from: 'p-1', ask: 'anybody there'},
    {to: '*', from: 'hub', here: HERE},
    {to: 'p-1', from: 'hub', lead: true},
    {to: 'hub', from: 'p-1', data: {id: '1', type: 'APPLY', path: ['join'], argumentList: []}},
    {to: 'hub', from: 'p-2', data: {type: 'RELEASE'}},
  ];
  let receive: (event: {readonly data: unknown}) => void = () => assert.fail('nobody listens');
  const posted: unknown[] = [];

  const original = globalThis.BroadcastChannel;
  before(() => {
    globalThis.BroadcastChannel = class {
      addEventListener(_type: string, listener: typeof receive): void {
        receive = listener;
      }
      postMessage(message: unknown): void {
        posted.push(message);
      }
      close(): void {}
    } as unknown as typeof BroadcastChannel;
  });
  after(() => {
    globalThis.BroadcastChannel = original;
  });

  test('a hub takes those addressed to it, one endpoint a page', TIMEOUT, () => {
    let taken = 0;
    const letter = fc.oneof({weight: 5, arbitrary: mutated(LETTERS)}, {weight: 1, arbitrary: clonable});
    fc.assert(
      fc.property(fc.array(letter, {minLength: 1, maxLength: 6}), (letters) => {
        posted.length = 0;
        const heard: unknown[] = [];
        const host = new HubChannelHost('https://api.example.com', 'agent-1', HERE, (endpoint) => {
          assert.ok(endpoint instanceof ChannelEndpoint, 'an endpoint');
          endpoint.addEventListener('message', (event) => heard.push((event as MessageEvent).data));
        });
        for (const one of letters) inTime(() => receive({data: structuredClone(one)}));
        host.close();
        taken += heard.length;
        const forHub = letters.filter((one) => isHubLetter(one) && one.to === 'hub' && 'data' in one);
        assert.ok(heard.length <= forHub.length, 'nobody else’s letters');
        // Only its own word that it is there: a letter is never answered by what it said.
        for (const message of posted) assert.deepEqual(message, {to: '*', from: 'hub', here: HERE});
      }),
      OPTIONS,
    );
    assert.ok(taken > RUNS / 10, `${taken} letters were taken`);
  });

  test('guards say yes or no to anything', TIMEOUT, () => {
    const ENVELOPE = {cxone: {kind: 'offer', offerId: 'o-1'}, epoch: 1};
    assert.ok(isHubEnvelope(ENVELOPE) && LETTERS.every(isHubLetter), 'valid ones');
    const anything = fc.oneof(mutated([ENVELOPE, ...LETTERS]), clonable);
    fc.assert(
      fc.property(anything, (data) => {
        const envelope: unknown = inTime(() => isHubEnvelope(data));
        assert.equal(typeof envelope, 'boolean');
        if (inTime(() => isHubLetter(data))) {
          const {to, from} = data as {to: unknown; from: unknown};
          assert.deepEqual([typeof to, typeof from], ['string', 'string']);
        }
      }),
      OPTIONS,
    );
  });
});

describe('bodies of the simulator’s control API', () => {
  const BODIES = {
    ring: [
      ringBody,
      {mediaType: 'Chat', direction: 'inbound', from: '+49', screenPop: {a: 1}, acwSeconds: 5, enforceAcw: true},
    ],
    emit: [emitBody, {frame: {eventType: 'x'}, times: 2, intervalMs: 5, apply: true}],
    drop: [faultBody, {kind: 'drop-stream', forMs: 5}],
    refuse: [faultBody, {kind: 'refuse-stream', status: 4429, forMs: 5, retryAfterSeconds: 2}],
    status: [faultBody, {kind: 'http-status', path: '/x', status: 500, body: {}, headers: {a: 'b'}, times: 2}],
    lose: [faultBody, {kind: 'lose-response', path: '/x', how: 'cut'}],
    skew: [faultBody, {kind: 'clock-skew', ms: -5}],
    scopes: [scopesBody, {scopes: ['agent:read']}],
    frame: [streamFrame, FRAMES[6]![0]],
  } as const;

  for (const [name, [schema, example]] of Object.entries(BODIES)) {
    test(`${name}: checked, or refused in words`, TIMEOUT, () => {
      assert.ok(checked(schema, example), 'a valid one');
      let passed = 0;
      fc.assert(
        fc.property(mutated([example]), (body) => {
          try {
            const given = inTime(() => checked(schema, body)) as Record<string, unknown>;
            passed++;
            for (const [field, value] of Object.entries(given)) {
              // Kept as it is: hostile payloads are what the simulator is for; and what a frame has besides.
              const isFree =
                ['screenPop', 'frame', 'body', 'data'].includes(field) || !Object.hasOwn(example as object, field);
              if (!isFree) assertPlain(value);
            }
          } catch (error) {
            if ((error as Error).name === 'AssertionError') throw error;
            assert.ok(error instanceof Refusal, `not a Refusal: ${String(error)}`);
            assert.ok(error.message !== '', 'in words');
          }
        }),
        OPTIONS,
      );
      assert.ok(passed > RUNS / 10, `${passed} of ${RUNS} passed`);
    });
  }
});
