import type {Signal} from 'signal-polyfill';
import {createContext} from '@lit/context';
import type {CrmAdapter, GenericCrmOptions} from '../adapters/crm-adapter.js';
import type {AgentStateName} from '../domain/agent-state.js';
import type {PopRule, RecordRef} from '../domain/screen-pop.js';
import type {Settings} from '../domain/settings.js';
import type {LogEntry, SliceName, Snapshot} from '../domain/snapshot.js';
import type {HubNotice} from '../worker/hub-api.js';

/** Each slice as a signal: read with `.get()` inside `render` or `willUpdate` of a `SignalWatcher`. */
export type SnapshotSignals = {readonly [Name in SliceName]: Pick<Signal.State<Snapshot[Name]>, 'get'>};

/**
 * What a person or a script may ask. Every call resolves when the platform has confirmed and rejects with a
 * `CxoneError`. A rejection is also told once by `cxone-command-error`, so an element may ignore the promise.
 */
export interface SessionCommands {
  answer(interactionId: string): Promise<void>;
  reject(interactionId: string): Promise<void>;
  hold(interactionId: string): Promise<void>;
  resume(interactionId: string): Promise<void>;
  mute(interactionId: string): Promise<void>;
  unmute(interactionId: string): Promise<void>;
  /** `consult` dials the target and keeps the caller on hold until complete or cancel. */
  transfer(
    interactionId: string,
    options: {readonly target: string; readonly type: 'blind' | 'consult'},
  ): Promise<void>;
  completeTransfer(interactionId: string): Promise<void>;
  cancelTransfer(interactionId: string): Promise<void>;
  conference(interactionId: string, options: {readonly target: string}): Promise<void>;
  /** Digits 0–9, A–D, `*` and `#`. */
  sendDtmf(interactionId: string, digits: string): Promise<void>;
  release(interactionId: string): Promise<void>;

  /** Sent now, or kept until the protected sessions end; the agent slice tells which. */
  setStatus(choice: AgentStateName): Promise<void>;
  cancelPendingStatus(): Promise<void>;
  /** Writes the routing state again where presence did not follow. */
  repairStatus(): Promise<void>;

  /** Adds `seconds` (default: the setting `acwExtendSeconds`) to the countdown. */
  extendAcw(interactionId: string, seconds?: number): Promise<void>;
  completeAcw(interactionId: string): Promise<void>;

  /** Opens a pop in this page, now, whatever became of it before. */
  openPop(popId: string): Promise<void>;
  /** Opens one record of a pop that had several matches, or the prefilled form of one that had none. */
  openPopRecord(popId: string, record: RecordRef): Promise<void>;
  createPopRecord(popId: string): Promise<void>;

  /** Tries to get live at once. */
  reconnect(): Promise<void>;
  /** What changed during the last outage was read: no page shows it any longer. */
  dismissOutage(): Promise<void>;
}

/** Everything a widget or a script needs of the page's connection. */
export interface CxoneSession {
  readonly agentId: string;
  readonly snapshot: SnapshotSignals;
  readonly commands: SessionCommands;
  /** Calls back at once with the present slice and then with every change, whichever script loaded the library. */
  subscribe<Name extends SliceName>(name: Name, callback: (slice: Snapshot[Name]) => void): () => void;
  /** Warnings and command errors that no slice shows. */
  onNotice(callback: (notice: HubNotice) => void): () => void;
  /** The diagnostics log of the hub: ids only. */
  log(): Promise<readonly LogEntry[]>;
  /** Asks the browser for leave to show notifications; must be called from a click. */
  allowNotifications(): Promise<boolean>;
  /** Ends the connection for all pages and wipes customer data from the browser. */
  signOut(): Promise<void>;
  /** Leaves the hub. The page's widgets fall back to their calm state. */
  close(): void;
}

/** A token as a page's own source hands it over. */
export interface TokenReply {
  readonly accessToken: string;
  readonly expiresInSeconds?: number;
  readonly scope?: string;
}

export type TokenSource = () => Promise<string | TokenReply>;

/** All of a session's settings, typed. Attributes of `<cxone-session>` give the first eight. */
export interface SessionConfig {
  readonly agentId: string;
  /** Default: `agentId`. */
  readonly userId?: string;
  readonly apiBase: string;
  /** Default: `apiBase` with its scheme swapped for ws or wss. */
  readonly streamBase?: string;
  /** A broker that answers POST with a token. Default: `{apiBase}/v2/oauth/token`. */
  readonly tokenUrl?: string;
  readonly workerUrl?: string;
  readonly crm?: 'auto' | 'salesforce' | 'dynamics' | 'generic' | 'none';
  readonly tokenSource?: TokenSource;
  readonly adapter?: CrmAdapter;
  readonly generic?: GenericCrmOptions;
  readonly popRules?: readonly PopRule[];
  readonly settings?: Partial<Settings>;
}

/** Where an element finds its session. Keyed by `Symbol.for`, so that two copies of the package meet. */
export const sessionContext = createContext<CxoneSession | undefined>(Symbol.for('cxone-crm-widgets/session'));
