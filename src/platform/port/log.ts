import type {LogEntry} from '../../domain/snapshot.js';

/** The log of the platform's code: the hub's log in a browser, a server's log in Node. Ids and codes only. */
export interface Log {
  info(event: string, data?: LogEntry['data']): void;
  warn(event: string, data?: LogEntry['data']): void;
  error(event: string, data?: LogEntry['data']): void;
}
