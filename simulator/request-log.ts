/** Replaces secrets in the log. */
export const MASK = '***';

/** The most entries to keep; older ones are dropped. Our choice: hours of polling, about 20 MB. */
const MAX_ENTRIES = 20_000;

const SECRET_FIELDS = new Set([
  'token',
  'access_token',
  'refresh_token',
  'id_token',
  'client_secret',
  'code',
  'code_verifier',
  'password',
]);
const SECRET_HEADERS = new Set(['authorization', 'cookie', 'proxy-authorization']);

/** One API request or stream upgrade. */
export interface LogEntry {
  /** When the request arrived, epoch ms, true time. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, unknown>>;
  /** The parsed body with secrets masked. `null`: none. */
  body: unknown;
  /** `null` while there is no answer, or if a fault lost it. */
  status: number | null;
  /** Whether the answer came from the idempotency memory. */
  replayed: boolean;
  /** The kinds of faults that affected the request. */
  fault?: string;
}

/** A copy of the value with secrets masked at any depth. */
export function masked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(masked);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, SECRET_FIELDS.has(key.toLowerCase()) ? MASK : masked(inner)]),
  );
}

/** Headers in lower case, without credentials. */
export function maskedHeaders(headers: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      const key = name.toLowerCase();
      return [key, SECRET_HEADERS.has(key) ? MASK : value];
    }),
  );
}

/** The clients' requests, in the order of arrival. */
export class RequestLog {
  #entries: LogEntry[] = [];
  #count = 0;
  readonly #numbers = new WeakMap<LogEntry, number>();
  readonly #onChange: (entry: LogEntry, number: number) => void;

  /** @param onChange gets every entry twice, at its beginning and end, with the same number. */
  constructor(onChange: (entry: LogEntry, number: number) => void) {
    this.#onChange = onChange;
  }

  /** The number of entries since the start or the last reset, including dropped ones. */
  get count(): number {
    return this.#count;
  }

  /** Begins an entry; {@link finish} adds its answer later. */
  begin(entry: LogEntry): LogEntry {
    this.#numbers.set(entry, ++this.#count);
    this.#entries.push(entry);
    if (this.#entries.length > MAX_ENTRIES) this.#entries.splice(0, this.#entries.length - MAX_ENTRIES);
    this.#onChange(entry, this.#count);
    return entry;
  }

  finish(entry: LogEntry, status: number | null): void {
    entry.status = status;
    this.#onChange(entry, this.#numbers.get(entry) ?? 0);
  }

  /** Entries whose path contains `path`. */
  list(path = ''): readonly LogEntry[] {
    return this.#entries.filter((entry) => entry.path.includes(path));
  }

  reset(): void {
    this.#entries = [];
    this.#count = 0;
  }
}
