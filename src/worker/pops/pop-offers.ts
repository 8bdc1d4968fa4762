import type {HubContext} from '../hub-context.js';
import type {Page} from '../pages.js';
import type {PopRecord} from '../store/schema.js';

/** One step of the two-step pop: offered to a page, not accepted in time, or told to go. */
export interface Offer {
  readonly offerId: string;
  readonly popId: string;
  readonly pageId: string;
  readonly stage: 'offered' | 'late' | 'gone';
  readonly timer: ReturnType<typeof setTimeout>;
}

export interface OfferEvents {
  /** A page did not accept in time: the next one may be asked. */
  onLate(): void;
  /** A page got `go` and did not report: the hub cannot know whether it navigated. */
  onLost(popId: string): void;
}

/** Which page was asked to open which pop, and which page was told to go. */
export class PopOffers {
  readonly #hub: HubContext;
  readonly #events: OfferEvents;
  readonly #offers = new Map<string, Offer>();
  /** Pages that did not accept a pop; asked again once something about the pages changes. */
  readonly #tried = new Map<string, Set<string>>();

  constructor(hub: HubContext, events: OfferEvents) {
    this.#hub = hub;
    this.#events = events;
    hub.signal.addEventListener('abort', () => {
      for (const {timer} of this.#offers.values()) clearTimeout(timer);
    });
  }

  get(offerId: string): Offer | undefined {
    return this.#offers.get(offerId);
  }

  /** The pop's open offer: the page may still accept it in time, or was already told to go. */
  forPop(popId: string): Offer | undefined {
    for (const offer of this.#offers.values()) if (offer.popId === popId && offer.stage !== 'late') return offer;
    return undefined;
  }

  /** Pages that did not accept a pop. */
  tried(popId: string): ReadonlySet<string> {
    return this.#tried.get(popId) ?? new Set();
  }

  /** Asks a page whether it can open a pop. */
  make({popId, interactionId}: PopRecord, page: Page): void {
    const offerId = crypto.randomUUID();
    const timer = setTimeout(() => {
      const offer = this.#offers.get(offerId);
      if (offer?.stage !== 'offered') return;
      this.#hub.log.warn('pop_offer_late', {id: interactionId});
      this.#offers.set(offerId, {...offer, stage: 'late'});
      this.#tried.set(popId, new Set(this.#tried.get(popId)).add(page.pageId));
      this.#events.onLate();
    }, this.#hub.settings.popOfferTimeoutMs);
    this.#offers.set(offerId, {offerId, popId, pageId: page.pageId, stage: 'offered', timer});
    page.post({kind: 'offer', offerId});
  }

  /** Tells a page to go: from now on, only that page may report the pop's outcome. */
  letGo(offerId: string, {popId}: PopRecord, pageId: string): void {
    this.endAll(popId);
    const timer = setTimeout(() => {
      const offer = this.#offers.get(offerId);
      if (offer) this.#lose(offer);
    }, this.#hub.settings.popGoTimeoutMs);
    this.#offers.set(offerId, {offerId, popId, pageId, stage: 'gone', timer});
    this.#hub.mark('pops');
  }

  end({offerId, timer}: Offer): void {
    clearTimeout(timer);
    this.#offers.delete(offerId);
  }

  /** Withdraws an offer. Its page may be asked again. */
  takeBack(offer: Offer): void {
    this.end(offer);
    this.#tried.get(offer.popId)?.delete(offer.pageId);
  }

  endAll(popId: string): void {
    for (const offer of [...this.#offers.values()]) if (offer.popId === popId) this.end(offer);
  }

  /** Every page may be asked again. */
  askAllAgain(): void {
    this.#tried.clear();
  }

  forget(popId: string): void {
    this.#tried.delete(popId);
  }

  onPageGone(pageId: string): void {
    for (const offer of [...this.#offers.values()]) {
      if (offer.pageId !== pageId) continue;
      if (offer.stage === 'gone') this.#lose(offer);
      else this.end(offer);
    }
  }

  /** The offer stays known, so that a late report is still heard. */
  #lose({timer, popId}: Offer): void {
    clearTimeout(timer);
    this.#events.onLost(popId);
  }
}
