import type {CrmAdapter} from '../../adapters/crm-adapter.js';
import type {HostName} from '../../adapters/detect.js';
import type {SessionConfig} from '../session.js';

/** Each host's adapter, loaded only where it is used. */
export function loadHost(host: HostName | 'generic', config: Partial<SessionConfig>): Promise<CrmAdapter> {
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
