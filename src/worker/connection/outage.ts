import {sameState, type AgentStateName} from '../../domain/agent-state.js';
import type {InteractionState} from '../../domain/interaction.js';
import {steadyNow} from '../../domain/monotonic.js';
import type {ConnectionMode, Outage} from '../../domain/snapshot.js';
import type {HubContext} from '../hub-context.js';
import type {InteractionChange, Interactions} from '../calls/interactions.js';
import type {SessionsFacts} from '../../platform/port/platform.js';

/** What is counted while the stream is lost. */
interface Tally {
  readonly from: number;
  readonly statusBefore: AgentStateName | undefined;
  readonly missed: Set<string>;
  readonly ended: Set<string>;
  readonly acwEnded: Set<string>;
}

const NEVER_ANSWERED: ReadonlySet<InteractionState | undefined> = new Set([undefined, 'queued', 'ringing']);

/** Keeps count of what changed while the stream was lost, for a person who comes back to it. */
export class OutageWatch {
  readonly #hub: HubContext;
  readonly #interactions: Interactions;
  readonly #status: () => AgentStateName | undefined;
  #tally: Tally | undefined;
  #last: Outage | undefined;
  #forgetTimer: ReturnType<typeof setTimeout> | undefined;
  #wasLive = false;
  /** Ended ones of the last list that had any: the clocks' offset is known to a second only, so time alone does not tell. */
  #listed: ReadonlySet<string> = new Set();

  /** @param status what the agent is in or will be: that a contact made it busy is no news. */
  constructor(hub: HubContext, interactions: Interactions, status: () => AgentStateName | undefined) {
    this.#hub = hub;
    this.#interactions = interactions;
    this.#status = status;
    hub.signal.addEventListener('abort', () => clearTimeout(this.#forgetTimer));
  }

  /** The latest one that changed something, until it is dismissed or old. */
  get last(): Outage | undefined {
    return this.#last;
  }

  /** @param asOf when the stream was last heard, epoch ms: a frozen one is noticed late. */
  onMode(mode: ConnectionMode, asOf: number): void {
    if (mode === 'live') this.#wasLive = true;
    else if (this.#wasLive) {
      this.#wasLive = false;
      this.#tally ??= {
        from: asOf,
        statusBefore: this.#status(),
        missed: new Set(),
        ended: new Set(),
        acwEnded: new Set(),
      };
    }
  }

  /** The server's list before it is worked in: it also names what came and went unseen. */
  onSessionsRead({sessions}: SessionsFacts): void {
    const ended = sessions.filter(({state}) => state === 'ended');
    if (this.#tally) {
      const lostAt = this.#tally.from + this.#hub.clockOffsetMs();
      for (const {interactionId: id, updatedAt = 0} of ended) {
        const isKnown = this.#listed.has(id) || this.#interactions.stateOf(id) || this.#interactions.hasEnded(id);
        if (!isKnown && updatedAt > lostAt) this.#tally.missed.add(id);
      }
    }
    if (ended.length > 0) this.#listed = new Set(ended.map(({interactionId}) => interactionId));
  }

  onInteraction({view, previous, source}: InteractionChange): void {
    const tally = this.#tally;
    // What the agent's own command did is no news.
    if (!tally || source !== 'poll' || (view.state !== 'ended' && view.state !== 'acw')) return;
    const id = view.interactionId;
    if (previous === 'acw') tally.acwEnded.add(id);
    else if (view.state === 'ended' && NEVER_ANSWERED.has(previous)) tally.missed.add(id);
    else tally.ended.add(id);
  }

  /** Everything was read and worked in. @param isLive the stream is back: the outage is over. */
  onReconciled(isLive: boolean): void {
    const tally = this.#tally;
    if (!tally || !isLive) return;
    this.#tally = undefined;
    const to = steadyNow();
    const {from, statusBefore: before} = tally;
    const after = this.#status();
    const status = before && after && !sameState(before, after) ? {before, after} : undefined;
    const [missed, ended, acwEnded] = [tally.missed.size, tally.ended.size, tally.acwEnded.size];
    this.#hub.log.info('outage_over', {forMs: to - from, missed, ended, acwEnded, statusChanged: !!status});
    if (!status && missed + ended + acwEnded === 0) return;
    this.#show({from, to, missed, ended, acwEnded, ...(status && {status})});
  }

  dismiss(): void {
    this.#show(undefined);
  }

  #show(outage: Outage | undefined): void {
    clearTimeout(this.#forgetTimer);
    this.#last = outage;
    this.#hub.mark('connection');
    if (outage) this.#forgetTimer = setTimeout(() => this.dismiss(), this.#hub.settings.outageShownMs);
  }
}
