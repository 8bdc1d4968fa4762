import {steadyNow} from '../../domain/monotonic.js';
import {EventDedup, type DedupEvent} from './dedup.js';
import type {HubContext} from '../hub-context.js';
import type {Interactions} from '../calls/interactions.js';
import {isolated} from '../isolated.js';
import type {EventHead, PlatformEvent, PresenceEvent} from '../../platform/port/platform.js';
import type {Reads} from './reads.js';
import type {ScreenPops} from '../pops/screen-pops.js';
import type {StatusKeeper} from '../status/status.js';

/** Who takes what is pushed. */
export interface EventTakers {
  readonly interactions: Interactions;
  readonly status: StatusKeeper;
  readonly reads: Reads;
  readonly pops: () => ScreenPops | undefined;
}

/** Where pushed events enter: copies are dropped, what cannot be used is counted, and the rest goes to whom it concerns. */
export class EventEntry {
  readonly #hub: HubContext;
  readonly #to: EventTakers;
  readonly #dedup: EventDedup;
  #unusableFrames = 0;

  constructor(hub: HubContext, takers: EventTakers) {
    this.#hub = hub;
    this.#to = takers;
    this.#dedup = new EventDedup(hub.settings);
  }

  /** Never throws: what one event does to its takers must not keep the next from being read. */
  onEvent(event: PlatformEvent): void {
    isolated(this.#hub.log, `event ${event.type}`, () => this.#take(event));
  }

  #take(event: PlatformEvent): void {
    const {log} = this.#hub;
    switch (event.type) {
      case 'presence':
        return this.#onPresence(event.event);
      case 'interaction':
        if (!this.#isCopy(event.event, event.event.facts.interactionId))
          this.#to.interactions.apply(event.event.facts, 'stream');
        return;
      case 'screenPop':
        if (!this.#isCopy(event.event, event.event.interactionId)) this.#to.pops()?.onEvent(event.event);
        return;
      case 'unknown':
        return log.info('unknown-event', {name: event.name.slice(0, 80)});
      case 'unusable':
        this.#unusableFrames++;
        return log.warn('frame_dropped', {
          reason: event.reason,
          name: event.name?.slice(0, 80) ?? null,
          count: this.#unusableFrames,
        });
      default:
        return;
    }
  }

  #onPresence(change: PresenceEvent): void {
    const signature = {...signatureOf(change, change.interaction?.interactionId), agentWide: true};
    const {verdict, seenBefore} = this.#dedup.inspect(signature, steadyNow());
    if (verdict === 'duplicate') return this.#logCopy(change);
    // The contact that it names is nobody else's word where status cannot take it.
    const taken = isolated(this.#hub.log, 'event presence: status', () =>
      this.#to.status.onPresenceEvent(change, seenBefore),
    );
    if (taken === false) return this.#logCopy(change);
    this.#dedup.markApplied(signature);
    if (change.interaction) this.#to.interactions.apply(change.interaction, 'stream');
    // A platform that sends only this event ends its interaction so: look before believing it.
    else if (this.#to.interactions.views().length > 0) this.#to.reads.sessionsSoon();
  }

  #isCopy(event: EventHead, interactionId: string): boolean {
    const signature = signatureOf(event, interactionId);
    if (this.#dedup.judge(signature, steadyNow()) === 'duplicate') {
      this.#logCopy(event);
      return true;
    }
    this.#dedup.markApplied(signature);
    return false;
  }

  #logCopy({eventType, digest}: EventHead): void {
    this.#hub.log.info('duplicate_dropped', {type: eventType, digest});
  }
}

function signatureOf({eventType, digest, timestamp}: EventHead, interactionId: string | undefined): DedupEvent {
  return {eventType, digest, timestamp, ...(interactionId === undefined ? {} : {interactionId})};
}
