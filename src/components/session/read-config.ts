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

/**
 * The same text for the same settings, whatever their order. A function or an adapter is no setting by its identity: a
 * framework makes new ones at each drawing. What counts is that there is one, and of which host.
 */
export function configKey(config: Partial<SessionConfig>): string {
  const {tokenSource, adapter, ...plain} = config;
  const sorted = (_: string, value: unknown): unknown =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  return JSON.stringify([plain, typeof tokenSource, adapter?.name], sorted);
}
