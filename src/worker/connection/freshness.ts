import {sameState, type AgentStateName} from '../../domain/agent-state.js';

// Pushed and read facts of an interaction are ordered by its machine (interaction.machine.ts), which keeps their versions.

/**
 * Whether an interaction that a server's list does not have is over: only if the list was asked for after it was first
 * heard of, and is no older than the platform's latest word on it. Our times are compared with ours and the server's with
 * the server's: the offset between the clocks is known to a second only.
 *
 * @param known.version the server's, epoch ms by its clock; `list.asOf` likewise.
 */
export function missingMeansGone(
  known: {readonly firstSeenAt: number; readonly version: number | undefined},
  list: {readonly askedAt: number; readonly asOf: number},
): boolean {
  return list.askedAt >= known.firstSeenAt && (known.version === undefined || list.asOf >= known.version);
}

/**
 * Whether the server's clock was set back since a version was heard of: a list that is older than that version, though it
 * was asked for long after, is no late one. All our clock but for the versions.
 */
export function clockWasSetBack(
  known: {readonly toldAt: number; readonly version: number | undefined},
  list: {readonly askedAt: number; readonly asOf: number},
  versionTrustMs: number,
): boolean {
  return known.version !== undefined && list.asOf < known.version && list.askedAt - known.toldAt > versionTrustMs;
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
