import type {AgentSeed} from './model/agents.js';
import type {Clock} from './model/clock.js';
import type {RateLimitOptions} from './rate-limit.js';

/** Files to serve below a path. The longest matching prefix wins. */
export interface StaticRoot {
  /** Begins and ends with a slash. */
  readonly prefix: string;
  /** A folder, absolute or relative to the working directory. */
  readonly dir: string;
  /** Added to every file's headers; replaces headers of the same name. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The options of a simulator; each has a default. */
export interface SimulatorOptions {
  /** 0 (the default) takes any free port. */
  readonly port?: number;
  /** An address to listen on. By default both loopback addresses, IPv4 and IPv6. */
  readonly host?: string;
  /** The first one is the control API's default agent. */
  readonly agents?: readonly AgentSeed[];
  readonly staticRoots?: readonly StaticRoot[];
  /** Client ids and their secrets. Absent: accepts any non-empty pair. */
  readonly clients?: Readonly<Record<string, string>>;
  /** The scopes of tokens. Default: every scope of contract §14. */
  readonly scopes?: readonly string[];
  /** In seconds. Default: 3600. */
  readonly tokenLifetimeSeconds?: number;
  /** Sessions per page if the request names no size. The default is small, so that clients have to page. */
  readonly pageSize?: number;
  /** Limits on the tenant's token requests and stream connections. */
  readonly limits?: {readonly tokens?: RateLimitOptions; readonly connects?: RateLimitOptions};
  /** How often streams get a heartbeat without asking, in ms. */
  readonly heartbeatMs?: number;
  /** The clock; tests pass one that they move themselves. */
  readonly clock?: Clock;
  /** Whether to serve the scenario console at `/console.html`. Default: yes, if it is installed and no root has it. */
  readonly console?: boolean;
}

/** Sessions per page. Source: our choice; a call, a chat and a third session make two pages. */
export const DEFAULT_PAGE_SIZE = 2;

/** Source: our choice; a hundred tabs may reload at once, but a client in a loop is stopped. */
export const DEFAULT_TOKEN_LIMIT: RateLimitOptions = {limit: 120, windowMs: 10_000};

/** Source: our choice, as for tokens. */
export const DEFAULT_CONNECT_LIMIT: RateLimitOptions = {limit: 60, windowMs: 10_000};
