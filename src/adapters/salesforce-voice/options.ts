/** Service Cloud Voice's name for one of our states. */
export interface VoiceStatus {
  /** The id of the org's presence status (`0N5…`). Without one, Salesforce cannot be told of this state. */
  readonly statusId?: string;
  /** The presence status's API name, where the org tells it instead of an id. */
  readonly statusApiName?: string;
  /** One of Salesforce's own three. */
  readonly status?: 'Online' | 'Offline' | 'AfterCallWork';
}

/** The settings of the salesforce-voice adapter. */
export interface SalesforceVoiceOptions {
  /** Our state (`available`, `lunch`, `custom:Training`) → Salesforce's; over `DEFAULT_STATUSES`. */
  readonly statuses?: Readonly<Record<string, VoiceStatus>>;
  /**
   * The one origin that may set the connector up, such as `https://acme.lightning.force.com`. Default: any Salesforce host.
   * Name it: it is the only page that then hears of calls.
   */
  readonly origin?: string;
  /** How agents hear calls. A desk phone is answered on the phone. Default: `SOFT_PHONE`. */
  readonly phone?: 'SOFT_PHONE' | 'DESK_PHONE';
  /** How long Salesforce may take to set the connector up, in ms. Default 60,000. */
  readonly setupTimeoutMs?: number;
  /** How long the telephone may take to be live before Salesforce shows this page as a sign-in, in ms. Default 8,000. */
  readonly signInAfterMs?: number;
}
