import {sameState, WORKING_STATES, type AgentStateName} from '../domain/agent-state.js';
import type {CxoneError} from '../domain/errors.js';
import type {RoutingFacts, RoutingReason} from '../domain/routing.js';

/** Who asks for a state. */
export type ChoiceCause = Extract<RoutingReason, 'agent_request' | 'shift_start' | 'repair'>;

/** A state that somebody asked for and that is not yet what the platform shows. */
export interface AgentChoice {
  readonly choice: AgentStateName;
  /** When it was asked for, epoch ms by our clock. */
  readonly since: number;
  readonly cause: ChoiceCause;
  /** It waited for sessions to end before it could be sent. */
  readonly waited: boolean;
}

/** A choice that waits, as it is stored to survive a restart. */
export interface PendingChoice {
  readonly choice: AgentStateName;
  /** Epoch ms by our clock. */
  readonly since: number;
  /** The protected sessions it waits for. */
  readonly sessionIds: readonly string[];
}

/** Why a choice was given up. */
export type DropReason = 'replaced' | 'cancelled' | 'superseded' | 'expired' | 'signedOut';

export type AgentMachineEvent =
  /** What the hub before this one knew the agent to want. Before any other event. */
  | {readonly type: 'remembered'; readonly target?: AgentStateName}
  /** What others see of the agent. The caller judges order. Times are epoch ms by our clock. */
  | {readonly type: 'presence'; readonly state: AgentStateName; readonly at: number; readonly since?: number}
  /** The server's word on routing; one that is older than what is known changes nothing. */
  | {readonly type: 'routing'; readonly facts: RoutingFacts}
  | {readonly type: 'choose'; readonly choice: AgentStateName; readonly at: number; readonly cause?: ChoiceCause}
  | {readonly type: 'cancel'}
  /** The protected sessions of this moment. Not before the sessions were read once: an empty list releases what waits. */
  | {readonly type: 'protected'; readonly sessionIds: readonly string[]}
  /** The read before the write found no protected session. */
  | {readonly type: 'check.clear'}
  /** The read, or a refused write, found protected sessions. */
  | {readonly type: 'check.busy'; readonly sessionIds: readonly string[]}
  /** The platform confirmed the write, or the read found the state already there. */
  | {readonly type: 'write.ok'; readonly routing: RoutingFacts}
  /** The read or the write failed for good. */
  | {readonly type: 'write.failed'; readonly error: CxoneError}
  /** Routing was read, and the channels are about to be brought in step with the sessions. */
  | {readonly type: 'channels.read'}
  /** The platform has the channels as the sessions want them. */
  | {readonly type: 'channels.ok'; readonly routing: RoutingFacts}
  /** Presence had its time to follow routing, and both were read. */
  | {readonly type: 'follow.timeout'}
  /** The sessions are known, and what waited when the hub before this one ended may be judged. Times are epoch ms by our clock. */
  | {
      readonly type: 'restored';
      readonly pending?: PendingChoice;
      /** The protected sessions of this moment. */
      readonly sessionIds: readonly string[];
      readonly at: number;
      /** How long ago it may have been asked for if all it waited for is over, in ms. */
      readonly maxAgeMs: number;
    }
  /** Writes the routing state again, because presence did not follow. */
  | {readonly type: 'repair'; readonly at: number}
  | {readonly type: 'signOut'};

/** What the hub has to do, or to tell. */
export type AgentEffect =
  /** Read routing and the sessions; answer with `check.clear`, `check.busy` or `write.failed`. */
  | {readonly type: 'check'}
  /** Write `choiceToWrite`; answer with `write.ok`, `check.busy` or `write.failed`. */
  | {readonly type: 'write'}
  /** Give presence its time, then read both and answer with `follow.timeout`. */
  | {readonly type: 'follow'}
  /** No need to wait for presence any more. */
  | {readonly type: 'followed'}
  | {readonly type: 'waits'; readonly choice: AgentStateName; readonly sessions: number}
  | {readonly type: 'done'; readonly choice: AgentStateName}
  | {readonly type: 'failed'; readonly choice: AgentStateName; readonly error: CxoneError}
  /** `by`: what took its place. */
  | {
      readonly type: 'dropped';
      readonly choice: AgentStateName;
      readonly reason: DropReason;
      /** It waited, or had waited, for sessions to end: the agent counts on it. */
      readonly waited: boolean;
      readonly by?: AgentStateName;
    }
  /** Presence did not follow routing. */
  | {readonly type: 'disagree'; readonly presence: AgentStateName; readonly routing: AgentStateName}
  /** Routing and sessions are both known for the first time: what a former hub left behind may be judged. */
  | {readonly type: 'takeStock'};

export interface AgentContext {
  readonly presence?: AgentStateName;
  /** Epoch ms by our clock. */
  readonly presenceSince?: number;
  readonly routing?: RoutingFacts;
  /** The platform's latest version of `routing`, epoch ms. */
  readonly routingAt?: number;
  /** What the agent last wanted, whatever is written for the channels during calls. */
  readonly target?: AgentStateName;
  /** Sessions that a new state would tear; undefined: not known yet. */
  readonly protectedIds: readonly string[] | undefined;
  /** What is being done. */
  readonly current?: AgentChoice;
  /** What was chosen while `current` is on its way and cannot be called back. */
  readonly next?: AgentChoice;
}

type Event<Type extends AgentMachineEvent['type']> = Extract<AgentMachineEvent, {type: Type}>;

/** Whether anything is protected, as far as is known. */
export const hasProtected = ({protectedIds = []}: AgentContext): boolean => protectedIds.length > 0;

/** What a click asks for; nothing where it asks to repair what nobody knows. */
export function chosen({routing}: AgentContext, event: AgentMachineEvent): AgentChoice | undefined {
  if (event.type === 'choose')
    return {choice: event.choice, since: event.at, cause: event.cause ?? 'agent_request', waited: false};
  if (event.type !== 'repair' || !routing) return undefined;
  return {choice: routing.state, since: event.at, cause: 'repair', waited: false};
}

/** Whether presence and routing tell callers and the agent different things. A call at work hides routing, so it is no difference. */
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

/** A slow answer must not undo what a later one said. */
function isOlder({routingAt}: AgentContext, {updatedAt}: RoutingFacts): boolean {
  return updatedAt !== undefined && routingAt !== undefined && updatedAt < routingAt;
}

export function withRouting(context: AgentContext, facts: RoutingFacts): AgentContext {
  if (isOlder(context, facts)) return context;
  return {...context, routing: facts, routingAt: facts.updatedAt ?? context.routingAt};
}

/** Whether somebody else gave the agent a state while contacts go on; "busy" is what the channels make of them. */
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

/** Takes the server's word on routing in. What somebody else set counts as the target. */
export function withServerRouting(context: AgentContext, facts: RoutingFacts): AgentContext {
  const after = withRouting(context, facts);
  if (after === context) return context;
  if (isSetByOther(context, facts)) return {...after, target: facts.state};
  if (context.target !== undefined || WORKING_STATES.has(facts.state.state)) return after;
  // "busy" says nothing of what the agent wants while a contact goes on, nor while nobody knows whether one does.
  const mayBeContact = context.protectedIds === undefined || hasProtected(context);
  return facts.state.state === 'busy' && mayBeContact ? after : {...after, target: facts.state};
}

/** The server's end of after-call work may be "offline": an agent it has signed off is not made available again. */
export function isSignedOff(context: AgentContext): boolean {
  return !hasProtected(context) && context.routing?.state.state === 'offline';
}

/** Whether what waited for a former hub is still wanted: yesterday's lunch is not. */
export function isStillWanted({pending, sessionIds, at, maxAgeMs}: Event<'restored'>): boolean {
  if (!pending) return false;
  return pending.sessionIds.some((id) => sessionIds.includes(id)) || at - pending.since <= maxAgeMs;
}
