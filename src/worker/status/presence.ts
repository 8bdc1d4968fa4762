import {sameState, stateKey, type AgentStateName} from '../../domain/agent-state.js';
import {steadyNow} from '../../domain/monotonic.js';
import type {SliceSource} from '../../domain/snapshot.js';
import type {PresenceEvent, PresenceFacts} from '../../platform/port/platform.js';
import {judgePresence} from '../connection/freshness.js';
import type {StatusParts} from './status-parts.js';

/** Applies the agent's presence, as others see it, in the order in which it changed. */
export class Presence {
  readonly #parts: StatusParts;
  /** The latest pushed presence: when it came, and the platform's timestamp; epoch ms. */
  #pushed: {readonly at: number; readonly timestamp: number} | undefined;
  #asOf = 0;
  #source: SliceSource = 'cache';

  constructor(parts: StatusParts) {
    this.#parts = parts;
  }

  get state(): AgentStateName | undefined {
    return this.#parts.actor.getSnapshot().context.presence;
  }

  /** When presence was last confirmed, in epoch ms, and by which source. */
  get head(): {readonly asOf: number; readonly source: SliceSource} {
    return {asOf: this.#asOf, source: this.#source};
  }

  /** A pushed change; returns whether it was applied. Source: contract §2 "Duplicates and order". */
  onEvent(event: PresenceEvent, seenBefore: boolean): boolean {
    const {hub, reads} = this.#parts;
    const {apply, read} = judgePresence(this.state, event, seenBefore);
    const isFirst = this.state === undefined;
    if (apply) {
      this.#pushed = {at: steadyNow(), timestamp: event.timestamp};
      this.#set(event.current, event.timestamp - hub.clockOffsetMs(), 'stream');
    }
    if (read && !isFirst) reads.presenceSoon();
    return apply;
  }

  /**
   * The server's word; returns what was corrected.
   * @param askedAt when the read left, epoch ms: a read that a push has overtaken is out of date.
   */
  onRead(
    facts: PresenceFacts,
    source: SliceSource,
    askedAt: number,
  ): {readonly before: string; readonly after: string} | undefined {
    const {hub, reads} = this.#parts;
    const before = this.state;
    const isSame = sameState(before, facts.state);
    if (this.#pushed && askedAt <= this.#pushed.at && (facts.updatedAt ?? 0) <= this.#pushed.timestamp) {
      if (!isSame) reads.presenceSoon();
      return undefined;
    }
    const since = facts.updatedAt === undefined ? steadyNow() : facts.updatedAt - hub.clockOffsetMs();
    this.#set(facts.state, since, source);
    return before && !isSame ? {before: stateKey(before), after: stateKey(facts.state)} : undefined;
  }

  #set(state: AgentStateName, since: number, source: SliceSource): void {
    const {hub, actor} = this.#parts;
    const before = this.state;
    if (!sameState(before, state))
      hub.log.info('presence', {from: before ? stateKey(before) : null, to: stateKey(state), source});
    this.#asOf = steadyNow();
    this.#source = source;
    actor.send({type: 'presence', state, at: this.#asOf, since});
  }
}
