import {type CxoneError, type ErrorCode} from '../../domain/errors.js';

const LOST: ReadonlySet<ErrorCode> = new Set(['NETWORK', 'TIMEOUT', 'UNAVAILABLE', 'BAD_REPLY']);

/** Whether a failure of a write may mean "done" as well as "not done". Source: contract §3. */
export function isLostAnswer({code}: CxoneError): boolean {
  return LOST.has(code);
}

/** Whether a write with this failure never left: the circuit breaker refused it, or the browser by a security policy. */
export function neverLeft({code, status, blockedBy}: CxoneError): boolean {
  return blockedBy !== undefined || (code === 'UNAVAILABLE' && status === undefined);
}
