import type {KeyedTry, Outcome} from './outcome.js';

/** Starts, extends and completes after-call work. The countdown itself comes through events and reads. */
export interface AfterCall {
  start(start: AcwStart, attempt: KeyedTry): Promise<Outcome<never>>;
  extend(sessionId: string, extendBySeconds: number, reasonCode: string, signal: AbortSignal): Promise<Outcome<never>>;
  complete(sessionId: string, reasonCode: string, signal: AbortSignal): Promise<Outcome<never>>;
}

export interface AcwStart {
  readonly sessionId: string;
  readonly durationSeconds: number;
  readonly type: 'manual' | 'system' | 'compliance';
  readonly reasonCode: string;
  readonly enforceUntilComplete: boolean;
}

/** Reports to workforce management. Absent: workforce management needs no report. */
export interface Availability {
  /** The agent left after-call work early. */
  publish(change: AvailabilityChange, signal: AbortSignal): Promise<void>;
}

export interface AvailabilityChange {
  readonly previousState: string;
  readonly newState: string;
  /** Epoch ms. A retry sends the same value. */
  readonly at: number;
}
