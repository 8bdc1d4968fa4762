import type {Problem, SliceName} from '../domain/snapshot.js';
import type {HubConfig, HubSettings} from '../domain/settings.js';
import type {HubNotice} from './hub-api.js';
import type {HubLog} from './log.js';
import type {Notices} from './notices.js';
import type {Platform} from '../platform/port/platform.js';
import type {HubStore} from './store/store.js';

/** What every part of the hub shares. */
export interface HubContext {
  readonly config: HubConfig;
  readonly settings: HubSettings;
  readonly platform: Platform;
  readonly store: HubStore;
  readonly log: HubLog;
  /** Ends all work of the hub. */
  readonly signal: AbortSignal;
  /** Server time minus ours, in ms. */
  clockOffsetMs(): number;
  /** Whether commands can reach the platform now. */
  connected(): boolean;
  /** Marks slices as changed. */
  mark(...names: SliceName[]): void;
  /** Tells pages by event. What an agent must not miss is also added to `notices`. */
  notice(notice: HubNotice): void;
  readonly notices: Notices;
  /** A lasting warning, shown until cleared; told once by event. */
  warn(problem: Problem): void;
  clearWarning(code: Problem['code']): void;
}
