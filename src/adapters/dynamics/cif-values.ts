import {own} from '../common/own.js';
import {AdapterError} from '../crm-adapter.js';

/** How deep Maps are read; CIF nests two at most. Our choice, so that a cycle ends. */
const MAX_DEPTH = 6;

/** The library's own words when nobody answers it. Source: crm-hosts.md B1, wire protocol. */
const CIF_TIMEOUT = /time-?out occurred/i;

function plain(value: unknown, depth = 0): unknown {
  if (depth > MAX_DEPTH) return undefined;
  if (!(value instanceof Map)) return value;
  return Object.fromEntries([...value].map(([key, item]) => [String(key), plain(item, depth + 1)]));
}

function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

/** CIF's answers in one shape: it sends JSON text (sometimes encoded twice), Maps and raw values. */
export function readValue(value: unknown): unknown {
  const once = parsed(plain(value));
  return parsed(once);
}

/** The rows of a search: an object with the keys 0, 1, 2 …, or a list. @throws {AdapterError} `badReply` */
export function readRows(value: unknown): unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  if (typeof value !== 'object' || value === null) {
    throw new AdapterError('badReply', 'dynamics: searchAndOpenRecords was not answered with records');
  }
  const rows: unknown[] = [];
  for (let i = 0; Object.hasOwn(value, String(i)); i++) rows.push(own(value, String(i)));
  return rows;
}

/** A code that is safe for a log: the host may send anything in its place. */
function readCode(reason: unknown): string {
  for (const key of ['errorCode', 'code', 'msdyn_name', 'errorType']) {
    const code = own(reason, key);
    if (typeof code === 'number' || (typeof code === 'string' && /^[\w.-]{1,64}$/.test(code))) return ` (${code})`;
  }
  return '';
}

/** Why CIF refused a call. Its own words may quote a query, so only its codes are kept. */
export function readFailure(call: string, error: unknown): AdapterError {
  if (error instanceof AdapterError) return error;
  const reason = readValue(error);
  const words = typeof reason === 'string' ? reason : own(reason, 'message');
  if (typeof words === 'string' && CIF_TIMEOUT.test(words))
    return new AdapterError('timeout', `dynamics: ${call} was not answered`);
  return new AdapterError('refused', `dynamics: ${call} was refused${readCode(reason)}`);
}
