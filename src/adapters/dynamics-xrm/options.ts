import type {HostNames} from '../common/names.js';

/** The settings of the dynamics-xrm adapter. */
export interface DynamicsXrmOptions {
  /** The org's own names over the adapter's defaults. */
  readonly names?: HostNames;
}
