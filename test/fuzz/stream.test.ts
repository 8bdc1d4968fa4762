import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';
import fc from '../support/fast-check.js';
import {DEFAULT_HUB_SETTINGS} from '../../src/domain/settings.js';
import {isStreamEventType} from '../../src/platform/v2/wire/index.js';
import type {PlatformEvent} from '../../src/platform/port/platform.js';
import {V2Stream} from '../../src/platform/v2/v2-stream.js';
import {CANARY, mutatedText, nastyText, RUNS, TIMEOUT} from './arbitraries.js';
import {FRAMES} from './examples.js';
import {assertClonable, assertFacts, assertPlain, assertStateName, assertTime, inTime} from './invariants.js';

/** The agents of the examples. */
const isOwn = (id: string): boolean => ['agent-1', 'a'].includes(id.toLowerCase());

type Listener = (event: {readonly data?: unknown; readonly code?: number; readonly reason?: string}) => void;

/** Calls listeners itself: an exception of theirs reaches the test. */
class FakeSocket {
  static readonly OPEN = 1;
  static last: FakeSocket;
  readonly readyState = 1;
  readonly #listeners = new Map<string, Listener>();

  constructor() {
    FakeSocket.last = this;
  }

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, listener);
  }

  fire(type: string, event: Parameters<Listener>[0]): void {
    this.#listeners.get(type)?.(event);
  }

  send(): void {}
  close(): void {}
}

/** The events that a stream's messages become. */
function eventsOf(...messages: unknown[]): PlatformEvent[] {
  const events: PlatformEvent[] = [];
  const stream = new V2Stream('wss://api.example.com', DEFAULT_HUB_SETTINGS, isOwn, (event) => events.push(event));
  try {
    for (const data of messages) FakeSocket.last.fire('message', {data});
    return [...events];
  } finally {
    void stream.end('over');
  }
}

function check(event: PlatformEvent, input: string): void {
  switch (event.type) {
    case 'live':
    case 'alive':
      return;
    case 'unknown':
      assert.ok(event.name !== '' && event.name.length <= 100, 'a name for the log');
      return;
    case 'unusable':
      assert.ok(['notJson', 'wrongShape', 'tooLarge', 'otherAgent'].includes(event.reason), 'a known reason');
      assert.ok(event.name === undefined || isStreamEventType(event.name), 'a known name, or none');
      return;
    case 'presence':
    case 'interaction':
    case 'screenPop':
      break;
    default:
      assert.fail(`a message never says ${event.type}`);
  }
  const {eventType, timestamp, digest} = event.event;
  assert.ok(isStreamEventType(eventType), 'a known type');
  assertTime(timestamp);
  assert.match(digest, /^[\da-f]{16}$/);
  assertPlain(event, {anyNumber: event.type === 'screenPop'});
  // What is told fits into what came.
  assert.ok(JSON.stringify(event).length <= 6 * input.length + 1_000, 'it grew');
  if (event.type === 'presence') {
    assertStateName(event.event.current);
    if (event.event.previous) assertStateName(event.event.previous);
    if (event.event.interaction) assertFacts(event.event.interaction);
  } else if (event.type === 'interaction') assertFacts(event.event.facts);
  else {
    const {interactionId, source, payload} = event.event;
    assert.ok(interactionId !== '' && typeof interactionId === 'string', 'an id');
    assert.equal(typeof source, 'string');
    assert.ok(typeof payload === 'object' && payload !== null && !Array.isArray(payload), 'a record');
    assertClonable(payload);
  }
}

describe('frames of the stream', () => {
  const original = globalThis.WebSocket;
  before(() => {
    globalThis.WebSocket = FakeSocket as unknown as typeof WebSocket;
  });
  after(() => {
    globalThis.WebSocket = original;
  });

  test('that are valid pass through', () => {
    for (const [frame, type] of FRAMES) {
      const events = eventsOf(JSON.stringify(frame));
      assert.deepEqual(
        events.map((event) => event.type),
        ['live', type],
      );
      for (const event of events) check(event, JSON.stringify(frame));
    }
  });

  test('with names that every object has mean nothing by them', () => {
    for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
      const text = JSON.stringify({
        eventType: 'interaction.assigned',
        timestamp: '2026-11-20T12:00:00Z',
        data: {
          interactionId: name,
          state: 'acw',
          mediaType: name,
          direction: name,
          participants: [{role: name, target: name}],
          acw: {duration: 1, remaining: 1, type: name},
        },
      });
      const [, event] = eventsOf(text);
      assert.equal(event?.type, 'interaction');
      check(event, text);
    }
  });

  test('are refused or cut where they are beyond all bounds', () => {
    const frame = (eventType: string, data: object): string =>
      JSON.stringify({eventType, timestamp: '2026-11-20T12:00:00Z', data});
    for (const seconds of [1e300, 1e12, -1]) {
      const acw = {duration: 30, remaining: seconds};
      const [event] = eventsOf(frame('interaction.assigned', {interactionId: 'i', state: 'acw', acw}));
      assert.deepEqual(event, {type: 'unusable', reason: 'wrongShape', name: 'interaction.assigned'});
    }
    const status = frame('agent.status.changed', {agentId: 'a', currentStatus: 'x'.repeat(10_000)});
    const [, event] = eventsOf(status);
    assert.equal(event?.type, 'presence');
    check(event, status);
  });

  test('of another agent change nothing and make nothing live, whatever their type', () => {
    for (const [example] of FRAMES) {
      const frame = structuredClone(example) as {eventType: string; data?: {agentId?: unknown}};
      if (frame.data?.agentId === undefined) continue;
      frame.data.agentId = 'somebody else';
      const dropped = {type: 'unusable', reason: 'otherAgent', name: frame.eventType};
      assert.deepEqual(eventsOf(JSON.stringify(frame)), [dropped]);
      frame.data.agentId = 'AGENT-1';
      assert.equal(eventsOf(JSON.stringify(frame))[0]?.type, 'live', 'the same id in another case is the same agent');
    }
  });

  test('may write ids and numbers as numbers', () => {
    const data = {
      interactionId: 4_177_001_234,
      sessionId: 17,
      state: 'Ringing',
      skillId: 4,
      from: 14_155_550_119,
      to: 5,
    };
    const [, event] = eventsOf(
      JSON.stringify({eventType: 'interaction.assigned', timestamp: '2026-11-20T12:00:00Z', data}),
    );
    assert.ok(event?.type === 'interaction');
    const {interactionId, sessionId, skillId, from, to} = event.event.facts;
    assert.deepEqual([interactionId, sessionId, skillId, from, to], ['4177001234', '17', '4', '14155550119', '5']);
  });

  test('become one event each, whatever is in them', TIMEOUT, () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(mutatedText(FRAMES.map(([frame]) => frame)), (text) => {
        const events = inTime(() => eventsOf(text)).filter(({type}) => type !== 'live');
        assert.equal(events.length, 1, 'one event');
        const [event] = events as [PlatformEvent];
        check(event, text);
        seen.set(event.type, (seen.get(event.type) ?? 0) + 1);
      }),
      {numRuns: RUNS, includeErrorInReport: true},
    );
    for (const type of ['alive', 'presence', 'interaction', 'screenPop', 'unknown', 'unusable']) {
      assert.ok((seen.get(type) ?? 0) >= RUNS / 100, `${type}: ${seen.get(type)}`);
    }
  });

  test('leave the stream as it was: what comes after them is read', TIMEOUT, () => {
    const [valid] = FRAMES.at(-2)!;
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            mutatedText(FRAMES.map(([frame]) => frame)),
            fc.constantFrom<unknown>(undefined, 7, new ArrayBuffer(4)),
          ),
          {maxLength: 5},
        ),
        (messages) => {
          assert.equal(eventsOf(...messages, JSON.stringify(valid)).at(-1)?.type, 'interaction');
        },
      ),
      {numRuns: Math.ceil(RUNS / 10), includeErrorInReport: true},
    );
  });

  test('may be as large and as deep as the limit: the time stays in proportion', TIMEOUT, () => {
    const wrap = (payload: string): string =>
      `{"eventType":"interaction.screenpop","timestamp":"2026-11-20T12:00:00Z","data":{"interactionId":"i","agentId":"a","payload":${payload}}}`;
    const keys = (key: (i: number) => string): string =>
      `{${Array.from({length: 12_000}, (_, i) => `${JSON.stringify(key(i))}:1`).join(',')}}`;
    for (const payload of [
      JSON.stringify({a: 'é'.repeat(120_000)}),
      `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      `${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}`,
      `${'{"__proto__":'.repeat(15_000)}1${'}'.repeat(15_000)}`,
      keys((i) => `key ${i}`),
      keys((i) => String(i)),
      keys(() => '__proto__'),
      `{"a":"${'\\u005f'.repeat(30_000)}"}`,
    ]) {
      const text = wrap(payload);
      for (const event of inTime(() => eventsOf(text))) check(event, text);
    }
  });

  test('closing codes and their reasons give a bounded wait', TIMEOUT, () => {
    const reason = fc.oneof(
      nastyText,
      fc.tuple(fc.constantFrom('retry-after=', 'Retry-After='), nastyText).map((two) => two.join('')),
      fc.nat().map((n) => `retry-after=${n}; x`),
    );
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(1000, 1006, 4401, 4403, 4429), fc.nat(70_000)), reason, (code, text) => {
        const events: PlatformEvent[] = [];
        new V2Stream('wss://api.example.com', DEFAULT_HUB_SETTINGS, isOwn, (event) => events.push(event));
        // One that was never live may have been refused by a policy, which is told a moment later.
        FakeSocket.last.fire('message', {data: '{"eventType":"made.up","timestamp":"2026-11-20T12:00:00Z","data":{}}'});
        events.length = 0;
        FakeSocket.last.fire('close', {code, reason: text});
        FakeSocket.last.fire('close', {code, reason: text});
        assert.equal(events.length, 1, 'closed once');
        const [event] = events;
        assert.ok(event?.type === 'closed', 'closed');
        assert.ok(!JSON.stringify(event).includes(CANARY), 'no text of the platform');
        const wait = event.reason.kind === 'rateLimited' ? (event.reason.retryAfterMs ?? 0) : 0;
        assert.ok(wait >= 0 && wait <= 3_600_000, `a wait of ${wait} ms`);
      }),
      {numRuns: RUNS, includeErrorInReport: true},
    );
  });
});
