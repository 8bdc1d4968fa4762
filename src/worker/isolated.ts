import {isCxoneError} from '../domain/errors.js';
import type {HubLog} from './log.js';

/** The longest name of an error that is logged. Our choice: a class's name, and no room for anything else. */
const MAX_NAME = 40;

/**
 * Runs a handler so that its failure stops nothing else. An error is logged with the handler's name, and the error's name
 * and code only: its message may hold customer data.
 * @returns the handler's result; `undefined` when it threw.
 */
export function isolated<T>(log: HubLog, handler: string, run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    const name = error instanceof Error ? error.name.slice(0, MAX_NAME) : typeof error;
    log.error('handler_failed', {handler, error: name, code: isCxoneError(error) ? error.code : null});
    return undefined;
  }
}

/** Runs the handlers one after the other, each isolated. @param what their common name in the log. */
export function eachIsolated(log: HubLog, what: string, handlers: Readonly<Record<string, () => unknown>>): void {
  for (const [name, run] of Object.entries(handlers)) isolated(log, `${what}: ${name}`, run);
}
