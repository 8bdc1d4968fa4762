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
 * A contact-centre platform, for one agent. The contract's API (`v2`) is the first dialect; the Agent API that NICE's own
 * SDK speaks is the second to come. So nothing here assumes a socket, a path, a header, an idempotency key that the
 * platform honours, that a command is answered by the new state, or that there is anything to read.
 *
 * A group that is there is a capability that is there: nothing throws "not supported".
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
