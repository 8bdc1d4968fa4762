import {AdapterError} from '../crm-adapter.js';

/** Salesforce's own hosts. Source: the rule in Open CTI's library, crm-hosts.md A2, but without plain http. */
const SALESFORCE_HOSTS = [
  '*.force.com',
  '*.visualforce.com',
  '*.my-visualforce.com',
  '*.my-lightning.com',
  '*.salesforce.com',
  '*.my-salesforce.com',
  '*.salesforce.mil',
  '*.salesforce.ms',
  '*.crmforce.mil',
  '*.crmforce.ms',
];

/** The storage key under which a softphone frame's query survives a login redirect. Source: our choice; crm-hosts.md A1 "Trap". */
const KEY = 'cxone-crm-widgets/open-cti-frame';
const ORIGIN = 'sfdcIframeOrigin';

/** One host name, or all hosts below a name of at least two parts: `*.com` would allow anybody. */
const PATTERN = /^(?:\*\.(?:localhost|(?:[a-z0-9-]+\.)+[a-z0-9-]+)|(?:[a-z0-9-]+\.)*[a-z0-9-]+)$/;

const isLocal = (hostname: string): boolean => /^(.+\.)?localhost$/.test(hostname);

function fits(hostname: string, pattern: string): boolean {
  return pattern.startsWith('*.') ? hostname.endsWith(pattern.slice(1)) : hostname === pattern;
}

/**
 * Whether an origin may be the org: it must be an exact origin, encrypted, with a host that the setting allows.
 * @throws {AdapterError} `badConfig` for a pattern that is not a host name.
 */
export function isOrg(origin: string, hosts: readonly string[] = SALESFORCE_HOSTS): boolean {
  const patterns = hosts.map((host) => String(host).toLowerCase());
  if (!patterns.every((pattern) => PATTERN.test(pattern))) {
    throw new AdapterError('badConfig', 'salesforce: hosts must be host names, such as *.lightning.force.com');
  }
  if (!URL.canParse(origin)) return false;
  const {protocol, hostname, origin: exact} = new URL(origin);
  if (exact !== origin || !patterns.some((pattern) => fits(hostname, pattern))) return false;
  return protocol === 'https:' || (protocol === 'http:' && isLocal(hostname));
}

interface FrameQuery {
  readonly origin: string;
  readonly mode: string;
}

function readQuery(): FrameQuery | undefined {
  const query = new URLSearchParams(location.search);
  const [origin, mode] = [query.get(ORIGIN), query.get('mode')];
  return origin && mode ? {origin, mode} : undefined;
}

/** Stores or reads the query. The browser may deny a frame its storage; then a login redirect loses the query. */
function remembered(write?: FrameQuery): FrameQuery | undefined {
  try {
    if (write) sessionStorage.setItem(KEY, JSON.stringify(write));
    const read: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? 'null');
    const {origin, mode} = (read ?? {}) as Partial<FrameQuery>;
    return typeof origin === 'string' && typeof mode === 'string' ? {origin, mode} : undefined;
  } catch {
    return undefined;
  }
}

/** Puts the query back into the address for the library. Each name once, because the library reads a repeated one as a list. */
function putBack({origin, mode}: FrameQuery): void {
  const query = new URLSearchParams(location.search);
  const parts = [location.search.slice(1)];
  if (!query.has(ORIGIN)) parts.push(`${ORIGIN}=${encodeURIComponent(origin)}`);
  if (!query.has('mode')) parts.push(`mode=${encodeURIComponent(mode)}`);
  history.replaceState(history.state, '', `${location.pathname}?${parts.filter(Boolean).join('&')}${location.hash}`);
}

/**
 * The origin of the org whose softphone frame this page is. If the page lost the frame's query in a login redirect, it gets
 * the query back, but only origin and mode: we store neither nonce nor token.
 * @throws {AdapterError} `notHere` if this is not a softphone frame of an allowed org; `badConfig`.
 */
export function softphoneOrg(hosts?: readonly string[]): string {
  if (window.parent === window) throw new AdapterError('notHere', 'salesforce: this page is not in a frame');
  const present = readQuery();
  const frame = present ?? remembered();
  if (!frame) throw new AdapterError('notHere', 'salesforce: the address lacks sfdcIframeOrigin or mode');
  if (!isOrg(frame.origin, hosts)) {
    throw new AdapterError('notHere', 'salesforce: sfdcIframeOrigin is no allowed org; see the setting hosts');
  }
  // With different protocols the library would throw where nobody can catch it.
  if (new URL(frame.origin).protocol !== location.protocol) {
    throw new AdapterError('notHere', 'salesforce: the org and this page must both use https');
  }
  if (present) remembered(present);
  else putBack(frame);
  return frame.origin;
}
