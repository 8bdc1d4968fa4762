import type {HostNames} from '../common/names.js';

/** What a finished call leaves in HubSpot's timeline. */
export interface HubSpotLogOptions {
  /** Title of the call, with `{direction}` and `{from}`. Default: `Inbound call`, `Outbound call`. */
  readonly title?: string;
  /** The platform's disposition → the id of a call outcome in HubSpot (`hs_call_disposition`). Others stand in the body. */
  readonly outcomes?: Readonly<Record<string, string>>;
  /** More properties of the call, with their values. They win over the adapter's own. */
  readonly properties?: Readonly<Record<string, string>>;
  /** Whether the call is also published to the channel it is connected to, such as a help desk's. Default: false. */
  readonly finalize?: boolean;
}

/** The settings of the hubspot adapter, which speaks through HubSpot's calling SDK. */
export interface HubSpotOptions {
  /**
   * The one origin that may be HubSpot, such as `https://app-eu1.hubspot.com`. Default: `https://app.hubspot.com` and its
   * regional sisters.
   */
  readonly origin?: string;
  /** The account's number. Naming it keeps other accounts of HubSpot from framing this page. */
  readonly portalId?: number;
  /** Where a record opens. A new tab is HubSpot's to open, and the browser's to block. Default: `CURRENT_TAB`. */
  readonly openIn?: 'CURRENT_TAB' | 'NEW_TAB';
  /** The size that the widget asks for, in px. Default: what the calling settings say. */
  readonly size?: {readonly width: number; readonly height: number};
  /** What HubSpot shows where a number is clicked while the telephone is not connected. Default: English. */
  readonly notConnectedText?: string;
  /** The account's own names over the adapter's defaults; a type's id (`2-1234567`) is a name as well. */
  readonly names?: HostNames;
  /** How long HubSpot may take to say whose number calls, in ms. Default: 3,000. */
  readonly matchTimeoutMs?: number;
  /** How long HubSpot may take to refuse a record, in ms: it never says that one is shown. Default: 1,000. */
  readonly refusalTimeoutMs?: number;
  /** How long HubSpot may take for each step of a call's log, in ms. Default: 4,000. */
  readonly logTimeoutMs?: number;
  /** How long HubSpot's page may take to be there, in ms. Screen pops wait meanwhile. Default: 30,000. */
  readonly readyTimeoutMs?: number;
  /** What is written of a finished call; `false`: nothing. */
  readonly log?: false | HubSpotLogOptions;
}
