import {toCxoneError} from '../../domain/errors.js';
import {steadyNow} from '../../domain/monotonic.js';
import {isLeftBusy, pendingChoice} from '../../machines/agent-view.js';
import type {StatusParts} from './status-parts.js';

/**
 * Finds an agent who is still busy for a contact that is over, and whom nobody else will make available again. If the
 * contact ended recently, by the same limit as for a pending choice, the agent is made available; otherwise the agent is warned.
 */
export class LeftBusy {
  readonly #parts: StatusParts;
  readonly #putRight: () => void;
  #lookTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: StatusParts, putRight: () => void) {
    this.#parts = parts;
    this.#putRight = putRight;
    parts.hub.signal.addEventListener('abort', () => clearTimeout(this.#lookTimer));
  }

  /** A former hub's last write may still arrive after the first look, within one request timeout; so look again then. */
  lookAgainLater(): void {
    this.#lookTimer = setTimeout(() => void this.#lookAgain(), this.#parts.hub.settings.requestTimeoutMs);
  }

  /** Judges what a former hub left. */
  async judge(): Promise<void> {
    const {settings, platform, signal, clockOffsetMs} = this.#parts.hub;
    if (!platform.channels || !settings.channelMatrix || !isLeftBusy(this.#parts.actor.getSnapshot())) return;
    let endedAt = -Infinity;
    try {
      const {sessions} = await platform.state.read({parts: ['sessions'], withEnded: true}, signal).sessions;
      for (const {state, updatedAt} of sessions)
        if (state === 'ended' && updatedAt) endedAt = Math.max(endedAt, updatedAt);
    } catch (error) {
      this.#readFailed(error);
    }
    if (signal.aborted) return;
    if (steadyNow() + clockOffsetMs() - endedAt <= settings.pendingStatusMaxAgeMs) this.#putRight();
    else this.#warn();
  }

  /** Warns the agent who was left busy. */
  warn(): void {
    if (isLeftBusy(this.#parts.actor.getSnapshot())) this.#warn();
  }

  /** Removes the warning once routing has changed. */
  update(): void {
    const {routing} = this.#parts.actor.getSnapshot().context;
    if (routing?.state.state !== 'busy') this.#parts.hub.clearWarning('busyLeft');
  }

  async #lookAgain(): Promise<void> {
    try {
      await this.#parts.reads.routingAndSessions();
    } catch (error) {
      return this.#readFailed(error);
    }
    if (!pendingChoice(this.#parts.actor.getSnapshot())) await this.judge();
  }

  #readFailed(error: unknown): void {
    this.#parts.hub.log.warn('read_failed', {why: 'busy', code: toCxoneError(error, 'read').code});
  }

  #warn(): void {
    this.#parts.hub.log.warn('busy_left');
    this.#parts.hub.warn({code: 'busyLeft'});
  }
}
