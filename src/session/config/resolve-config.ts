import {HOSTS} from '../../adapters/detect.js';
import {DEFAULT_PAGE_SETTINGS, type HubConfigRequest, type PageSettings} from '../../domain/settings.js';
import type {Problem, ProblemCode} from '../../domain/snapshot.js';
import type {SessionConfig} from '../session.js';

/** A session's settings: what the hub gets, and what stays in the page. */
export interface ResolvedConfig {
  readonly hub: HubConfigRequest;
  readonly page: PageSettings;
  /** Absent: the worker beside this package. */
  readonly workerUrl?: string;
}

/** Values of the `crm` attribute. Source: architecture.md "Public surface". */
const CRMS: readonly string[] = ['auto', 'none', 'generic', ...HOSTS];

/** A mistake in the settings, which the banner puts into words. Never leaves this file. */
class Mistake extends Error {
  constructor(readonly problem: Problem) {
    super(problem.code);
  }
}

function mistake(code: ProblemCode, detail?: string): never {
  throw new Mistake({code, detail});
}

/** An id that fits into an address as one part of its path; `undefined` for others, such as a template that was never filled in. */
function readId(value: unknown): string | undefined {
  // Ids from a CRM may be numbers.
  const id = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
  return id === '.' || id === '..' || /[\p{Surrogate}\p{Cc}]/u.test(id) ? undefined : id;
}

/** The names on which http and ws are allowed. Source: contract §1. */
function isLocal(hostname: string): boolean {
  return /^(.+\.)?localhost$|^127\.\d+\.\d+\.\d+$|^\[::1\]$/.test(hostname);
}

function readUrl(value: unknown, page: string, schemes: readonly [secure: string, local: string]): URL | undefined {
  if (typeof value !== 'string' || !URL.canParse(value, page)) return undefined;
  const url = new URL(value, page);
  // A stream address may be relative to the page, which is http.
  if (schemes[0] === 'wss:' && url.protocol.startsWith('http')) url.protocol = url.protocol.replace('http', 'ws');
  const allowed = url.protocol === schemes[0] || (url.protocol === schemes[1] && isLocal(url.hostname));
  return allowed && !url.username && !url.password && !url.hash ? url : undefined;
}

const base = (url: URL): string => url.href.replace(/\/+$/, '');

const HTTP = ['https:', 'http:'] as const;
const WS = ['wss:', 'ws:'] as const;

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether it can be sent to the hub: plain data, without functions or objects of the page. */
function isPlain(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}

/** Separates the page's own settings from the hub's. The hub checks its own. */
function readSettings({
  settings = {},
  popRules,
}: SessionConfig): Pick<ResolvedConfig, 'page'> & Pick<HubConfigRequest, 'settings'> {
  if (!isObject(settings) || !isPlain(settings)) mistake('badConfig', 'settings');
  if (!isPlain(popRules)) mistake('badConfig', 'popRules');
  const page: Record<string, unknown> = {...DEFAULT_PAGE_SETTINGS};
  const given = Object.entries({...settings, ...(popRules !== undefined && {popRules})}).filter(
    ([, value]) => value !== undefined,
  );
  for (const [key, value] of given) {
    if (!Object.hasOwn(page, key)) continue;
    if (typeof value !== typeof page[key] || (value as number) < 0) mistake('badConfig', `settings.${key}`);
    page[key] = value;
  }
  return {
    page: page as unknown as PageSettings,
    settings: Object.fromEntries(given.filter(([key]) => !Object.hasOwn(page, key))),
  };
}

function resolve(config: SessionConfig, page: string, origin: string): ResolvedConfig {
  const agentId = readId(config.agentId);
  if (agentId === undefined) return mistake('badAgentId');
  if (!agentId) mistake('missingAgentId');
  const userId = readId(config.userId);
  if (userId === undefined) return mistake('badConfig', 'userId');
  if (!config.apiBase) mistake('missingApiBase');
  const api = readUrl(config.apiBase, page, HTTP);
  if (!api || api.search) return mistake('badApiBase');
  const stream = readUrl(config.streamBase ?? base(api), page, WS);
  if (!stream || stream.search) return mistake('badConfig', 'streamBase');
  const token = config.tokenUrl ? readUrl(config.tokenUrl, page, HTTP) : undefined;
  if (config.tokenUrl && !token) mistake('badConfig', 'tokenUrl');
  if (!CRMS.includes(config.crm ?? 'auto')) mistake('badConfig', 'crm');
  // The platform's own token endpoint wants a client secret, which no page may have: there is no default.
  if (!config.tokenSource && !token) mistake('missingTokenUrl');
  if (config.tokenSource && typeof config.tokenSource !== 'function') mistake('badConfig', 'tokenSource');
  let workerUrl: string | undefined;
  if (config.workerUrl) {
    const url = URL.canParse(config.workerUrl, page) ? new URL(config.workerUrl, page) : undefined;
    // The browser would refuse another origin with a bare SecurityError; blob: and data: workers are not shared.
    if (!url?.protocol.startsWith('http') || url.origin !== origin) return mistake('badWorkerUrl');
    workerUrl = url.href;
  }
  const {page: pageSettings, settings} = readSettings(config);
  return {
    page: pageSettings,
    hub: {
      ...(config.dialect !== undefined && {dialect: config.dialect}),
      agentId,
      userId: userId || agentId,
      apiBase: base(api),
      streamBase: base(stream),
      tokenSource: config.tokenSource ? 'host' : 'broker',
      ...(token ? {tokenUrl: token.href} : {}),
      settings,
    },
    workerUrl,
  };
}

/**
 * Checks a session's addresses and fills in their defaults of contract §1. A mistake comes back as a problem for the
 * banner: nothing is thrown into the page.
 * @param page what relative addresses are relative to: the document's base, as for every address in HTML.
 * @param origin the page's own. It cannot be read from `page`, which may be a `<base>` or `about:srcdoc`.
 */
export function resolveConfig(
  config: SessionConfig,
  page: string = document.baseURI,
  origin: string = self.origin,
): ResolvedConfig | {readonly problem: Problem} {
  try {
    return resolve(config, page, origin);
  } catch (error) {
    if (error instanceof Mistake) return {problem: error.problem};
    throw error;
  }
}
