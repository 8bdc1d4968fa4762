import {AdapterError} from '../crm-adapter.js';

/** Where Microsoft serves Dynamics, its clouds for governments and China included. Source: Microsoft's list of regions. */
const MICROSOFT_HOSTS = [
  '*.dynamics.com',
  '*.dynamics.us',
  '*.dynamics.cn',
  '*.microsoftdynamics.us',
  '*.microsoftdynamics.de',
  '*.appsplatform.us',
];

/** The library's path in every org. No custom web resource can have this name. Source: crm-hosts.md B1 "Load". */
const LIBRARY_PATH = '/webresources/Widget/msdyn_ciLibrary.js';

function isAmong(hostname: string, hosts: readonly string[]): boolean {
  return hosts.some((host) =>
    host.startsWith('*.') ? hostname.endsWith(host.slice(1).toLowerCase()) : hostname === host.toLowerCase(),
  );
}

/** http is allowed for demos on this machine only. */
const isLocal = (hostname: string): boolean => /^(.+\.)?localhost$/.test(hostname);

/**
 * The org's origin, from a setting or from the page's own query, which anyone can write.
 * @throws {AdapterError} `badConfig` for what is no address; `unsafeUrl` for a host that is not allowed.
 */
export function orgOrigin(address: string, hosts: readonly string[] = MICROSOFT_HOSTS): URL {
  if (!URL.canParse(address)) throw new AdapterError('badConfig', 'dynamics: the org’s address is none');
  const {protocol, hostname, origin} = new URL(address);
  const secure = protocol === 'https:' || (protocol === 'http:' && isLocal(hostname));
  if (!secure || !isAmong(hostname, hosts)) {
    throw new AdapterError('unsafeUrl', `dynamics: the library is not loaded from ${hostname}: see the setting hosts`);
  }
  return new URL(origin);
}

/** The address of CIF's library at an org: always its own path, whatever the given address says. */
export const libraryUrl = (org: URL): URL => new URL(LIBRARY_PATH, org);
