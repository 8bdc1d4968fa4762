/** Service Cloud Voice's name for one of our states. */
export interface VoiceStatus {
  /** The id of the org's presence status (`0N5…`). Without it we cannot report this state to Salesforce. */
  readonly statusId?: string;
  /** The presence status's API name, for an org that sends it instead of an id. */
  readonly statusApiName?: string;
  /** One of Salesforce's own three statuses. */
  readonly status?: 'Online' | 'Offline' | 'AfterCallWork';
}

/** The settings of the salesforce-voice adapter. */
export interface SalesforceVoiceOptions {
  /** Our state (`available`, `lunch`, `custom:Training`) → Salesforce's. These override `DEFAULT_STATUSES`. */
  readonly statuses?: Readonly<Record<string, VoiceStatus>>;
  /**
   * The only origin that may set the connector up, such as `https://acme.lightning.force.com`. Default: any Salesforce host.
   * Set it, so that no other page learns about calls.
   */
  readonly origin?: string;
  /** The kind of phone that agents use. With a desk phone, agents answer on the phone itself. Default: `SOFT_PHONE`. */
  readonly phone?: 'SOFT_PHONE' | 'DESK_PHONE';
  /** How long Salesforce may take to set the connector up, in ms. Default 60,000. */
  readonly setupTimeoutMs?: number;
  /** How long the phone may take to be live before Salesforce shows this page as a sign-in, in ms. Default 8,000. */
  readonly signInAfterMs?: number;
}
