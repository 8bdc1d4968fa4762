import {toAgentState} from '../../domain/agent-state.js';
import {CxoneError} from '../../domain/errors.js';
import type {
  PresenceFacts,
  RoutingFacts,
  RoutingWrite,
  RoutingWritten,
  SessionReading,
  SessionsFacts,
  State,
  StatePart,
  StateParts,
  StateReading,
} from '../port/platform.js';
import {outgoing, pathPart, usable, type V2Api} from './api.js';
import {toGroup, toInteractionFacts, toMs, toSession, toWireGroup, toWireState} from './mapping.js';
import {
  agentPresence,
  agentRouting,
  agentRoutingWrite,
  agentRoutingWritten,
  interactionData,
  userSession,
  userSessionPage,
} from './wire/index.js';

/** The most pages of one agent's sessions; more than this means a server fault. Our choice. */
const MAX_SESSION_PAGES = 50;
/** The most characters to log of the id of an unusable session. Our choice. */
const MAX_LOGGED_ID = 80;

export function v2State(api: V2Api): State {
  type Reader<Part extends StatePart> = (signal: AbortSignal, withEnded: boolean) => Promise<StateParts[Part]>;
  const readers: {readonly [Part in StatePart]: Reader<Part>} = {
    presence: (signal) => readPresence(api, signal),
    routing: (signal) => readRouting(api, signal),
    sessions: (signal, withEnded) => readSessions(api, signal, withEnded),
  };
  return {
    read: <Part extends StatePart>(
      {parts, withEnded = false}: {parts: readonly Part[]; withEnded?: boolean},
      signal: AbortSignal,
    ) => Object.fromEntries(parts.map((part) => [part, readers[part](signal, withEnded)])) as StateReading<Part>,
    session: async (sessionId, signal) => {
      const path = `/api/v2/telephony/usersessions/${pathPart(sessionId)}`;
      return usable(toSession(await api.read(path, userSession, signal)));
    },
    interaction: async (interactionId, signal) => {
      const path = `/v2/telephony/interactions/${pathPart(interactionId)}`;
      return usable(toInteractionFacts(await api.read(path, interactionData, signal)));
    },
    write: async (write, signal) => ({facts: await writeRouting(api, write, signal)}),
  };
}

async function readPresence(api: V2Api, signal: AbortSignal): Promise<PresenceFacts> {
  const reply = await api.read(`/v2/agents/${api.agent}/status`, agentPresence, signal);
  return {
    state: toAgentState(reply.currentStatus),
    interactionId: reply.interactionId,
    updatedAt: toMs(reply.updatedTimestamp),
  };
}

async function readRouting(api: V2Api, signal: AbortSignal): Promise<RoutingFacts> {
  const reply = await api.read(routingPath(api), agentRouting, signal);
  return {
    state: toAgentState(reply.state),
    skillGroups: (reply.skillGroups ?? []).map(toGroup),
    routingGroups: (reply.routingGroups ?? []).map(toGroup),
    activeSessions: reply.activeSessions,
    updatedAt: toMs(reply.updatedTimestamp),
  };
}

/** Writes the agent's state and each channel's state at once. */
export async function writeRouting(api: V2Api, write: RoutingWrite, signal: AbortSignal): Promise<RoutingWritten> {
  const body = outgoing(agentRoutingWrite, {
    state: toWireState(write.state),
    skillGroups: write.skillGroups.map(toWireGroup),
    routingGroups: write.routingGroups.map(toWireGroup),
    force: false,
    overrideReason: write.reason,
  });
  const reply = await api.http.send(
    {method: 'PUT', path: routingPath(api), purpose: 'statusWrite', family: 'status', body, signal},
    agentRoutingWritten,
  );
  return {state: toAgentState(reply.state), updatedAt: Date.parse(reply.updatedTimestamp)};
}

async function readSessions(api: V2Api, signal: AbortSignal, withEnded: boolean): Promise<SessionsFacts> {
  const readings: SessionReading[] = [];
  // The list counts as of its earliest page, because a session that began during the paging may be missing.
  let asOf = Infinity;
  for (let page = 1; page <= MAX_SESSION_PAGES; page++) {
    const query = `userId=${api.user}${withEnded ? '' : '&state=active'}&page=${page}`;
    const reply = await api.read(`/api/v2/telephony/usersessions?${query}`, userSessionPage, signal);
    asOf = Math.min(asOf, toMs(reply.asOf) ?? 0);
    for (const entity of reply.entities) {
      const reading = toSession(entity);
      if (reading) readings.push(reading);
      else api.host.log.warn('unknown_session_state', {session: entity.id.slice(0, MAX_LOGGED_ID)});
    }
    if (page >= (reply.pageCount ?? 1)) break;
    // We must not return an incomplete list: the hub would end the missing sessions and let a write through.
    if (page === MAX_SESSION_PAGES) throw new CxoneError('BAD_REPLY', 'more pages of sessions than can be');
  }
  return {
    sessions: readings.flatMap(({facts}) => facts ?? []),
    anonymous: readings.filter(({facts}) => !facts).map(({sessionId, state}) => ({sessionId, state})),
    asOf,
  };
}

const routingPath = ({user}: V2Api): string => `/api/v2/users/${user}/agentStatus`;
