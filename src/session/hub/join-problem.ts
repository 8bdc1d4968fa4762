import {CxoneError, isCxoneError} from '../../domain/errors.js';
import type {Problem} from '../../domain/snapshot.js';

/** The reason, in ids and class names only. */
export function nameOf(error: unknown): string {
  return isCxoneError(error) ? error.code : error instanceof Error ? error.name : typeof error;
}

/** The error for a browser feature that a hub needs and this page may not use. */
export function browserRefusal(api: string, cause: unknown): CxoneError {
  return new CxoneError('STORAGE_UNAVAILABLE', `${api}: ${nameOf(cause)}`, {cause});
}

/** Why no hub was joined. Each known cause has its own code; everything else is `unexpected`. */
export function joinProblem(error: unknown): Problem {
  const {code, message} = isCxoneError(error) ? error : {code: undefined, message: undefined};
  switch (code) {
    case 'OUT_OF_DATE':
      return {code: 'pageOutOfDate'};
    case 'HUB_UNREACHABLE':
      return {code: 'hubSilent'};
    case 'WORKER_UNAVAILABLE':
      return {code: 'workerUnavailable', detail: message};
    case 'STORAGE_UNAVAILABLE':
      if (!isSecureContext) return {code: 'insecurePage'};
      // An opaque origin: a sandboxed frame without `allow-same-origin`.
      return self.origin === 'null' ? {code: 'sandboxed'} : {code: 'browserRefuses', detail: message};
    case 'CONFIG_INVALID':
    case 'INVALID_INPUT':
      // The message names the setting.
      return {code: 'badConfig', detail: message};
    default:
      return {code: 'unexpected', detail: nameOf(error)};
  }
}
