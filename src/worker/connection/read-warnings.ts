import {type CxoneError} from '../../domain/errors.js';
import type {Problem, ProblemCode} from '../../domain/snapshot.js';

/** What is read to know where an agent stands. */
export const READ_PARTS = ['presence', 'routing', 'sessions'] as const;
export type ReadPart = (typeof READ_PARTS)[number];

/** Named where the platform does not say what is missing. Source: contract §14. */
const NEEDS: Readonly<Record<ReadPart, string>> = {
  presence: 'agent:read',
  routing: 'agent:read user:read',
  sessions: 'interactions:read',
};

const UNREAD = {presence: 'presenceUnread', routing: 'routingUnread', sessions: 'sessionsUnread'} as const;
const FORBIDDEN = {
  presence: 'presenceForbidden',
  routing: 'routingForbidden',
  sessions: 'sessionsForbidden',
} as const;

/** Every code that {@link readWarnings} may give. */
export const READ_WARNING_CODES: readonly ProblemCode[] = [
  'apiUnreachable',
  'policyBlocked',
  ...Object.values(UNREAD),
  ...Object.values(FORBIDDEN),
];

/** Scopes that an error's message names. */
const namedScopes = ({code, message}: CxoneError): string | undefined =>
  code === 'MISSING_SCOPE' && message ? message : /\(missing: ([^)]+)\)/.exec(message)?.[1];

/** Asking again soon cannot help: a person has to grant something, or to mend an address. */
export const isRefusal = ({status}: CxoneError): boolean => status === 403 || status === 404;

/** Why nothing comes from the platform, as far as the browser tells. */
export const apiProblem = ({blockedBy}: CxoneError): Problem =>
  blockedBy === undefined ? {code: 'apiUnreachable'} : {code: 'policyBlocked', detail: blockedBy};

/** Why the sessions cannot be read. */
export function readProblem(error: CxoneError): Problem {
  switch (error.code) {
    case 'MISSING_SCOPE':
      return {code: 'missingScope', detail: error.message};
    case 'FORBIDDEN':
      return {code: 'forbidden'};
    case 'TOKEN_REFUSED':
      return {code: 'tokenRefused'};
    case 'TOKEN_SOURCE_FAILED':
      return {code: 'tokenSourceFailed'};
    default:
      return apiProblem(error);
  }
}

/** The lasting warnings of what could not be read: one a part, or one for all where nothing answers. */
export function readWarnings(failed: ReadonlyMap<ReadPart, CxoneError>): Problem[] {
  const noneAnswers = READ_PARTS.every((part) => failed.has(part) && !isRefusal(failed.get(part)!));
  if (noneAnswers) return [apiProblem(failed.get('sessions')!)];
  return READ_PARTS.flatMap((part): Problem[] => {
    const error = failed.get(part);
    if (!error) return [];
    return error.status === 403
      ? [{code: FORBIDDEN[part], detail: namedScopes(error) ?? NEEDS[part]}]
      : [{code: UNREAD[part], detail: error.status && error.code !== 'BAD_REPLY' ? String(error.status) : error.code}];
  });
}
