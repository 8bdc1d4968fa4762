import {toCxoneError} from '../../domain/errors.js';
import {steadyNow} from '../../domain/monotonic.js';
import {isFollowed} from '../../machines/agent-view.js';
import type {Presence} from './presence.js';
import type {StatusParts} from './status-parts.js';

/** Gives presence `presenceFollowMs` to show what was written; then both are read, and the machine judges. */
export class PresenceFollow {
  readonly #parts: StatusParts;
  readonly #presence: Presence;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: StatusParts, presence: Presence) {
    this.#parts = parts;
    this.#presence = presence;
    parts.hub.signal.addEventListener('abort', () => this.end());
  }

  begin(): void {
    this.#timer = setTimeout(() => void this.#look(), this.#parts.hub.settings.presenceFollowMs);
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  async #look(): Promise<void> {
    const {hub, actor, reads} = this.#parts;
    if (!isFollowed(actor.getSnapshot())) {
      const askedAt = steadyNow();
      try {
        const {presence} = hub.platform.state.read({parts: ['presence']}, hub.signal);
        const [facts] = await Promise.all([presence, reads.routingAndSessions()]);
        this.#presence.onRead(facts, 'poll', askedAt);
      } catch (error) {
        hub.log.warn('status_read_failed', {code: toCxoneError(error, 'status').code});
        return;
      }
    }
    if (!hub.signal.aborted) actor.send({type: 'follow.timeout'});
  }
}
