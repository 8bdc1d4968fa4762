import {createActor} from 'xstate';
import {stateKey, WORKING_STATES, type AgentStateName} from '../../domain/agent-state.js';
import {CxoneError} from '../../domain/errors.js';
import {steadyNow} from '../../domain/monotonic.js';
import type {AgentSlice, SliceSource, StateChoice} from '../../domain/snapshot.js';
import type {AgentEffect} from '../../machines/agent-facts.js';
import {agentView, choiceToStore, settledState} from '../../machines/agent-view.js';
import {agentMachine} from '../../machines/agent.machine.js';
import type {PresenceEvent, PresenceFacts, RoutingFacts} from '../../platform/port/platform.js';
import type {Interactions} from '../calls/interactions.js';
import type {HubContext} from '../hub-context.js';
import {AgentRecord} from './agent-record.js';
import {ChannelWrites} from './channel-writes.js';
import {ChoiceWrites} from './choice-writes.js';
import {Lane} from './lane.js';
import {LeftBusy} from './left-busy.js';
import {PresenceFollow} from './presence-follow.js';
import {Presence} from './presence.js';
import type {StatusParts, StatusReads} from './status-parts.js';
import {Waiters} from './waiters.js';

/** Warnings that the agent's next choice settles. */
const UNTIL_CHOSEN = ['pendingExpired', 'pendingSuperseded', 'busyLeft'] as const;
/** The notice's id when the platform refused a pending choice. */
const REFUSED = 'statusRefused';

/**
 * The agent's presence, routing and choice. The machine owns them and decides what to do next. This class passes events to
 * the machine, and each of its effects to the part that carries it out.
 */
export class StatusKeeper {
  readonly #parts: StatusParts;
  readonly #presence: Presence;
  readonly #follow: PresenceFollow;
  readonly #choices: ChoiceWrites;
  readonly #channels: ChannelWrites;
  readonly #leftBusy: LeftBusy;
  readonly #record: AgentRecord;
  readonly #waiters = new Waiters();
  #sessionsKnown = false;

  constructor(hub: HubContext, interactions: Interactions, reads: StatusReads) {
    const actor = createActor(agentMachine);
    this.#parts = {hub, interactions, reads, actor, lane: new Lane()};
    this.#presence = new Presence(this.#parts);
    this.#follow = new PresenceFollow(this.#parts, this.#presence);
    this.#choices = new ChoiceWrites(this.#parts);
    this.#channels = new ChannelWrites(this.#parts, () => this.#leftBusy.warn());
    this.#leftBusy = new LeftBusy(this.#parts, () => this.#channels.queue());
    this.#record = new AgentRecord(hub);
    actor.start();
    actor.on('*', (effect) => this.#do(effect));
  }

  /** Call it once the store is open, before the first event or answer from the platform. */
  start(): void {
    const {actor, hub} = this.#parts;
    actor.send({type: 'remembered', target: this.#record.target()});
    actor.subscribe((snapshot) => {
      this.#record.keep(snapshot.context.target, choiceToStore(snapshot));
      hub.mark('agent');
    });
  }

  /** A pushed change; returns whether it was applied. */
  onPresenceEvent(event: PresenceEvent, seenBefore: boolean): boolean {
    return this.#presence.onEvent(event, seenBefore);
  }

  /** The server's word on presence; returns what was corrected. @param askedAt when the read left, epoch ms. */
  onPresenceRead(facts: PresenceFacts, source: SliceSource, askedAt: number): ReturnType<Presence['onRead']> {
    return this.#presence.onRead(facts, source, askedAt);
  }

  /** The server's word on routing. */
  onRoutingRead(facts: RoutingFacts): void {
    if (this.#sessionsKnown) this.#tellProtected();
    this.#parts.actor.send({type: 'routing', facts});
    this.#leftBusy.update();
  }

  /** The sessions changed: a pending choice may go out, and routing is computed again. */
  onSessionsChanged(): void {
    this.#tellProtected();
    this.#channels.update();
  }

  /** Resumes what the former hub left undone. Call it once the sessions are known. */
  restore(): void {
    const {hub, interactions, actor} = this.#parts;
    this.#sessionsKnown = true;
    if (hub.store.epoch > 1) this.#leftBusy.lookAgainLater();
    actor.send({
      type: 'restored',
      pending: this.#record.takePending(),
      sessionIds: interactions.protectedIds(),
      at: steadyNow(),
      maxAgeMs: hub.settings.pendingStatusMaxAgeMs,
    });
    this.#tellProtected();
  }

  /**
   * The agent's choice: sent now, or kept until the protected sessions end. Resolves when the platform has it or it waits.
   * @throws {CxoneError} the platform's code; `CANCELLED` when a newer choice replaced it before it was sent.
   */
  choose(choice: AgentStateName): Promise<void> {
    const {hub, actor} = this.#parts;
    if (WORKING_STATES.has(choice.state) || (choice.state === 'custom' && !choice.label?.trim())) {
      return Promise.reject(new CxoneError('INVALID_INPUT', `${choice.state} cannot be chosen`));
    }
    for (const code of UNTIL_CHOSEN) hub.clearWarning(code);
    hub.notices.drop(REFUSED);
    const answered = this.#waiters.wait(choice);
    actor.send({type: 'choose', choice, at: steadyNow()});
    return answered;
  }

  cancelPending(): void {
    this.#parts.actor.send({type: 'cancel'});
    this.#parts.hub.log.info('pending_cancelled');
  }

  /** Writes the routing state again where presence did not follow. */
  repair(): Promise<void> {
    const {actor} = this.#parts;
    const {routing} = actor.getSnapshot().context;
    if (!routing) return Promise.reject(new CxoneError('NOT_ALLOWED', 'nothing to repair'));
    const answered = this.#waiters.wait(routing.state);
    actor.send({type: 'repair', at: steadyNow()});
    return answered;
  }

  /** At sign-out, drops the pending choice. */
  signOut(): void {
    this.#parts.actor.send({type: 'signOut'});
    this.#record.clear();
  }

  /** What the agent is in, or will be once the contacts are over. */
  get settled(): AgentStateName | undefined {
    return settledState(this.#parts.actor.getSnapshot());
  }

  get presence(): AgentStateName | undefined {
    return this.#presence.state;
  }

  slice(): Omit<AgentSlice, 'version'> {
    const {hub, actor} = this.#parts;
    const connected = hub.connected();
    const choices: StateChoice[] = hub.settings.statusChoices.map((choice) =>
      connected ? {...choice, allowed: true} : {...choice, allowed: false, block: 'noConnection'},
    );
    return {...this.#presence.head, agentId: hub.config.agentId, choices, ...agentView(actor.getSnapshot())};
  }

  #tellProtected(): void {
    const {actor, interactions} = this.#parts;
    actor.send({type: 'protected', sessionIds: interactions.protectedIds()});
  }

  #do(effect: AgentEffect): void {
    const {hub, actor} = this.#parts;
    switch (effect.type) {
      case 'check':
        return void this.#choices.check();
      case 'write':
        return void this.#choices.write();
      case 'follow':
        return this.#follow.begin();
      case 'followed':
        return this.#follow.end();
      case 'waits':
        hub.log.info('status_waits', {sessions: effect.sessions});
        return this.#waiters.resolve(effect.choice);
      case 'done':
        return this.#waiters.resolve(effect.choice);
      case 'failed':
        return this.#failed(effect);
      case 'dropped':
        return this.#dropped(effect);
      case 'disagree':
        hub.log.warn('phantom_availability', {
          presence: stateKey(effect.presence),
          routing: stateKey(effect.routing),
        });
        return hub.notice({type: 'warning', problem: {code: 'phantomAvailability'}});
      case 'takeStock':
        // A choice that is being sent, or waits, sets the routing state itself.
        return void (actor.getSnapshot().value.choice === 'settled' && this.#leftBusy.judge());
    }
  }

  #failed({choice, error}: Extract<AgentEffect, {type: 'failed'}>): void {
    const {log, notices, notice} = this.#parts.hub;
    const {code, status, message} = error;
    log.warn('status_failed', {state: stateKey(choice), code, status: status ?? null});
    // The caller of a pending choice already has its answer, so only a notice can tell the agent.
    if (this.#waiters.reject(choice, error)) return;
    notices.add({id: REFUSED, code: 'statusRefused', status: choice, error: code});
    notice({type: 'commandError', code, action: 'setStatus', message});
  }

  #dropped({choice, reason, waited, by}: Extract<AgentEffect, {type: 'dropped'}>): void {
    const {log, warn, notice} = this.#parts.hub;
    this.#waiters.reject(choice, new CxoneError('CANCELLED', 'it was given up before it was sent'));
    if (reason === 'expired') {
      log.warn('pending_expired', {state: stateKey(choice)});
      warn({code: 'pendingExpired', detail: stateKey(choice)});
    } else if (by && reason === 'superseded') {
      log.warn('pending_superseded', {state: stateKey(by)});
      warn({code: 'pendingSuperseded', detail: stateKey(by)});
    } else if (by && reason === 'replaced' && waited) {
      notice({type: 'warning', problem: {code: 'pendingReplaced', detail: stateKey(by)}});
    }
  }
}
