import {stateKey} from '../../domain/agent-state.js';
import {toCxoneError, type CxoneError} from '../../domain/errors.js';
import {channelsBase} from '../../machines/agent-view.js';
import {Backoff} from '../../platform/client/backoff.js';
import {isLostAnswer} from '../calls/lost-answer.js';
import {channelMatrix} from './channel-matrix.js';
import {writtenFacts, type StatusParts} from './status-parts.js';

/** Keeps routing in step with the sessions, medium by medium. Source: contract §4 "Per channel". */
export class ChannelWrites {
  readonly #parts: StatusParts;
  readonly #onRefused: () => void;
  readonly #backoff: Backoff;
  /** The sessions for which routing was last computed. */
  #workedOutFor = '[]';
  #isQueued = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param onRefused called when the platform refused a write: only the next session change repeats it, and that may take long. */
  constructor(parts: StatusParts, onRefused: () => void) {
    this.#parts = parts;
    this.#onRefused = onRefused;
    const {settings, signal} = parts.hub;
    this.#backoff = new Backoff(settings.retryBaseMs, settings.retryCapMs);
    signal.addEventListener('abort', () => clearTimeout(this.#timer));
  }

  /** The sessions may have changed. */
  update(): void {
    const {interactions} = this.#parts;
    const uses = JSON.stringify(interactions.views().map((v) => [v.interactionId, v.mediaType, v.state]));
    if (uses === this.#workedOutFor) return;
    this.#workedOutFor = uses;
    this.queue();
  }

  /** Computes routing again. Changes that come together make one write. */
  queue(): void {
    const {hub, actor, lane} = this.#parts;
    const {target} = actor.getSnapshot().context;
    const isOurs = hub.platform.channels !== undefined && hub.settings.channelMatrix;
    if (!isOurs || this.#isQueued || target === undefined) return;
    this.#isQueued = true;
    clearTimeout(this.#timer);
    void lane.run(async () => {
      try {
        await this.#write();
        this.#backoff.reset();
      } catch (error) {
        if (!hub.signal.aborted) this.#failed(toCxoneError(error, 'matrix'));
      }
    });
  }

  async #write(): Promise<void> {
    const {hub, actor, reads, interactions} = this.#parts;
    await reads.routingAndSessions().finally(() => (this.#isQueued = false));
    const {channels} = hub.platform;
    if (!channels || hub.signal.aborted) return;
    actor.send({type: 'channels.read'});
    const base = channelsBase(actor.getSnapshot());
    if (!base) return;
    const {target, routing} = base;
    const matrix = channelMatrix(interactions.views(), target, routing, hub.settings.skillGroupChannels);
    if (!matrix.differs) return;
    const {state, skillGroups} = matrix;
    await hub.store.assertMine();
    const order = {state, skillGroups, routingGroups: routing.routingGroups, reason: 'channel_matrix'} as const;
    const written = writtenFacts(await channels.write(order, hub.signal), state);
    actor.send({type: 'channels.ok', routing: {...routing, ...written, skillGroups}});
    hub.log.info('matrix_written', {state: stateKey(state)});
  }

  /** The next attempt reads before it writes, so a write whose answer was lost is not repeated. */
  #failed(error: CxoneError): void {
    this.#parts.hub.log.warn('matrix_failed', {code: error.code});
    if (isLostAnswer(error) || error.code === 'TOKEN_EXPIRED' || error.code === 'RATE_LIMITED')
      this.#timer = setTimeout(() => this.queue(), error.retryAfterMs ?? this.#backoff.nextMs());
    else this.#onRefused();
  }
}
