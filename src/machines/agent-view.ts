import type {SnapshotFrom} from 'xstate';
import {sameState, WORKING_STATES, type AgentStateName} from '../domain/agent-state.js';
import type {RoutingFacts, RoutingReason} from '../domain/routing.js';
import type {AgentSlice} from '../domain/snapshot.js';
import {hasProtected, isSignedOff, type AgentChoice, type PendingChoice} from './agent-facts.js';
import type {agentMachine} from './agent.machine.js';

export type AgentSnapshot = SnapshotFrom<typeof agentMachine>;

/** The choice that was sent, or is about to be, and is not confirmed; the newest where a write is overtaken. */
export function requestedChoice({value, context}: AgentSnapshot): AgentStateName | undefined {
  if (value.choice !== 'checking' && value.choice !== 'writing' && value.choice !== 'following') return undefined;
  return (context.next ?? context.current)?.choice;
}

/** The choice that waits, as it is shown. */
export function pendingChoice({value, context}: AgentSnapshot): PendingChoice | undefined {
  if (value.choice !== 'queued' || !context.current) return undefined;
  const {choice, since} = context.current;
  return {choice, since, sessionIds: context.protectedIds ?? []};
}

/**
 * What must survive a restart: a choice that waits or waited, until its write has an answer. One that was lost on the
 * way is read first and sent again only if it is not there.
 */
export function choiceToStore({value, context}: AgentSnapshot): PendingChoice | undefined {
  const isOpen = value.choice === 'queued' || value.choice === 'checking' || value.choice === 'writing';
  const choice = context.next ?? context.current;
  if (!isOpen || !choice || !context.current?.waited) return undefined;
  return {choice: choice.choice, since: choice.since, sessionIds: context.protectedIds ?? []};
}

/** What the hub has to write while it is in `writing`. */
export function choiceToWrite({value, context}: AgentSnapshot): AgentChoice | undefined {
  return value.choice === 'writing' ? context.current : undefined;
}

/** Why a choice is written, in the platform's words. */
export function reasonOf({waited, cause}: AgentChoice): RoutingReason {
  return waited ? 'queued_change' : cause;
}

/** What the channels are to be brought in step with; nothing while something else settles that. */
export function channelsBase(
  snapshot: AgentSnapshot,
): {readonly target: AgentStateName; readonly routing: RoutingFacts} | undefined {
  const {target, routing} = snapshot.context;
  // A choice that is on its way sets everything itself.
  if (!target || !routing || requestedChoice(snapshot) || isSignedOff(snapshot.context)) return undefined;
  return {target, routing};
}

/** Busy, without a contact, and not by the agent's wish. */
export function isLeftBusy({context}: AgentSnapshot): boolean {
  const {routing, target} = context;
  const isUnwanted = routing?.state.state === 'busy' && target !== undefined && target.state !== 'busy';
  return isUnwanted && !hasProtected(context);
}

/** What the agent is in, or will be once the contacts are over. */
export function settledState({context: {presence, target}}: AgentSnapshot): AgentStateName | undefined {
  const isWork = presence && (presence.state === 'busy' || WORKING_STATES.has(presence.state));
  return isWork ? (target ?? presence) : presence;
}

/** Whether presence shows what routing is told. */
export function isFollowed({context: {presence, routing}}: AgentSnapshot): boolean {
  return sameState(presence, routing?.state);
}

/** Both states, while they have disagreed for longer than allowed. */
export function mismatch({value, context: {presence, routing}}: AgentSnapshot): AgentSlice['mismatch'] {
  return value.choice === 'mismatch' && presence && routing ? {presence, routing: routing.state} : undefined;
}

/** The machine's part of the agent slice. */
export function agentView(
  snapshot: AgentSnapshot,
): Pick<AgentSlice, 'presence' | 'presenceSince' | 'routing' | 'requested' | 'pending' | 'mismatch'> {
  const {presence, presenceSince, routing} = snapshot.context;
  const pending = pendingChoice(snapshot);
  return {
    presence,
    presenceSince,
    routing: routing?.state,
    requested: requestedChoice(snapshot),
    pending: pending && {...pending.choice, since: pending.since, waitsFor: pending.sessionIds.length},
    mismatch: mismatch(snapshot),
  };
}
