/** A simulated platform for development, training and tests. */
export {FAULT_KINDS, type EmitBody, type FaultBody, type RingBody, type ScopesBody} from './wire/control.js';
export {DEFAULT_AGENT_ID, DEFAULT_AGENTS, type AgentSeed} from './model/agents.js';
export {ManualClock, systemClock, type Clock} from './model/clock.js';
export type {SimulatorOptions, StaticRoot} from './options.js';
export type {LogEntry} from './request-log.js';
export {startSimulator, type Simulator} from './server.js';
export type {Effect, Simulation, SimulationEvent} from './simulation.js';
export {STRICT_CSP} from './static-files.js';
export {ALL_SCOPES} from './tokens.js';
