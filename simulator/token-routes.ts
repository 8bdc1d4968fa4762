import type {FastifyInstance, FastifyReply, FastifyRequest} from 'fastify';
import {brokerRequest, tokenRequest} from '../src/platform/v2/wire/index.js';
import {checked} from './input.js';
import {Refusal} from './model/refusal.js';
import type {Simulation} from './simulation.js';
import {canonicalScope} from './tokens.js';

/** The contract's token endpoints. Source: contract §1. */
const TOKEN_PATHS = ['/v2/oauth/token', '/oauth/token', '/oauth2/token'];

/** Protects the broker against CSRF: another site cannot send this header without permission. Source: contract §1. */
const BROKER_HEADER = 'x-requested-with';

/** An OAuth 2 error. Source: RFC 6749 §5.2. */
function refuse(reply: FastifyReply, status: number, error: string, description: string): FastifyReply {
  return reply.code(status).header('cache-control', 'no-store').send({error, error_description: description});
}

function clientOf(request: FastifyRequest): {client_id?: string; client_secret?: string} {
  const encoded = /^Basic\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (encoded === undefined) return {};
  const [id = '', ...secret] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return {client_id: id, client_secret: secret.join(':')};
}

const fieldsOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? {...value} : {};

/** The requested scopes that are available; all available scopes if none is requested. */
function grantedScopes(available: readonly string[], asked: string | undefined): readonly string[] {
  const names = (asked ?? '').split(/\s+/).filter(Boolean);
  if (names.length === 0) return available;
  const wanted = new Set(names.map(canonicalScope));
  return available.filter((scope) => wanted.has(canonicalScope(scope)));
}

/** Token endpoints for clients with a secret, and the broker for pages. */
export function tokenRoutes(app: FastifyInstance, simulation: Simulation): void {
  const {tokens, tokenLimit, options} = simulation;

  async function exchange(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    tokenLimit.take();
    const fields: Record<string, unknown> = {
      ...fieldsOf(request.query),
      ...clientOf(request),
      ...fieldsOf(request.body),
    };
    if (fields['grant_type'] !== 'client_credentials') {
      return refuse(reply, 400, 'unsupported_grant_type', 'grant_type must be client_credentials');
    }
    const parsed = tokenRequest.safeParse(fields);
    if (!parsed.success) return refuse(reply, 401, 'invalid_client', 'client_id and client_secret are needed');
    const {client_id: id, client_secret: secret, scope} = parsed.data;
    const {clients} = options;
    if (clients && (!Object.hasOwn(clients, id) || clients[id] !== secret)) {
      return refuse(reply, 401, 'invalid_client', 'unknown client, or wrong secret');
    }
    const granted = grantedScopes(tokens.scopes, scope);
    if (granted.length === 0 && tokens.scopes.length > 0) {
      return refuse(reply, 400, 'invalid_scope', 'none of these scopes can be granted');
    }
    const token = await tokens.issue(granted);
    simulation.changed();
    return reply.header('cache-control', 'no-store').send(token);
  }

  for (const path of TOKEN_PATHS) app.post(path, exchange);

  app.post('/token', async (request, reply) => {
    tokenLimit.take();
    if (request.headers[BROKER_HEADER] === undefined) {
      throw new Refusal('FORBIDDEN', 'the broker wants the header X-Requested-With');
    }
    const {agentId} = checked(brokerRequest, {...fieldsOf(request.query), ...fieldsOf(request.body)});
    // The API checks whether the agent exists: a broker only knows who signed in.
    const token = await tokens.issue(tokens.scopes, agentId ?? simulation.defaultAgentId);
    simulation.changed();
    return reply.header('cache-control', 'no-store').send(token);
  });
}
