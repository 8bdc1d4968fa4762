import type {LogEntry} from '../domain/snapshot.js';

/** The hub's diagnostics log: bounded, in memory, ids only. Warnings are also written to the worker's console. */
export class HubLog {
  readonly #entries: LogEntry[] = [];
  readonly #max: number;
  readonly #now: () => number;
  readonly #onEntry: ((entry: LogEntry) => void) | undefined;

  constructor(max: number, now: () => number, onEntry?: (entry: LogEntry) => void) {
    this.#max = max;
    this.#now = now;
    this.#onEntry = onEntry;
  }

  info(event: string, data?: LogEntry['data']): void {
    this.add({level: 'info', event, data});
  }

  warn(event: string, data?: LogEntry['data']): void {
    this.add({level: 'warn', event, data});
  }

  error(event: string, data?: LogEntry['data']): void {
    this.add({level: 'error', event, data});
  }

  add(entry: Omit<LogEntry, 'at'>): void {
    const full: LogEntry = entry.data
      ? {at: this.#now(), ...entry}
      : {at: this.#now(), level: entry.level, event: entry.event};
    this.#entries.push(full);
    if (this.#entries.length > this.#max) this.#entries.splice(0, this.#entries.length - this.#max);
    this.#onEntry?.(full);
  }

  entries(): readonly LogEntry[] {
    return [...this.#entries];
  }
}
