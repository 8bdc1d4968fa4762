import {STATUS_CODES, type IncomingMessage} from 'node:http';
import type {Duplex} from 'node:stream';
import {WebSocketServer, type WebSocket} from 'ws';
import {needAgent} from '../auth.js';
import {beginEntry, crossOriginHeaders, madeUp, pathOf, toRefusal} from '../http.js';
import type {LogEntry} from '../request-log.js';
import type {Simulation} from '../simulation.js';
import {codeForStatus, Refusal} from '../model/refusal.js';

/** The largest frame from a client, in bytes. Clients send only pings. */
const MAX_CLIENT_FRAME_BYTES = 65_536;

/** The platform's own close codes start here; anything below is an HTTP status. Source: contract §2. */
const FIRST_CLOSE_CODE = 4_000;

/** The HTTP status for a stream while the platform is unavailable. */
const UNAVAILABLE = 503;

interface Denial {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

const denialOf = (refusal: Refusal): Denial => ({
  status: refusal.status,
  body: refusal.body(),
  headers: refusal.headers,
});

/** Handles the handshakes of agent streams: `GET /v2/agents/{agentId}/stream?token=`. Source: contract §2. */
export class StreamUpgrades {
  readonly #simulation: Simulation;
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_CLIENT_FRAME_BYTES,
    perMessageDeflate: false,
    clientTracking: false,
  });

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
  }

  /** Handles an upgrade request completely, whatever its path. */
  readonly handle = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    // A client may leave during the handshake; that is not a failure of the simulator.
    socket.on('error', () => socket.destroy());
    const url = request.url ?? '/';
    const entry = beginEntry(this.#simulation, {method: request.method ?? 'GET', url, headers: request.headers});
    void this.#handshake(request, socket, head, entry).catch((error: unknown) =>
      this.#deny(request, socket, entry, denialOf(toRefusal(error))),
    );
  };

  async #handshake(request: IncomingMessage, socket: Duplex, head: Buffer, entry: LogEntry): Promise<void> {
    const simulation = this.#simulation;
    const path = pathOf(request.url ?? '/');
    const {delayMs, answer, lose} = simulation.faults.takeForRequest('GET', path);
    if (delayMs !== undefined)
      await new Promise<void>((resolve) => void simulation.clock.clock.after(delayMs, resolve));
    if (answer) {
      entry.fault = 'http-status';
      return this.#deny(request, socket, entry, {
        status: answer.status,
        body: madeUp(answer),
        headers: answer.headers ?? {},
      });
    }
    if (lose) {
      entry.fault = 'lose-response';
      if (lose === 'cut') socket.destroy();
      return;
    }
    const agentId = await this.#admit(request, path);
    const closeCode = this.#faultAtHandshake(agentId, entry);
    this.#server.handleUpgrade(request, socket, head, (client: WebSocket) => {
      simulation.log.finish(entry, 101);
      if (closeCode === undefined) simulation.streams.add(agentId, client);
      else client.close(closeCode.code, closeCode.reason);
    });
  }

  /** Checks the request; returns the agent's id. @throws {Refusal} if the platform would refuse it. */
  async #admit(request: IncomingMessage, path: string): Promise<string> {
    const simulation = this.#simulation;
    const named = /^\/v2\/agents\/([^/]+)\/stream$/.exec(path)?.[1];
    if (named === undefined) throw new Refusal('NOT_FOUND', `there is no stream at ${path}`);
    simulation.connectLimit.take();
    const token = new URL(request.url ?? '/', 'http://localhost').searchParams.get('token') ?? undefined;
    const claims = await simulation.tokens.verify(token);
    const {id} = simulation.world.agent(decoded(named));
    needAgent(claims, id);
    return id;
  }

  /** @throws {Refusal} if a fault refuses the handshake. @returns how to close right after the handshake, if a fault says so. */
  #faultAtHandshake(agentId: string, entry: LogEntry): {code: number; reason: string} | undefined {
    const {faults} = this.#simulation;
    const dropped = faults.forStream('drop-stream', agentId);
    const refused = faults.forStream('refuse-stream', agentId);
    if (!dropped && !refused) return undefined;
    entry.fault = dropped ? 'drop-stream' : 'refuse-stream';
    const status = refused && !dropped ? refused.status : UNAVAILABLE;
    const wait = refused?.retryAfterSeconds;
    if (status >= FIRST_CLOSE_CODE) return {code: status, reason: wait === undefined ? '' : `retry-after=${wait}`};
    throw new Refusal(codeForStatus(status), `the simulator was told to refuse streams with ${status}`, {
      status,
      headers: wait === undefined ? {} : {'retry-after': String(wait)},
    });
  }

  #deny(request: IncomingMessage, socket: Duplex, entry: LogEntry, denial: Denial): void {
    const status = denial.status;
    this.#simulation.log.finish(entry, status);
    const text = typeof denial.body === 'string' ? denial.body : JSON.stringify(denial.body);
    const headers: Record<string, string> = {
      connection: 'close',
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(text)),
      date: new Date(this.#simulation.clock.serverNow()).toUTCString(),
      ...crossOriginHeaders(request.headers),
      ...denial.headers,
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}\r\n${lines.join('\r\n')}\r\n\r\n${text}`);
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Refusal('BAD_REQUEST', 'the agent id in the path is not encoded properly');
  }
}
