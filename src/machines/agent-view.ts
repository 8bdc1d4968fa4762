import type {SnapshotFrom} from 'xstate';
import {sameState, WORKING_STATES, type AgentStateName} from '../domain/agent-state.js';
import type {RoutingFacts, RoutingReason} from '../domain/routing.js';
import type {AgentSlice} from '../domain/snapshot.js';
import {hasProtected, isSignedOff, type AgentChoice, type PendingChoice} from './agent-facts.js';
import type {agentMachine} from './agent.machine.js';

export type AgentSnapshot = SnapshotFrom<typeof agentMachine>;

/** The unconfirmed choice that was sent or is about to be. If a newer choice came during the write, the newer one. */
export function requestedChoice({value, context}: AgentSnapshot): AgentStateName | undefined {
  if (value.choice !== 'checking' && value.choice !== 'writing' && value.choice !== 'following') return undefined;
  return (context.next ?? context.current)?.choice;
}

/** The waiting choice, for display. */
export function pendingChoice({value, context}: AgentSnapshot): PendingChoice | undefined {
  if (value.choice !== 'queued' || !context.current) return undefined;
  const {choice, since} = context.current;
  return {choice, since, sessionIds: context.protectedIds ?? []};
}

/**
 * The choice that must survive a restart: one that waits or waited, until the platform answers its write. After a restart
 * the hub reads first, and sends the choice again only if the platform does not show it.
 */
export function choiceToStore({value, context}: AgentSnapshot): PendingChoice | undefined {
  const isOpen = value.choice === 'queued' || value.choice === 'checking' || value.choice === 'writing';
  const choice = context.next ?? context.current;
  if (!isOpen || !choice || !context.current?.waited) return undefined;
  return {choice: choice.choice, since: choice.since, sessionIds: context.protectedIds ?? []};
}

/** The choice that the hub has to write while the machine is in `writing`. */
export function choiceToWrite({value, context}: AgentSnapshot): AgentChoice | undefined {
  return value.choice === 'writing' ? context.current : undefined;
}

/** The reason for a write, in the platform's terms. */
export function reasonOf({waited, cause}: AgentChoice): RoutingReason {
  return waited ? 'queued_change' : cause;
}

/** The states that the channels must match; `undefined` while a choice or a sign-off decides that instead. */
export function channelsBase(
  snapshot: AgentSnapshot,
): {readonly target: AgentStateName; readonly routing: RoutingFacts} | undefined {
  const {target, routing} = snapshot.context;
  // A choice under way sets the channels itself.
  if (!target || !routing || requestedChoice(snapshot) || isSignedOff(snapshot.context)) return undefined;
  return {target, routing};
}

/** Whether routing still says busy although there is no contact and the agent did not choose it. */
export function isLeftBusy({context}: AgentSnapshot): boolean {
  const {routing, target} = context;
  const isUnwanted = routing?.state.state === 'busy' && target !== undefined && target.state !== 'busy';
  return isUnwanted && !hasProtected(context);
}

/** The agent's state, or during a contact the state that follows it. */
export function settledState({context: {presence, target}}: AgentSnapshot): AgentStateName | undefined {
  const isWork = presence && (presence.state === 'busy' || WORKING_STATES.has(presence.state));
  return isWork ? (target ?? presence) : presence;
}

/** Whether presence shows the state that routing has. */
export function isFollowed({context: {presence, routing}}: AgentSnapshot): boolean {
  return sameState(presence, routing?.state);
}

/** Both states once they have differed for longer than allowed. */
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
