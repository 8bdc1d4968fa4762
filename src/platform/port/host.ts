import type {Log} from './log.js';
import type {TokenProvider} from './tokens.js';

/** What a platform needs from its host: a hub in a browser, a server, a command-line tool or a test. */
export interface PlatformHost {
  readonly tokens: TokenProvider;
  readonly log: Log;
  /** A read was refused with 429 and will be repeated after this time, in ms. Nothing else should read before then. */
  rateLimited?(retryAfterMs: number): void;
  /** Opens a WebSocket. Absent: uses the global `WebSocket`, which Node has from version 22. */
  socket?(url: string): WebSocket;
}
