import type {CrmAdapter} from '../../adapters/crm-adapter.js';
import {detectHost, type HostName} from '../../adapters/detect.js';
import type {SessionConfig} from '../session.js';

/** Which adapter a page uses; without one, records are opened by whoever hears `cxone-screen-pop`. */
export type AdapterChoice =
  {readonly kind: 'adapter'; readonly load: () => Promise<CrmAdapter>} | {readonly kind: 'event'};

/** Each host's adapter, loaded only where it is used. */
function loadHost(host: HostName | 'generic', config: Partial<SessionConfig>): Promise<CrmAdapter> {
  switch (host) {
    case 'generic':
      return import('../../adapters/generic/generic.js').then((m) => new m.GenericAdapter(config.generic ?? {}));
    case 'salesforce':
      return import('../../adapters/salesforce/salesforce.js').then((m) => new m.SalesforceAdapter(config.salesforce));
    case 'salesforce-voice':
      return import('../../adapters/salesforce-voice/salesforce-voice.js').then(
        (m) => new m.SalesforceVoiceAdapter(config.salesforceVoice),
      );
    case 'dynamics':
      return import('../../adapters/dynamics/dynamics.js').then((m) => new m.DynamicsAdapter(config.dynamics));
    case 'dynamics-xrm':
      return import('../../adapters/dynamics-xrm/dynamics-xrm.js').then(
        (m) => new m.DynamicsXrmAdapter(config.dynamicsXrm),
      );
    case 'hubspot':
      return import('../../adapters/hubspot/hubspot.js').then((m) => new m.HubSpotAdapter(config.hubspot));
  }
}

/** The host that `crm` means here: `auto` looks for one, and `dynamics` is two, of which the page is in one. */
function hostOf(config: Partial<SessionConfig>): HostName | 'generic' | undefined {
  const {crm = 'auto', generic} = config;
  if (crm === 'none') return undefined;
  if (crm === 'auto') return detectHost() ?? (generic ? 'generic' : undefined);
  return crm === 'dynamics' && detectHost() === 'dynamics-xrm' ? 'dynamics-xrm' : crm;
}

/** Chooses by the `crm` setting; an adapter of the page's own wins. */
export function chooseAdapter(config: Partial<SessionConfig>): AdapterChoice {
  const {adapter} = config;
  if (adapter) return {kind: 'adapter', load: () => Promise.resolve(adapter)};
  const host = hostOf(config);
  return host ? {kind: 'adapter', load: () => loadHost(host, config)} : {kind: 'event'};
}
