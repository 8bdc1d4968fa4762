import type {WebSocket} from 'ws';
import {clientFrame} from '../../src/platform/v2/wire/index.js';
import type {Faults, StreamHarm} from '../faults.js';
import type {ServerClock} from '../model/clock.js';
import type {WorldEvent} from '../model/world.js';
import {interactionToWire, iso, statusChangeToWire} from './wire.js';

/** How often the server sends a heartbeat without a ping, in ms. Source: contract §2: firewalls allow 30 s of silence. */
export const HEARTBEAT_MS = 30_000;

/** "Going away". Source: RFC 6455 §7.4.1. */
const CLOSE_GOING_AWAY = 1_001;

interface Connection {
  readonly agentId: string;
  readonly socket: WebSocket;
  confirmed: boolean;
}

/** The agent streams of the `v2` dialect: holds the connections and sends their frames. */
export class V2Streams implements StreamHarm {
  readonly #clock: ServerClock;
  readonly #faults: Faults;
  readonly #onChange: () => void;
  readonly #heartbeatMs: number;
  readonly #open = new Set<Connection>();
  readonly #timers = new Set<() => void>();
  #total = 0;
  #sent = 0;
  #stopHeartbeat: () => void = () => undefined;

  constructor(clock: ServerClock, faults: Faults, onChange: () => void, heartbeatMs = HEARTBEAT_MS) {
    this.#clock = clock;
    this.#faults = faults;
    this.#onChange = onChange;
    this.#heartbeatMs = heartbeatMs;
    this.#beat();
  }

  /** The streams open now, and how many were opened since the start or the last reset. */
  get counts(): {open: number; total: number} {
    return {open: this.#open.size, total: this.#total};
  }

  /** Frames sent since the start or the last reset. */
  get framesSent(): number {
    return this.#sent;
  }

  openFor(agentId: string): number {
    return [...this.#open].filter((connection) => connection.agentId === agentId).length;
  }

  /** Takes over a socket after its handshake. */
  add(agentId: string, socket: WebSocket): void {
    const connection: Connection = {agentId, socket, confirmed: false};
    this.#open.add(connection);
    this.#total++;
    const gone = (): void => {
      if (this.#open.delete(connection)) this.#onChange();
    };
    // A frame over the limit or a reset by the peer fires `error`, and then `close`.
    socket.on('error', () => socket.terminate());
    socket.on('close', gone);
    socket.on('message', (data, isBinary) => this.#onMessage(connection, isBinary ? '' : rawText(data)));
    this.#confirm(connection);
    this.#onChange();
  }

  /** Sends an event to the agent's clients, twice during a failover of the platform. */
  tell(event: WorldEvent): void {
    const agentId = event.type === 'presence' ? event.agent.id : event.interaction.agentId;
    const {eventType, data} = this.#frameOf(event, agentId);
    const at = this.#clock.serverNow();
    this.#broadcast(agentId, JSON.stringify({eventType, timestamp: iso(at), data}));
    const failover = this.#faults.forStream('failover', agentId);
    if (!failover) return;
    // The copy has a different timestamp, so clients can recognise it only by its content.
    const copy = JSON.stringify({eventType, timestamp: iso(at + failover.copyAfterMs + 1), data});
    if (failover.copyAfterMs === 0) this.#broadcast(agentId, copy);
    else this.#later(failover.copyAfterMs, () => this.#broadcast(agentId, copy));
  }

  /** Sends text unchanged. @returns how many streams got it. */
  sendRaw(agentId: string, text: string): number {
    return this.#broadcast(agentId, text);
  }

  /** Sends text several times, the first at once. */
  sendRepeatedly(agentId: string, text: string, times: number, intervalMs: number): number {
    const reached = this.#broadcast(agentId, text);
    if (intervalMs === 0) {
      for (let i = 1; i < times; i++) this.#broadcast(agentId, text);
    } else if (times > 1) {
      this.#later(intervalMs, () => this.sendRepeatedly(agentId, text, times - 1, intervalMs));
    }
    return reached;
  }

  drop(agentId: string | undefined): void {
    for (const connection of this.#open) {
      if (agentId !== undefined && connection.agentId !== agentId) continue;
      this.#open.delete(connection);
      connection.socket.terminate();
    }
    this.#onChange();
  }

  thaw(): void {
    for (const connection of this.#open) if (!connection.confirmed) this.#confirm(connection);
  }

  /** Closes all streams properly, drops what is still to be sent, and resets the counts. */
  reset(): void {
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    for (const {socket} of this.#open) socket.close(CLOSE_GOING_AWAY, 'reset');
    this.#open.clear();
    this.#total = 0;
    this.#sent = 0;
    this.#onChange();
  }

  /** Ends everything, at once. */
  close(): void {
    this.#stopHeartbeat();
    for (const cancel of this.#timers) cancel();
    for (const {socket} of this.#open) socket.terminate();
    this.#open.clear();
  }

  #frameOf(event: WorldEvent, agentId: string): {eventType: string; data: unknown} {
    switch (event.type) {
      case 'screenPop':
        return {
          eventType: 'interaction.screenpop',
          data: {interactionId: event.interaction.id, agentId, source: 'simulator', payload: event.payload},
        };
      case 'assigned':
        return {eventType: 'interaction.assigned', data: interactionToWire(event.interaction, this.#clock)};
      case 'changed':
        return {eventType: 'interaction.state.changed', data: interactionToWire(event.interaction, this.#clock)};
      case 'presence':
        return {
          eventType: 'agent.status.changed',
          data: statusChangeToWire(event.agent, event.previous, event.driver),
        };
    }
  }

  #onMessage(connection: Connection, text: string): void {
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch {
      return;
    }
    if (clientFrame.safeParse(parsed).success) this.#heartbeat(connection);
  }

  #confirm(connection: Connection): void {
    if (this.#isFrozen(connection)) return;
    connection.confirmed = true;
    this.#send(connection, this.#frame('subscription.confirmed', {agentId: connection.agentId}));
  }

  #heartbeat(connection: Connection): void {
    this.#send(connection, this.#frame('heartbeat', {}));
  }

  #beat(): void {
    this.#stopHeartbeat = this.#clock.clock.after(this.#heartbeatMs, () => {
      for (const connection of this.#open) this.#heartbeat(connection);
      this.#beat();
    });
  }

  #frame(eventType: string, data: unknown): string {
    return JSON.stringify({eventType, timestamp: iso(this.#clock.serverNow()), data});
  }

  #broadcast(agentId: string, text: string): number {
    let reached = 0;
    for (const connection of this.#open) {
      if (connection.agentId === agentId && this.#send(connection, text)) reached++;
    }
    return reached;
  }

  #send(connection: Connection, text: string): boolean {
    const {socket} = connection;
    if (socket.readyState !== socket.OPEN || this.#isFrozen(connection)) return false;
    socket.send(text);
    this.#sent++;
    return true;
  }

  /** Whether the stream is frozen. Its frames are lost, as behind a dead router. */
  #isFrozen({agentId}: Connection): boolean {
    return this.#faults.forStream('freeze-stream', agentId) !== undefined;
  }

  #later(ms: number, callback: () => void): void {
    const cancel = this.#clock.clock.after(ms, () => {
      this.#timers.delete(cancel);
      callback();
    });
    this.#timers.add(cancel);
  }
}

/** The text of a `ws` message, in any form that `ws` passes. */
function rawText(data: Buffer | ArrayBuffer | Buffer[]): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return Buffer.isBuffer(data) ? data.toString('utf8') : Buffer.from(data).toString('utf8');
}
