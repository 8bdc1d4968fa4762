import type {Log} from './log.js';
import type {TokenProvider} from './tokens.js';

/** What a platform needs of whoever runs it: a hub in a browser, a server, a command-line tool, a test. */
export interface PlatformHost {
  readonly tokens: TokenProvider;
  readonly log: Log;
  /** A read was answered with 429: it is repeated after that time, in ms; nobody else should ask before. */
  rateLimited?(retryAfterMs: number): void;
  /** Opens a WebSocket. Absent: the global one, which Node has from version 22. */
  socket?(url: string): WebSocket;
}
