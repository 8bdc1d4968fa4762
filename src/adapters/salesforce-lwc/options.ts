import type {HostNames} from '../common/names.js';
import type {CallStateChange} from '../crm-adapter.js';
import type {SalesforceLogOptions} from '../salesforce/options.js';
import type {PageReference} from './page-references.js';

/** A search that the component should do. `id`: the record's own id, or its number in another system. */
export interface LwcQuery {
  /** The object's API name: `Contact`. */
  readonly entity: string;
  readonly by: 'email' | 'phone' | 'text' | 'id';
  /** Any of these may match. A phone number is given as digits, with and without the country code. Customer data. */
  readonly values: readonly string[];
}

/** Events that the component may send. */
export type LwcEvent =
  | {readonly type: 'focus'}
  | {
      readonly type: 'click-to-dial';
      /** Customer data. */
      readonly number: string;
      readonly recordId?: string;
      readonly objectApiName?: string;
    };

/**
 * The functions that a Lightning Web Component hands over, because Salesforce offers navigation, Apex and the app's tabs only
 * to components. Each function may return its result or a promise.
 */
export interface LwcHost {
  /** `(page) => this[NavigationMixin.Navigate](page)` */
  navigate(page: PageReference): unknown;
  /** From `lightning/pageReferenceUtils`. */
  encodeDefaultFieldValues(fields: Readonly<Record<string, string>>): string;
  /** From `lightning/platformWorkspaceApi`, for console apps. If a tab already shows the page, it gets the focus. */
  openTab?(tab: {readonly pageReference: PageReference; readonly focus: true}): unknown;
  /** Whether this is a console app. Default: yes, if there is `openTab`. */
  isConsole?(): boolean;
  /** An Apex method that returns a list of `{entity, id, name}`. Without it, only Salesforce's own ids can be opened. */
  search?(query: LwcQuery): unknown;
  /** An Apex method that inserts a task with these fields and returns its id. Without it, contacts are not logged. */
  saveTask?(fields: Readonly<Record<string, string | number | boolean>>): unknown;
  /** Shows the state of the front contact in the utility bar. */
  showCallState?(change: CallStateChange): unknown;
  /** Calls the listener when the component comes to the front or a number is clicked. The returned function unsubscribes. */
  subscribe?(listener: (event: LwcEvent) => void): () => void;
}

/** The settings of the salesforce-lwc adapter. */
export interface SalesforceLwcOptions {
  /** The org's own names; they override the adapter's defaults. */
  readonly names?: HostNames;
  /** The time limit of a search, in ms. Default: 3,000. */
  readonly lookupTimeoutMs?: number;
  /** The time limit of any other call, in ms. Default: 5,000. */
  readonly callTimeoutMs?: number;
  /** How long the component may take to hand its functions over, in ms. Screen pops wait meanwhile. Default: 30,000. */
  readonly readyTimeoutMs?: number;
  /** How to log a finished contact; `false`: not at all. */
  readonly log?: false | SalesforceLogOptions;
}
