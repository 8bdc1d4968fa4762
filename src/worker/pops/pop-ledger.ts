import type {PopOutcome, PopResult} from '../../domain/screen-pop.js';
import type {ScreenPopEvent} from '../../platform/port/platform.js';
import type {Interactions} from '../calls/interactions.js';
import type {HubContext} from '../hub-context.js';
import type {PopRecord} from '../store/schema.js';
import {DropWarning, overflow} from './pop-buffer.js';

/** All screen pops and their outcomes. They are stored, so that each pop opens at most once across hubs. */
export class PopLedger {
  readonly #hub: HubContext;
  readonly #interactions: Interactions;
  readonly #dropWarning: DropWarning;
  #dropped = 0;
  /** The ledger was read just now. Epoch ms. */
  #asOf = Date.now();

  constructor(hub: HubContext, interactions: Interactions) {
    this.#hub = hub;
    this.#interactions = interactions;
    this.#dropWarning = new DropWarning(hub);
  }

  /** When it last changed, epoch ms. */
  get asOf(): number {
    return this.#asOf;
  }

  /** How many were dropped because too many waited. */
  get dropped(): number {
    return this.#dropped;
  }

  get(popId: string): PopRecord | undefined {
    return this.#hub.store.pops.get(popId);
  }

  /** The waiting pops, oldest first. */
  waiting(): PopRecord[] {
    return this.#hub.store.pops.all().filter((pop) => pop.outcome === 'waiting');
  }

  newestFirst(): PopRecord[] {
    // The store lists the oldest first, so of two pops in the same millisecond the later entry is the newer one.
    return this.#hub.store.pops
      .all()
      .reverse()
      .sort((a, b) => b.receivedAt - a.receivedAt);
  }

  /** The pop of a contact's latest assignment. */
  latest(interactionId: string): PopRecord | undefined {
    return this.#hub.store.pops
      .all()
      .filter((pop) => pop.interactionId === interactionId)
      .sort((a, b) => b.assignment - a.assignment)[0];
  }

  /** Records what the platform sent. Returns whether it is a new pop; another payload for the same assignment is not. */
  receive({interactionId, source, payload}: ScreenPopEvent): boolean {
    const now = Date.now();
    this.#asOf = now;
    const last = this.latest(interactionId);
    if (last && last.endedAt === undefined) {
      // The panel shows the new payload; a page that has opened the pop keeps its record.
      void this.#hub.store.pops.put({...last, source, payload});
      return false;
    }
    const assignment = (last?.assignment ?? 0) + 1;
    void this.#hub.store.pops.put({
      popId: `${interactionId}#${assignment}`,
      interactionId,
      assignment,
      source,
      payload,
      receivedAt: now,
      outcome: 'waiting',
    });
    this.#hub.log.info('pop_received', {id: interactionId, assignment, source: source.slice(0, 40)});
    return true;
  }

  /** The contact is over for this agent, so its next pop is a new assignment. */
  markEnded(interactionId: string): void {
    for (const pop of this.#hub.store.pops.all()) {
      if (pop.interactionId !== interactionId || pop.endedAt !== undefined) continue;
      void this.#hub.store.pops.put({...pop, endedAt: Date.now()});
    }
  }

  /** Marks a pop that came while the agent was in another contact. */
  markWaited(pop: PopRecord): void {
    if (!pop.waited) void this.#hub.store.pops.put({...pop, waited: true});
  }

  /** Resolves once the claim is on disk, so that no other hub ever repeats it. `false`: another hub has taken over. */
  claim(pop: PopRecord): Promise<boolean> {
    return this.#hub.store.pops.put({...pop, claimedAt: Date.now()});
  }

  /** Stores the outcome that a page reported. */
  async report(pop: PopRecord, {outcome, records, draft, cached}: PopResult): Promise<void> {
    await this.#hub.store.pops.put({...pop, outcome, settledAt: Date.now(), records, draft, cached});
    this.#changed(pop, {outcome, cached: cached ?? false});
  }

  /** Stores an outcome that the hub decided. */
  settle(pop: PopRecord, outcome: PopOutcome): void {
    this.#changed(pop, {outcome});
    void this.#hub.store.pops.put({...pop, outcome, settledAt: this.#asOf});
  }

  /** Makes room: pops beyond the buffer are dropped and shown as such; old history is forgotten. Returns both. */
  trim(): ReturnType<typeof overflow> {
    const {settings, store} = this.#hub;
    const isLive = (id: string): boolean => this.#interactions.stateOf(id) !== undefined;
    const gone = overflow(this.newestFirst(), settings.popBufferSize, isLive);
    for (const pop of gone.dropped) void store.pops.put({...pop, outcome: 'dropped', settledAt: Date.now()});
    for (const {popId} of gone.forgotten) store.pops.delete(popId);
    this.#dropped += gone.dropped.length;
    this.#dropWarning.count(gone.dropped.length);
    return gone;
  }

  #changed({interactionId}: PopRecord, what: Readonly<Record<string, string | boolean>>): void {
    this.#asOf = Date.now();
    this.#hub.log.info('pop_outcome', {id: interactionId, ...what});
    this.#hub.mark('pops');
  }
}
