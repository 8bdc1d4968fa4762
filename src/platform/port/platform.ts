import type {AfterCall, Availability} from './after-call.js';
import type {Calls, Dial} from './calls.js';
import type {Events} from './events.js';
import type {Channels, State} from './state.js';

export type * from './after-call.js';
export type * from './calls.js';
export type * from './events.js';
export type * from './host.js';
export type * from './outcome.js';
export type * from './state.js';
export type * from './tokens.js';

/**
 * A contact-centre platform, for one agent. The first dialect is the contract's API (`v2`); the Agent API of NICE's own SDK
 * is planned as the second. So nothing here assumes a socket, a path, a header, working idempotency keys, that the answer to
 * a command holds the new state, or that state can be read.
 *
 * An optional group is present only if the platform supports it, so nothing throws "not supported".
 */
export interface Platform {
  readonly events: Events;
  readonly state: State;
  readonly calls: Calls;
  readonly afterCall?: AfterCall;
  readonly availability?: Availability;
  readonly channels?: Channels;
  readonly dial?: Dial;
}
