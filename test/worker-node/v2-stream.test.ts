import assert from 'node:assert/strict';
import {afterEach, beforeEach, describe, mock, test} from 'node:test';
import {DEFAULT_HUB_SETTINGS} from '../../src/domain/settings.js';
import type {CloseReason, PlatformEvent} from '../../src/platform/port/platform.js';
import {V2Stream} from '../../src/platform/v2/v2-stream.js';

const {pingIntervalMs, pongTimeoutMs, silenceReadMs} = DEFAULT_HUB_SETTINGS;

class FakeSocket extends EventTarget {
  static readonly OPEN = 1;
  static last: FakeSocket;
  readonly readyState = 1;
  sent = 0;
  constructor() {
    super();
    FakeSocket.last = this;
  }
  send(): void {
    this.sent++;
  }
  close(): void {}
}

/** Where a browser tells of what a security policy refuses. */
const scope = new EventTarget();

const refuse = (address: string): boolean =>
  scope.dispatchEvent(
    Object.assign(new Event('securitypolicyviolation'), {
      blockedURI: address,
      effectiveDirective: 'connect-src',
      disposition: 'enforce',
    }),
  );

const tell = (eventType: string, data: object = {}): void => {
  const frame = {eventType, timestamp: '2026-11-20T12:00:00Z', data};
  FakeSocket.last.dispatchEvent(Object.assign(new Event('message'), {data: JSON.stringify(frame)}));
};

describe('an agent stream that says nothing', () => {
  const WebSocketBefore = globalThis.WebSocket;
  let events: string[];

  beforeEach(() => {
    globalThis.WebSocket = FakeSocket as unknown as typeof WebSocket;
    mock.timers.enable({apis: ['setTimeout', 'setInterval']});
    events = [];
    const note = (event: PlatformEvent): void => {
      events.push(event.type === 'closed' ? `closed: ${event.reason.kind}` : event.type);
    };
    new V2Stream('wss://api.example.com', DEFAULT_HUB_SETTINGS, () => true, note);
    FakeSocket.last.dispatchEvent(new Event('open'));
    tell('subscription.confirmed', {agentId: 'a'});
    events.length = 0;
  });

  afterEach(() => {
    mock.timers.reset();
    globalThis.WebSocket = WebSocketBefore;
  });

  test('is doubted every 15 s, and not given up, where pings are not answered', () => {
    mock.timers.tick(silenceReadMs - 1);
    assert.deepEqual(events, []);
    mock.timers.tick(1);
    assert.deepEqual(events, ['silent']);
    for (let i = 0; i < 5; i++) mock.timers.tick(silenceReadMs);
    assert.deepEqual(events, Array(6).fill('silent'));
    tell('made.up');
    mock.timers.tick(silenceReadMs - 1);
    assert.equal(events.filter((event) => event === 'silent').length, 6, 'any frame ends the silence');
  });

  test('is not doubted between two pings where they are answered, and is dead 10 s after one that is not', () => {
    tell('heartbeat');
    mock.timers.tick(pingIntervalMs);
    assert.deepEqual(events, ['alive'], 'silence between two pings is nothing to doubt');
    assert.equal(FakeSocket.last.sent, 2);
    mock.timers.tick(pongTimeoutMs - 1);
    assert.deepEqual(events, ['alive']);
    mock.timers.tick(1);
    assert.deepEqual(events, ['alive', 'closed: lost']);
    mock.timers.tick(10 * silenceReadMs);
    assert.equal(events.length, 2, 'nothing is told after the end');
  });
});

describe('an agent stream that does not open', () => {
  const before = {WebSocket: globalThis.WebSocket, addEventListener: globalThis.addEventListener};
  let ends: CloseReason[];

  const open = (): void => {
    new V2Stream(
      'wss://api.example.com/stream?token=secret',
      DEFAULT_HUB_SETTINGS,
      () => true,
      (event) => {
        if (event.type === 'closed') ends.push(event.reason);
      },
    );
  };
  /** Lets what is under way come to its end; nothing takes longer than the browser needs to tell why. */
  const settle = async (): Promise<void> => {
    await Promise.resolve();
    mock.timers.tick(100);
    for (let i = 0; i < 5; i++) await Promise.resolve();
  };

  beforeEach(() => {
    globalThis.WebSocket = FakeSocket as unknown as typeof WebSocket;
    globalThis.addEventListener = scope.addEventListener.bind(scope) as typeof globalThis.addEventListener;
    mock.timers.enable({apis: ['setTimeout', 'setInterval']});
    ends = [];
    open();
  });

  afterEach(() => {
    mock.timers.reset();
    Object.assign(globalThis, before);
  });

  const BLOCKED: CloseReason = {kind: 'blocked', by: 'connect-src wss://api.example.com'};

  test('ends at once where a policy refuses it: only an error is told, and no close', async () => {
    refuse('wss://api.example.com/stream?token=secret');
    FakeSocket.last.dispatchEvent(new Event('error'));
    await settle();
    assert.deepEqual(ends, [BLOCKED], 'named without the token');
  });

  test('names the policy that is told of after the failure', async () => {
    FakeSocket.last.dispatchEvent(new Event('error'));
    refuse('wss://api.example.com');
    await settle();
    assert.deepEqual(ends, [BLOCKED]);
  });

  test('is lost where the policy refused something else, or an earlier try', async () => {
    refuse('wss://api.example.com');
    await new Promise((resolve) => setImmediate(resolve));
    open();
    refuse('https://api.example.com');
    FakeSocket.last.dispatchEvent(new Event('error'));
    FakeSocket.last.dispatchEvent(Object.assign(new Event('close'), {code: 1006, reason: ''}));
    await settle();
    assert.deepEqual(ends, [{kind: 'lost'}]);
  });

  test('is refused at once by a browser that throws', async () => {
    globalThis.WebSocket = class {
      constructor() {
        refuse('wss://api.example.com');
        throw new DOMException('blocked', 'SecurityError');
      }
    } as unknown as typeof WebSocket;
    open();
    assert.deepEqual(ends, [], 'nobody is told before the source is known');
    await settle();
    assert.deepEqual(ends, [BLOCKED]);
  });
});
