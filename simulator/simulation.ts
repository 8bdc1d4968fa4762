import type {ControlAction} from '../src/platform/v2/wire/index.js';
import {Faults} from './faults.js';
import {IdempotencyMemory} from './idempotency.js';
import {DEFAULT_AGENT_ID, DEFAULT_AGENTS, type SimAgent} from './model/agents.js';
import {ServerClock, systemClock} from './model/clock.js';
import {World} from './model/world.js';
import {DEFAULT_CONNECT_LIMIT, DEFAULT_TOKEN_LIMIT, type SimulatorOptions} from './options.js';
import {RateLimit} from './rate-limit.js';
import {RequestLog, type LogEntry} from './request-log.js';
import {Tokens} from './tokens.js';
import {V2Streams} from './v2/streams.js';

/** A telephony command that was carried out, not only answered again. */
export interface Effect {
  /** Epoch ms, true time. */
  readonly at: number;
  readonly interactionId: string;
  readonly action: ControlAction | 'Dial';
  /** `null` if the request had none. */
  readonly idempotencyKey: string | null;
}

/** The events for watchers of a simulation. */
export type SimulationEvent =
  | {readonly type: 'log'; readonly number: number; readonly entry: LogEntry}
  | {readonly type: 'effect'; readonly effect: Effect}
  /** Some part of the state has changed. */
  | {readonly type: 'state'}
  | {readonly type: 'reset'};

/** All of a simulator's state, without HTTP. Tests read it through `simulator.simulation`. */
export class Simulation {
  readonly options: SimulatorOptions;
  readonly clock: ServerClock;
  readonly tokens: Tokens;
  readonly faults: Faults;
  readonly world: World;
  readonly streams: V2Streams;
  readonly log: RequestLog;
  readonly idempotency: IdempotencyMemory;
  readonly tokenLimit: RateLimit;
  readonly connectLimit: RateLimit;
  readonly #listeners = new Set<(event: SimulationEvent) => void>();
  #effects: Effect[] = [];

  constructor(options: SimulatorOptions) {
    const clock = options.clock ?? systemClock;
    const changed = (): void => this.#tell({type: 'state'});
    this.options = options;
    this.clock = new ServerClock(clock);
    this.tokens = new Tokens(this.clock, {scopes: options.scopes, lifetimeSeconds: options.tokenLifetimeSeconds});
    this.faults = new Faults(this.clock, this.tokens, () => this.streams, changed);
    this.streams = new V2Streams(this.clock, this.faults, changed, options.heartbeatMs);
    this.world = new World(options.agents ?? DEFAULT_AGENTS, this.clock, (event) => {
      this.streams.tell(event);
      changed();
    });
    this.log = new RequestLog((entry, number) => this.#tell({type: 'log', number, entry}));
    this.idempotency = new IdempotencyMemory(clock);
    this.tokenLimit = new RateLimit('token requests', options.limits?.tokens ?? DEFAULT_TOKEN_LIMIT, clock);
    this.connectLimit = new RateLimit('connects', options.limits?.connects ?? DEFAULT_CONNECT_LIMIT, clock);
  }

  /** The agent for control calls that name none. */
  get defaultAgentId(): string {
    return this.world.agents[0]?.id ?? DEFAULT_AGENT_ID;
  }

  /** @throws {Refusal} `NOT_FOUND` */
  agentOrDefault(agentId: string | undefined): SimAgent {
    return this.world.agent(agentId ?? this.defaultAgentId);
  }

  get effects(): readonly Effect[] {
    return this.#effects;
  }

  addEffect(effect: Omit<Effect, 'at'>): void {
    const added = {at: this.clock.now(), ...effect};
    this.#effects.push(added);
    this.#tell({type: 'effect', effect: added});
  }

  /** Tells watchers about a change that the parts do not report themselves. */
  changed(): void {
    this.#tell({type: 'state'});
  }

  /** @returns a function that stops watching. */
  watch(listener: (event: SimulationEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resets everything to the start. Open streams are closed; issued tokens stay valid. */
  reset(): void {
    this.faults.clear();
    this.world.reset();
    this.streams.reset();
    this.tokens.reset();
    this.log.reset();
    this.idempotency.reset();
    this.tokenLimit.reset();
    this.connectLimit.reset();
    this.#effects = [];
    this.#tell({type: 'reset'});
  }

  /** Ends timers and streams. */
  close(): void {
    this.faults.clear();
    this.world.reset();
    this.streams.close();
    this.#listeners.clear();
  }

  #tell(event: SimulationEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
