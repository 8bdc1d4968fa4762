import type {AgentSeed} from './model/agents.js';
import type {Clock} from './model/clock.js';
import type {RateLimitOptions} from './rate-limit.js';

/** Files to serve below a path. The longest prefix that fits wins. */
export interface StaticRoot {
  /** Begins and ends with a slash. */
  readonly prefix: string;
  /** A folder, absolute or from the working directory. */
  readonly dir: string;
  /** Added to every file's headers, or replacing them. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** How a simulator is set up; everything has a default. */
export interface SimulatorOptions {
  /** 0 (the default) takes any free port. */
  readonly port?: number;
  /** An address to listen on. By default both loopback addresses, IPv4 and IPv6. */
  readonly host?: string;
  /** The first is the control API's default agent. */
  readonly agents?: readonly AgentSeed[];
  readonly staticRoots?: readonly StaticRoot[];
  /** Client ids and their secrets. Without it any pair that is not empty is taken. */
  readonly clients?: Readonly<Record<string, string>>;
  /** What tokens carry; by default every scope of contract §14. */
  readonly scopes?: readonly string[];
  /** Default 3600. */
  readonly tokenLifetimeSeconds?: number;
  /** Sessions on a page where the request names no size; small by default, so that paging is exercised. */
  readonly pageSize?: number;
  /** Token requests and stream connects that the tenant may make. */
  readonly limits?: {readonly tokens?: RateLimitOptions; readonly connects?: RateLimitOptions};
  /** How often streams get a heartbeat unasked. */
  readonly heartbeatMs?: number;
  /** Time; tests hand over a clock that stands still. */
  readonly clock?: Clock;
  /** Whether to serve the scenario console at `/console.html`. Default: yes, where it is installed and no root has it. */
  readonly console?: boolean;
}

/** Sessions on a page. Source: our choice; a call, a chat and a third session make two pages. */
export const DEFAULT_PAGE_SIZE = 2;

/** Source: our choice; a reload storm of a hundred tabs passes, a client that loops does not. */
export const DEFAULT_TOKEN_LIMIT: RateLimitOptions = {limit: 120, windowMs: 10_000};

/** Source: our choice, as for tokens. */
export const DEFAULT_CONNECT_LIMIT: RateLimitOptions = {limit: 60, windowMs: 10_000};
