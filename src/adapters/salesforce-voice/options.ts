import type {HostNames} from '../common/names.js';

/** The settings of the salesforce-voice adapter. */
export interface SalesforceVoiceOptions {
  /** The org's own names over the adapter's defaults. */
  readonly names?: HostNames;
}
