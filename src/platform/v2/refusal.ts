import * as z from 'zod/mini';
import type {ErrorCode} from '../../domain/errors.js';
import type {Refusal} from '../client/http.js';
import {errorBody} from './wire/index.js';

/** Codes that the platform's error body may name. Source: contract §3 "Error body". */
const NAMED: Readonly<Record<string, ErrorCode>> = {
  INVALID_TRANSITION: 'INVALID_TRANSITION',
  STATE_CONFLICT: 'STATE_CONFLICT',
  TOKEN_EXPIRED: 'TOKEN_EXPIRED',
  FORBIDDEN: 'FORBIDDEN',
  MISSING_SCOPE: 'MISSING_SCOPE',
  NOT_FOUND: 'NOT_FOUND',
  PRECONDITION_FAILED: 'PRECONDITION_FAILED',
  RATE_LIMITED: 'RATE_LIMITED',
  UNAVAILABLE: 'UNAVAILABLE',
};

function codeOf(status: number, named: string | undefined): ErrorCode {
  if (status === 401) return 'TOKEN_EXPIRED';
  if (status === 408) return 'TIMEOUT';
  if (status === 429) return 'RATE_LIMITED';
  if (status >= 500) return 'UNAVAILABLE';
  if (named !== undefined && Object.hasOwn(NAMED, named)) return NAMED[named] as ErrorCode;
  if (status === 403) return 'FORBIDDEN';
  if (status === 404) return 'NOT_FOUND';
  if (status === 409) return 'STATE_CONFLICT';
  if (status === 412) return 'PRECONDITION_FAILED';
  return 'BAD_REQUEST';
}

/** The access words of scopes: every scope contains one of these. Source: contract §14. */
const ACCESS = /\b(?:read|write|update|control|manage|publish|execute|view|configure)\b/i;
/** The most scopes to name in one message. Source: our choice; a person reads them. */
const MAX_SCOPES = 8;

/** Extracts only scope names, because a platform's message may quote what was sent. */
function scopesIn(message: string | undefined): string {
  const words = message?.match(/\b[a-z]{1,20}(?::[a-z]{1,20}){1,2}\b/gi) ?? [];
  return words
    .filter((word) => ACCESS.test(word))
    .slice(0, MAX_SCOPES)
    .join(' ');
}

/** The code if it looks like a platform's error code; we quote nothing else. */
function codeName(errorCode: string | undefined): string {
  return errorCode !== undefined && /^[A-Z][A-Z\d_]{0,40}$/.test(errorCode) ? errorCode : '';
}

/** The most characters to keep of a state named in an error. Our choice. */
const MAX_STATE = 40;

/** Explains a refusal. Source: contract §3 "Error body". */
export function explain(status: number, body: unknown): Refusal {
  const parsed = z.safeParse(errorBody, body);
  const {errorCode, message, currentState} = parsed.success ? parsed.data : {};
  const code = codeOf(status, errorCode);
  const scopes = status === 403 ? scopesIn(message) : '';
  return {
    code,
    ...(code === 'MISSING_SCOPE' && scopes && {message: scopes}),
    detail: [codeName(errorCode), scopes && `(missing: ${scopes})`].filter(Boolean).join(' '),
    currentState: currentState?.slice(0, MAX_STATE),
  };
}
