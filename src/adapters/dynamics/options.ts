import type {HostNames} from '../common/names.js';

/** The settings of the dynamics adapter. */
export interface DynamicsOptions {
  /** The org's own names over the adapter's defaults. */
  readonly names?: HostNames;
}
