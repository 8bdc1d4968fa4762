import type {CrmAdapter} from '../../adapters/crm-adapter.js';
import {detectHost, type HostName} from '../../adapters/detect.js';
import type {SessionConfig} from '../session.js';

/** Which adapter a page uses; without one, records are opened by whoever hears `cxone-screen-pop`. */
export type AdapterChoice =
  {readonly kind: 'adapter'; readonly load: () => Promise<CrmAdapter>} | {readonly kind: 'event'};

/** The host that `crm` means in this page: `auto` looks for one, and `dynamics` stands for two. */
function hostOf(config: Partial<SessionConfig>): HostName | 'generic' | undefined {
  const {crm = 'auto', generic} = config;
  if (crm === 'none') return undefined;
  if (crm === 'auto') return detectHost() ?? (generic ? 'generic' : undefined);
  return crm === 'dynamics' && detectHost() === 'dynamics-xrm' ? 'dynamics-xrm' : crm;
}

async function loadHost(host: HostName | 'generic', config: Partial<SessionConfig>): Promise<CrmAdapter> {
  const work = await import('./host-work.js');
  return work.loadHost(host, config);
}

/** Chooses by the `crm` setting, unless the page brings its own adapter. */
export function chooseAdapter(config: Partial<SessionConfig>): AdapterChoice {
  const {adapter} = config;
  if (adapter) return {kind: 'adapter', load: () => Promise.resolve(adapter)};
  const host = hostOf(config);
  return host ? {kind: 'adapter', load: () => loadHost(host, config)} : {kind: 'event'};
}
