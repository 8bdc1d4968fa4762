import type {Calls, Dial} from '../port/platform.js';
import {keyed, outgoing, pathPart, usable, type V2Api} from './api.js';
import {toInteractionFacts, toWireParameters, WIRE_ACTIONS} from './mapping.js';
import {controlCommand, controlReply, dialOrder} from './wire/index.js';

export function v2Calls({config, http}: V2Api): Calls {
  return {
    idempotent: true,
    send: async ({interactionId, action, parameters}, attempt) => {
      const body = outgoing(controlCommand, {
        agentId: config.agentId,
        interactionId,
        action: WIRE_ACTIONS[action],
        parameters: toWireParameters(action, parameters),
      });
      const path = `/v2/telephony/interactions/${pathPart(interactionId)}/control`;
      const reply = await http.send({method: 'POST', path, purpose: 'write', body, ...keyed(attempt)}, controlReply);
      return {facts: usable(toInteractionFacts(reply.interaction))};
    },
  };
}

export function v2Dial({config, http}: V2Api): Dial {
  return {
    send: async (target, attempt) => {
      const body = outgoing(dialOrder, {agentId: config.agentId, target});
      const path = '/v2/telephony/interactions';
      const reply = await http.send({method: 'POST', path, purpose: 'write', body, ...keyed(attempt)}, controlReply);
      return {facts: usable(toInteractionFacts(reply.interaction))};
    },
  };
}
