import {transferHandlers, type TransferHandler} from 'comlink';
import {CxoneError, isErrorCode} from './errors.js';

/** What Comlink hands to its `throw` handler. Comlink marks it with a private symbol that only the original handler knows. */
interface Thrown {
  readonly value: unknown;
}

/** Plain data, so that it can cross a port as well as a BroadcastChannel. */
interface WireError {
  readonly cxone: {
    readonly code: string;
    readonly message: string;
    readonly status?: number;
    readonly retryAfterMs?: number;
    readonly currentState?: string;
  };
}

/** Checked by shape, not by class: the error may come from another copy of the package. */
function isOurs(value: unknown): value is CxoneError {
  return value instanceof Error && 'code' in value && isErrorCode(value.code);
}

function isWireError(value: unknown): value is {readonly cxone: unknown} {
  return typeof value === 'object' && value !== null && 'cxone' in value;
}

/** Reads an error from the wire field by field, because any script of the origin can post on a channel. */
function toError(wire: unknown): CxoneError {
  const fields: Readonly<Record<string, unknown>> = typeof wire === 'object' && wire !== null ? {...wire} : {};
  const {code, message, status, retryAfterMs, currentState} = fields;
  return new CxoneError(isErrorCode(code) ? code : 'INTERNAL', typeof message === 'string' ? message : 'no message', {
    status: typeof status === 'number' ? status : undefined,
    retryAfterMs: typeof retryAfterMs === 'number' ? retryAfterMs : undefined,
    currentState: typeof currentState === 'string' ? currentState : undefined,
  });
}

let installed = false;

/**
 * Makes a `CxoneError` keep its code, status and wait over Comlink, which by itself keeps name, message and stack only.
 * Page and hub both call it before the first call. Calling it again does nothing.
 */
export function installErrorTransfer(): void {
  if (installed) return;
  installed = true;
  const plain = transferHandlers.get('throw') as TransferHandler<Thrown, unknown>;
  const wrapped: TransferHandler<Thrown, unknown> = {
    canHandle: plain.canHandle,
    serialize(thrown) {
      const {value} = thrown;
      if (!isOurs(value)) return plain.serialize(thrown);
      const {code, message, status, retryAfterMs, currentState} = value;
      return [{cxone: {code, message, status, retryAfterMs, currentState}} satisfies WireError, []];
    },
    deserialize(wire) {
      if (!isWireError(wire)) return plain.deserialize(wire);
      throw toError(wire.cxone);
    },
  };
  transferHandlers.set('throw', wrapped);
}
