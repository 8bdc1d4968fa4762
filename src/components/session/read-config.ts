import type {SessionConfig} from '../../session/session.js';

/** A setting that is written as JSON; a text that is none stays one, which is a problem in words with its name. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** What a child `<script type="application/json">` may hold: everything but functions. */
export function readJsonConfig(host: Element): Partial<SessionConfig> | 'unreadable' {
  const script = host.querySelector(':scope > script[type="application/json"]');
  if (!script) return {};
  const parsed = readJson(script.textContent ?? '');
  return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? parsed : 'unreadable';
}

const identities = new WeakMap<object, number>();
let count = 0;

/** A number for a function or an adapter, which have no text to compare. */
function identity(value: object): number {
  let known = identities.get(value);
  if (!known) identities.set(value, (known = ++count));
  return known;
}

/** The same text for the same settings, whatever their order. */
export function configKey(config: Partial<SessionConfig>): string {
  const {tokenSource, adapter, ...plain} = config;
  const sorted = (_: string, value: unknown): unknown =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  const objects = [tokenSource, adapter].map((value) => (value instanceof Object ? identity(value) : 0));
  return JSON.stringify([plain, objects], sorted);
}
