import type {SessionConfig} from '../../session/session.js';

/** A setting written as JSON. Other text stays text, and is then reported as a wrong setting by its name. */
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
 * The same text for the same settings, whatever their order. A framework may make new functions and adapters at each
 * drawing, so their identity does not count: only whether there is one, and for which host.
 */
export function configKey(config: Partial<SessionConfig>): string {
  const {tokenSource, adapter, ...plain} = config;
  const sorted = (_: string, value: unknown): unknown =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  return JSON.stringify([plain, typeof tokenSource, adapter?.name], sorted);
}
