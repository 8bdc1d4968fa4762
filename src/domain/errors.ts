/** Every way in which a command can fail. The list is complete, so code may branch on it. Source: contract §1, §3, §4; the rest ours. */
export const ERROR_CODES = [
  // Refused here, nothing was sent.
  'NOT_ALLOWED',
  'COMMAND_PENDING',
  'INVALID_INPUT',
  'NO_SUCH_INTERACTION',
  'SIGNED_OUT',
  'CANCELLED',
  'TOO_LATE',
  // Refused by the platform.
  'BAD_REQUEST',
  'INVALID_TRANSITION',
  'STATE_CONFLICT',
  'TOKEN_EXPIRED',
  'FORBIDDEN',
  'MISSING_SCOPE',
  'NOT_FOUND',
  'PRECONDITION_FAILED',
  'RATE_LIMITED',
  'UNAVAILABLE',
  // No answer, or none that can be used.
  'NETWORK',
  'TIMEOUT',
  'BAD_REPLY',
  'UNKNOWN_OUTCOME',
  // Ours.
  'CONFIG_INVALID',
  'TOKEN_SOURCE_FAILED',
  'TOKEN_REFUSED',
  'WORKER_UNAVAILABLE',
  'HUB_UNREACHABLE',
  'OUT_OF_DATE',
  'STORAGE_UNAVAILABLE',
  'ADAPTER_FAILED',
  'ADAPTER_TIMEOUT',
  'INTERNAL',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

export interface CxoneErrorOptions {
  readonly cause?: unknown;
  /** HTTP status, where there was an answer. */
  readonly status?: number;
  /** How long the server asked us to wait, in ms. */
  readonly retryAfterMs?: number;
  /** The state the platform says the interaction is in, as its own word. */
  readonly currentState?: string;
  /** The directive of a Content Security Policy that kept the request from leaving, with scheme and host. */
  readonly blockedBy?: string;
}

/** The one error class that callers see. `message` is for developers and logs: ids only, no customer data, no token. */
export class CxoneError extends Error {
  override readonly name = 'CxoneError';
  readonly code: ErrorCode;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly currentState: string | undefined;
  readonly blockedBy: string | undefined;

  constructor(code: ErrorCode, message: string, options: CxoneErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : {cause: options.cause});
    this.code = code;
    this.status = options.status;
    this.retryAfterMs = options.retryAfterMs;
    this.currentState = options.currentState;
    this.blockedBy = options.blockedBy;
  }
}

const CODES: ReadonlySet<string> = new Set(ERROR_CODES);

/** Whether a value is one of our codes. For values that came over a wire. */
export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && CODES.has(value);
}

/** Checked by shape, not by class: a dialect's bundle and another copy of the package have classes of their own. */
export function isCxoneError(error: unknown): error is CxoneError {
  return error instanceof Error && error.name === 'CxoneError' && 'code' in error && isErrorCode(error.code);
}

/** Keeps a `CxoneError` as it is and wraps anything else as `INTERNAL`, cause kept. */
export function toCxoneError(error: unknown, what: string): CxoneError {
  if (isCxoneError(error)) return error;
  return new CxoneError('INTERNAL', `${what}: ${error instanceof Error ? error.message : 'unexpected failure'}`, {
    cause: error,
  });
}
