import * as z from 'zod/mini';
import type {AfterCall, Availability, KeyedTry, Outcome} from '../port/platform.js';
import {keyed, outgoing, pathPart, type V2Api} from './api.js';
import {acwChange, acwStart, publishBody} from './wire/index.js';

/** The answer does not hold the countdown, so a read must follow. */
const DONE: Outcome<never> = {};

export function v2AfterCall({http}: V2Api): AfterCall {
  type Order = {readonly method: 'POST' | 'PATCH'; readonly body: unknown};
  type Leave = Pick<KeyedTry, 'signal'> & Partial<ReturnType<typeof keyed>>;
  const send = async (sessionId: string, order: Order, leave: Leave): Promise<Outcome<never>> => {
    const path = `/api/v2/telephony/usersessions/${pathPart(sessionId)}/acw`;
    await http.send({...order, path, purpose: 'statusWrite', family: 'afterCall', ...leave}, z.unknown());
    return DONE;
  };
  const change = (sessionId: string, body: unknown, signal: AbortSignal): Promise<Outcome<never>> =>
    send(sessionId, {method: 'PATCH', body: outgoing(acwChange, body)}, {signal});
  return {
    start: async ({sessionId, durationSeconds, type, reasonCode, enforceUntilComplete}, attempt) => {
      const body = outgoing(acwStart, {duration: durationSeconds, type, reasonCode, enforceUntilComplete});
      return send(sessionId, {method: 'POST', body}, keyed(attempt));
    },
    extend: async (sessionId, extendBySeconds, reasonCode, signal) =>
      change(sessionId, {extendBySeconds, reasonCode}, signal),
    complete: async (sessionId, reasonCode, signal) => change(sessionId, {complete: true, reasonCode}, signal),
  };
}

export function v2Availability({config, http}: V2Api): Availability {
  return {
    publish: async ({previousState, newState, at}, signal) => {
      const body = outgoing(publishBody, {
        eventType: 'agent.availability.changed',
        data: {agentId: config.agentId, previousState, newState, syncTimestamp: new Date(at).toISOString()},
      });
      const path = '/api/v2/events/publish';
      await http.send({method: 'POST', path, purpose: 'write', family: 'publish', body, signal}, z.unknown());
    },
  };
}
