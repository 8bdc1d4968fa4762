import type {HostNames} from '../common/names.js';
import type {CallStateChange} from '../crm-adapter.js';
import type {SalesforceLogOptions} from '../salesforce/options.js';
import type {PageReference} from './page-references.js';

/** What the component is asked to look up. `id`: the record's own id, or the number another system knows it by. */
export interface LwcQuery {
  /** The object's API name: `Contact`. */
  readonly entity: string;
  readonly by: 'email' | 'phone' | 'text' | 'id';
  /** Any of these may match: a number comes as its digits, with and without the country's code. Customer data. */
  readonly values: readonly string[];
}

/** What the component may tell unasked. */
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
 * What a Lightning Web Component hands over: Salesforce gives navigation, Apex and the app's tabs to components only.
 * Each function may return its result or a promise of it.
 */
export interface LwcHost {
  /** `(page) => this[NavigationMixin.Navigate](page)` */
  navigate(page: PageReference): unknown;
  /** Of `lightning/pageReferenceUtils`. */
  encodeDefaultFieldValues(fields: Readonly<Record<string, string>>): string;
  /** Of `lightning/platformWorkspaceApi`, for console apps. A tab that shows the page already is focused. */
  openTab?(tab: {readonly pageReference: PageReference; readonly focus: true}): unknown;
  /** Whether this is a console app. Default: it is, where there is `openTab`. */
  isConsole?(): boolean;
  /** An Apex method: a list of `{entity, id, name}`. Without it only Salesforce's own ids are opened. */
  search?(query: LwcQuery): unknown;
  /** An Apex method that inserts a task with these fields: its id. Without it contacts are not logged. */
  saveTask?(fields: Readonly<Record<string, string | number | boolean>>): unknown;
  /** Lets the utility bar follow the contact in front. */
  showCallState?(change: CallStateChange): unknown;
  /** Calls back until the function returned is called: the component came to the front, or a number was clicked. */
  subscribe?(listener: (event: LwcEvent) => void): () => void;
}

/** The settings of the salesforce-lwc adapter. */
export interface SalesforceLwcOptions {
  /** The org's own names over the adapter's defaults. */
  readonly names?: HostNames;
  /** For a search, in ms. Default: 3,000. */
  readonly lookupTimeoutMs?: number;
  /** For any other call, in ms. Default: 5,000. */
  readonly callTimeoutMs?: number;
  /** How long the component may take to hand its functions over, in ms. Screen pops wait meanwhile. Default: 30,000. */
  readonly readyTimeoutMs?: number;
  /** What is written of a finished contact; `false`: nothing. */
  readonly log?: false | SalesforceLogOptions;
}
