import {withTimeLimit} from '../common/time-limit.js';
import {AdapterError} from '../crm-adapter.js';
import {own} from '../common/own.js';

/** For each call, in ms. Our choice: as CIF's own limit, for Xrm has none. */
export const CALL_TIMEOUT_MS = 10_000;
/** How long to wait for a refusal, in ms: opening a form settles no promise, and a refusal comes at once. Our choice. */
const REFUSAL_MS = 500;

/** Dataverse's codes for a record that is not there. Source: Web service error codes (ObjectDoesNotExist). */
const NOT_FOUND = [-2147220969, 2147746327];

/** Why `Xrm` refused. Its words may quote a query, so only the code is kept. */
function readFailure(call: string, error: unknown): AdapterError {
  if (error instanceof AdapterError) return error;
  const code = own(error, 'errorCode') ?? own(error, 'code');
  if (typeof code !== 'number') return new AdapterError('refused', `dynamics-xrm: ${call} was refused`);
  return new AdapterError(NOT_FOUND.includes(code) ? 'notFound' : 'refused', `dynamics-xrm: ${call} (${code})`);
}

/** A call of `Xrm` that is awaited. @throws {AdapterError} `timeout`, `refused`, `notFound` */
export function ask(
  call: string,
  limitMs: number,
  signal: AbortSignal | undefined,
  start: () => unknown,
): Promise<unknown> {
  return withTimeLimit<unknown>(`dynamics-xrm: ${call}`, limitMs, signal, (resolve, reject) => {
    // Xrm's promises are not the browser's, and it also throws.
    (async () => start())().then(resolve, (error: unknown) => reject(readFailure(call, error)));
  });
}

/** A call that navigates: it counts as done if it was not refused at once. @throws {AdapterError} */
export async function navigate(call: string, signal: AbortSignal, start: () => unknown): Promise<void> {
  if (signal.aborted) throw new AdapterError('timeout', `dynamics-xrm: ${call} was not answered`);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const accepted = new Promise<void>((resolve) => (timer = setTimeout(resolve, REFUSAL_MS)));
  const asked = (async () => start())().catch((error: unknown) => {
    throw readFailure(call, error);
  });
  // A refusal that comes too late to matter.
  asked.catch(() => undefined);
  try {
    await Promise.race([asked, accepted]);
  } finally {
    clearTimeout(timer);
  }
}
