import type {CrmAdapter} from '../adapters/crm-adapter.js';
import type {ResolvedConfig} from './resolve-config.js';
import type {SessionConfig} from './session.js';

/** Which adapter a page uses. `missing` names a CRM whose adapter this version does not have. */
export type AdapterChoice =
  | {readonly kind: 'adapter'; readonly load: () => Promise<CrmAdapter>}
  | {readonly kind: 'event'}
  | {readonly kind: 'missing'; readonly name: string};

/** Chooses by the `crm` setting; an adapter of the page's own wins. Adapters are loaded only where they are used. */
export function chooseAdapter(config: SessionConfig, crm: ResolvedConfig['crm']): AdapterChoice {
  const {adapter, generic} = config;
  if (adapter) return {kind: 'adapter', load: () => Promise.resolve(adapter)};
  const loadGeneric = async (): Promise<CrmAdapter> => {
    const {GenericAdapter} = await import('../adapters/generic/generic.js');
    return new GenericAdapter(generic ?? {});
  };
  switch (crm) {
    case 'generic':
      return {kind: 'adapter', load: loadGeneric};
    case 'auto':
      return generic ? {kind: 'adapter', load: loadGeneric} : {kind: 'event'};
    case 'none':
      return {kind: 'event'};
    case 'salesforce':
    case 'dynamics':
      return {kind: 'missing', name: crm};
  }
}
