import type {HostNames} from '../common/names.js';
import type {DataverseTable} from './tables.js';

/** What both adapters for Dynamics need to know of the org's data. */
export interface DataverseOptions {
  /** The org's own names over the adapter's defaults. */
  readonly names?: HostNames;
  /** How a table is searched, by its logical name; over the defaults, column list by column list. */
  readonly tables?: Readonly<Record<string, Partial<DataverseTable>>>;
  /**
   * Table → the column that holds the number a payload names records by, where it is no GUID. Default: account →
   * `accountnumber`, incident → `ticketnumber`.
   */
  readonly idFields?: Readonly<Record<string, string>>;
  /**
   * Column of the table `systemuser` that holds the agent's id in CXone; read where the page says
   * `settings-from="host"`.
   */
  readonly agentIdColumn?: string;
  /** Write a phone call activity for each call that is over. Default: true. */
  readonly saveLogs?: boolean;
}

/** The settings of the dynamics adapter: a panel of the Channel Integration Framework (CIF). */
export interface DynamicsOptions extends DataverseOptions {
  /** `https://org.crm.dynamics.com`: where CIF's library is loaded from, unless the page has it already. */
  readonly orgUrl?: string;
  /**
   * Hosts that the library may be loaded from: names, or `*.name` for all below it. Default: Microsoft's. Name your org
   * alone where you can.
   */
  readonly hosts?: readonly string[];
  /** How long CIF may take for one call, in ms. Default: 10,000, which is CIF's own limit. */
  readonly timeoutMs?: number;
  /** How long the library may take to load and get ready, in ms. Default: 60,000. */
  readonly readyTimeoutMs?: number;
  /** Show the panel when a contact rings or a number is clicked. Default: true. */
  readonly showPanel?: boolean;
  /** Numbers in Dynamics can be clicked. Default: true. */
  readonly clickToAct?: boolean;
  /** CIF v2: a session of the workspace for each contact, once it is answered. Needs `sessionTemplate`. Default: false. */
  readonly sessions?: boolean;
  /** Unique name of the session template. */
  readonly sessionTemplate?: string;
  /** Unique name of the application tab template for a record. Without it the record's form opens in the session. */
  readonly tabTemplate?: string;
  /** CIF v2: a notification with accept and reject while a contact rings. */
  readonly toast?: {
    /** Unique name of the notification template. */
    readonly templateName: string;
  };
}
