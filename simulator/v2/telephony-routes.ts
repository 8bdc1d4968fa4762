import type {FastifyInstance, FastifyReply, FastifyRequest} from 'fastify';
import {
  acwChange,
  acwStart,
  controlCommand,
  dialOrder,
  type UserSessionPage,
} from '../../src/platform/v2/wire/index.js';
import {authorize, needAgent} from '../auth.js';
import {markReplayed, pathOf} from '../http.js';
import type {Answer} from '../idempotency.js';
import {checked, queryValue} from '../input.js';
import {PROTECTED_STATES} from '../../src/domain/interaction.js';
import type {Interaction} from '../model/interactions.js';
import {Refusal} from '../model/refusal.js';
import {DEFAULT_PAGE_SIZE} from '../options.js';
import type {Simulation} from '../simulation.js';
import {interactionToWire, iso, sessionToWire} from './wire.js';

/** The most sessions per page, whatever the request asks for. */
const MAX_PAGE_SIZE = 100;

/** How many of the newest ended sessions to list, so that a client that was away sees how its calls ended. Our choice. */
const ENDED_LISTED = 10;

type ById = {Params: {id: string}};

/** Routes for commands, sessions and after-call work. Source: contract §3, §4, §5. */
export function telephonyRoutes(app: FastifyInstance, simulation: Simulation): void {
  const {world, clock} = simulation;

  app.get<ById>('/v2/telephony/interactions/:id', async (request) => {
    const claims = await authorize(simulation, request);
    const interaction = world.interaction(request.params.id);
    needAgent(claims, interaction.agentId);
    return interactionToWire(interaction, clock);
  });

  app.post<ById>('/v2/telephony/interactions/:id/control', async (request, reply) => {
    const claims = await authorize(simulation, request, 'telephony:control');
    return once(simulation, request, reply, (key) => {
      const command = checked(controlCommand, request.body);
      const {id} = request.params;
      if (command.interactionId !== undefined && command.interactionId !== id) {
        throw new Refusal('BAD_REQUEST', 'interactionId: not the one of the path');
      }
      const interaction = world.interaction(id);
      needAgent(claims, interaction.agentId);
      if (command.agentId !== interaction.agentId) {
        throw new Refusal('FORBIDDEN', 'the interaction belongs to another agent');
      }
      world.command(interaction, command);
      simulation.addEffect({interactionId: id, action: command.action, idempotencyKey: key});
      return {interaction: interactionToWire(interaction, clock)};
    });
  });

  app.post('/v2/telephony/interactions', async (request, reply) => {
    const claims = await authorize(simulation, request, 'telephony:control');
    return once(simulation, request, reply, (key) => {
      const {agentId, target} = checked(dialOrder, request.body);
      needAgent(claims, agentId);
      const interaction = world.dial(agentId, target);
      simulation.addEffect({interactionId: interaction.id, action: 'Dial', idempotencyKey: key});
      return {interaction: interactionToWire(interaction, clock)};
    });
  });

  app.get('/api/v2/telephony/usersessions', async (request): Promise<UserSessionPage> => {
    const claims = await authorize(simulation, request);
    const userId = queryValue(request.query, 'userId');
    if (!userId) throw new Refusal('BAD_REQUEST', 'userId: missing');
    needAgent(claims, userId);
    world.agent(userId);
    const state = queryValue(request.query, 'state');
    if (state !== undefined && state !== 'active') throw new Refusal('BAD_REQUEST', 'state: only "active" is known');
    const live = world.sessionsOf(userId).filter((session) => PROTECTED_STATES.has(session.state));
    const ended = world.sessionsOf(userId, {ended: true}).filter((session) => session.state === 'ended');
    const listed = state === 'active' ? live : [...live, ...ended.slice(-ENDED_LISTED)];
    return pageOf(simulation, request, listed);
  });

  app.get<ById>('/api/v2/telephony/usersessions/:id', async (request) => {
    const claims = await authorize(simulation, request);
    const interaction = world.session(request.params.id);
    needAgent(claims, interaction.agentId);
    return sessionToWire(interaction, clock);
  });

  app.post<ById>('/api/v2/telephony/usersessions/:id/acw', async (request, reply) => {
    const claims = await authorize(simulation, request, 'telephony:write');
    const order = checked(acwStart, request.body);
    const interaction = world.session(request.params.id);
    needAgent(claims, interaction.agentId);
    world.startAcw(interaction, order);
    return reply.code(200).send(sessionToWire(interaction, clock));
  });

  app.patch<ById>('/api/v2/telephony/usersessions/:id/acw', async (request) => {
    const claims = await authorize(simulation, request, 'telephony:write');
    const change = checked(acwChange, request.body);
    const interaction = world.session(request.params.id);
    needAgent(claims, interaction.agentId);
    world.changeAcw(interaction, change);
    return sessionToWire(interaction, clock);
  });
}

function keyOf(request: FastifyRequest): string | null {
  const key = request.headers['idempotency-key'];
  return typeof key === 'string' && key !== '' ? key : null;
}

/** Carries out the request of a key once; repeated requests get the same answer again. Source: contract §3. */
function once(
  {idempotency}: Simulation,
  request: FastifyRequest,
  reply: FastifyReply,
  run: (key: string | null) => unknown,
): FastifyReply {
  const key = keyOf(request);
  const path = pathOf(request.url);
  const known = key === null ? undefined : idempotency.recall(key, path);
  if (known) markReplayed(request);
  const answer = known ?? answered(() => run(key));
  if (key !== null && !known) idempotency.remember(key, path, answer);
  return reply.code(answer.status).send(answer.body);
}

/** The answer to remember; a refusal counts too. */
function answered(run: () => unknown): Answer {
  try {
    return {status: 200, body: run()};
  } catch (error) {
    if (error instanceof Refusal) return {status: error.status, body: error.body()};
    throw error;
  }
}

function wholeNumber(request: FastifyRequest, name: string, fallback: number): number {
  const given = queryValue(request.query, name);
  if (given === undefined) return fallback;
  const value = Number(given);
  if (!Number.isInteger(value) || value < 1) throw new Refusal('BAD_REQUEST', `${name}: a whole number from 1`);
  return value;
}

function pageOf(simulation: Simulation, request: FastifyRequest, sessions: readonly Interaction[]): UserSessionPage {
  const {clock, options} = simulation;
  const page = wholeNumber(request, 'page', 1);
  const pageSize = Math.min(MAX_PAGE_SIZE, wholeNumber(request, 'pageSize', options.pageSize ?? DEFAULT_PAGE_SIZE));
  const from = (page - 1) * pageSize;
  // Versions can be a few ms ahead of the clock, and the list must not look older than its sessions.
  const asOf = Math.max(clock.serverNow(), ...sessions.map(({updatedAt}) => updatedAt));
  return {
    pageSize,
    page,
    pageCount: Math.max(1, Math.ceil(sessions.length / pageSize)),
    total: sessions.length,
    asOf: iso(asOf),
    entities: sessions.slice(from, from + pageSize).map((session) => sessionToWire(session, clock)),
  };
}
