import type {HubContext} from '../hub-context.js';
import type {PopRecord} from '../store/schema.js';

/** How much history is shown beside a buffer that is full. Our choice: enough to see what was dropped. */
const LEAST_HISTORY = 10;
/** A burst logs at most one warning in this time, in ms. Source: issue "a burst of 10,000 … one warning a second". */
const WARNING_GAP_MS = 1_000;

/**
 * Pops that no longer fit. `dropped`: they still wait, but newer ones fill the buffer. `forgotten`: history beyond its
 * bound, oldest first; one of a contact that goes on stays, so that a late copy of its event is no new pop. Pure.
 */
export function overflow(
  newestFirst: readonly PopRecord[],
  size: number,
  isLive: (interactionId: string) => boolean,
): {readonly dropped: readonly PopRecord[]; readonly forgotten: readonly PopRecord[]} {
  const waiting = newestFirst.filter((pop) => pop.outcome === 'waiting');
  // A claimed pop is about to open in a page, so it no longer counts as buffered.
  const dropped = waiting.slice(size).filter((pop) => pop.claimedAt === undefined);
  const kept = waiting.length - dropped.length;
  const history = newestFirst.filter((pop) => pop.outcome !== 'waiting' || dropped.includes(pop));
  const forgotten = history
    .slice(Math.max(size - kept, LEAST_HISTORY))
    .filter((pop) => pop.endedAt !== undefined || !isLive(pop.interactionId));
  return {dropped, forgotten};
}

/** Warns that pops were dropped: at once, then once a second while more are dropped. */
export class DropWarning {
  readonly #hub: HubContext;
  #dropped = 0;
  #lastAt = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(hub: HubContext) {
    this.#hub = hub;
    hub.signal.addEventListener('abort', () => clearTimeout(this.#timer));
  }

  count(dropped: number): void {
    this.#dropped += dropped;
    if (dropped === 0 || this.#timer !== undefined) return;
    const waitMs = this.#lastAt + WARNING_GAP_MS - performance.now();
    if (waitMs <= 0) return this.#tell();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#tell();
    }, waitMs);
  }

  #tell(): void {
    const count = this.#dropped;
    this.#dropped = 0;
    this.#lastAt = performance.now();
    this.#hub.log.warn('pop_buffer_full', {dropped: count});
    this.#hub.notice({type: 'warning', problem: {code: 'popBufferFull', detail: String(count)}});
    this.#hub.notices.add({id: 'popBufferFull', code: 'popBufferFull', count});
  }
}
