import {AdapterError} from '../crm-adapter.js';

/** Settings that are text. Source: `SessionConfig`. */
const TEXTS = ['agentId', 'userId', 'apiBase', 'streamBase', 'tokenUrl', 'workerUrl'];
/** Settings that an admin writes as JSON. */
const JSONS = [
  'generic',
  'salesforce',
  'salesforceVoice',
  'dynamics',
  'dynamicsXrm',
  'hubspot',
  'popRules',
  'settings',
];

/**
 * Reads the texts that an admin keeps in the CRM as settings of a session. Names that are not ours are the host's own.
 * @param where what the admin would look for, for the error: `salesforce: call centre`.
 * @throws {AdapterError} `badConfig` with the name of the setting that is not JSON.
 */
export function readHostSettings(
  where: string,
  items: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const settings: Record<string, unknown> = {};
  for (const name of [...TEXTS, ...JSONS]) {
    const value = Object.hasOwn(items, name) ? items[name] : undefined;
    if (typeof value !== 'string') {
      // A host that keeps JSON itself (CIF's custom parameters) gives lists and objects as they are.
      if (JSONS.includes(name) && typeof value === 'object' && value !== null) settings[name] = value;
      continue;
    }
    const text = value.trim();
    if (!text) continue;
    if (TEXTS.includes(name)) settings[name] = text;
    else {
      try {
        settings[name] = JSON.parse(text) as unknown;
      } catch {
        throw new AdapterError('badConfig', `${where}: ${name} is not JSON`);
      }
    }
  }
  return settings;
}
