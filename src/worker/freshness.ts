import {sameState, type AgentStateName} from '../domain/agent-state.js';

// Pushed and read facts of an interaction are ordered by its machine (interaction.machine.ts), which keeps their versions.

/**
 * Whether an interaction that a server's list does not have is over: only if the list is not older than what told us of
 * it. @param toldAt the platform's latest word on the interaction, version or event timestamp, epoch ms by its clock.
 */
export function missingMeansGone(toldAt: number | undefined, asOf: number): boolean {
  return toldAt === undefined || asOf >= toldAt;
}

/** What to do with a change of the agent's status, which carries no version. */
export interface PresenceVerdict {
  readonly apply: boolean;
  /** Read the status once, since this event alone does not settle what is true. */
  readonly read: boolean;
}

/**
 * | previous is what is shown | data seen within 5 s | |
 * |---|---|---|
 * | yes | no | apply |
 * | yes | yes | apply, and read: a real change back and a late copy look the same |
 * | no | yes | a copy: drop |
 * | no | no | apply, and read: something was missed |
 *
 * An event that does not say its previous state follows any state. Source: contract §2 "Duplicates and order".
 */
export function judgePresence(
  shown: AgentStateName | undefined,
  event: {readonly previous?: AgentStateName},
  seenBefore: boolean,
): PresenceVerdict {
  const follows = event.previous === undefined || (shown !== undefined && sameState(event.previous, shown));
  if (follows) return {apply: true, read: seenBefore};
  return {apply: !seenBefore, read: !seenBefore};
}
