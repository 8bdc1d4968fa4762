import {createHash} from 'node:crypto';
import type {FastifyInstance} from 'fastify';
import {PROTECTED_STATES} from '../../src/domain/interaction.js';
import {agentRoutingWrite, publishBody, type AgentRoutingWritten} from '../../src/platform/v2/wire/index.js';
import {authorize, needAgent} from '../auth.js';
import {checked, queryValue} from '../input.js';
import type {Simulation} from '../simulation.js';
import {iso, presenceToWire, routingToWire, routingWord} from './wire.js';

type ById = {Params: {id: string}};

/** Routes for profiles, presence, routing and events for workforce management. Source: contract §1, §4, §5, §7. */
export function agentRoutes(app: FastifyInstance, simulation: Simulation): void {
  const {world} = simulation;

  app.get<ById>('/v2/agents/:id/status', async (request) => {
    const claims = await authorize(simulation, request);
    const agent = world.agent(request.params.id);
    needAgent(claims, agent.id);
    return presenceToWire(agent);
  });

  app.get<ById>('/api/v2/users/:id/agentStatus', async (request) => {
    const claims = await authorize(simulation, request);
    const agent = world.agent(request.params.id);
    needAgent(claims, agent.id);
    const live = world.sessionsOf(agent.id).filter(({state}) => PROTECTED_STATES.has(state));
    return routingToWire(agent, live.length);
  });

  app.put<ById>('/api/v2/users/:id/agentStatus', async (request): Promise<AgentRoutingWritten> => {
    const claims = await authorize(simulation, request, 'agent:write');
    const write = checked(agentRoutingWrite, request.body);
    const agent = world.agent(request.params.id);
    needAgent(claims, agent.id);
    world.writeRouting(agent, write);
    simulation.changed();
    return {state: routingWord(agent.routing.state), updatedTimestamp: iso(agent.routing.updatedAt)};
  });

  app.get('/api/v2/users', async (request) => {
    const claims = await authorize(simulation, request);
    // Without the scope the answer is an empty list, not a refusal, as on the platform. Source: [002], contract §1, §13.
    const visible = claims.has('users:read') ? world.agents : [];
    const name = queryValue(request.query, 'name')?.toLowerCase() ?? '';
    const entities = visible.filter((agent) => agent.name.toLowerCase().includes(name));
    return {entities: entities.map((agent) => ({id: agent.id, name: agent.name})), total: entities.length};
  });

  for (const path of ['/v2/agents/:id', '/api/v2/agents/:id']) {
    app.get<ById>(path, async (request, reply) => {
      const claims = await authorize(simulation, request);
      const agent = world.agent(request.params.id);
      needAgent(claims, agent.id);
      // `state` is the state of the account, not of the agent. Source: contract §10.
      const profile = {
        id: agent.id,
        name: agent.name,
        state: 'active',
        skills: agent.routing.skillGroups.map(({id}) => id),
      };
      const digest = createHash('sha256').update(JSON.stringify(profile)).digest('hex');
      void reply.header('etag', `"${digest.slice(0, 16)}"`);
      return profile;
    });
  }

  app.get<ById>('/api/v2/agents/:id/skills', async (request) => {
    const claims = await authorize(simulation, request);
    const agent = world.agent(request.params.id);
    needAgent(claims, agent.id);
    return {
      entities: agent.routing.skillGroups.map(({id, name}) => ({
        skillId: id,
        name,
        level: 1,
        maximumConcurrentInteractions: 1,
      })),
    };
  });

  app.post('/api/v2/events/publish', async (request, reply) => {
    await authorize(simulation, request, 'events:publish');
    checked(publishBody, request.body);
    return reply.code(202).send({accepted: true});
  });
}
