import type {Signal} from 'signal-polyfill';
import {createContext} from '@lit/context';
import type {CrmAdapter, GenericCrmOptions} from '../adapters/crm-adapter.js';
import type {HostName} from '../adapters/detect.js';
import type {DynamicsOptions} from '../adapters/dynamics/options.js';
import type {DynamicsXrmOptions} from '../adapters/dynamics-xrm/options.js';
import type {HubSpotOptions} from '../adapters/hubspot/options.js';
import type {SalesforceOptions} from '../adapters/salesforce/options.js';
import type {SalesforceVoiceOptions} from '../adapters/salesforce-voice/options.js';
import type {PopRule} from '../domain/screen-pop.js';
import type {SessionCommands} from '../domain/session-commands.js';
import type {DialectName, Settings} from '../domain/settings.js';
import type {LogEntry, SliceName, Snapshot} from '../domain/snapshot.js';
import type {HubNotice} from '../worker/hub-api.js';
import type {AttentionReach} from './host/attention.js';

/** Each slice as a signal: read with `.get()` inside `render` or `willUpdate` of a `SignalWatcher`. For lists see `subscribe`. */
export type SnapshotSignals = {readonly [Name in SliceName]: Pick<Signal.State<Snapshot[Name]>, 'get'>};

/**
 * What elements of one copy of the package may use of a session that another copy made: `subscribe` with plain values,
 * `commands` and `onNotice`. Raised only when the two no longer understand each other; elements then say so.
 */
export const SESSION_PROTOCOL = 1;

/** Everything that widgets and scripts need from the page's connection. */
export interface CxoneSession {
  /** The `SESSION_PROTOCOL` of the copy of the package that made it. */
  readonly protocol: number;
  readonly agentId: string;
  readonly snapshot: SnapshotSignals;
  readonly commands: SessionCommands;
  /** Resolves with the host's name once records can be opened from this page. Never resolves without a host. */
  readonly hostReady: Promise<string>;
  /**
   * Calls back at once with the present slice and then with every change. Works for scripts that have loaded the library
   * themselves too. A long list (`pops`) is fetched at its first use in the page; until it arrives, its `asOf` is 0.
   */
  subscribe<Name extends SliceName>(name: Name, callback: (slice: Snapshot[Name]) => void): () => void;
  /** Warnings and command errors that no slice shows. */
  onNotice(callback: (notice: HubNotice) => void): () => void;
  /** The diagnostics log of the hub: ids only. */
  log(): Promise<readonly LogEntry[]>;
  /** Asks the browser for permission to show notifications; must be called from a click. */
  allowNotifications(): Promise<boolean>;
  /** Whether title and notifications can reach the agent from this page. Missing in a session that an older copy made. */
  reach?(): Promise<AttentionReach>;
  /** Ends the connection for all pages and wipes customer data from the browser. */
  signOut(): Promise<void>;
  /** Leaves the hub. The page's widgets fall back to their calm state. */
  close(): void;
}

/** A token from a page's own source. */
export interface TokenReply {
  readonly accessToken: string;
  readonly expiresInSeconds?: number;
  readonly scope?: string;
}

export type TokenSource = () => Promise<string | TokenReply>;

/** All of a session's settings, typed. Attributes of `<cxone-session>` give the first eight. */
export interface SessionConfig {
  /** The language that the platform speaks. Default: `v2`. */
  readonly dialect?: DialectName;
  readonly agentId: string;
  /** Default: `agentId`. */
  readonly userId?: string;
  readonly apiBase: string;
  /** Default: `apiBase` with its scheme swapped for ws or wss. */
  readonly streamBase?: string;
  /** A broker that answers POST with a token. Needed where there is no `tokenSource`. */
  readonly tokenUrl?: string;
  readonly workerUrl?: string;
  /** The CRM around the page. `auto` (default) looks for one; `salesforce` is Open CTI, `dynamics` CIF or a form. */
  readonly crm?: 'auto' | 'none' | 'generic' | HostName;
  /** `host`: the settings that the page leaves out are kept in the CRM, and are waited for. Default: `page`. */
  readonly settingsFrom?: 'page' | 'host';
  readonly tokenSource?: TokenSource;
  readonly adapter?: CrmAdapter;
  readonly generic?: GenericCrmOptions;
  readonly salesforce?: SalesforceOptions;
  readonly salesforceVoice?: SalesforceVoiceOptions;
  readonly dynamics?: DynamicsOptions;
  readonly dynamicsXrm?: DynamicsXrmOptions;
  readonly hubspot?: HubSpotOptions;
  readonly popRules?: readonly PopRule[];
  readonly settings?: Partial<Settings>;
}

/** Where an element finds its session. Keyed by `Symbol.for`, so that two copies of the package meet. */
export const sessionContext = createContext<CxoneSession | undefined>(Symbol.for('cxone-crm-widgets/session'));
