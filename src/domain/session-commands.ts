import type {AgentStateName} from './agent-state.js';
import type {RecordRef} from './screen-pop.js';

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
  /**
   * Calls a number or address from the agent's telephone.
   * @throws {CxoneError} `NOT_ALLOWED` where the platform's dialect cannot dial, or the agent is in a call.
   */
  dial(target: string): Promise<void>;
  /** Digits 0–9, A–D, `*` and `#`. */
  sendDtmf(interactionId: string, digits: string): Promise<void>;
  release(interactionId: string): Promise<void>;

  /** Sent now, or kept until the protected sessions end; the agent slice tells which. */
  setStatus(choice: AgentStateName): Promise<void>;
  cancelPendingStatus(): Promise<void>;
  /** Writes the routing state again if presence did not follow it. */
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
  /** The agent has read a notice: pages stop showing it. */
  dismissNotice(id: string): Promise<void>;
  /** The agent has read what changed during the last outage: pages stop showing it. */
  dismissOutage(): Promise<void>;
  /** Whether calls ring aloud for this agent in this browser; overrides the setting `ringTone`. */
  setRingTone(isOn: boolean): Promise<void>;
}
