import assert from 'node:assert/strict';
import type {TestContext} from 'node:test';
import WebSocket from 'ws';
import {DEFAULT_AGENT_ID, startSimulator, type Simulator, type SimulatorOptions} from '../../simulator/index.js';

export const AGENT = DEFAULT_AGENT_ID;

/** The limit of every test, in ms: what hangs fails by itself. */
export const LIMIT = {timeout: 15_000} as const;

/** How long a frame or a close may take, in ms. */
const WAIT_MS = 4_000;

type Json = Record<string, unknown>;

/** An answer with its body parsed. */
export interface Answer<T = Json> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

/** A frame of the agent stream as it came. */
export interface Frame {
  readonly eventType: string;
  readonly timestamp: string;
  readonly data: Json;
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Polls until `condition` holds. */
export async function until(what: string, condition: () => boolean | Promise<boolean>, limitMs = WAIT_MS) {
  const giveUpAt = Date.now() + limitMs;
  while (!(await condition())) {
    assert.ok(Date.now() < giveUpAt, `not within ${limitMs} ms: ${what}`);
    await pause(5);
  }
}

/** A client of one agent's stream that keeps what it hears. */
export class Stream {
  readonly socket: WebSocket;
  /** Every frame as text, in order. */
  readonly raw: string[] = [];
  closed: {code: number; reason: string} | undefined;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data: Buffer) => this.raw.push(data.toString('utf8')));
    socket.on('close', (code, reason) => (this.closed = {code, reason: reason.toString('utf8')}));
    socket.on('error', () => undefined);
  }

  /** Those frames that are JSON. */
  get frames(): Frame[] {
    return this.raw.flatMap((text) => {
      try {
        return [JSON.parse(text) as Frame];
      } catch {
        return [];
      }
    });
  }

  of(eventType: string): Frame[] {
    return this.frames.filter((frame) => frame.eventType === eventType);
  }

  /** Waits for the n-th (from 1) frame of a type. */
  async nth(eventType: string, n = 1): Promise<Frame> {
    await until(`frame ${n} of ${eventType}`, () => this.of(eventType).length >= n);
    return this.of(eventType)[n - 1]!;
  }

  ping(): void {
    this.socket.send('{"type":"ping"}');
  }

  async end(): Promise<{code: number; reason: string}> {
    await until('the close', () => this.closed !== undefined);
    return this.closed!;
  }
}

/** A refused handshake. */
export interface Refused {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: Json;
}

/** A simulator of a test's own, and what a test does with it. */
export class Bench {
  readonly simulator: Simulator;
  readonly url: string;
  readonly #sockets: WebSocket[] = [];
  #token: string | undefined;

  constructor(simulator: Simulator) {
    this.simulator = simulator;
    this.url = simulator.url;
  }

  /** Any request; the body as JSON. */
  async ask<T = Json>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    const response = await fetch(this.url + path, {
      method,
      headers: {...(body === undefined ? {} : {'content-type': 'application/json'}), ...headers},
      ...(body === undefined ? {} : {body: JSON.stringify(body)}),
    });
    const text = await response.text();
    return {status: response.status, headers: response.headers, body: (text ? JSON.parse(text) : undefined) as T};
  }

  /** A control call. */
  sim<T = Json>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
    return this.ask<T>(method, `/_sim${path}`, body);
  }

  fault(body: Json): Promise<Answer> {
    return this.sim('POST', '/faults', body);
  }

  /** A token of the broker's, fresh. */
  async newToken(agentId: string = AGENT): Promise<string> {
    const {status, body} = await this.ask('POST', '/token', {agentId}, {'x-requested-with': 'test'});
    assert.equal(status, 200);
    return String(body['access_token']);
  }

  /** A call of the platform's API with a token that is fetched once. */
  async api<T = Json>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    this.#token ??= await this.newToken();
    return this.ask<T>(method, path, body, {authorization: `Bearer ${this.#token}`, ...headers});
  }

  async ring(options: Json = {}): Promise<{interactionId: string; sessionId: string}> {
    const {status, body} = await this.sim('POST', '/interactions', options);
    assert.equal(status, 201);
    return body as {interactionId: string; sessionId: string};
  }

  command(interactionId: string, action: string, parameters: Json = {}, key?: string): Promise<Answer> {
    const path = `/v2/telephony/interactions/${interactionId}/control`;
    const body = {agentId: AGENT, interactionId, action, parameters};
    return this.api('POST', path, body, key === undefined ? {} : {'idempotency-key': key});
  }

  /** Rings and answers. */
  async talk(options: Json = {}): Promise<{interactionId: string; sessionId: string}> {
    const ids = await this.ring(options);
    assert.equal((await this.command(ids.interactionId, 'Answer')).status, 200);
    return ids;
  }

  /** An interaction's state, as the API reads it. */
  async stateOf(interactionId: string): Promise<unknown> {
    return (await this.api('GET', `/v2/telephony/interactions/${interactionId}`)).body['state'];
  }

  async presence(): Promise<unknown> {
    return (await this.api('GET', `/v2/agents/${AGENT}/status`)).body['currentStatus'];
  }

  setStatus(state: string, more: Json = {}): Promise<Answer> {
    const body = {state, skillGroups: [], routingGroups: [], force: false, overrideReason: 'agent_request', ...more};
    return this.api('PUT', `/api/v2/users/${AGENT}/agentStatus`, body);
  }

  /** Opens a stream. @throws where the handshake is refused. */
  async stream(agentId = AGENT, token?: string): Promise<Stream> {
    const opened = await this.handshake(agentId, token ?? (await this.newToken(agentId)));
    if (opened instanceof Stream) return opened;
    throw new Error(`the handshake was refused: ${JSON.stringify(opened)}`);
  }

  /** Tries to open a stream. */
  handshake(agentId: string, token: string): Promise<Stream | Refused> {
    const url = `${this.url.replace('http', 'ws')}/v2/agents/${agentId}/stream?token=${token}`;
    const socket = new WebSocket(url);
    this.#sockets.push(socket);
    const stream = new Stream(socket);
    return new Promise((resolve, reject) => {
      socket.on('open', () => resolve(stream));
      socket.on('error', reject);
      socket.on('unexpected-response', (_request, response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
        response.on('end', () =>
          resolve({status: response.statusCode ?? 0, headers: response.headers, body: JSON.parse(text) as Json}),
        );
      });
    });
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.terminate();
    await this.simulator.close();
  }
}

/** Starts a simulator that ends with the test. */
export async function bench(t: TestContext, options: SimulatorOptions = {}): Promise<Bench> {
  const made = new Bench(await startSimulator({port: 0, ...options}));
  t.after(() => made.close());
  return made;
}
