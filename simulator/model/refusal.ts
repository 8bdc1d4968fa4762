import type {PlatformErrorCode} from '../../src/platform/v2/wire/index.js';

/** The platform's error codes with their HTTP status. Source: contract §3 "Error body". */
const STATUS_OF: Readonly<Record<PlatformErrorCode, number>> = {
  BAD_REQUEST: 400,
  INVALID_TRANSITION: 400,
  TOKEN_EXPIRED: 401,
  FORBIDDEN: 403,
  MISSING_SCOPE: 403,
  FORCE_BLOCKED_ACTIVE_SESSION: 403,
  NOT_FOUND: 404,
  STATE_CONFLICT: 409,
  PRECONDITION_FAILED: 409,
  RATE_LIMITED: 429,
  UNAVAILABLE: 503,
};

export interface RefusalOptions {
  /** The state that prevents the request, by its wire name. */
  readonly currentState?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** An HTTP status that replaces the code's own. */
  readonly status?: number;
}

/** A refusal by the platform; it becomes an answer with the contract's error body. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: PlatformErrorCode;
  readonly status: number;
  readonly currentState: string | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: PlatformErrorCode, message: string, options: RefusalOptions = {}) {
    super(message);
    this.code = code;
    this.status = options.status ?? STATUS_OF[code];
    this.currentState = options.currentState;
    this.headers = options.headers ?? {};
  }

  /** The error body in the contract's format. */
  body(): {errorCode: string; message: string; currentState?: string} {
    return {
      errorCode: this.code,
      message: this.message,
      ...(this.currentState === undefined ? {} : {currentState: this.currentState}),
    };
  }
}

/** The error code for a status, for answers that come from a fault. */
export function codeForStatus(status: number): PlatformErrorCode {
  if (status === 412) return 'PRECONDITION_FAILED';
  if (status === 409) return 'STATE_CONFLICT';
  if (status === 403) return 'FORBIDDEN';
  if (status >= 500) return 'UNAVAILABLE';
  const named = Object.entries(STATUS_OF).find(([, value]) => value === status)?.[0];
  return (named as PlatformErrorCode | undefined) ?? 'BAD_REQUEST';
}
