import * as z from 'zod/mini';
import {toAgentState, type AgentStateName} from '../../domain/agent-state.js';
import {CxoneError} from '../../domain/errors.js';
import type {InteractionFacts} from '../../domain/interaction.js';
import type {HubConfig} from '../../domain/settings.js';
import {
  acwChange,
  acwStart,
  agentPresence,
  agentRouting,
  agentRoutingWrite,
  agentRoutingWritten,
  controlCommand,
  controlReply,
  dialOrder,
  interactionData,
  publishBody,
  userSession,
  userSessionPage,
} from './wire/index.js';
import type {Log} from '../port/log.js';
import type {
  AccessToken,
  AcwStart,
  AvailabilityChange,
  EventSourceHandle,
  KeyedTry,
  Platform,
  PlatformCapabilities,
  PlatformCommand,
  PlatformEvent,
  PlatformHints,
  PresenceFacts,
  RoutingFacts,
  RoutingWrite,
  SessionReading,
  SessionsFacts,
  TokenProvider,
} from '../port/platform.js';
import {V2Http} from './http.js';
import {
  toGroup,
  toInteractionFacts,
  toMs,
  toSession,
  toWireGroup,
  toWireParameters,
  toWireState,
  WIRE_ACTIONS,
} from './mapping.js';
import {V2Stream} from './v2-stream.js';

/** More pages than this of one agent's sessions is a server gone wrong. Our choice. */
const MAX_SESSION_PAGES = 50;
/** Characters logged of an id that nobody could use. Our choice. */
const MAX_LOGGED_ID = 80;

/** The contract's API. Every path, header and wire name of the dialect lives in this folder. */
export class V2Platform implements Platform {
  readonly capabilities: PlatformCapabilities = {idempotentCommands: true, acwControl: true, queuesNextState: false};
  readonly #config: HubConfig;
  readonly #http: V2Http;
  readonly #log: Log;
  readonly #agent: string;
  readonly #user: string;

  constructor(config: HubConfig, tokens: TokenProvider, log: Log, hints: PlatformHints) {
    this.#config = config;
    this.#log = log;
    this.#http = new V2Http(config.apiBase, config.settings, tokens, hints);
    this.#agent = pathPart(config.agentId);
    this.#user = pathPart(config.userId);
  }

  openEvents(token: AccessToken, onEvent: (event: PlatformEvent) => void): EventSourceHandle {
    const url = `${this.#config.streamBase}/v2/agents/${this.#agent}/stream?token=${encodeURIComponent(token.value)}`;
    return new V2Stream(url, this.#config.settings, (id) => this.#isOwn(id), onEvent);
  }

  /** Some platforms name the agent by the user's id, and write ids in another case. */
  #isOwn(id: string): boolean {
    const {agentId, userId} = this.#config;
    return [agentId, userId].some((own) => own.toLowerCase() === id.toLowerCase());
  }

  async readPresence(signal: AbortSignal): Promise<PresenceFacts> {
    const reply = await this.#read(`/v2/agents/${this.#agent}/status`, agentPresence, signal);
    return {
      state: toAgentState(reply.currentStatus),
      interactionId: reply.interactionId,
      updatedAt: toMs(reply.updatedTimestamp),
    };
  }

  async readRouting(signal: AbortSignal): Promise<RoutingFacts> {
    const reply = await this.#read(`/api/v2/users/${this.#user}/agentStatus`, agentRouting, signal);
    return {
      state: toAgentState(reply.state),
      skillGroups: (reply.skillGroups ?? []).map(toGroup),
      routingGroups: (reply.routingGroups ?? []).map(toGroup),
      activeSessions: reply.activeSessions,
      updatedAt: toMs(reply.updatedTimestamp),
    };
  }

  async writeRouting(write: RoutingWrite, signal: AbortSignal): Promise<{state: AgentStateName; updatedAt: number}> {
    const body = outgoing(agentRoutingWrite, {
      state: toWireState(write.state),
      skillGroups: write.skillGroups.map(toWireGroup),
      routingGroups: write.routingGroups.map(toWireGroup),
      force: false,
      overrideReason: write.reason,
    });
    const path = `/api/v2/users/${this.#user}/agentStatus`;
    const reply = await this.#http.send(
      {method: 'PUT', path, purpose: 'statusWrite', family: 'status', body, signal},
      agentRoutingWritten,
    );
    return {state: toAgentState(reply.state), updatedAt: Date.parse(reply.updatedTimestamp)};
  }

  async readSessions({active}: {readonly active: boolean}, signal: AbortSignal): Promise<SessionsFacts> {
    const readings: SessionReading[] = [];
    // The first page's moment is the list's: what began during the paging may be missing.
    let asOf = Infinity;
    for (let page = 1; page <= MAX_SESSION_PAGES; page++) {
      const query = `userId=${this.#user}${active ? '&state=active' : ''}&page=${page}`;
      const reply = await this.#read(`/api/v2/telephony/usersessions?${query}`, userSessionPage, signal);
      asOf = Math.min(asOf, toMs(reply.asOf) ?? 0);
      for (const entity of reply.entities) {
        const reading = toSession(entity);
        if (reading) readings.push(reading);
        else this.#log.warn('unknown_session_state', {session: entity.id.slice(0, MAX_LOGGED_ID)});
      }
      if (page >= (reply.pageCount ?? 1)) break;
      // A list that is cut short would end what is missing from it, and let a write through.
      if (page === MAX_SESSION_PAGES) throw new CxoneError('BAD_REPLY', 'more pages of sessions than can be');
    }
    return {
      sessions: readings.flatMap(({facts}) => facts ?? []),
      anonymous: readings.filter(({facts}) => !facts).map(({sessionId, state}) => ({sessionId, state})),
      asOf,
    };
  }

  async readSession(sessionId: string, signal: AbortSignal): Promise<SessionReading> {
    const path = `/api/v2/telephony/usersessions/${pathPart(sessionId)}`;
    return usable(toSession(await this.#read(path, userSession, signal)));
  }

  async readInteraction(interactionId: string, signal: AbortSignal): Promise<InteractionFacts> {
    const path = `/v2/telephony/interactions/${pathPart(interactionId)}`;
    return usable(toInteractionFacts(await this.#read(path, interactionData, signal)));
  }

  async sendCommand({interactionId, action, parameters}: PlatformCommand, attempt: KeyedTry) {
    const body = outgoing(controlCommand, {
      agentId: this.#config.agentId,
      interactionId,
      action: WIRE_ACTIONS[action],
      parameters: toWireParameters(action, parameters),
    });
    const path = `/v2/telephony/interactions/${pathPart(interactionId)}/control`;
    const reply = await this.#http.send(
      {method: 'POST', path, purpose: 'write', body, ...keyed(attempt)},
      controlReply,
    );
    return usable(toInteractionFacts(reply.interaction));
  }

  async dial(target: string, attempt: KeyedTry): Promise<InteractionFacts> {
    const body = outgoing(dialOrder, {agentId: this.#config.agentId, target});
    const path = '/v2/telephony/interactions';
    const reply = await this.#http.send(
      {method: 'POST', path, purpose: 'write', body, ...keyed(attempt)},
      controlReply,
    );
    return usable(toInteractionFacts(reply.interaction));
  }

  async startAcw(start: AcwStart, attempt: KeyedTry): Promise<void> {
    const body = outgoing(acwStart, {
      duration: start.durationSeconds,
      type: start.type,
      reasonCode: start.reasonCode,
      enforceUntilComplete: start.enforceUntilComplete,
    });
    await this.#http.send(
      {
        method: 'POST',
        path: acwPath(start.sessionId),
        purpose: 'statusWrite',
        family: 'afterCall',
        body,
        ...keyed(attempt),
      },
      z.unknown(),
    );
  }

  extendAcw(sessionId: string, extendBySeconds: number, reasonCode: string, signal: AbortSignal): Promise<void> {
    return this.#patchAcw(sessionId, {extendBySeconds, reasonCode}, signal);
  }

  completeAcw(sessionId: string, reasonCode: string, signal: AbortSignal): Promise<void> {
    return this.#patchAcw(sessionId, {complete: true, reasonCode}, signal);
  }

  async publishAvailability(change: AvailabilityChange, signal: AbortSignal): Promise<void> {
    const body = outgoing(publishBody, {
      eventType: 'agent.availability.changed',
      data: {
        agentId: this.#config.agentId,
        previousState: change.previousState,
        newState: change.newState,
        syncTimestamp: new Date(change.at).toISOString(),
      },
    });
    await this.#http.send(
      {method: 'POST', path: '/api/v2/events/publish', purpose: 'write', family: 'publish', body, signal},
      z.unknown(),
    );
  }

  #read<Schema extends z.core.$ZodType>(path: string, schema: Schema, signal: AbortSignal) {
    return this.#http.send({method: 'GET', path, purpose: 'read', signal}, schema);
  }

  async #patchAcw(sessionId: string, change: unknown, signal: AbortSignal): Promise<void> {
    const body = outgoing(acwChange, change);
    await this.#http.send(
      {method: 'PATCH', path: acwPath(sessionId), purpose: 'statusWrite', family: 'afterCall', body, signal},
      z.unknown(),
    );
  }
}

const acwPath = (sessionId: string): string => `/api/v2/telephony/usersessions/${pathPart(sessionId)}/acw`;

/** What of a request belongs to its key. */
const keyed = ({key, signal, mayLeave}: KeyedTry) => ({headers: {'idempotency-key': key}, signal, mayLeave});

/**
 * An id as one part of a path.
 * @throws {CxoneError} `INVALID_INPUT` for an id that would lead elsewhere, or that no address can carry.
 */
function pathPart(id: string): string {
  if (id === '.' || id === '..' || /\p{Surrogate}/u.test(id)) {
    throw new CxoneError('INVALID_INPUT', 'an id that no address can carry');
  }
  return encodeURIComponent(id);
}

/**
 * A body that leaves, checked by its schema.
 * @throws {CxoneError} `INVALID_INPUT`, naming the field only.
 */
function outgoing<Schema extends z.core.$ZodType>(schema: Schema, body: unknown): z.core.output<Schema> {
  const {success, data, error} = z.safeParse(schema, body);
  if (success) return data;
  throw new CxoneError('INVALID_INPUT', `cannot be sent: ${error.issues[0]?.path.map(String).join('.') ?? 'body'}`);
}

function usable<T>(facts: T | undefined): T {
  if (!facts) throw new CxoneError('BAD_REPLY', 'an interaction in a state that nobody knows');
  return facts;
}
