import {sameState, WORKING_STATES, type AgentStateName} from '../domain/agent-state.js';
import type {CxoneError} from '../domain/errors.js';
import type {RoutingFacts, RoutingReason} from '../domain/routing.js';

/** Who asks for a state. */
export type ChoiceCause = Extract<RoutingReason, 'agent_request' | 'shift_start' | 'repair'>;

/** A requested state that the platform does not show yet. */
export interface AgentChoice {
  readonly choice: AgentStateName;
  /** When it was requested, epoch ms by our clock. */
  readonly since: number;
  readonly cause: ChoiceCause;
  /** Whether it had to wait for sessions to end before it could be sent. */
  readonly waited: boolean;
}

/** A waiting choice in the form we store, so that it survives a restart. */
export interface PendingChoice {
  readonly choice: AgentStateName;
  /** Epoch ms by our clock. */
  readonly since: number;
  /** The protected sessions it waits for. */
  readonly sessionIds: readonly string[];
}

/** Why a choice was dropped. */
export type DropReason = 'replaced' | 'cancelled' | 'superseded' | 'expired' | 'signedOut';

export type AgentMachineEvent =
  /** The target state that the previous hub stored. Must come before any other event. */
  | {readonly type: 'remembered'; readonly target?: AgentStateName}
  /** The state that others see. The caller decides which report is newest. Times are epoch ms by our clock. */
  | {readonly type: 'presence'; readonly state: AgentStateName; readonly at: number; readonly since?: number}
  /** The routing state from the server. The machine ignores a report that is older than what it has. */
  | {readonly type: 'routing'; readonly facts: RoutingFacts}
  | {readonly type: 'choose'; readonly choice: AgentStateName; readonly at: number; readonly cause?: ChoiceCause}
  | {readonly type: 'cancel'}
  /** The current protected sessions. Send this only after the first read of the sessions: an empty list releases a waiting choice. */
  | {readonly type: 'protected'; readonly sessionIds: readonly string[]}
  /** The read before the write found no protected session. */
  | {readonly type: 'check.clear'}
  /** The read, or a refused write, found protected sessions. */
  | {readonly type: 'check.busy'; readonly sessionIds: readonly string[]}
  /** The platform confirmed the write, or the read showed that the state is already set. */
  | {readonly type: 'write.ok'; readonly routing: RoutingFacts}
  /** The read or the write failed and will not be retried. */
  | {readonly type: 'write.failed'; readonly error: CxoneError}
  /** Routing was read; next the hub matches the channels to the sessions. */
  | {readonly type: 'channels.read'}
  /** The channels at the platform match the sessions. */
  | {readonly type: 'channels.ok'; readonly routing: RoutingFacts}
  /** The time for presence to follow routing is over, and both have been read. */
  | {readonly type: 'follow.timeout'}
  /** The sessions are known, so the machine can decide about the previous hub's waiting choice. Times are epoch ms by our clock. */
  | {
      readonly type: 'restored';
      readonly pending?: PendingChoice;
      /** The current protected sessions. */
      readonly sessionIds: readonly string[];
      readonly at: number;
      /** The greatest age of the choice once all sessions it waited for have ended, in ms. */
      readonly maxAgeMs: number;
    }
  /** Asks to write the routing state again because presence did not follow. */
  | {readonly type: 'repair'; readonly at: number}
  | {readonly type: 'signOut'};

/** What the hub has to do or report. */
export type AgentEffect =
  /** Read routing and the sessions; answer with `check.clear`, `check.busy` or `write.failed`. */
  | {readonly type: 'check'}
  /** Write `choiceToWrite`; answer with `write.ok`, `check.busy` or `write.failed`. */
  | {readonly type: 'write'}
  /** Wait for presence to follow; after the time limit read both states and answer with `follow.timeout`. */
  | {readonly type: 'follow'}
  /** Stop waiting for presence. */
  | {readonly type: 'followed'}
  | {readonly type: 'waits'; readonly choice: AgentStateName; readonly sessions: number}
  | {readonly type: 'done'; readonly choice: AgentStateName}
  | {readonly type: 'failed'; readonly choice: AgentStateName; readonly error: CxoneError}
  /** `by`: the state that replaced the choice. */
  | {
      readonly type: 'dropped';
      readonly choice: AgentStateName;
      readonly reason: DropReason;
      /** Whether it waited at any time for sessions to end. If so, the agent relies on it. */
      readonly waited: boolean;
      readonly by?: AgentStateName;
    }
  /** Presence did not follow routing. */
  | {readonly type: 'disagree'; readonly presence: AgentStateName; readonly routing: AgentStateName}
  /** Routing and sessions are both known for the first time: decide about what the previous hub left behind. */
  | {readonly type: 'takeStock'};

export interface AgentContext {
  readonly presence?: AgentStateName;
  /** Epoch ms by our clock. */
  readonly presenceSince?: number;
  readonly routing?: RoutingFacts;
  /** The platform's latest version of `routing`, epoch ms. */
  readonly routingAt?: number;
  /** The state the agent last wanted. Channel writes during calls do not change it. */
  readonly target?: AgentStateName;
  /** Sessions that a state change would cut off; undefined: not known yet. */
  readonly protectedIds: readonly string[] | undefined;
  /** The choice being carried out. */
  readonly current?: AgentChoice;
  /** A choice made while `current` is being written and can no longer be cancelled. */
  readonly next?: AgentChoice;
}

type Event<Type extends AgentMachineEvent['type']> = Extract<AgentMachineEvent, {type: Type}>;

/** Whether any session is known to be protected. */
export const hasProtected = ({protectedIds = []}: AgentContext): boolean => protectedIds.length > 0;

/** The choice that a click asks for; `undefined` for a repair while routing is unknown. */
export function chosen({routing}: AgentContext, event: AgentMachineEvent): AgentChoice | undefined {
  if (event.type === 'choose')
    return {choice: event.choice, since: event.at, cause: event.cause ?? 'agent_request', waited: false};
  if (event.type !== 'repair' || !routing) return undefined;
  return {choice: routing.state, since: event.at, cause: 'repair', waited: false};
}

/** Whether presence and routing differ. During a call presence shows the call, not routing, so that is not a difference. */
export function disagree({presence, routing}: AgentContext): boolean {
  return (
    presence !== undefined &&
    routing !== undefined &&
    !WORKING_STATES.has(presence.state) &&
    !sameState(presence, routing.state)
  );
}

export function withPresence(context: AgentContext, event: Event<'presence'>): AgentContext {
  const isChange = !sameState(context.presence, event.state);
  return {
    ...context,
    presence: event.state,
    presenceSince: isChange ? (event.since ?? event.at) : context.presenceSince,
  };
}

/** A slow answer must not overwrite a newer one. */
function isOlder({routingAt}: AgentContext, {updatedAt}: RoutingFacts): boolean {
  return updatedAt !== undefined && routingAt !== undefined && updatedAt < routingAt;
}

export function withRouting(context: AgentContext, facts: RoutingFacts): AgentContext {
  if (isOlder(context, facts)) return context;
  return {...context, routing: facts, routingAt: facts.updatedAt ?? context.routingAt};
}

/** Whether somebody else set the agent's state during a contact. "busy" does not count: the contact itself causes it. */
export function isSetByOther(context: AgentContext, facts: RoutingFacts): boolean {
  const {state} = facts;
  return (
    context.target !== undefined &&
    !isOlder(context, facts) &&
    !sameState(state, context.target) &&
    hasProtected(context) &&
    state.state !== 'busy' &&
    !WORKING_STATES.has(state.state)
  );
}

/** Applies a routing report from the server. A state that somebody else set becomes the target. */
export function withServerRouting(context: AgentContext, facts: RoutingFacts): AgentContext {
  const after = withRouting(context, facts);
  if (after === context) return context;
  if (isSetByOther(context, facts)) return {...after, target: facts.state};
  if (context.target !== undefined || WORKING_STATES.has(facts.state.state)) return after;
  // During a contact, "busy" does not show what the agent wants. Until the sessions are known, there may be a contact.
  const mayBeContact = context.protectedIds === undefined || hasProtected(context);
  return facts.state.state === 'busy' && mayBeContact ? after : {...after, target: facts.state};
}

/** The server may sign the agent off at the end of after-call work. Then we must not make the agent available again. */
export function isSignedOff(context: AgentContext): boolean {
  return !hasProtected(context) && context.routing?.state.state === 'offline';
}

/** Whether a choice that the previous hub left waiting still applies. Yesterday's lunch break does not. */
export function isStillWanted({pending, sessionIds, at, maxAgeMs}: Event<'restored'>): boolean {
  if (!pending) return false;
  return pending.sessionIds.some((id) => sessionIds.includes(id)) || at - pending.since <= maxAgeMs;
}
