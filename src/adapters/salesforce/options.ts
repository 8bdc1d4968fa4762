import type {CallStateChange} from '../crm-adapter.js';
import type {HostNames} from '../common/names.js';

/** What the softphone's item in the utility bar can show: the front contact's state, or that there is no contact. */
export type ItemState = Exclude<CallStateChange['state'], 'ended'> | 'idle';

/** A screen flow that opens instead of the form of a new record. */
export interface SalesforceFlow {
  /** The flow's API name. It must be an active screen flow. */
  readonly name: string;
  /** Input variable of the flow → field of the rule's draft. Default: every field of the draft, with its name in the rule. */
  readonly args?: Readonly<Record<string, string>>;
}

/** How to log a finished contact in the activity history. */
export interface SalesforceLogOptions {
  /** May contain `{direction}`, `{mediaType}` and `{from}`. Default: `Inbound call`, `Outbound call`, `Inbound chat` … */
  readonly subject?: string;
  /** Task fields that the org requires, with their values. They override the adapter's own. */
  readonly fields?: Readonly<Record<string, string | number | boolean>>;
}

/** The settings of the salesforce adapter, which uses Open CTI for Lightning. */
export interface SalesforceOptions {
  /**
   * The hosts whose library may run in this page and which get customer data: host names, with `*.` in front for all
   * subdomains. If you name only your org's host (`acme.lightning.force.com`), other orgs cannot use this page in a frame.
   * Must be https; localhost names may be http. Default: every Salesforce host.
   */
  readonly hosts?: readonly string[];
  /** The version of Open CTI in the library's address. Default: `66.0`. */
  readonly apiVersion?: string;
  /** The time limit of a search, in ms. Default: 3,000. */
  readonly lookupTimeoutMs?: number;
  /** The time limit of any other call, in ms. Default: 5,000. */
  readonly callTimeoutMs?: number;
  /** How long the library and the org may take to be ready, in ms. Screen pops wait meanwhile. Default: 30,000. */
  readonly readyTimeoutMs?: number;
  /** The org's own names; they override the adapter's defaults. */
  readonly names?: HostNames;
  /** Entity → path in the org with `{id}` and `{name}`, for records with a custom page: `/apex/Customer?id={id}`. */
  readonly urls?: Readonly<Record<string, string>>;
  /** Entity → screen flow that creates a new record. */
  readonly flow?: Readonly<Record<string, SalesforceFlow>>;
  /** Whether the panel opens when a contact rings. Default: true. */
  readonly openOnRing?: boolean;
  /** The label of the item in the utility bar in each state. Default: English. */
  readonly labels?: Partial<Readonly<Record<ItemState, string>>>;
  /** The item's icon in each state: names of the design system's utility icons. */
  readonly icons?: Partial<Readonly<Record<ItemState, string>>>;
  /** How to log a finished contact; `false`: not at all. */
  readonly log?: false | SalesforceLogOptions;
}
