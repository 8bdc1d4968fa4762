/** What stands where a secret stood. */
export const MASK = '***';

/** Older entries are dropped past this many. Our choice: hours of polling, some 20 MB. */
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
  /** Epoch ms, true time, when it arrived. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, unknown>>;
  /** Parsed, with secrets masked. `null`: none. */
  body: unknown;
  /** `null` while there is no answer, and where it was lost on purpose. */
  status: number | null;
  /** Answered from the idempotency memory. */
  replayed: boolean;
  /** The kind of fault that took part. */
  fault?: string;
}

/** Everything but secrets, at any depth. */
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

/** What clients asked, in the order in which it arrived. */
export class RequestLog {
  #entries: LogEntry[] = [];
  #count = 0;
  readonly #numbers = new WeakMap<LogEntry, number>();
  readonly #onChange: (entry: LogEntry, number: number) => void;

  /** @param onChange gets every entry twice, as it begins and as it ends, under the same number. */
  constructor(onChange: (entry: LogEntry, number: number) => void) {
    this.#onChange = onChange;
  }

  /** How many since the start or the last reset, forgotten ones too. */
  get count(): number {
    return this.#count;
  }

  /** Begins an entry; its answer is filled in later by {@link finish}. */
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
