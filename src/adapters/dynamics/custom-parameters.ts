import {readHostSettings} from '../common/host-settings.js';
import {AdapterError} from '../crm-adapter.js';
import {own} from '../common/own.js';

const WHERE = 'dynamics: custom parameters';

/** `name=value`, one on each line; any other line is a comment. */
function readLines(text: string): Readonly<Record<string, unknown>> {
  const pairs = text.split(/\r?\n/).flatMap((line) => {
    const at = line.indexOf('=');
    return at > 0 ? [[line.slice(0, at).trim(), line.slice(at + 1).trim()] as const] : [];
  });
  return Object.fromEntries(pairs);
}

/**
 * The settings in the provider's field "Custom parameters": JSON, or lines of `name=value`.
 * @param environment what `getEnvironment` was answered with.
 * @throws {AdapterError} `badConfig` naming what cannot be read.
 */
export function readCustomParameters(environment: unknown): Readonly<Record<string, unknown>> {
  const given = own(environment, 'customParams') ?? own(environment, 'customparams');
  if (typeof given === 'object' && given !== null) return readHostSettings(WHERE, {...given});
  const text = typeof given === 'string' ? given.trim() : '';
  if (!text.startsWith('{')) return readHostSettings(WHERE, readLines(text));
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new AdapterError('badConfig', `${WHERE} are not JSON`);
  }
  return readHostSettings(WHERE, {...(parsed as object)});
}
