import assert from 'node:assert/strict';
import {test} from 'node:test';
import {WebSocket as NodeWebSocket} from 'ws';
import {startSimulator} from '../../simulator/index.js';
import type {InteractionState} from '../../src/domain/interaction.js';
import {DEFAULT_HUB_SETTINGS} from '../../src/domain/settings.js';
import {loadDialect} from '../../src/platform/dialects.js';
import {TokenKeeper} from '../../src/platform/client/token-keeper.js';
import type {PlatformEvent} from '../../src/platform/port/platform.js';
import {waitUntil} from '../support/wait-until.js';

const AGENT = 'a1b2c3d4-e5f6-7890-abcd-ef1234567890';

test('the client runs as it is in Node: token, events, reads and a command, with a plain object for its log', async (t) => {
  const simulator = await startSimulator({port: 0});
  t.after(() => simulator.close());
  const {url} = simulator;
  const told: string[] = [];
  const note = (event: string): void => void told.push(event);
  const log = {info: note, warn: note, error: note};
  const dialect = await loadDialect('v2')!;
  const settings = DEFAULT_HUB_SETTINGS;
  const nothing = (): void => undefined;
  const tokens = new TokenKeeper(dialect.brokerTokens(`${url}/token`, AGENT), settings, log, {
    onToken: nothing,
    onFailure: nothing,
    onLastToken: nothing,
  });
  t.after(() => tokens.stop());
  const config = {agentId: AGENT, userId: AGENT, apiBase: url, streamBase: url.replace(/^http/, 'ws'), settings};
  const platform = dialect.platform(config, {
    tokens,
    log,
    socket: (address) => new NodeWebSocket(address) as unknown as WebSocket,
  });

  const events: PlatformEvent[] = [];
  const source = platform.events.open(tokens, (event) => events.push(event));
  await waitUntil(() => events.some(({type}) => type === 'live'), 'it is live');
  const ring = await fetch(`${url}/_sim/interactions`, {method: 'POST'});
  const {interactionId} = (await ring.json()) as {interactionId: string};
  const states = (): InteractionState[] =>
    events.flatMap((event) => (event.type === 'interaction' ? event.event.facts.state : []));
  await waitUntil(() => states().includes('ringing'), 'it rings');

  const {signal} = new AbortController();
  const {presence, sessions} = platform.state.read({parts: ['presence', 'sessions']}, signal);
  assert.equal((await presence).interactionId, interactionId);
  assert.deepEqual(
    (await sessions).sessions.map((one) => one.interactionId),
    [interactionId],
  );
  const attempt = {key: 'key', signal, mayLeave: () => Promise.resolve()};
  const outcome = await platform.calls.send({interactionId, action: 'answer', parameters: {}}, attempt);
  assert.equal(outcome !== 'accepted' && outcome.facts?.state, 'talking');
  await waitUntil(() => states().includes('talking'), 'the event follows');

  await source.end('over');
  assert.deepEqual(events.at(-1), {type: 'closed', reason: {kind: 'asked'}});
  assert.deepEqual(told, ['token_received']);
});
