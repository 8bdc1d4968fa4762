import assert from 'node:assert/strict';
import {afterEach, beforeEach, describe, mock, test} from 'node:test';
import {DEFAULT_HUB_SETTINGS} from '../../src/domain/settings.js';
import type {PlatformEvent} from '../../src/worker/platform/platform.js';
import {V2Stream} from '../../src/worker/platform/v2/v2-stream.js';

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
