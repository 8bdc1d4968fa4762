import type {FastifyInstance, FastifyReply, FastifyRequest} from 'fastify';
import {emitBody, faultBody, ringBody, scopesBody} from './wire/control.js';
import {applyFrame} from './emit.js';
import {crossOriginHeaders} from './http.js';
import {checked, queryValue} from './input.js';
import type {Simulation} from './simulation.js';
import {describeFault, wholeState} from './whole-state.js';

/** How long we collect changes before we send the state to watchers, in ms. Our choice: too short for people to notice. */
const STATE_PAUSE_MS = 50;

/** How often watchers get an empty comment, in ms: proxies close a silent response. */
const KEEP_ALIVE_MS = 15_000;

/** The control API, `/_sim/…`. Source: architecture.md "The simulator and the demo". */
export function controlRoutes(app: FastifyInstance, simulation: Simulation): void {
  const {world, streams, faults, log, tokens} = simulation;

  app.get('/_sim/state', () => wholeState(simulation));

  app.post('/_sim/reset', () => {
    simulation.reset();
    return wholeState(simulation);
  });

  app.post('/_sim/interactions', (request, reply) => {
    const {screenPop, agentId, ...ring} = checked(ringBody, request.body ?? {});
    const agent = simulation.agentOrDefault(agentId);
    const {id, sessionId} = world.ring({...ring, agentId: agent.id}, screenPop);
    return reply.code(201).send({interactionId: id, sessionId});
  });

  app.post<{Params: {id: string}}>('/_sim/interactions/:id/end', (request) => {
    const interaction = world.interaction(request.params.id);
    world.endByCustomer(interaction);
    return {interactionId: interaction.id, state: interaction.state};
  });

  app.post('/_sim/emit', (request, reply) => {
    const {frame, times, intervalMs, apply, agentId} = checked(emitBody, request.body);
    const {id} = simulation.agentOrDefault(agentId);
    if (apply) applyFrame(simulation, frame, id);
    const text = typeof frame === 'string' ? frame : JSON.stringify(frame);
    // With microseconds, so that a benchmark can measure the time from the frame to the screen.
    const sentAt = performance.timeOrigin + performance.now();
    return reply.code(202).send({streams: streams.sendRepeatedly(id, text, times, intervalMs), sentAt});
  });

  app.get('/_sim/faults', () => faults.active.map(describeFault));

  app.post('/_sim/faults', (request, reply) => {
    const order = checked(faultBody, request.body);
    if ('agentId' in order && order.agentId !== undefined) world.agent(order.agentId);
    const fault = faults.inject(order);
    return reply.code(201).send(fault ? describeFault(fault) : {kind: order.kind});
  });

  app.delete('/_sim/faults', (_request, reply) => {
    faults.clear();
    return reply.code(204).send();
  });

  app.post('/_sim/scopes', (request) => {
    const {scopes} = checked(scopesBody, request.body ?? {});
    if (scopes) tokens.scopes = scopes;
    else tokens.resetScopes();
    simulation.changed();
    return {scopes: tokens.scopes};
  });

  app.get('/_sim/log', (request) => log.list(queryValue(request.query, 'path')));
  app.get('/_sim/streams', () => streams.counts);
  app.get('/_sim/effects', () => simulation.effects);
  app.get('/_sim/events', (request, reply) => watch(simulation, request, reply));
}

/** Server-sent events: `state` first and after every change, `log` when a request begins and ends, `effect`, and `reset`. */
function watch(simulation: Simulation, request: FastifyRequest, reply: FastifyReply): void {
  reply.hijack();
  const {raw} = reply;
  raw.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    ...crossOriginHeaders(request.headers),
  });
  const send = (event: string, data: unknown): void => {
    raw.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  let pending: NodeJS.Timeout | undefined;
  const sendState = (): void => {
    pending = undefined;
    send('state', wholeState(simulation));
  };
  send('state', wholeState(simulation));
  const unwatch = simulation.watch((event) => {
    if (event.type === 'state') pending ??= setTimeout(sendState, STATE_PAUSE_MS);
    else if (event.type === 'log') send('log', {number: event.number, entry: event.entry});
    else if (event.type === 'effect') send('effect', event.effect);
    else {
      send('reset', {});
      send('state', wholeState(simulation));
    }
  });
  const keepAlive = setInterval(() => raw.write(': still here\n\n'), KEEP_ALIVE_MS);
  raw.on('close', () => {
    clearTimeout(pending);
    clearInterval(keepAlive);
    unwatch();
  });
}
