import {DEFAULT_SETTINGS, withSettings, type HubConfig, type Settings} from '../domain/settings.js';
import type {Problem, ProblemCode} from '../domain/snapshot.js';
import type {SessionConfig} from './session.js';

/** What only this page goes by: two pages may differ in it without a warning, and the hub gets the defaults. */
const PAGE_SETTINGS = [
  'hubCallTimeoutMs',
  'hubJoinTimeoutMs',
  'ringTone',
  'titleFlash',
  'desktopNotifications',
] as const satisfies readonly (keyof Settings)[];

export type PageSettings = Pick<Settings, (typeof PAGE_SETTINGS)[number]>;

function pick(settings: Settings): PageSettings {
  return Object.fromEntries(PAGE_SETTINGS.map((key) => [key, settings[key]])) as unknown as PageSettings;
}

/** A session's settings after all defaults: what the hub gets, and what stays in the page. */
export interface ResolvedConfig {
  readonly hub: HubConfig;
  readonly page: PageSettings;
  /** Absent: the worker beside this package. */
  readonly workerUrl?: string;
  readonly crm: NonNullable<SessionConfig['crm']>;
}

/** Values of the `crm` attribute. Source: architecture.md "Public surface". */
const CRMS: readonly string[] = ['auto', 'salesforce', 'dynamics', 'generic', 'none'];

/** A mistake in the settings, as the problem that the banner puts into words. Never leaves this file. */
class Mistake extends Error {
  constructor(readonly problem: Problem) {
    super(problem.code);
  }
}

function mistake(code: ProblemCode, detail?: string): never {
  throw new Mistake({code, detail});
}

/** The names on which http and ws are allowed. Source: contract §1. */
function isLocal(hostname: string): boolean {
  return /^(.+\.)?localhost$|^127\.\d+\.\d+\.\d+$|^\[::1\]$/.test(hostname);
}

function readUrl(value: unknown, page: string, schemes: readonly [secure: string, local: string]): URL | undefined {
  if (typeof value !== 'string' || !URL.canParse(value, page)) return undefined;
  const url = new URL(value, page);
  // ws addresses may be written relative to an http page.
  if (schemes[0] === 'wss:' && url.protocol.startsWith('http')) url.protocol = url.protocol.replace('http', 'ws');
  const allowed = url.protocol === schemes[0] || (url.protocol === schemes[1] && isLocal(url.hostname));
  return allowed && !url.username && !url.password && !url.hash ? url : undefined;
}

const base = (url: URL): string => url.href.replace(/\/+$/, '');

const HTTP = ['https:', 'http:'] as const;
const WS = ['wss:', 'ws:'] as const;

function sameKind(value: unknown, example: unknown): boolean {
  if (typeof example === 'number') return typeof value === 'number' && value >= 0;
  return typeof value === typeof example && value !== null && Array.isArray(value) === Array.isArray(example);
}

/** Only the outer shape: the hub parses what is inside. */
function readSettings(config: SessionConfig): Settings {
  const {settings, popRules} = config;
  if (settings !== undefined && !sameKind(settings, {})) mistake('badConfig', 'settings');
  for (const [key, value] of Object.entries(settings ?? {})) {
    if (value === undefined) continue;
    const known = Object.hasOwn(DEFAULT_SETTINGS, key) ? DEFAULT_SETTINGS[key as keyof Settings] : undefined;
    if (!sameKind(value, known)) mistake('badConfig', `settings.${key.slice(0, 64)}`);
  }
  if (popRules !== undefined && !Array.isArray(popRules)) mistake('badConfig', 'popRules');
  return withSettings(popRules ? {...settings, popRules} : settings);
}

function resolve(config: SessionConfig, page: string): ResolvedConfig {
  const agentId = typeof config.agentId === 'string' ? config.agentId.trim() : '';
  if (!agentId) mistake('missingAgentId');
  if (!config.apiBase) mistake('missingApiBase');
  const api = readUrl(config.apiBase, page, HTTP);
  if (!api || api.search) return mistake('badApiBase');
  const stream = readUrl(config.streamBase ?? base(api), page, WS);
  if (!stream || stream.search) return mistake('badConfig', 'streamBase');
  const token = readUrl(config.tokenUrl ?? `${base(api)}/v2/oauth/token`, page, HTTP);
  if (!token) return mistake('badConfig', 'tokenUrl');
  const crm = config.crm ?? 'auto';
  if (!CRMS.includes(crm)) mistake('badConfig', 'crm');
  if (config.tokenSource && typeof config.tokenSource !== 'function') mistake('badConfig', 'tokenSource');
  let workerUrl: string | undefined;
  if (config.workerUrl) {
    const url = URL.canParse(config.workerUrl, page) ? new URL(config.workerUrl, page) : undefined;
    // The browser would refuse another origin with a bare SecurityError; blob: and data: workers are not shared.
    if (!url?.protocol.startsWith('http') || url.origin !== new URL(page).origin) return mistake('badWorkerUrl');
    workerUrl = url.href;
  }
  const settings = readSettings(config);
  return {
    page: pick(settings),
    hub: {
      agentId,
      userId: config.userId?.trim() || agentId,
      apiBase: base(api),
      streamBase: base(stream),
      tokenSource: config.tokenSource ? 'host' : 'broker',
      tokenUrl: token.href,
      settings: {...settings, ...pick(DEFAULT_SETTINGS)},
    },
    workerUrl,
    crm,
  };
}

/**
 * Checks a session's settings and fills in the defaults of contract §1. Addresses are resolved against `page`.
 * A mistake comes back as a problem for the banner: nothing is thrown into the page.
 */
export function resolveConfig(config: SessionConfig, page: string): ResolvedConfig | {readonly problem: Problem} {
  try {
    return resolve(config, page);
  } catch (error) {
    if (error instanceof Mistake) return {problem: error.problem};
    throw error;
  }
}
