import {createActor, type Actor} from 'xstate';
import {sameState, stateKey, WORKING_STATES, type AgentStateName} from '../../domain/agent-state.js';
import {CxoneError, toCxoneError, type ErrorCode} from '../../domain/errors.js';
import {steadyNow} from '../../domain/monotonic.js';
import type {AgentSlice, SliceSource, StateChoice} from '../../domain/snapshot.js';
import {agentMachine, agentView, choiceToStore, choiceToWrite} from '../../machines/agent.machine.js';
import {Backoff} from '../../platform/client/backoff.js';
import {channelMatrix} from './channel-matrix.js';
import {judgePresence} from '../connection/freshness.js';
import type {HubContext} from '../hub-context.js';
import type {Interactions} from '../calls/interactions.js';
import {isLostAnswer} from '../calls/lost-answer.js';
import type {
  Outcome,
  PresenceEvent,
  PresenceFacts,
  RoutingFacts,
  RoutingReason,
  RoutingWritten,
  SessionsFacts,
} from '../../platform/port/platform.js';

const CONFLICT: ReadonlySet<ErrorCode> = new Set(['STATE_CONFLICT', 'PRECONDITION_FAILED']);
/** Warnings whose remedy is a choice. */
const UNTIL_CHOSEN = ['pendingExpired', 'pendingSuperseded', 'busyLeft'] as const;

/** The id of the notice of a waiting choice that was refused. */
const REFUSED = 'statusRefused';

/** Reads that the hub makes for everybody, so that one answer serves all. */
export interface StatusReads {
  /** Routing and all active sessions, worked into the hub's state. */
  routingAndSessions(): Promise<{routing: RoutingFacts; sessions: SessionsFacts}>;
  /** Presence, worked in; reads are coalesced. */
  presenceSoon(): void;
}

/** Somebody who waits to hear what became of a choice. */
interface Waiter {
  readonly choice: AgentStateName;
  readonly resolve: () => void;
  readonly reject: (error: CxoneError) => void;
}

/** What was only accepted counts as written from now on; presence shows whether it was, and a difference is told. */
function writtenFacts(
  outcome: Outcome<RoutingWritten>,
  state: AgentStateName,
): Partial<RoutingWritten> & {state: AgentStateName} {
  return (outcome !== 'accepted' && outcome.facts) || {state};
}

/** Presence, routing, and the agent's choice: what is shown, what is written, and what waits for a call to end. */
export class StatusKeeper {
  readonly #hub: HubContext;
  readonly #interactions: Interactions;
  readonly #reads: StatusReads;
  readonly #actor: Actor<typeof agentMachine>;
  readonly #waiters = new Set<Waiter>();
  #routing: RoutingFacts | undefined;
  /** The latest pushed presence: when it came, and the platform's stamp; epoch ms. */
  #pushed: {readonly at: number; readonly timestamp: number} | undefined;
  #asOf = 0;
  #source: SliceSource = 'cache';
  /** Writes go one after the other: a choice, and the channel matrix. */
  #lane: Promise<unknown> = Promise.resolve();
  #choiceState = 'settled';
  /** What waited for a former hub was looked at; until then it must not be overwritten. */
  #restored = false;
  #followTimer: ReturnType<typeof setTimeout> | undefined;
  #lookTimer: ReturnType<typeof setTimeout> | undefined;
  #matrixQueued = false;
  #matrixTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #matrixBackoff: Backoff;
  #sessionsKey = '[]';

  constructor(hub: HubContext, interactions: Interactions, reads: StatusReads) {
    this.#hub = hub;
    this.#interactions = interactions;
    this.#reads = reads;
    this.#matrixBackoff = new Backoff(hub.settings.retryBaseMs, hub.settings.retryCapMs);
    this.#actor = createActor(agentMachine);
    this.#actor.start();
    this.#actor.subscribe(() => this.#follow());
    hub.signal.addEventListener('abort', () => {
      clearTimeout(this.#followTimer);
      clearTimeout(this.#lookTimer);
      clearTimeout(this.#matrixTimer);
    });
  }

  /** A pushed change; returns whether it was applied. Source: contract §2 "Duplicates and order". */
  onPresenceEvent(event: PresenceEvent, seenBefore: boolean): boolean {
    const {apply, read} = judgePresence(this.presence, event, seenBefore);
    const first = this.presence === undefined;
    if (apply) {
      this.#pushed = {at: steadyNow(), timestamp: event.timestamp};
      this.#setPresence(event.current, event.timestamp - this.#hub.clockOffsetMs(), 'stream');
    }
    if (read && !first) this.#reads.presenceSoon();
    return apply;
  }

  /**
   * The server's word on presence; returns what was corrected.
   * @param askedAt when the read left, epoch ms: one that was overtaken by a push tells the past.
   */
  onPresenceRead(
    facts: PresenceFacts,
    source: SliceSource,
    askedAt: number,
  ): {before: string; after: string} | undefined {
    if (this.#pushed && askedAt <= this.#pushed.at && (facts.updatedAt ?? 0) <= this.#pushed.timestamp) {
      if (!sameState(this.presence, facts.state)) this.#reads.presenceSoon();
      return undefined;
    }
    const before = this.presence;
    const since = facts.updatedAt === undefined ? steadyNow() : facts.updatedAt - this.#hub.clockOffsetMs();
    this.#setPresence(facts.state, since, source);
    return before && !sameState(before, facts.state)
      ? {before: stateKey(before), after: stateKey(facts.state)}
      : undefined;
  }

  /** The server's word on routing. What somebody else set counts as the target, and clears what waits. */
  onRoutingRead(routing: RoutingFacts): void {
    // A slow answer must not undo what a later write said.
    if ((routing.updatedAt ?? Infinity) < (this.#routing?.updatedAt ?? 0)) return;
    const {state} = routing;
    const target = this.#target;
    const isFirst = this.#routing === undefined;
    this.#routing = routing;
    if (isFirst && this.#restored && this.#choiceState === 'settled') void this.#leaveOldBusy();
    if (state.state !== 'busy') this.#hub.clearWarning('busyLeft');
    this.#actor.send({type: 'routing', state, at: routing.updatedAt});
    if (WORKING_STATES.has(state.state) || this.#choiceState === 'writing' || this.#choiceState === 'following') return;
    const isProtected = this.#interactions.protectedIds().length > 0;
    if (target === undefined) {
      // "busy" during a call is what the matrix writes: it says nothing of what the agent wants. Nor while nobody knows of calls.
      if (state.state !== 'busy' || (this.#interactions.isKnown && !isProtected)) this.#setTarget(state);
    } else if (!sameState(state, target) && isProtected && state.state !== 'busy') {
      if (this.#choiceState === 'queued') this.#supersede(state);
      this.#setTarget(state);
    }
  }

  /** The sessions changed: what waited may go, and routing is worked out anew. */
  onSessionsChanged(): void {
    this.#actor.send({type: 'protected', sessionIds: this.#interactions.protectedIds()});
    const key = JSON.stringify(this.#interactions.views().map((v) => [v.interactionId, v.mediaType, v.state]));
    if (key === this.#sessionsKey) return;
    this.#sessionsKey = key;
    this.#queueMatrix();
  }

  /** Brings back what the hub before this one left undone. Call it once the sessions are known. */
  restore(): void {
    this.#restored = true;
    if (this.#hub.store.epoch > 1)
      this.#lookTimer = setTimeout(() => void this.#lookAgain(), this.#hub.settings.requestTimeoutMs);
    const pending = this.#hub.store.meta.get('pendingStatus');
    if (!pending) return void (this.#routing && this.#leaveOldBusy());
    const live = this.#interactions.protectedIds();
    const stillWaits = pending.sessionIds.some((id) => live.includes(id));
    if (!stillWaits && steadyNow() - pending.since > this.#hub.settings.pendingStatusMaxAgeMs) {
      this.#hub.store.meta.set('pendingStatus', undefined);
      this.#hub.log.warn('pending_expired', {state: stateKey(pending.choice)});
      this.#hub.warn({code: 'pendingExpired', detail: stateKey(pending.choice)});
      return;
    }
    this.#actor.send({type: 'restored', pending});
    this.#actor.send({type: 'protected', sessionIds: live});
  }

  /**
   * The agent's choice: sent now, or kept until the protected sessions end. Resolves when the platform has it or it waits.
   * @throws {CxoneError} the platform's code; `CANCELLED` when a newer choice replaced it before it was sent.
   */
  choose(choice: AgentStateName): Promise<void> {
    if (WORKING_STATES.has(choice.state) || (choice.state === 'custom' && !choice.label?.trim())) {
      return Promise.reject(new CxoneError('INVALID_INPUT', `${choice.state} cannot be chosen`));
    }
    for (const code of UNTIL_CHOSEN) this.#hub.clearWarning(code);
    this.#hub.notices.drop(REFUSED);
    const replaced = this.#view.pending;
    if (replaced && !sameState(replaced, choice)) {
      this.#hub.notice({type: 'warning', problem: {code: 'pendingReplaced', detail: stateKey(choice)}});
    }
    return this.#ask(choice, () => this.#actor.send({type: 'choose', choice, at: steadyNow()}));
  }

  cancelPending(): void {
    this.#actor.send({type: 'cancel'});
    this.#hub.log.info('pending_cancelled');
  }

  /** Writes the routing state again where presence did not follow. */
  repair(): Promise<void> {
    const {routing} = this.#actor.getSnapshot().context;
    if (!routing) return Promise.reject(new CxoneError('NOT_ALLOWED', 'nothing to repair'));
    return this.#ask(routing, () => this.#actor.send({type: 'repair', at: steadyNow()}));
  }

  /** Sign-out: nothing waits any more. */
  signOut(): void {
    this.#actor.send({type: 'signOut'});
    this.#hub.store.meta.set('pendingStatus', undefined);
    this.#hub.store.meta.set('target', undefined);
  }

  /** What the agent is in, or will be once the contacts are over. */
  get settled(): AgentStateName | undefined {
    const {presence} = this;
    const isWork = presence && (presence.state === 'busy' || WORKING_STATES.has(presence.state));
    return isWork ? (this.#target ?? presence) : presence;
  }

  get presence(): AgentStateName | undefined {
    return this.#actor.getSnapshot().context.presence;
  }

  slice(): Omit<AgentSlice, 'version'> {
    const connected = this.#hub.connected();
    const choices: StateChoice[] = this.#hub.settings.statusChoices.map((choice) =>
      connected ? {...choice, allowed: true} : {...choice, allowed: false, block: 'noConnection'},
    );
    return {asOf: this.#asOf, source: this.#source, agentId: this.#hub.config.agentId, choices, ...this.#view};
  }

  get #view() {
    return agentView(this.#actor.getSnapshot());
  }

  /** What the agent last wanted, whatever the matrix writes during calls. */
  get #target(): AgentStateName | undefined {
    return this.#hub.store.meta.get('target');
  }

  #setTarget(target: AgentStateName): void {
    if (!sameState(target, this.#target)) this.#hub.store.meta.set('target', target);
  }

  #setPresence(state: AgentStateName, since: number, source: SliceSource): void {
    const before = this.presence;
    if (!sameState(before, state)) {
      this.#hub.log.info('presence', {from: before ? stateKey(before) : null, to: stateKey(state), source});
    }
    this.#asOf = steadyNow();
    this.#source = source;
    this.#actor.send({type: 'presence', state, at: this.#asOf, since});
    this.#hub.mark('agent');
  }

  /**
   * The matrix made the agent busy for a contact that ended while no hub ran, and nobody else will end that. Written if
   * it was a moment ago, by the measure of a choice that waited; else the agent hears of it.
   */
  async #leaveOldBusy(): Promise<void> {
    const {settings, platform, signal, log} = this.#hub;
    if (!platform.channels || !settings.channelMatrix || !this.#isLeftBusy) return;
    let endedAt = -Infinity;
    try {
      const {sessions} = await platform.state.read({parts: ['sessions'], withEnded: true}, signal).sessions;
      for (const {state, updatedAt} of sessions)
        if (state === 'ended' && updatedAt) endedAt = Math.max(endedAt, updatedAt);
    } catch (error) {
      log.warn('read_failed', {why: 'busy', code: toCxoneError(error, 'read').code});
    }
    if (signal.aborted) return;
    if (steadyNow() + this.#hub.clockOffsetMs() - endedAt <= settings.pendingStatusMaxAgeMs) return this.#queueMatrix();
    this.#warnOfBusy();
  }

  /** What a former hub had sent when it died may arrive after the first look, for as long as it would have waited. */
  async #lookAgain(): Promise<void> {
    try {
      await this.#reads.routingAndSessions();
    } catch (error) {
      this.#hub.log.warn('read_failed', {why: 'busy', code: toCxoneError(error, 'read').code});
      return;
    }
    if (!this.#view.pending) await this.#leaveOldBusy();
  }

  #supersede(state: AgentStateName): void {
    this.#actor.send({type: 'superseded'});
    this.#hub.log.warn('pending_superseded', {state: stateKey(state)});
    this.#hub.warn({code: 'pendingSuperseded', detail: stateKey(state)});
  }

  #ask(choice: AgentStateName, send: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiters.add({choice, resolve, reject});
      send();
      // Where the machine had nothing to do, nobody else would answer.
      if (this.#choiceState === 'settled') this.#tell(choice, undefined);
    });
  }

  /** Tells whoever waits for this choice; those who wait for another one hear that theirs was replaced. */
  #tell(choice: AgentStateName | undefined, error: CxoneError | undefined): void {
    const {current, next} = this.#actor.getSnapshot().context;
    for (const waiter of this.#waiters) {
      if (choice && sameState(waiter.choice, choice)) {
        if (error) waiter.reject(error);
        else waiter.resolve();
      } else if (sameState(waiter.choice, current?.choice) || sameState(waiter.choice, next?.choice)) continue;
      else waiter.reject(new CxoneError('CANCELLED', 'a newer choice replaced this one'));
      this.#waiters.delete(waiter);
    }
  }

  /** Does what the machine's new state asks for. */
  #follow(): void {
    const snapshot = this.#actor.getSnapshot();
    const state = snapshot.value.choice;
    const before = this.#choiceState;
    this.#choiceState = state;
    this.#hub.mark('agent');
    const stored = choiceToStore(snapshot);
    const known = this.#hub.store.meta.get('pendingStatus');
    if (this.#restored && JSON.stringify(stored) !== JSON.stringify(known))
      this.#hub.store.meta.set('pendingStatus', stored);
    if (state === 'queued') this.#tell(snapshot.context.current?.choice, undefined);
    if (state === before) return;
    if (state !== 'following') clearTimeout(this.#followTimer);
    if (state === 'queued') this.#hub.log.info('status_waits', {sessions: snapshot.context.protectedIds.length});
    if (state === 'checking') void this.#inLane(() => this.#check());
    if (state === 'writing') void this.#inLane(() => this.#write());
    if (state === 'following') {
      this.#followTimer = setTimeout(() => void this.#checkFollowed(), this.#hub.settings.presenceFollowMs);
    }
    if (state === 'settled') this.#tell(undefined, undefined);
  }

  #inLane(work: () => Promise<void>): Promise<void> {
    const mine = this.#lane.then(work);
    this.#lane = mine.catch(() => undefined);
    return mine;
  }

  /** Read before write. Source: contract §4. */
  async #check(): Promise<void> {
    if (this.#choiceState !== 'checking') return;
    try {
      await this.#reads.routingAndSessions();
    } catch (error) {
      return this.#failed(error);
    }
    const sessionIds = this.#interactions.protectedIds();
    this.#actor.send(sessionIds.length > 0 ? {type: 'check.busy', sessionIds} : {type: 'check.clear'});
  }

  async #write(): Promise<void> {
    const work = choiceToWrite(this.#actor.getSnapshot());
    if (!work || !this.#routing) return;
    const {choice} = work;
    const reason: RoutingReason = work.waited ? 'queued_change' : work.cause;
    const {settings, platform, signal} = this.#hub;
    let routing = this.#routing;
    for (let attempt = 0; ; attempt++) {
      const {skillGroups} = channelMatrix([], choice, routing, settings.skillGroupChannels);
      try {
        const {routingGroups} = routing;
        await this.#hub.store.assertMine();
        const outcome = await platform.state.write({state: choice, skillGroups, routingGroups, reason}, signal);
        return this.#written(choice, {...routing, ...writtenFacts(outcome, choice), skillGroups});
      } catch (error) {
        const typed = toCxoneError(error, 'status');
        const conflict = CONFLICT.has(typed.code);
        const again = conflict || typed.code === 'TOKEN_EXPIRED' || isLostAnswer(typed);
        if (attempt > 0 || signal.aborted || !again) return this.#failed(typed);
        try {
          routing = (await this.#reads.routingAndSessions()).routing;
        } catch (readError) {
          return this.#failed(readError);
        }
        if (!conflict && sameState(routing.state, choice)) {
          this.#hub.log.info('state_already_applied', {state: stateKey(choice)});
          return this.#written(choice, routing);
        }
        const sessionIds = this.#interactions.protectedIds();
        if (sessionIds.length > 0) {
          this.#actor.send({type: 'check.busy', sessionIds});
          return;
        }
      }
    }
  }

  #written(choice: AgentStateName, routing: RoutingFacts): void {
    this.#routing = routing;
    this.#setTarget(choice);
    this.#hub.log.info('status_written', {state: stateKey(choice)});
    this.#tell(choice, undefined);
    this.#actor.send({type: 'write.ok', state: routing.state, at: routing.updatedAt});
  }

  #failed(error: unknown): void {
    const {current} = this.#actor.getSnapshot().context;
    const typed = toCxoneError(error, 'status');
    if (this.#hub.signal.aborted) return;
    this.#hub.log.warn('status_failed', {
      state: current ? stateKey(current.choice) : null,
      code: typed.code,
      status: typed.status ?? null,
    });
    const asked = [...this.#waiters].some(({choice}) => sameState(choice, current?.choice));
    this.#tell(current?.choice, typed);
    // A choice that had waited has no caller any more who could hear of it.
    if (!asked) {
      if (current)
        this.#hub.notices.add({id: REFUSED, code: 'statusRefused', status: current.choice, error: typed.code});
      this.#hub.notice({type: 'commandError', code: typed.code, action: 'setStatus', message: typed.message});
    }
    this.#actor.send({type: 'write.failed'});
  }

  /** Presence should have followed by now: read both, and show a difference. */
  async #checkFollowed(): Promise<void> {
    if (this.#hub.signal.aborted || sameState(this.presence, this.#routing?.state)) return;
    const askedAt = steadyNow();
    try {
      const [presence] = await Promise.all([
        this.#hub.platform.state.read({parts: ['presence']}, this.#hub.signal).presence,
        this.#reads.routingAndSessions(),
      ]);
      this.onPresenceRead(presence, 'poll', askedAt);
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
    if (
      !this.#hub.platform.channels ||
      !this.#hub.settings.channelMatrix ||
      this.#matrixQueued ||
      this.#target === undefined
    )
      return;
    this.#matrixQueued = true;
    clearTimeout(this.#matrixTimer);
    void this.#inLane(async () => {
      try {
        await this.#writeMatrix();
        this.#matrixBackoff.reset();
      } catch (error) {
        if (!this.#hub.signal.aborted) this.#matrixFailed(toCxoneError(error, 'matrix'));
      }
    });
  }

  /** It looks before it writes, so that what was done in spite of a lost answer is not done again. */
  #matrixFailed(error: CxoneError): void {
    this.#hub.log.warn('matrix_failed', {code: error.code});
    if (isLostAnswer(error) || error.code === 'TOKEN_EXPIRED' || error.code === 'RATE_LIMITED') {
      this.#matrixTimer = setTimeout(() => this.#queueMatrix(), error.retryAfterMs ?? this.#matrixBackoff.nextMs());
      return;
    }
    // Refused: the next change of a session works it out anew, and there may be none for long.
    if (this.#isLeftBusy) this.#warnOfBusy();
  }

  /** Busy, without a contact, and not by the agent's wish. */
  get #isLeftBusy(): boolean {
    const target = this.#target;
    const isUnwanted = this.#routing?.state.state === 'busy' && target !== undefined && target.state !== 'busy';
    return isUnwanted && this.#interactions.protectedIds().length === 0;
  }

  #warnOfBusy(): void {
    this.#hub.log.warn('busy_left');
    this.#hub.warn({code: 'busyLeft'});
  }

  async #writeMatrix(): Promise<void> {
    const {routing} = await this.#reads.routingAndSessions().finally(() => {
      this.#matrixQueued = false;
    });
    const target = this.#target;
    // A choice that is on its way sets everything itself.
    const {channels} = this.#hub.platform;
    if (!channels || !target || this.#hub.signal.aborted || this.#view.requested) return;
    // The server's end of after-call work may be "offline": an agent it has signed off is not made available again.
    if (this.#interactions.protectedIds().length === 0 && routing.state.state === 'offline')
      return this.#setTarget(routing.state);
    const matrix = channelMatrix(this.#interactions.views(), target, routing, this.#hub.settings.skillGroupChannels);
    if (!matrix.differs) return;
    await this.#hub.store.assertMine();
    const {skillGroups} = matrix;
    const write = {state: matrix.state, skillGroups, routingGroups: routing.routingGroups} as const;
    const outcome = await channels.write({...write, reason: 'channel_matrix'}, this.#hub.signal);
    const written = writtenFacts(outcome, matrix.state);
    this.#routing = {...routing, ...written, skillGroups: matrix.skillGroups};
    this.#actor.send({type: 'routing', state: written.state, at: written.updatedAt});
    this.#hub.log.info('matrix_written', {state: stateKey(matrix.state)});
  }
}
