import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';
import fc from '../support/fast-check.js';
import {DEFAULT_HUB_SETTINGS, type HubConfig} from '../../src/domain/settings.js';
import {parseRetryAfterMs} from '../../src/platform/client/backoff.js';
import {HubLog} from '../../src/worker/log.js';
import {v2Platform} from '../../src/platform/v2/platform.js';
import type {
  KeyedTry,
  Outcome,
  Platform,
  PresenceFacts,
  RoutingFacts,
  RoutingWritten,
  SessionReading,
  SessionsFacts,
} from '../../src/platform/port/platform.js';
import {CANARY, mutatedText, nastyText, RUNS, TIMEOUT} from './arbitraries.js';
import {ERROR_BODIES, INTERACTION, PRESENCE, ROUTING, ROUTING_WRITTEN, SESSION, SESSION_PAGE} from './examples.js';
import {
  assertFacts,
  assertPlain,
  assertRemaining,
  assertStateName,
  assertTellsNothing,
  assertTime,
  assertTyped,
  assertUnpolluted,
} from './invariants.js';

const CONFIG: HubConfig = {
  agentId: 'agent-1',
  userId: 'agent-1',
  apiBase: 'https://api.example.com',
  streamBase: 'wss://api.example.com',
  // A repeated request would wait as long as the answer says.
  settings: {...DEFAULT_HUB_SETTINGS, retryTries: 0, readRetries: 0},
};

const attempt: KeyedTry = {key: 'key', signal: new AbortController().signal, mayLeave: () => Promise.resolve()};

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

let answer: Answer;
const asked: string[] = [];
const log = new HubLog(20, Date.now);

/** One a platform: what is derived from a signal hangs on it as long as it lives. */
let {signal} = new AbortController();

function newPlatform(): Platform {
  ({signal} = new AbortController());
  const token = {value: `secret-${CANARY}`};
  const tokens = {
    token: () => Promise.resolve(token),
    refused: () => Promise.resolve(token),
    serverTimeSeen: (at: number) => assertTime(at),
    clockOffsetMs: 0,
  };
  return v2Platform(CONFIG, {
    tokens,
    log,
    rateLimited: (ms) => assert.ok(ms >= 0 && ms <= 3_600_000, `a wait of ${ms} ms`),
  });
}

const ACW = {
  sessionId: 'ses-1',
  durationSeconds: 30,
  type: 'manual',
  reasonCode: 'r',
  enforceUntilComplete: true,
} as const;

interface Call {
  readonly examples: readonly unknown[];
  readonly send: (platform: Platform) => Promise<unknown>;
  /** What a result must be. */
  readonly check: (result: never) => void;
}

/** What an answer says; `v2` never answers "accepted". */
function factsOf<Facts>(outcome: Outcome<Facts>): Facts | undefined {
  assert.notEqual(outcome, 'accepted');
  return outcome === 'accepted' ? undefined : outcome.facts;
}
const nothing = (result: unknown): void => assert.equal(result, undefined);
const groups = (list: RoutingFacts['skillGroups']): void => {
  for (const {id, state, wireState} of list) {
    assert.ok(id !== '' && wireState !== '', 'a group has an id and a state');
    assertStateName(state);
  }
};

const CALLS: Readonly<Record<string, Call>> = {
  'presence, GET status': {
    examples: [PRESENCE, {currentStatus: 'Lunch', interactionId: null}],
    send: (p) => p.state.read({parts: ['presence']}, signal).presence,
    check: ({state, interactionId, updatedAt}: PresenceFacts) => {
      assertStateName(state);
      assert.notEqual(interactionId, '');
      assertTime(updatedAt);
    },
  },
  'routing, GET agentStatus': {
    examples: [ROUTING, {state: 'custom'}],
    send: (p) => p.state.read({parts: ['routing']}, signal).routing,
    check: ({state, skillGroups, routingGroups, updatedAt}: RoutingFacts) => {
      assertStateName(state);
      groups(skillGroups);
      groups(routingGroups);
      assertTime(updatedAt);
    },
  },
  'routing, PUT agentStatus': {
    examples: [ROUTING_WRITTEN],
    send: (p) =>
      p.state
        .write({state: {state: 'lunch'}, skillGroups: [], routingGroups: [], reason: 'agent_request'}, signal)
        .then(factsOf),
    check: ({state, updatedAt}: RoutingWritten) => {
      assertStateName(state);
      assert.ok(Number.isFinite(updatedAt), 'when it changed');
    },
  },
  'sessions, GET usersessions': {
    examples: [SESSION_PAGE, {entities: []}],
    send: (p) => p.state.read({parts: ['sessions'], withEnded: true}, signal).sessions,
    check: ({sessions, anonymous, asOf}: SessionsFacts) => {
      sessions.forEach(assertFacts);
      assertPlain(anonymous);
      assert.ok(Number.isFinite(asOf), 'when it was true');
    },
  },
  'session, GET usersessions/{id}': {
    examples: [SESSION, {id: 's', state: 'HELD'}],
    send: (p) => p.state.session!('ses-1', signal),
    check: ({sessionId, facts, acwRemainingSeconds}: SessionReading) => {
      assert.notEqual(sessionId, '');
      if (facts) assertFacts(facts);
      assertRemaining(acwRemainingSeconds);
    },
  },
  'interaction, GET': {
    examples: [INTERACTION],
    send: (p) => p.state.interaction!('int-1', signal),
    check: assertFacts,
  },
  'command, POST control': {
    examples: [{interaction: INTERACTION}],
    send: (p) => p.calls.send({interactionId: 'int-1', action: 'hold', parameters: {}}, attempt).then(factsOf),
    check: assertFacts,
  },
  'after-call work, POST and PATCH acw': {
    examples: [{}, SESSION],
    send: async (p) => {
      await p.afterCall!.start(ACW, attempt);
      await p.afterCall!.extend('ses-1', 30, 'r', signal);
      await p.afterCall!.complete('ses-1', 'r', signal);
    },
    check: nothing,
  },
  'availability, POST publish': {
    examples: [{}],
    send: (p) => p.availability!.publish({previousState: 'acw', newState: 'available', at: 1_000}, signal),
    check: nothing,
  },
};

/** Statuses whose answers have no body. */
const BARE = new Set([204, 205, 304]);
const status = fc.oneof(
  {weight: 6, arbitrary: fc.constant(200)},
  {weight: 4, arbitrary: fc.constantFrom(201, 204, 400, 401, 403, 404, 408, 409, 412, 429, 500, 503)},
  {weight: 1, arbitrary: fc.integer({min: 200, max: 599})},
);
const headerText = fc.oneof(
  fc.nat().map(String),
  nastyText.map((text) => text.replace(/[^\x20-\x7e]/g, '')),
);
const headers = fc.record({'retry-after': headerText, date: headerText}, {requiredKeys: [], noNullPrototype: true});

describe('answers of the platform', () => {
  const original = globalThis.fetch;
  before(() => {
    globalThis.fetch = (url) => {
      asked.push(url as string);
      const {body, ...init} = answer;
      return Promise.resolve(new Response(BARE.has(init.status) ? null : body, init));
    };
  });
  after(() => {
    globalThis.fetch = original;
  });

  for (const [name, {examples, send, check}] of Object.entries(CALLS)) {
    test(`${name}: valid ones pass through`, async () => {
      for (const example of examples) {
        answer = {status: 200, body: JSON.stringify(example), headers: {}};
        check((await send(newPlatform())) as never);
      }
    });

    test(`${name}: a usable result or a typed error`, TIMEOUT, async () => {
      let usable = 0;
      await fc.assert(
        fc.asyncProperty(
          status.chain((code) =>
            fc.record({
              status: fc.constant(code),
              body: mutatedText(code < 300 ? examples : [...ERROR_BODIES, ...examples]),
              headers,
            }),
          ),
          async (given) => {
            answer = given;
            const began = performance.now();
            try {
              check((await send(newPlatform())) as never);
              usable++;
            } catch (error) {
              if ((error as Error).name === 'AssertionError') throw error;
              assertTyped(error);
            }
            assertUnpolluted();
            assert.ok(performance.now() - began < 2_000, 'in time');
            assert.ok(!asked.splice(0).some((url) => url.includes(CANARY)), 'no token in an address');
            for (const entry of log.entries())
              assertTellsNothing(JSON.stringify(entry).replaceAll(/"session":"[^"]*"/g, ''));
          },
        ),
        {numRuns: RUNS, includeErrorInReport: true},
      );
      assert.ok(usable > RUNS / 10, `${usable} of ${RUNS} were usable`);
    });
  }

  test('sessions in more pages than can be are no list', async () => {
    answer = {status: 200, body: JSON.stringify({...SESSION_PAGE, pageCount: 1e9}), headers: {}};
    await assert.rejects(newPlatform().state.read({parts: ['sessions']}, signal).sessions, {code: 'BAD_REPLY'});
  });

  test('a code is told, what was sent is not', async () => {
    const told = async (code: number, body: unknown): Promise<unknown> => {
      answer = {status: code, body: JSON.stringify(body), headers: {}};
      return newPlatform()
        .state.read({parts: ['presence']}, signal)
        .presence.catch((error: Error) => [(error as Error & {code: string}).code, error.message]);
    };
    assert.deepEqual(await told(400, {errorCode: 'INVALID_TRANSITION', message: null, currentState: null}), [
      'INVALID_TRANSITION',
      'GET /v2/agents/agent-1/status: 400 INVALID_TRANSITION',
    ]);
    assert.deepEqual(await told(400, {errorCode: `no ${CANARY}`}), [
      'BAD_REQUEST',
      'GET /v2/agents/agent-1/status: 400',
    ]);
    assert.deepEqual(
      await told(403, {errorCode: 'MISSING_SCOPE', message: `user:${CANARY} lacks agent:status:update`}),
      ['MISSING_SCOPE', 'agent:status:update'],
    );
  });

  test('a state that an error names is cut', async () => {
    answer = {status: 409, body: JSON.stringify({currentState: 'x'.repeat(10_000)}), headers: {}};
    await assert.rejects(
      newPlatform().state.read({parts: ['presence']}, signal).presence,
      (error) => (assertTyped(error), true),
    );
  });

  test('ids that lead elsewhere are not sent', TIMEOUT, async () => {
    asked.length = 0;
    answer = {status: 200, body: JSON.stringify({interaction: INTERACTION}), headers: {}};
    await fc.assert(
      fc.asyncProperty(nastyText, nastyText, async (interactionId, target) => {
        const command = {interactionId, action: 'transfer', parameters: {target, type: 'blind'}} as const;
        const failure: unknown = await newPlatform()
          .calls.send(command, attempt)
          .then(
            () => undefined,
            (error: unknown) => error,
          );
        if (failure !== undefined) {
          if (!interactionId.includes(CANARY)) assertTyped(failure);
          assert.equal((failure as {code?: string}).code, 'INVALID_INPUT');
        }
        for (const url of asked.splice(0)) {
          const parts = new URL(url).pathname.split('/');
          assert.deepEqual([parts.length, parts.at(-1), parts[3]], [6, 'control', 'interactions']);
          assert.equal(decodeURIComponent(parts[4]!), interactionId);
        }
      }),
      {numRuns: RUNS, includeErrorInReport: true},
    );
  });

  test('Retry-After is a bounded wait or nothing', TIMEOUT, () => {
    const date = fc.date({noInvalidDate: true}).map((at) => at.toUTCString());
    const text = fc.oneof(
      nastyText,
      fc.double().map(String),
      date,
      fc.tuple(date, nastyText).map((two) => two.join('')),
    );
    fc.assert(
      fc.property(text, fc.nat(), (header, now) => {
        const ms = parseRetryAfterMs(header, now);
        assert.ok(ms === undefined || (ms >= 0 && ms <= 3_600_000), `${ms}`);
      }),
      {numRuns: RUNS, includeErrorInReport: true},
    );
    assert.equal(parseRetryAfterMs('7', 0), 7_000);
  });
});
