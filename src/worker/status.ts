import {createActor, type Actor} from 'xstate';
import {sameState, stateKey, WORKING_STATES, type AgentStateName} from '../domain/agent-state.js';
import {CxoneError, toCxoneError, type ErrorCode} from '../domain/errors.js';
import type {AgentSlice, SliceSource, StateChoice} from '../domain/snapshot.js';
import {agentMachine, agentView} from '../machines/agent.machine.js';
import {channelMatrix} from './channel-matrix.js';
import {judgePresence} from './freshness.js';
import type {HubContext} from './hub-context.js';
import type {Interactions} from './interactions.js';
import type {PresenceEvent, PresenceFacts, RoutingFacts, RoutingReason, SessionsFacts} from './platform/platform.js';

const LOST_ANSWER: ReadonlySet<ErrorCode> = new Set(['NETWORK', 'TIMEOUT', 'UNAVAILABLE', 'BAD_REPLY', 'TOKEN_EXPIRED']);
const CONFLICT: ReadonlySet<ErrorCode> = new Set(['STATE_CONFLICT', 'PRECONDITION_FAILED']);

/** Reads that the hub makes for everybody, so that one answer serves all. */
export interface StatusReads {
  /** Routing and all active sessions, worked into the hub's state. */
  routingAndSessions(): Promise<{routing: RoutingFacts; sessions: SessionsFacts}>;
  /** Presence, worked in; reads are coalesced. */
  presenceSoon(): void;
}

/** Presence, routing, and the agent's choice: what is shown, what is written, and what waits for a call to end. */
export class StatusKeeper {
  readonly #hub: HubContext;
  readonly #interactions: Interactions;
  readonly #reads: StatusReads;
  readonly #actor: Actor<typeof agentMachine>;
  #routing: RoutingFacts | undefined;
  #asOf = 0;
  #source: SliceSource = 'cache';
  /** Writes go one after the other. */
  #lane: Promise<unknown> = Promise.resolve();
  #followTimer: ReturnType<typeof setTimeout> | undefined;
  #matrixQueued = false;
  #protectedKey = '';
  /** A choice has been replaced by a newer one: its caller is told. */
  #choiceCount = 0;
  readonly #seenDigests = new Map<string, number>();

  constructor(hub: HubContext, interactions: Interactions, reads: StatusReads) {
    this.#hub = hub;
    this.#interactions = interactions;
    this.#reads = reads;
    this.#actor = createActor(agentMachine);
    this.#actor.subscribe(() => hub.mark('agent'));
    this.#actor.start();
    hub.signal.addEventListener('abort', () => clearTimeout(this.#followTimer));
  }

  /** A pushed change. Applies, drops, or applies and asks for a read. Source: contract §2 "Duplicates and order". */
  onPresenceEvent(event: PresenceEvent): boolean {
    const now = Date.now();
    for (const [digest, at] of this.#seenDigests) if (now - at > this.#hub.settings.dedupTtlMs) this.#seenDigests.delete(digest);
    const verdict = judgePresence({
      previousMatches: this.presence === undefined || event.previous === undefined || sameState(event.previous, this.presence),
      digestSeen: this.#seenDigests.has(event.digest),
    });
    this.#seenDigests.set(event.digest, now);
    if (verdict === 'drop') return false;
    this.#setPresence(event.current, event.timestamp - this.#hub.clockOffsetMs(), 'stream');
    if (verdict === 'applyAndRead') this.#reads.presenceSoon();
    return true;
  }

  /** The server's word on presence; returns what was corrected. */
  onPresenceRead(facts: PresenceFacts, source: SliceSource): {before: string; after: string} | undefined {
    const before = this.presence;
    const since = facts.updatedAt === undefined ? Date.now() : facts.updatedAt - this.#hub.clockOffsetMs();
    this.#setPresence(facts.state, since, source);
    return before && !sameState(before, facts.state) ? {before: stateKey(before), after: stateKey(facts.state)} : undefined;
  }

  /** The server's word on routing. Somebody else's change clears what waits. */
  onRoutingRead(routing: RoutingFacts): void {
    const protectedNow = this.#interactions.protectedIds().length > 0;
    const foreign = !sameState(routing.state, this.#target) && routing.state.state !== 'busy';
    this.#routing = routing;
    this.#actor.send({type: 'routing', state: routing.state, at: Date.now()});
    if (this.#target === undefined && (!protectedNow || routing.state.state !== 'busy')) this.#setTarget(routing.state);
    else if (foreign && !this.#writing && protectedNow && !WORKING_STATES.has(routing.state.state)) {
      if (this.#view.pending) {
        this.#actor.send({type: 'superseded'});
        this.#hub.store.setMeta('pendingStatus', undefined);
        this.#hub.log.warn('pending_superseded', {state: stateKey(routing.state)});
        this.#hub.notice({type: 'warning', problem: {code: 'pendingSuperseded', detail: stateKey(routing.state)}});
      }
      this.#setTarget(routing.state);
    } else if (foreign && !this.#writing && !protectedNow && !this.#matrixQueued && !this.#view.pending) this.#setTarget(routing.state);
  }

  /** The sessions changed: what waited may go, and routing is worked out anew. */
  onSessionsChanged(): void {
    const ids = this.#interactions.protectedIds();
    this.#actor.send({type: 'protected', sessionIds: ids});
    const key = JSON.stringify(this.#interactions.views().map((v) => [v.interactionId, v.mediaType, v.state]));
    if (key === this.#protectedKey) return;
    this.#protectedKey = key;
    if (this.#view.pending && ids.length === 0) void this.#sendPending();
    else this.#queueMatrix();
  }

  /** Brings back a choice that waited when the hub before this one ended. Call it once the sessions are known. */
  restore(): void {
    const stored = this.#hub.store.getMeta('pendingStatus');
    if (!stored) return;
    const live = new Set(this.#interactions.protectedIds());
    const stillWaits = stored.sessionIds.some((id) => live.has(id));
    if (!stillWaits && Date.now() - stored.since > this.#hub.settings.pendingStatusMaxAgeMs) {
      this.#hub.store.setMeta('pendingStatus', undefined);
      this.#hub.log.warn('pending_expired', {state: stateKey(stored.choice)});
      this.#hub.notice({type: 'warning', problem: {code: 'pendingExpired', detail: stateKey(stored.choice)}});
      return;
    }
    this.#actor.send({type: 'restored', pending: {choice: stored.choice, since: stored.since, sessionIds: [...stored.sessionIds]}});
    if (live.size === 0) void this.#sendPending();
  }

  /**
   * The agent's choice: sent now, or kept until the protected sessions end.
   * @throws {CxoneError} the platform's code; `CANCELLED` when a newer choice replaced it before it was sent.
   */
  async choose(choice: AgentStateName): Promise<void> {
    if (WORKING_STATES.has(choice.state) || (choice.state === 'custom' && !choice.label?.trim())) {
      throw new CxoneError('INVALID_INPUT', `${choice.state} cannot be chosen`);
    }
    const mine = ++this.#choiceCount;
    const replaced = this.#view.pending;
    this.#actor.send({type: 'choose', choice, at: Date.now()});
    if (replaced && !sameState(replaced, choice)) {
      this.#hub.notice({type: 'warning', problem: {code: 'pendingReplaced', detail: stateKey(choice)}});
    }
    await this.#inLane(async () => {
      if (mine !== this.#choiceCount) throw new CxoneError('CANCELLED', 'a newer choice replaced this one');
      await this.#checkAndWrite(choice, 'agent_request');
    });
  }

  cancelPending(): void {
    this.#choiceCount++;
    this.#actor.send({type: 'cancel'});
    this.#hub.store.setMeta('pendingStatus', undefined);
    this.#hub.log.info('pending_cancelled');
  }

  /** Writes the target again where presence did not follow. */
  async repair(): Promise<void> {
    const target = this.#target;
    if (!target) throw new CxoneError('NOT_ALLOWED', 'nothing to repair');
    this.#actor.send({type: 'choose', choice: target, at: Date.now()});
    await this.#inLane(() => this.#checkAndWrite(target, 'repair'));
  }

  /** Sign-out: nothing waits any more. */
  signOut(): void {
    this.#choiceCount++;
    this.#actor.send({type: 'signOut'});
    this.#hub.store.setMeta('pendingStatus', undefined);
    this.#hub.store.setMeta('target', undefined);
  }

  get presence(): AgentStateName | undefined {
    return this.#view.presence;
  }

  slice(): Omit<AgentSlice, 'version'> {
    const view = this.#view;
    const connected = this.#hub.connected();
    const choices: StateChoice[] = this.#hub.settings.statusChoices.map((choice) =>
      connected ? {...choice, allowed: true} : {...choice, allowed: false, block: 'noConnection'},
    );
    return {
      asOf: this.#asOf,
      source: this.#source,
      agentId: this.#hub.config.agentId,
      choices,
      ...(view.presence ? {presence: view.presence, presenceSince: view.presenceSince} : {}),
      ...(this.#routing ? {routing: this.#routing.state} : {}),
      ...(view.requested ? {requested: view.requested} : {}),
      ...(view.pending ? {pending: view.pending} : {}),
      ...(view.mismatch ? {mismatch: view.mismatch} : {}),
    };
  }

  get #view() {
    return agentView(this.#actor.getSnapshot());
  }

  get #writing(): boolean {
    return this.#view.requested !== undefined;
  }

  get #target(): AgentStateName | undefined {
    return this.#hub.store.getMeta('target');
  }

  #setTarget(target: AgentStateName): void {
    if (!sameState(target, this.#target)) this.#hub.store.setMeta('target', target);
  }

  #setPresence(state: AgentStateName, since: number, source: SliceSource): void {
    this.#asOf = Date.now();
    this.#source = source;
    this.#actor.send({type: 'presence', state, at: this.#asOf, since});
    this.#hub.mark('agent');
  }

  #inLane<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#lane.then(work);
    this.#lane = mine.catch(() => undefined);
    return mine;
  }

  /** Read before write. Source: contract §4. */
  async #checkAndWrite(choice: AgentStateName, reason: RoutingReason): Promise<void> {
    try {
      const {routing} = await this.#reads.routingAndSessions();
      const waitsFor = this.#interactions.protectedIds();
      if (waitsFor.length > 0) return this.#queue(choice, waitsFor);
      this.#actor.send({type: 'check.clear'});
      await this.#write(choice, reason, routing);
    } catch (error) {
      this.#actor.send({type: 'write.failed'});
      const typed = toCxoneError(error, 'status');
      this.#hub.log.warn('status_failed', {state: stateKey(choice), code: typed.code, status: typed.status ?? null});
      throw typed;
    }
  }

  #queue(choice: AgentStateName, sessionIds: string[]): void {
    const before = this.#hub.store.getMeta('pendingStatus');
    const since = before && sameState(before.choice, choice) ? before.since : Date.now();
    this.#hub.store.setMeta('pendingStatus', {choice, since, sessionIds});
    this.#actor.send({type: 'check.busy', sessionIds});
    this.#hub.log.info('status_waits', {state: stateKey(choice), sessions: sessionIds.length});
    // The last session may have ended between the read and now.
    if (this.#interactions.protectedIds().length === 0) void this.#sendPending();
  }

  async #sendPending(): Promise<void> {
    const pending = this.#hub.store.getMeta('pendingStatus');
    if (!pending) return;
    const mine = this.#choiceCount;
    await this.#inLane(async () => {
      if (mine !== this.#choiceCount || this.#hub.signal.aborted) return;
      await this.#checkAndWrite(pending.choice, 'queued_change');
    }).catch((error: unknown) => {
      const {code, message} = toCxoneError(error, 'status');
      this.#hub.notice({type: 'commandError', code, action: 'setStatus', message});
    });
  }

  async #write(choice: AgentStateName, reason: RoutingReason, routing: RoutingFacts): Promise<void> {
    const {settings, platform, signal} = this.#hub;
    let facts = routing;
    for (let attempt = 0; ; attempt++) {
      const groups = channelMatrix([], choice, facts, settings.skillGroupChannels).skillGroups;
      try {
        const written = await platform.writeRouting(
          {state: choice, skillGroups: groups, routingGroups: facts.routingGroups, reason},
          signal,
        );
        return this.#written(choice, {...facts, state: written.state, skillGroups: groups, updatedAt: written.updatedAt});
      } catch (error) {
        const typed = toCxoneError(error, 'status');
        const again = attempt === 0 && (CONFLICT.has(typed.code) || LOST_ANSWER.has(typed.code));
        if (!again || signal.aborted) throw typed;
        facts = (await this.#reads.routingAndSessions()).routing;
        if (!CONFLICT.has(typed.code) && sameState(facts.state, choice)) {
          this.#hub.log.info('state_already_applied', {state: stateKey(choice)});
          return this.#written(choice, facts);
        }
        const waitsFor = this.#interactions.protectedIds();
        if (waitsFor.length > 0) return this.#queue(choice, waitsFor);
      }
    }
  }

  #written(choice: AgentStateName, routing: RoutingFacts): void {
    this.#routing = routing;
    this.#setTarget(choice);
    this.#hub.store.setMeta('pendingStatus', undefined);
    this.#actor.send({type: 'write.ok', state: routing.state, at: Date.now()});
    this.#hub.log.info('status_written', {state: stateKey(choice)});
    clearTimeout(this.#followTimer);
    this.#followTimer = setTimeout(() => void this.#checkFollowed(), this.#hub.settings.presenceFollowMs);
  }

  /** Presence should have followed by now: read both, and show a difference. */
  async #checkFollowed(): Promise<void> {
    if (this.#hub.signal.aborted || sameState(this.presence, this.#routing?.state)) return;
    try {
      const [presence] = await Promise.all([this.#hub.platform.readPresence(this.#hub.signal), this.#reads.routingAndSessions()]);
      this.onPresenceRead(presence, 'poll');
    } catch (error) {
      this.#hub.log.warn('status_read_failed', {code: toCxoneError(error, 'status').code});
      return;
    }
    if (this.#interactions.protectedIds().length > 0 || sameState(this.presence, this.#routing?.state)) return;
    this.#actor.send({type: 'follow.timeout'});
    this.#hub.log.warn('phantom_availability', {
      presence: this.presence ? stateKey(this.presence) : null,
      routing: this.#routing ? stateKey(this.#routing.state) : null,
    });
    this.#hub.notice({type: 'warning', problem: {code: 'phantomAvailability'}});
  }

  /** Changes that come together make one write. */
  #queueMatrix(): void {
    if (!this.#hub.settings.channelMatrix || this.#matrixQueued || this.#target === undefined) return;
    this.#matrixQueued = true;
    void this.#inLane(async () => {
      try {
        await this.#writeMatrix();
      } catch (error) {
        const {code} = toCxoneError(error, 'matrix');
        // The next change of a session works it out anew.
        if (!this.#hub.signal.aborted) this.#hub.log.warn('matrix_dropped', {code});
      }
    });
  }

  async #writeMatrix(): Promise<void> {
    const {routing} = await this.#reads.routingAndSessions().finally(() => {
      this.#matrixQueued = false;
    });
    const target = this.#target;
    if (!target || this.#hub.signal.aborted) return;
    // The server's end of after-call work may be "offline": an agent it has signed off is not made available again.
    if (this.#interactions.protectedIds().length === 0 && routing.state.state === 'offline') return this.#setTarget(routing.state);
    const matrix = channelMatrix(this.#interactions.views(), target, routing, this.#hub.settings.skillGroupChannels);
    if (!matrix.differs) return;
    const written = await this.#hub.platform.writeRouting(
      {state: matrix.state, skillGroups: matrix.skillGroups, routingGroups: routing.routingGroups, reason: 'channel_matrix'},
      this.#hub.signal,
    );
    this.#routing = {...routing, state: written.state, skillGroups: matrix.skillGroups, updatedAt: written.updatedAt};
    this.#actor.send({type: 'routing', state: written.state, at: Date.now()});
    this.#hub.log.info('matrix_written', {state: stateKey(matrix.state)});
  }
}
