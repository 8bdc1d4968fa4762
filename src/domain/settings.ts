import type {AgentStateName} from './agent-state.js';
import type {MediaType} from './interaction.js';
import {DEFAULT_POP_RULES, type PopMoment, type PopRule} from './screen-pop.js';

/** What after-call work should be for a medium or a skill. A skill's rule wins over a medium's. Source: contract §5. */
export interface AcwRule {
  readonly mediaType?: MediaType;
  readonly skillId?: string;
  readonly durationSeconds: number;
  readonly reasonCode: string;
  readonly enforceUntilComplete?: boolean;
}

/** Settings of one page: pages of the same agent may differ in them. */
export interface PageSettings {
  readonly hubJoinTimeoutMs: number;
  /** How often a visible page asks a hub that runs in another page whether it hangs. Source: architecture.md. */
  readonly challengeIntervalMs: number;
  /** After this many questions without an answer the page takes over. Source: architecture.md. */
  readonly challengeTries: number;
  /** Whether a number clicked in the CRM is dialled. `false`: only told, as `cxone-click-to-dial`. */
  readonly dialOnClick: boolean;
  readonly ringTone: boolean;
  readonly titleFlash: boolean;
  readonly desktopNotifications: boolean;
}

/** Settings of the hub, the same for all pages. Source of each default: contract.md, in the section named. */
export interface HubSettings {
  // §1 tokens
  readonly tokenRefreshLeadMs: number;
  readonly tokenRefreshMinGapMs: number;
  /**
   * How long a call waits for a new token while the old one is still valid. Our choice: a working source answers within a
   * second, and a button must not feel dead because a source does not answer.
   */
  readonly tokenRefreshWaitMs: number;
  readonly tokenWriteMarginMs: number;
  readonly tokenStatusWriteMarginMs: number;
  readonly tokenConnectMarginMs: number;
  readonly tokenRetryBaseMs: number;
  readonly tokenRetryCapMs: number;
  /** How long a page's token source may take. Our choice: a silent sign-in frame may need seconds. */
  readonly tokenSourceTimeoutMs: number;
  readonly readRetries: number;
  readonly retryBaseMs: number;
  readonly retryCapMs: number;
  readonly retryTries: number;
  readonly writeBreakerFailures: number;
  readonly writeBreakerPauseMs: number;
  // §2 stream
  readonly pingIntervalMs: number;
  readonly pongTimeoutMs: number;
  /** How often status and sessions are read while a stream is silent and its pings go unanswered. */
  readonly silenceReadMs: number;
  /**
   * For how long an answer that is older than what we know counts as late. After that we assume that the server's clock was
   * set back. Our choice: no answer is under way for that long.
   */
  readonly versionTrustMs: number;
  /** How long a socket may take from opening to its first frame. Our choice: as a request. */
  readonly streamConfirmMs: number;
  readonly maxFrameBytes: number;
  readonly dedupSameSecondMs: number;
  readonly dedupArrivalMs: number;
  readonly dedupTtlMs: number;
  readonly dedupMaxEntries: number;
  readonly statusReadGapMs: number;
  readonly pollIntervalMs: number;
  readonly reconnectDelaysMs: readonly number[];
  readonly reconnectJitterMs: number;
  readonly reconnectTries: number;
  readonly reconnectBreakerEvery: number;
  readonly reconnectBreakerMs: number;
  readonly reconnectSlowMs: number;
  readonly reconcileIntervalMs: number;
  /** How long what changed during an outage stays shown, unless dismissed. Our choice: a short break. */
  readonly outageShownMs: number;
  /** A timer that is later than this means that the machine slept and what we know is old. Our choice: no busy machine is that late. */
  readonly wakeLateMs: number;
  /** How long a command waits for the read after a sleep, at most. Our choice: a button must not feel dead. */
  readonly wakeReadWaitMs: number;
  // §3 commands
  readonly requestTimeoutMs: number;
  readonly commandRetryTries: number;
  readonly commandRetryBaseMs: number;
  readonly commandRetryWindowMs: number;
  // §4 status
  readonly presenceFollowMs: number;
  readonly pendingStatusMaxAgeMs: number;
  readonly statusChoices: readonly AgentStateName[];
  readonly skillGroupChannels: Readonly<Record<string, MediaType>>;
  /** Whether routing is kept in step with the sessions, medium by medium. */
  readonly channelMatrix: boolean;
  // §5 after-call work
  readonly acwRules: readonly AcwRule[];
  readonly acwPollIntervalMs: number;
  /** How much one press of Extend adds. Our choice. */
  readonly acwExtendSeconds: number;
  /** How long a finished countdown stays on screen. Our choice. */
  readonly acwDoneShownMs: number;
  // §6 screen pops
  readonly popBufferSize: number;
  readonly popLookupTimeoutMs: number;
  readonly popOfferTimeoutMs: number;
  readonly popGoTimeoutMs: number;
  readonly popMaxWaitMs: number;
  /**
   * How long a pop that arrives before its interaction waits for it, because rules may need the caller's number or the
   * medium. Our choice: the platform sends the two together.
   */
  readonly popInteractionWaitMs: number;
  readonly popMoment: Readonly<Partial<Record<MediaType, PopMoment>>>;
  /** What a pop does while another contact is talking or held, whose record it would replace. Source: contract §6 "When". */
  readonly popWhileBusy: 'wait' | 'open';
  readonly popRules: readonly PopRule[];
  /** The country of numbers without a country code, as two capitals (ISO 3166): `US`. Absent: such numbers are compared by their digits. */
  readonly defaultCountry?: string;
  /** Whether a contact that is over is logged in the CRM, where its adapter can. */
  readonly contactLogs: boolean;
  /** How long customer data may stay in the browser's store. Source: architecture.md, 24 h at most. */
  readonly customerDataMaxAgeMs: number;
  // hub
  /** How long a notice stays on screen unless the agent dismisses it. Our choice: a shift. */
  readonly noticeMaxAgeMs: number;
  readonly coalesceMs: number;
  readonly lastPageGraceMs: number;
  /**
   * How long a hub in a page stays there while that page is hidden and another is not. Our choice: browsers slow a hidden
   * page's timers to one a second, later to one a minute, but a hub that moved whenever the agent glances at another tab
   * would do nothing else.
   */
  readonly hiddenHubMs: number;
  readonly logMaxEntries: number;
}

/** Every interval and limit, overridable one by one. */
export type Settings = HubSettings & PageSettings;

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

export const DEFAULT_PAGE_SETTINGS: PageSettings = {
  hubJoinTimeoutMs: 5 * SECOND,
  challengeIntervalMs: 2 * SECOND,
  challengeTries: 3,
  dialOnClick: false,
  ringTone: false,
  titleFlash: true,
  desktopNotifications: true,
};

export const DEFAULT_HUB_SETTINGS: HubSettings = {
  tokenRefreshLeadMs: 120 * SECOND,
  tokenRefreshMinGapMs: 5 * SECOND,
  tokenRefreshWaitMs: 1_500,
  tokenWriteMarginMs: 60 * SECOND,
  tokenStatusWriteMarginMs: 300 * SECOND,
  tokenConnectMarginMs: 60 * SECOND,
  tokenRetryBaseMs: SECOND,
  tokenRetryCapMs: 30 * SECOND,
  tokenSourceTimeoutMs: 10 * SECOND,
  readRetries: 1,
  retryBaseMs: SECOND,
  retryCapMs: 30 * SECOND,
  retryTries: 3,
  writeBreakerFailures: 5,
  writeBreakerPauseMs: 30 * SECOND,
  pingIntervalMs: 25 * SECOND,
  pongTimeoutMs: 10 * SECOND,
  silenceReadMs: 15 * SECOND,
  versionTrustMs: 30 * SECOND,
  streamConfirmMs: 5 * SECOND,
  maxFrameBytes: 256 * 1024,
  dedupSameSecondMs: SECOND,
  dedupArrivalMs: 500,
  dedupTtlMs: 5 * SECOND,
  dedupMaxEntries: 4_096,
  statusReadGapMs: 500,
  pollIntervalMs: 5 * SECOND,
  reconnectDelaysMs: [2 * SECOND, 4 * SECOND, 8 * SECOND, 15 * SECOND],
  reconnectJitterMs: SECOND,
  reconnectTries: 12,
  reconnectBreakerEvery: 5,
  reconnectBreakerMs: 30 * SECOND,
  reconnectSlowMs: MINUTE,
  reconcileIntervalMs: MINUTE,
  outageShownMs: 10 * MINUTE,
  wakeLateMs: 10 * SECOND,
  wakeReadWaitMs: 2 * SECOND,
  requestTimeoutMs: 5 * SECOND,
  commandRetryTries: 3,
  commandRetryBaseMs: SECOND,
  commandRetryWindowMs: 15 * SECOND,
  presenceFollowMs: 5 * SECOND,
  pendingStatusMaxAgeMs: 2 * MINUTE,
  statusChoices: [{state: 'available'}, {state: 'busy'}, {state: 'lunch'}, {state: 'meeting'}, {state: 'offline'}],
  skillGroupChannels: {},
  channelMatrix: true,
  acwRules: [],
  acwPollIntervalMs: 5 * SECOND,
  acwExtendSeconds: 30,
  acwDoneShownMs: 5 * SECOND,
  popBufferSize: 50,
  popLookupTimeoutMs: 3 * SECOND,
  popOfferTimeoutMs: 500,
  popGoTimeoutMs: 10 * SECOND,
  popMaxWaitMs: 5 * MINUTE,
  popInteractionWaitMs: SECOND,
  popMoment: {},
  popWhileBusy: 'wait',
  popRules: DEFAULT_POP_RULES,
  contactLogs: true,
  customerDataMaxAgeMs: 24 * 60 * MINUTE,
  noticeMaxAgeMs: 8 * 60 * MINUTE,
  coalesceMs: 16,
  lastPageGraceMs: 10 * SECOND,
  hiddenHubMs: 5 * SECOND,
  logMaxEntries: 1_000,
};

/** The platform's languages that this package speaks. Source: architecture.md "The port". */
export const DIALECTS = ['v2'] as const;
export type DialectName = (typeof DIALECTS)[number];

/** Where an agent's hub connects to, and as whom. No secret is ever part of it. */
export interface HubConfig {
  /** Which language the platform speaks. Default: `v2`, the contract's. */
  readonly dialect?: DialectName;
  readonly agentId: string;
  readonly userId: string;
  /** Without a trailing slash. */
  readonly apiBase: string;
  readonly streamBase: string;
  readonly settings: HubSettings;
}

/**
 * The settings that a page sends to the hub. The hub checks them and fills in the defaults, so that pages need not carry
 * those. The token source belongs to the page: the hub asks it only while that page is open.
 */
export type HubConfigRequest = Omit<HubConfig, 'settings'> & {
  readonly settings: Partial<HubSettings>;
  /** `host`: the page hands over an async function. Source: contract §1 "token source". */
  readonly tokenSource: 'broker' | 'host';
  /** The broker's address. */
  readonly tokenUrl?: string;
};
