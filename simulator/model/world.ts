import type {AgentStateName} from '../../src/domain/agent-state.js';
import {PROTECTED_STATES} from '../../src/domain/interaction.js';
import type {AgentRoutingWrite, ControlCommand} from '../../src/platform/v2/wire/index.js';
import {changeAcw, startAcw, type AcwChange, type AcwOrder} from './acw.js';
import {createAgent, type AgentSeed, type SimAgent} from './agents.js';
import type {ServerClock} from './clock.js';
import {applyCommand} from './commands.js';
import {createInteraction, createOutboundCall, type Interaction, type Ring} from './interactions.js';
import {presenceOf, updatePresence} from './presence.js';
import {Refusal} from './refusal.js';
import {leaveAcw, writeRouting} from './routing.js';

/** The events of the model, in the order in which the streams send them to clients. */
export type WorldEvent =
  | {readonly type: 'screenPop'; readonly interaction: Interaction; readonly payload: Readonly<Record<string, unknown>>}
  | {readonly type: 'assigned' | 'changed'; readonly interaction: Interaction}
  | {
      readonly type: 'presence';
      readonly agent: SimAgent;
      readonly previous: AgentStateName;
      readonly driver: Interaction | undefined;
    };

/** How many ended interactions to keep for late readers; the oldest are dropped first. */
const ENDED_KEPT = 200;

/** Agents, their interactions and sessions, status and after-call work. Knows no HTTP and no dialect. */
export class World {
  readonly #seeds: readonly AgentSeed[];
  readonly #clock: ServerClock;
  readonly #onEvent: (event: WorldEvent) => void;
  readonly #agents = new Map<string, SimAgent>();
  readonly #interactions = new Map<string, Interaction>();
  readonly #acwTimers = new Map<string, () => void>();

  constructor(seeds: readonly AgentSeed[], clock: ServerClock, onEvent: (event: WorldEvent) => void) {
    this.#seeds = seeds;
    this.#clock = clock;
    this.#onEvent = onEvent;
    this.reset();
  }

  /** Resets to the start: all agents available, no sessions. Sends no events. */
  reset(): void {
    for (const cancel of this.#acwTimers.values()) cancel();
    this.#acwTimers.clear();
    this.#interactions.clear();
    this.#agents.clear();
    for (const seed of this.#seeds) this.#agents.set(seed.id, createAgent(seed, this.#clock.serverNow()));
  }

  get agents(): readonly SimAgent[] {
    return [...this.#agents.values()];
  }

  get interactions(): readonly Interaction[] {
    return [...this.#interactions.values()];
  }

  /** @throws {Refusal} `NOT_FOUND` */
  agent(id: string): SimAgent {
    const agent = this.#agents.get(id);
    if (!agent) throw new Refusal('NOT_FOUND', `there is no agent "${id}"`);
    return agent;
  }

  /** @throws {Refusal} `NOT_FOUND` */
  interaction(id: string): Interaction {
    const interaction = this.#interactions.get(id);
    if (!interaction) throw new Refusal('NOT_FOUND', `there is no interaction "${id}"`);
    return interaction;
  }

  /** @throws {Refusal} `NOT_FOUND` */
  session(sessionId: string): Interaction {
    const found = this.interactions.find((interaction) => interaction.sessionId === sessionId);
    if (!found) throw new Refusal('NOT_FOUND', `there is no session "${sessionId}"`);
    return found;
  }

  /** An agent's sessions, oldest first; ended ones only on request. */
  sessionsOf(agentId: string, options: {readonly ended: boolean} = {ended: false}): Interaction[] {
    return this.interactions.filter((i) => i.agentId === agentId && (options.ended || i.state !== 'ended'));
  }

  /** Rings an interaction for an agent, whatever the agent's status. The screen pop comes first. */
  ring(ring: Ring, screenPop?: Readonly<Record<string, unknown>>): Interaction {
    this.agent(ring.agentId);
    const interaction = createInteraction(ring, this.#clock.serverNow());
    this.#interactions.set(interaction.id, interaction);
    if (screenPop) this.#onEvent({type: 'screenPop', interaction, payload: screenPop});
    this.#onEvent({type: 'assigned', interaction});
    this.#follow(interaction.agentId);
    return interaction;
  }

  /** Makes an outbound call for an agent. @throws {Refusal} `STATE_CONFLICT` during a call. */
  dial(agentId: string, target: string): Interaction {
    this.agent(agentId);
    const busy = this.sessionsOf(agentId).find(
      ({mediaType, state}) => mediaType === 'voice' && state !== 'acw' && state !== 'queued',
    );
    if (busy) throw new Refusal('STATE_CONFLICT', 'a call is going on', {currentState: busy.state});
    const interaction = createOutboundCall(agentId, target, this.#clock.serverNow());
    this.#interactions.set(interaction.id, interaction);
    this.#onEvent({type: 'assigned', interaction});
    this.#follow(agentId);
    return interaction;
  }

  /** The customer hangs up or leaves the chat. @throws {Refusal} `STATE_CONFLICT` if the interaction is already over. */
  endByCustomer(interaction: Interaction): void {
    if (interaction.state === 'ended' || interaction.state === 'acw') {
      throw new Refusal('STATE_CONFLICT', `the customer is gone: the interaction is ${interaction.state}`, {
        currentState: interaction.state,
      });
    }
    this.#end(interaction, interaction.state !== 'ringing');
  }

  /** @throws {Refusal} `INVALID_TRANSITION` */
  command(interaction: Interaction, command: ControlCommand): void {
    const outcome = applyCommand(interaction, command);
    if (outcome === 'changed') this.#changed(interaction);
    else this.#end(interaction, outcome === 'end');
  }

  /** @throws {Refusal} `STATE_CONFLICT` for a new target while a session is protected. */
  writeRouting(agent: SimAgent, write: AgentRoutingWrite): void {
    const live = this.sessionsOf(agent.id);
    const {cut} = writeRouting(agent, live, write, this.#clock.stampAfter(agent.routing.updatedAt));
    for (const interaction of cut) this.#end(interaction, false);
    this.#follow(agent.id);
  }

  /** Starts or overwrites after-call work, or plans it for the end of the call. @throws {Refusal} */
  startAcw(interaction: Interaction, order: AcwOrder): void {
    startAcw(interaction, order, this.#clock.now());
    this.#changed(interaction);
    this.#armAcwTimer(interaction);
  }

  /** Extends after-call work or ends it early. @throws {Refusal} */
  changeAcw(interaction: Interaction, change: AcwChange): void {
    if (changeAcw(interaction, change) === 'completed') return this.#finish(interaction);
    this.#changed(interaction);
    this.#armAcwTimer(interaction);
  }

  /** Puts an interaction into the model unchanged and updates presence, without events. */
  adopt(interaction: Interaction): void {
    this.#interactions.set(interaction.id, interaction);
    this.#armAcwTimer(interaction);
    this.silentlyFollow(interaction.agentId);
  }

  /** Updates presence without an event, because the caller sends its own. */
  silentlyFollow(agentId: string): void {
    const agent = this.agent(agentId);
    updatePresence(
      agent,
      presenceOf(agent, this.sessionsOf(agentId)),
      this.#clock.stampAfter(agent.presence.updatedAt),
    );
  }

  #changed(interaction: Interaction): void {
    interaction.updatedAt = this.#clock.stampAfter(interaction.updatedAt);
    this.#onEvent({type: 'changed', interaction});
    this.#follow(interaction.agentId);
  }

  #end(interaction: Interaction, withAcw: boolean): void {
    interaction.parties = [];
    interaction.muted = false;
    const plan = withAcw && interaction.state !== 'acw' ? interaction.acwPlan : undefined;
    if (!plan) return this.#finish(interaction);
    interaction.state = 'acw';
    interaction.acw = {...plan, endsAt: this.#clock.now() + plan.durationSeconds * 1_000};
    this.#armAcwTimer(interaction);
    this.#changed(interaction);
  }

  #finish(interaction: Interaction): void {
    const wasWrappingUp = interaction.state === 'acw';
    this.#acwTimers.get(interaction.id)?.();
    this.#acwTimers.delete(interaction.id);
    interaction.state = 'ended';
    interaction.acw = undefined;
    interaction.endedAt = this.#clock.serverNow();
    if (wasWrappingUp) {
      const agent = this.agent(interaction.agentId);
      const others = this.sessionsOf(agent.id).filter(({state}) => PROTECTED_STATES.has(state));
      leaveAcw(agent, interaction, others, this.#clock.stampAfter(agent.routing.updatedAt));
    }
    this.#changed(interaction);
    this.#forgetOldest();
  }

  #armAcwTimer(interaction: Interaction): void {
    this.#acwTimers.get(interaction.id)?.();
    this.#acwTimers.delete(interaction.id);
    const {acw} = interaction;
    if (!acw) return;
    const leftMs = Math.max(0, acw.endsAt - this.#clock.now());
    this.#acwTimers.set(
      interaction.id,
      this.#clock.clock.after(leftMs, () => this.#finish(interaction)),
    );
  }

  #follow(agentId: string): void {
    const agent = this.agent(agentId);
    const now = presenceOf(agent, this.sessionsOf(agentId));
    const previous = updatePresence(agent, now, this.#clock.stampAfter(agent.presence.updatedAt));
    if (previous) this.#onEvent({type: 'presence', agent, previous, driver: now.driver});
  }

  #forgetOldest(): void {
    const ended = this.interactions.filter(({state}) => state === 'ended');
    for (const {id} of ended.slice(0, Math.max(0, ended.length - ENDED_KEPT))) this.#interactions.delete(id);
  }
}
