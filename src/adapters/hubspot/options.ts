import type {HostNames} from '../common/names.js';

/** The settings of the hubspot adapter. */
export interface HubSpotOptions {
  /** The org's own names over the adapter's defaults. */
  readonly names?: HostNames;
}
