import {after} from 'node:test';
import {WebSocket} from 'ws';
import {
  DEFAULT_AGENT_ID,
  startSimulator,
  type Effect,
  type FaultBody,
  type LogEntry,
  type RingBody,
  type Simulator,
  type SimulatorOptions,
} from '../../simulator/index.js';

/** A test that takes longer hangs, in ms. */
export const LIMIT = {timeout: 15_000};

export const AGENT = DEFAULT_AGENT_ID;

const open: (() => unknown)[] = [];
// For the whole file: called within a test or a hook, `after` would run at that one's end.
after(() => Promise.all(open.map((close) => close())));

/** Fields of bodies and frames that tests look into; each test knows which of them its answer has. */
export interface Fields {
  readonly errorCode: string;
  readonly message: string;
  readonly currentState: string;
  readonly error: string;
  readonly state: string;
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly agentId: string;
  readonly interactionId: string;
  readonly sessionId: string;
  readonly previousStatus: string;
  readonly currentStatus: string;
  readonly channelType: string;
  readonly direction: string;
  readonly mediaType: string;
  readonly status: string;
  readonly muted: boolean;
  readonly source: string;
  readonly payload: unknown;
  readonly from: string;
  readonly interaction: Fields;
  readonly participants: readonly unknown[];
  readonly acw: Fields;
  readonly duration: number;
  readonly remaining: number;
  readonly type: string;
  readonly reasonCode: string;
  readonly enforceUntilComplete: boolean;
  readonly acwRemaining: number;
  readonly activeSessions: number;
  readonly skillGroups: readonly Fields[];
  readonly routingGroups: readonly Fields[];
  readonly updatedTimestamp: string;
  readonly updatedAt: string;
  readonly startedAt: string;
  readonly page: number;
  readonly pageSize: number;
  readonly pageCount: number;
  readonly total: number;
  readonly open: number;
  readonly streams: {readonly open: number; readonly total: number};
  readonly asOf: string;
  readonly entities: readonly Fields[];
  readonly agents: readonly Fields[];
  readonly sessions: readonly Fields[];
  readonly interactions: readonly Fields[];
  readonly faults: readonly Fields[];
  readonly counters: Readonly<Record<string, number>>;
  readonly access_token: string;
  readonly expires_in: number;
  readonly scope: string;
  readonly skillId: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Fields;
}

export interface Frame {
  readonly eventType: string;
  readonly timestamp: string;
  readonly data: Fields;
}

/** A simulator of the test's own, and calls to it over real HTTP. Ends with the test file. */
export class Bench {
  readonly simulator: Simulator;
  #token: string | undefined;

  private constructor(simulator: Simulator) {
    this.simulator = simulator;
  }

  static async start(options: SimulatorOptions = {}): Promise<Bench> {
    const bench = new Bench(await startSimulator(options));
    open.push(() => bench.simulator.close());
    return bench;
  }

  async fetch(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(this.simulator.url + path, {
      method,
      headers: {...(body === undefined ? {} : {'content-type': 'application/json'}), ...headers},
      body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await response.text();
    let parsed: unknown = text;
    try {
      parsed = JSON.parse(text);
    } catch {
      // Kept as text.
    }
    return {status: response.status, headers: response.headers, body: parsed as Fields};
  }

  /** A call of the control API. */
  sim(method: string, path: string, body?: unknown): Promise<Answer> {
    return this.fetch(method, `/_sim${path}`, body);
  }

  async fault(order: FaultBody): Promise<void> {
    const {status, body} = await this.sim('POST', '/faults', order);
    if (status !== 201) throw new Error(JSON.stringify(body));
  }

  async ring(order: RingBody = {}): Promise<{interactionId: string; sessionId: string}> {
    const {status, body} = await this.sim('POST', '/interactions', order);
    if (status !== 201) throw new Error(JSON.stringify(body));
    return body;
  }

  async newToken(agentId = AGENT): Promise<string> {
    const {body} = await this.fetch('POST', '/token', {agentId}, {'x-requested-with': 'test'});
    return body.access_token;
  }

  async token(): Promise<string> {
    return (this.#token ??= await this.newToken());
  }

  /** A call of the platform's API with a good token. */
  async api(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.fetch(method, path, body, {authorization: `Bearer ${await this.token()}`, ...headers});
  }

  #keys = 0;

  command(
    interactionId: string,
    action: string,
    parameters: object = {},
    key = `key-${++this.#keys}`,
  ): Promise<Answer> {
    return this.api(
      'POST',
      `/v2/telephony/interactions/${interactionId}/control`,
      {agentId: AGENT, interactionId, action, parameters},
      {'idempotency-key': key},
    );
  }

  async status(): Promise<string> {
    return (await this.api('GET', `/v2/agents/${AGENT}/status`)).body.currentStatus;
  }

  async stateOf(interactionId: string): Promise<string> {
    return (await this.api('GET', `/v2/telephony/interactions/${interactionId}`)).body.state;
  }

  routing(method = 'GET', body?: unknown): Promise<Answer> {
    return this.api(method, `/api/v2/users/${AGENT}/agentStatus`, body);
  }

  sessions(query = ''): Promise<Answer> {
    return this.api('GET', `/api/v2/telephony/usersessions?userId=${AGENT}${query}`);
  }

  async log(path = ''): Promise<LogEntry[]> {
    return (await this.sim('GET', `/log?path=${encodeURIComponent(path)}`)).body as unknown as LogEntry[];
  }

  async effects(): Promise<Effect[]> {
    return (await this.sim('GET', '/effects')).body as unknown as Effect[];
  }

  async stream(token?: string, agentId = AGENT): Promise<Stream> {
    return Stream.open(this.simulator, token ?? (await this.newToken(agentId)), agentId);
  }
}

/** An agent stream and the frames it got. */
export class Stream {
  readonly socket: WebSocket;
  readonly frames: Frame[] = [];
  readonly texts: string[] = [];
  closed: {code: number; reason: string} | undefined;
  #wake: () => void = () => undefined;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => {
      const text = (data as Buffer).toString('utf8');
      this.texts.push(text);
      try {
        this.frames.push(JSON.parse(text) as Frame);
      } catch {
        // Only in `texts`.
      }
      this.#wake();
    });
    socket.on('close', (code, reason) => {
      this.closed = {code, reason: reason.toString('utf8')};
      this.#wake();
    });
    socket.on('error', () => undefined);
  }

  static async open(simulator: Simulator, token: string, agentId: string, base = 'localhost'): Promise<Stream> {
    const url = `ws://${base}:${simulator.port}/v2/agents/${agentId}/stream?token=${token}`;
    const socket = new WebSocket(url);
    const stream = new Stream(socket);
    open.push(() => socket.terminate());
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('unexpected-response', (_request, response) => {
        const wait = response.headers['retry-after'];
        reject(Object.assign(new Error(`refused with ${response.statusCode}`), {status: response.statusCode, wait}));
      });
      socket.once('error', reject);
    });
    return stream;
  }

  types(): string[] {
    return this.frames.map(({eventType}) => eventType);
  }

  /** Frames of a type so far. */
  of(eventType: string): Frame[] {
    return this.frames.filter((frame) => frame.eventType === eventType);
  }

  /** Waits until something is true of what came. */
  async until(what: string, isTrue: (stream: this) => boolean, limitMs = 4_000): Promise<void> {
    const end = Date.now() + limitMs;
    while (!isTrue(this)) {
      const left = end - Date.now();
      if (left <= 0) throw new Error(`not in time: ${what}; got ${JSON.stringify(this.types())}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
