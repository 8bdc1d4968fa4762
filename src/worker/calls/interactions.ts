import {createActor, type Actor, type SnapshotFrom} from 'xstate';
import type {CallAction} from '../../domain/actions.js';
import {CxoneError} from '../../domain/errors.js';
import {PROTECTED_STATES, type InteractionFacts, type InteractionState} from '../../domain/interaction.js';
import {steadyNow} from '../../domain/monotonic.js';
import type {InteractionsSlice, InteractionView, SliceSource} from '../../domain/snapshot.js';
import {
  frontInteraction,
  hasEnded,
  interactionMachine,
  interactionView,
  type FactsSource,
} from '../../machines/interaction.machine.js';
import {Arrivals} from './arrivals.js';
import {clockWasSetBack, missingMeansGone} from '../connection/freshness.js';
import type {HubContext} from '../hub-context.js';
import type {SessionsFacts} from '../../platform/port/platform.js';

/** What the rest of the hub learns when an interaction changes. */
export interface InteractionChange {
  readonly facts: InteractionFacts;
  readonly view: InteractionView;
  readonly previous: InteractionState | undefined;
  readonly source: FactsSource;
}

interface Ended {
  /** Epoch ms, ours. */
  readonly at: number;
  /** The server's version of the end, or the last one before it. */
  readonly updatedAt: number | undefined;
  /** Nobody said so: a list did not have it. */
  readonly inferred: boolean;
}

/** How long facts without a version may trail behind an interaction's end. Source: the dedup window of contract §2. */
const TRAILING_MS = 5_000;
/** How many ended interactions are remembered, so that late facts do not raise them. Our choice. */
const ENDED_KEPT = 200;

/** All interactions of the agent that are not over, each with its machine. */
export class Interactions {
  readonly #hub: HubContext;
  readonly #onChange: (change: InteractionChange) => void;
  readonly #actors = new Map<string, Actor<typeof interactionMachine>>();
  readonly #ended = new Map<string, Ended>();
  /** Sessions whose interaction is unknown; protected all the same. */
  #anonymous: SessionsFacts['anonymous'] = [];
  #asOf = 0;
  #source: SliceSource = 'cache';
  #wasListed = false;
  readonly #onListed = new Set<() => void>();
  /** Told after every change, for those who wait for one. */
  readonly told = new Arrivals();

  constructor(hub: HubContext, onChange: (change: InteractionChange) => void) {
    this.#hub = hub;
    this.#onChange = onChange;
  }

  /** Works facts in. Returns whether they changed anything. @param askedAt when the read left, epoch ms. */
  apply(facts: InteractionFacts, source: FactsSource, askedAt?: number, clockWasSetBack = false): boolean {
    const at = steadyNow();
    this.#touch(source, at);
    const {interactionId} = facts;
    let actor = this.#actors.get(interactionId);
    if (!actor) {
      if (facts.state === 'ended' || this.#trailsBehindEnd(facts, at, askedAt)) return false;
      actor = createActor(interactionMachine, {
        input: {facts, at, source, askedAt, answeredAt: this.#answeredAt(interactionId)},
      });
      this.#actors.set(interactionId, actor);
      this.#ended.delete(interactionId);
      actor.start();
      this.#changed(facts, actor.getSnapshot(), undefined, source);
      return true;
    }
    const before = actor.getSnapshot();
    actor.send({type: 'facts', facts, at, source, askedAt, clockWasSetBack});
    return this.#after(actor, before, facts, source, at);
  }

  /**
   * Compares with the server's list: newer server data wins; what is missing is over, if the list is not older than what
   * we know. Returns what was corrected, by id.
   */
  reconcile(list: SessionsFacts, askedAt: number): {id: string; before: string; after: string}[] {
    const at = steadyNow();
    const corrected: {id: string; before: string; after: string}[] = [];
    const listed = new Set<string>();
    this.#anonymous = list.anonymous.filter(({state}) => PROTECTED_STATES.has(state));
    const read = {askedAt, asOf: list.asOf};
    const wasSetBack = (id: string): boolean => {
      const context = this.#actors.get(id)?.getSnapshot().context;
      if (!context) return false;
      const known = {toldAt: context.toldAt, version: context.server.updatedAt};
      return clockWasSetBack(known, read, this.#hub.settings.versionTrustMs);
    };
    for (const facts of list.sessions) {
      listed.add(facts.interactionId);
      const before = this.stateOf(facts.interactionId);
      if (!this.apply(facts, 'poll', askedAt, wasSetBack(facts.interactionId))) continue;
      const after = this.stateOf(facts.interactionId) ?? 'ended';
      if (before !== after) corrected.push({id: facts.interactionId, before: before ?? 'none', after});
    }
    for (const [id, actor] of this.#actors) {
      if (listed.has(id)) continue;
      const {server, firstSeenAt} = actor.getSnapshot().context;
      const version = wasSetBack(id) ? undefined : server.updatedAt;
      if (!missingMeansGone({firstSeenAt, version}, read)) continue;
      const before = this.stateOf(id) ?? 'none';
      const snapshot = actor.getSnapshot();
      actor.send({type: 'gone', at});
      this.#after(actor, snapshot, {interactionId: id, state: 'ended'}, 'poll', at);
      corrected.push({id, before, after: 'ended'});
    }
    this.#touch('poll', at);
    this.#wasListed = true;
    for (const tell of this.#onListed) tell();
    return corrected;
  }

  /**
   * Resolves once an interaction that is not here is known to be over or never to have been. A hub that has just taken
   * over knows of none: it waits for the server's list, for the time limit of a request at most.
   * @throws {CxoneError} `UNAVAILABLE`: the list did not come.
   */
  async whenKnown(interactionId: string): Promise<void> {
    if (this.#wasListed || this.#actors.has(interactionId)) return;
    await new Promise<void>((resolve, reject) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#onListed.delete(done);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#onListed.delete(done);
        reject(new CxoneError('UNAVAILABLE', `${interactionId}: the interactions are not known yet`));
      }, this.#hub.settings.requestTimeoutMs);
      this.#onListed.add(done);
    });
  }

  /** The server's list was read once. */
  get isKnown(): boolean {
    return this.#wasListed;
  }

  commandSent(interactionId: string, action: CallAction): void {
    this.#actors.get(interactionId)?.send({type: 'command.sent', action, at: steadyNow()});
    this.#hub.mark('interactions');
  }

  commandSettled(interactionId: string, action: CallAction): void {
    this.#actors.get(interactionId)?.send({type: 'command.settled', action});
    this.#hub.mark('interactions');
  }

  commandUnknown(interactionId: string, action: CallAction): void {
    this.#actors.get(interactionId)?.send({type: 'command.unknown', action});
    this.#hub.mark('interactions');
  }

  view(interactionId: string): InteractionView | undefined {
    const actor = this.#actors.get(interactionId);
    return (
      actor &&
      interactionView(actor.getSnapshot(), {
        connected: this.#hub.connected(),
        clockOffsetMs: this.#hub.clockOffsetMs(),
        supported: this.#hub.platform.calls.actions,
      })
    );
  }

  views(): InteractionView[] {
    return [...this.#actors.keys()].map((id) => this.view(id)).filter((view) => view !== undefined);
  }

  /** A call rings, or somebody is on the line or on hold. */
  get hasLiveCall(): boolean {
    return this.views().some(
      ({mediaType, state}) => mediaType === 'voice' && (state === 'ringing' || state === 'talking' || state === 'hold'),
    );
  }

  /** What is known of one that is here, or was; `undefined` of any other. */
  facts(interactionId: string): InteractionFacts | undefined {
    const actor = this.#actors.get(interactionId);
    if (actor) return actor.getSnapshot().context.facts;
    return this.#ended.has(interactionId) ? {interactionId, state: 'ended'} : undefined;
  }

  stateOf(interactionId: string): InteractionState | undefined {
    return this.view(interactionId)?.state;
  }

  /** Whether it was here and is over. */
  hasEnded(interactionId: string): boolean {
    return this.#ended.has(interactionId);
  }

  /** Ids of sessions (or interactions, where the session is unknown) that a new status must not tear. */
  protectedIds(): string[] {
    const known = this.views()
      .filter(({state}) => PROTECTED_STATES.has(state))
      .map(({sessionId, interactionId}) => sessionId ?? interactionId);
    return [...known, ...this.#anonymous.map(({sessionId}) => sessionId)];
  }

  slice(): Omit<InteractionsSlice, 'version'> {
    const items = this.views().sort((a, b) => a.startedAt - b.startedAt);
    const front = frontInteraction(items);
    return {asOf: this.#asOf, source: this.#source, items, ...(front ? {frontId: front.interactionId} : {})};
  }

  /** When a call that this hub finds under way was answered, where the one before it noted that. */
  #answeredAt(interactionId: string): number | undefined {
    return this.#hub.store.contacts
      .all()
      .find((contact) => contact.interactionId === interactionId && contact.stage === 'open')?.answeredAt;
  }

  #touch(source: FactsSource, at: number): void {
    this.#asOf = at;
    this.#source = source === 'poll' ? 'poll' : 'stream';
    this.#hub.mark('interactions');
  }

  #after(
    actor: Actor<typeof interactionMachine>,
    before: SnapshotFrom<typeof interactionMachine>,
    facts: InteractionFacts,
    source: FactsSource,
    at: number,
  ): boolean {
    const after = actor.getSnapshot();
    if (after === before) return false;
    const previous = interactionView(before, {connected: true}).state;
    if (hasEnded(after)) {
      this.#actors.delete(facts.interactionId);
      actor.stop();
      const inferred = facts.updatedAt === undefined;
      this.#ended.set(facts.interactionId, {
        at,
        updatedAt: facts.updatedAt ?? after.context.server.updatedAt,
        inferred,
      });
      const oldest = this.#ended.keys().next();
      if (this.#ended.size > ENDED_KEPT && !oldest.done) this.#ended.delete(oldest.value);
    }
    this.#changed(facts, after, previous, source);
    return true;
  }

  #changed(
    facts: InteractionFacts,
    snapshot: SnapshotFrom<typeof interactionMachine>,
    previous: InteractionState | undefined,
    source: FactsSource,
  ): void {
    this.#hub.mark('interactions');
    const view = interactionView(snapshot, {connected: true});
    this.#hub.log.info('interaction', {id: facts.interactionId, from: previous ?? null, to: view.state, source});
    this.#onChange({facts, view, previous, source});
    this.told.tell();
  }

  /** Late copies must not raise what is over; a new assignment (a later version, or a ring) may. */
  #trailsBehindEnd(facts: InteractionFacts, at: number, askedAt: number | undefined): boolean {
    const ended = this.#ended.get(facts.interactionId);
    if (!ended) return false;
    // What was only inferred, a later read may correct.
    if (ended.inferred && askedAt !== undefined) return askedAt <= ended.at;
    if (facts.updatedAt !== undefined && ended.updatedAt !== undefined) return facts.updatedAt <= ended.updatedAt;
    return facts.state !== 'ringing' && at - ended.at < TRAILING_MS;
  }
}
