import type {LogEntry} from '../../domain/snapshot.js';

/** Where the platform's code writes what it did: the hub's log in a browser, a server's in Node. Ids and codes only. */
export interface Log {
  info(event: string, data?: LogEntry['data']): void;
  warn(event: string, data?: LogEntry['data']): void;
  error(event: string, data?: LogEntry['data']): void;
}
