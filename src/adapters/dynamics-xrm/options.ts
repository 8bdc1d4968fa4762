import type {DataverseOptions} from '../dynamics/options.js';

/** The settings of the dynamics-xrm adapter: a web resource in a form. */
export interface DynamicsXrmOptions extends DataverseOptions {
  /** How long Dynamics may take for one call, in ms. Default: 10,000. */
  readonly timeoutMs?: number;
  /** How long the form around the page may take to bring `Xrm`, in ms. Default: 20,000. */
  readonly readyTimeoutMs?: number;
  /** What several matches are shown in: Dynamics' search, the table's list, or the panel alone. Default: `search`. */
  readonly matches?: 'search' | 'list' | 'none';
}
