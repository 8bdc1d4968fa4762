import type {KeyedTry, Outcome} from './outcome.js';

/** After-call work can be given a length, lengthened and left early. The countdown itself comes by events and reads. */
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

/** Workforce management wants to be told. Absent: it knows by itself. */
export interface Availability {
  /** The agent left after-call work early. */
  publish(change: AvailabilityChange, signal: AbortSignal): Promise<void>;
}

export interface AvailabilityChange {
  readonly previousState: string;
  readonly newState: string;
  /** Epoch ms. Repeated unchanged on a retry. */
  readonly at: number;
}
