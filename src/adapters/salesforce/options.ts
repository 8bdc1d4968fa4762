import type {CallStateChange} from '../crm-adapter.js';
import type {HostNames} from '../common/names.js';

/** What the softphone's item in the utility bar can say: the state of the contact in front, or that there is none. */
export type ItemState = Exclude<CallStateChange['state'], 'ended'> | 'idle';

/** A screen flow that opens instead of the form of a new record. */
export interface SalesforceFlow {
  /** The flow's API name. It must be an active screen flow. */
  readonly name: string;
  /** Input variable of the flow → field of the rule's draft. Default: every field of the draft, by the rule's name. */
  readonly args?: Readonly<Record<string, string>>;
}

/** What a finished contact leaves in the activity history. */
export interface SalesforceLogOptions {
  /** With `{direction}`, `{mediaType}` and `{from}`. Default: `Inbound call`, `Outbound call`, `Inbound chat` … */
  readonly subject?: string;
  /** Fields of the task that the org requires, with their values. They win over the adapter's own. */
  readonly fields?: Readonly<Record<string, string | number | boolean>>;
}

/** The settings of the salesforce adapter, which speaks Open CTI for Lightning. */
export interface SalesforceOptions {
  /**
   * Whose library may run in this page and who gets customer data: host names, `*.` in front for all below. Naming the
   * org's own (`acme.lightning.force.com`) keeps other orgs from framing this page. Must be https; names of localhost may
   * be http. Default: every host of Salesforce.
   */
  readonly hosts?: readonly string[];
  /** Of Open CTI, as it stands in the library's address. Default: `66.0`. */
  readonly apiVersion?: string;
  /** For a search, in ms. Default: 3,000. */
  readonly lookupTimeoutMs?: number;
  /** For any other call, in ms. Default: 5,000. */
  readonly callTimeoutMs?: number;
  /** How long library and org may take to be there, in ms. Screen pops wait meanwhile. Default: 30,000. */
  readonly readyTimeoutMs?: number;
  /** The org's own names over the adapter's defaults. */
  readonly names?: HostNames;
  /** Entity → path in the org with `{id}` and `{name}`, for records that a page of the org's own shows: `/apex/Customer?id={id}`. */
  readonly urls?: Readonly<Record<string, string>>;
  /** Entity → screen flow that makes a new record. */
  readonly flow?: Readonly<Record<string, SalesforceFlow>>;
  /** Whether the panel opens when a contact rings. Default: true. */
  readonly openOnRing?: boolean;
  /** What the item in the utility bar says in each state. Default: English. */
  readonly labels?: Partial<Readonly<Record<ItemState, string>>>;
  /** The item's icon in each state: keys of the design system's utility icons. */
  readonly icons?: Partial<Readonly<Record<ItemState, string>>>;
  /** What is written of a finished contact; `false`: nothing. */
  readonly log?: false | SalesforceLogOptions;
}
