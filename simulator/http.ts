import Fastify, {type FastifyInstance, type FastifyReply, type FastifyRequest} from 'fastify';
import {codeForStatus, Refusal} from './model/refusal.js';
import {masked, maskedHeaders, type LogEntry} from './request-log.js';
import type {Simulation} from './simulation.js';

/** The largest body, in bytes. Source: a raw frame of 1 MiB (architecture.md), with each character escaped as six. */
const BODY_LIMIT = 8_388_608;

/** How long a browser may remember a preflight, in seconds. */
const PREFLIGHT_MAX_AGE = 600;

const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS';

/** Whether a path belongs to the platform's API. Requests to these are logged. */
export const isApiPath = (path: string): boolean => /^\/(v2|api|oauth2?|token)(\/|$)/.test(path);

/** Whether a path belongs to the control API, which faults never affect and the log leaves out. */
export const isControlPath = (path: string): boolean => /^\/_sim(\/|$)/.test(path);

/** What the hooks keep about a request. */
interface Passage {
  readonly entry: LogEntry | undefined;
  lose: 'silent' | 'cut' | undefined;
}

const passages = new WeakMap<FastifyRequest, Passage>();

export const pathOf = (url: string): string => url.split('?', 1)[0] ?? url;

/** Marks a request's log entry as answered from memory. */
export function markReplayed(request: FastifyRequest): void {
  const entry = passages.get(request)?.entry;
  if (entry) entry.replayed = true;
}

/** Begins the log entry of a request or an upgrade. */
export function beginEntry(
  simulation: Simulation,
  request: {method: string; url: string; headers: Record<string, unknown>},
) {
  const url = new URL(request.url, 'http://localhost');
  return simulation.log.begin({
    at: simulation.clock.now(),
    method: request.method,
    path: url.pathname,
    query: masked(Object.fromEntries(url.searchParams)) as Record<string, unknown>,
    headers: maskedHeaders(request.headers),
    body: null,
    status: null,
    replayed: false,
  });
}

/** Headers that allow other origins, with credentials. Source: architecture.md "The simulator and the demo". */
export function crossOriginHeaders(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  const {origin} = headers;
  if (typeof origin !== 'string') return {vary: 'Origin'};
  return {
    vary: 'Origin',
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': 'Retry-After, Date, ETag',
  };
}

function parseBody(text: string, contentType: string): unknown {
  if (text === '') return undefined;
  if (contentType.startsWith('application/x-www-form-urlencoded')) {
    return Object.fromEntries(new URLSearchParams(text));
  }
  try {
    // Plain `JSON.parse`, because a hostile `__proto__` key must get into the frames to emit. Elsewhere schemas drop it.
    return JSON.parse(text) as unknown;
  } catch {
    if (!contentType.startsWith('application/json')) return text;
    throw new Refusal('BAD_REQUEST', 'the body is not JSON');
  }
}

const delay = (simulation: Simulation, ms: number): Promise<void> =>
  new Promise((resolve) => void simulation.clock.clock.after(ms, resolve));

/** A Fastify with what every request needs: cross-origin headers, the server's date, the log, faults, and error bodies. */
export function createHttp(simulation: Simulation): FastifyInstance {
  const app = Fastify({logger: false, bodyLimit: BODY_LIMIT, forceCloseConnections: true, exposeHeadRoutes: true});

  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', {parseAs: 'string'}, (request, body, done) => {
    try {
      done(null, parseBody(String(body), request.headers['content-type'] ?? ''));
    } catch (error) {
      done(error as Error, undefined);
    }
  });

  app.addHook('onRequest', (request, reply, done) => {
    void reply.headers(crossOriginHeaders(request.headers));
    void reply.header('date', new Date(simulation.clock.serverNow()).toUTCString());
    if (request.method === 'OPTIONS') {
      answerPreflight(request, reply);
      return;
    }
    const path = pathOf(request.url);
    passages.set(request, {entry: isApiPath(path) ? beginEntry(simulation, request) : undefined, lose: undefined});
    done();
  });

  app.addHook('preHandler', async (request, reply) => {
    const passage = passages.get(request);
    if (!passage) return;
    if (passage.entry && request.body !== undefined) passage.entry.body = masked(request.body);
    const path = pathOf(request.url);
    if (isControlPath(path)) return;
    const {delayMs, answer, lose} = simulation.faults.takeForRequest(request.method, path);
    passage.lose = lose;
    const kinds = [delayMs !== undefined && 'delay', answer && 'http-status', lose && 'lose-response'].filter(Boolean);
    if (passage.entry && kinds.length > 0) passage.entry.fault = kinds.join(', ');
    if (delayMs !== undefined) await delay(simulation, delayMs);
    if (answer) return sendMadeUp(reply, answer);
  });

  app.addHook('onSend', (request, reply, payload, done) => {
    const lose = passages.get(request)?.lose;
    if (!lose) return done(null, payload);
    // The request was carried out, but its answer is lost. Not calling `done` leaves the socket open and silent.
    if (lose === 'cut') request.raw.socket.destroy();
  });

  app.addHook('onResponse', (request, reply, done) => {
    const passage = passages.get(request);
    if (passage?.entry) simulation.log.finish(passage.entry, passage.lose ? null : reply.statusCode);
    done();
  });

  app.setErrorHandler((error, _request, reply) => {
    const refusal = toRefusal(error);
    return reply.code(refusal.status).headers(refusal.headers).send(refusal.body());
  });
  app.setNotFoundHandler((request, reply) => {
    const refusal = new Refusal('NOT_FOUND', `there is no ${request.method} ${pathOf(request.url)}`);
    return reply.code(refusal.status).send(refusal.body());
  });
  return app;
}

function answerPreflight(request: FastifyRequest, reply: FastifyReply): void {
  const asked = request.headers['access-control-request-headers'];
  void reply.headers({
    'access-control-allow-methods': METHODS,
    'access-control-max-age': String(PREFLIGHT_MAX_AGE),
    ...(asked === undefined ? {} : {'access-control-allow-headers': asked}),
    // For a public page that calls a loopback address. Source: WICG "Private Network Access".
    ...(request.headers['access-control-request-private-network'] === 'true'
      ? {'access-control-allow-private-network': 'true'}
      : {}),
  });
  void reply.code(204).send();
}

/** The body of the answer for an `http-status` fault. A text body is sent unchanged. */
export function madeUp(answer: {status: number; body?: unknown}): unknown {
  if (answer.body !== undefined) return answer.body;
  return {errorCode: codeForStatus(answer.status), message: `the simulator was told to answer ${answer.status}`};
}

function sendMadeUp(
  reply: FastifyReply,
  answer: {status: number; body?: unknown; headers?: Readonly<Record<string, string>>},
): FastifyReply {
  const body = madeUp(answer);
  void reply.code(answer.status).header('content-type', typeof body === 'string' ? 'text/plain' : 'application/json');
  void reply.headers(answer.headers ?? {});
  return reply.send(typeof body === 'string' ? body : JSON.stringify(body));
}

/** Turns anything thrown into an answer. */
export function toRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const status = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : undefined;
  const message = error instanceof Error ? error.message : 'unexpected failure';
  if (typeof status === 'number' && status >= 400 && status < 500) return new Refusal('BAD_REQUEST', message);
  return new Refusal('UNAVAILABLE', `the simulator failed: ${message}`);
}
