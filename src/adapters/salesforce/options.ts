import type {HostNames} from '../common/names.js';

/** The settings of the salesforce adapter. */
export interface SalesforceOptions {
  /** The org's own names over the adapter's defaults. */
  readonly names?: HostNames;
}
