import {CxoneError} from '../../domain/errors.js';
import type {
  CachedAnswer,
  PlannedStep,
  PopOutcome,
  PopResult,
  RecordRef,
  SearchQuery,
} from '../../domain/screen-pop.js';
import type {PopsSlice, PopView} from '../../domain/snapshot.js';
import type {PopGo} from '../hub-api.js';
import type {HubContext} from '../hub-context.js';
import type {InteractionChange, Interactions} from '../calls/interactions.js';
import type {Page, Pages} from '../pages.js';
import type {ScreenPopEvent} from '../../platform/port/platform.js';
import {DropWarning, overflow} from './pop-buffer.js';
import {whyWait} from './pop-moment.js';
import {arePhoneNumbersReady, loadPhoneNumbers} from './phone-numbers.js';
import {planPop} from './pop-plan.js';
import {popView} from './pop-view.js';
import type {PopRecord} from '../store/schema.js';

/** A step of the two-step pop: offered to a page, not accepted in time, or let go. */
interface Offer {
  readonly offerId: string;
  readonly popId: string;
  readonly pageId: string;
  readonly stage: 'offered' | 'late' | 'gone';
  readonly timer: ReturnType<typeof setTimeout>;
}

const cacheKey = (query: SearchQuery): string => JSON.stringify([query.entity, query.by, query.value.toLowerCase()]);

/** Screen pops: a bounded buffer over a ledger that makes each of them open at most once, in one page. */
export class ScreenPops {
  readonly #hub: HubContext;
  readonly #pages: Pages;
  readonly #interactions: Interactions;
  readonly #offers = new Map<string, Offer>();
  /** Pages that did not accept a pop; asked again once something about the pages changes. */
  readonly #tried = new Map<string, Set<string>>();
  /** What came before is a former hub's: history, unless its interaction is still live. Epoch ms. */
  readonly #startedAt = Date.now();
  /** Pops whose searches were begun while they wait for the answer. */
  readonly #lookedUp = new Set<string>();
  readonly #dropWarning: DropWarning;
  #dropped = 0;
  /** The ledger was read just now. */
  #asOf = this.#startedAt;
  #expiryTimer: ReturnType<typeof setTimeout> | undefined;
  #interactionTimer: ReturnType<typeof setTimeout> | undefined;
  /** Nothing that a former hub left may pop before the interactions are known. */
  #settled = false;

  constructor(hub: HubContext, pages: Pages, interactions: Interactions) {
    this.#hub = hub;
    this.#pages = pages;
    this.#interactions = interactions;
    this.#dropWarning = new DropWarning(hub);
    hub.signal.addEventListener('abort', () => {
      clearTimeout(this.#expiryTimer);
      clearTimeout(this.#interactionTimer);
      for (const offer of this.#offers.values()) clearTimeout(offer.timer);
    });
    for (const pop of hub.store.pops.all()) {
      // A `go` that nobody reported before the former hub ended: it may have opened.
      if (pop.outcome === 'waiting' && pop.claimedAt !== undefined) void this.#settle(pop, 'unknown');
    }
  }

  /** The interactions are known: pops that waited for a former hub may go on, or are history. */
  afterFirstRead(): void {
    if (this.#settled) return;
    this.#settled = true;
    clearTimeout(this.#interactionTimer);
    this.#interactionTimer = undefined;
    for (const pop of this.#waiting()) {
      const isLive = pop.endedAt === undefined && this.#interactions.stateOf(pop.interactionId) !== undefined;
      if (pop.receivedAt < this.#startedAt && !isLive) void this.#settle(pop, 'expired');
    }
    this.pump();
  }

  onEvent(event: ScreenPopEvent): void {
    const now = Date.now();
    this.#asOf = now;
    const last = this.#latest(event.interactionId);
    if (last && last.endedAt === undefined) {
      // Another payload for the same assignment updates the item; what was opened stays opened.
      void this.#hub.store.pops.put({...last, source: event.source, payload: event.payload});
    } else {
      const assignment = (last?.assignment ?? 0) + 1;
      void this.#hub.store.pops.put({
        popId: `${event.interactionId}#${assignment}`,
        interactionId: event.interactionId,
        assignment,
        source: event.source,
        payload: event.payload,
        receivedAt: now,
        outcome: 'waiting',
      });
      this.#hub.log.info('pop_received', {id: event.interactionId, assignment, source: event.source.slice(0, 40)});
      this.#trim();
    }
    this.#hub.mark('pops');
    this.pump();
  }

  onInteraction({view}: InteractionChange): void {
    if (view.state === 'ended') {
      for (const pop of this.#hub.store.pops.all()) {
        if (pop.interactionId !== view.interactionId || pop.endedAt !== undefined) continue;
        void this.#hub.store.pops.put({...pop, endedAt: Date.now()});
      }
    }
    this.pump();
  }

  /** A page joined, became visible, was used, or got its adapter: pops that wait may have somewhere to go. */
  onPagesChanged(): void {
    this.#tried.clear();
    this.pump();
  }

  onPageGone(page: Page): void {
    for (const offer of [...this.#offers.values()]) {
      if (offer.pageId !== page.pageId) continue;
      if (offer.stage === 'gone') this.#loseGo(offer);
      else this.#endOffer(offer);
    }
    this.pump();
  }

  /** Offers every pop that may open now to the page that should open it. */
  pump(): void {
    this.#armExpiry();
    if (!arePhoneNumbersReady()) {
      const goOn = (): void => void (this.#hub.signal.aborted || this.pump());
      if (this.#waiting().length > 0) void this.#readNumbers().then(goOn);
      return;
    }
    for (const pop of this.#waiting()) {
      try {
        this.#advance(pop);
      } catch (error) {
        // One that cannot go on must not keep the others.
        this.#hub.log.error('pop_failed', {
          id: pop.interactionId,
          error: error instanceof Error ? error.name : 'unknown',
        });
      }
    }
    this.#hub.mark('pops');
  }

  /**
   * A page takes an offer: the first of those that were asked, a late one as well, for its page may be the only one.
   * The claim is on disk before `go` leaves, so that no other hub ever repeats it.
   */
  async accept(pageId: string, offerId: string): Promise<boolean> {
    const offer = this.#offers.get(offerId);
    const pop = offer && this.#pop(offer.popId);
    const page = this.#pages.get(pageId);
    if (!offer || offer.stage === 'gone' || offer.pageId !== pageId || pop?.outcome !== 'waiting' || !page)
      return false;
    if (this.#whyWait(pop) !== undefined) {
      // The agent took another contact meanwhile. Its answer is awaited, and then this page may be asked again.
      this.#endOffer(offer);
      this.#tried.get(pop.popId)?.delete(pageId);
      return false;
    }
    this.#endOffers(pop.popId);
    this.#startGo(offerId, pop, pageId);
    if (!(await this.#hub.store.pops.put({...pop, claimedAt: Date.now()}))) return false;
    page.post({kind: 'go', go: this.#go(offerId, pop)});
    return true;
  }

  /** What became of a pop. A late report is still the truth. */
  async report(pageId: string, offerId: string, result: PopResult): Promise<void> {
    const offer = this.#offers.get(offerId);
    if (!offer || offer.pageId !== pageId) return;
    clearTimeout(offer.timer);
    this.#offers.delete(offerId);
    this.learn(result.learned ?? []);
    const pop = this.#pop(offer.popId);
    if (!pop) return;
    await this.#hub.store.pops.put({
      ...pop,
      outcome: result.outcome,
      settledAt: Date.now(),
      records: result.records,
      draft: result.draft,
      cached: result.cached,
    });
    this.#asOf = Date.now();
    this.#hub.log.info('pop_outcome', {id: pop.interactionId, outcome: result.outcome, cached: result.cached ?? false});
    this.#hub.mark('pops');
  }

  /** Keeps the host's answers, for a host that does not answer in time and for pops that were looked up beforehand. */
  learn(answers: readonly CachedAnswer[]): void {
    for (const answer of answers) this.#hub.store.crmCache.put(cacheKey(answer.query), answer);
  }

  /**
   * The agent opens a pop in the page at hand, whatever became of it before.
   * @throws {CxoneError} `NOT_FOUND`.
   */
  async open(pageId: string, popId: string): Promise<PopGo> {
    const pop = this.#pop(popId);
    if (!pop) throw new CxoneError('NOT_FOUND', `no screen pop ${popId}`);
    await this.#readNumbers();
    this.#endOffers(popId);
    const offerId = crypto.randomUUID();
    this.#startGo(offerId, pop, pageId);
    await this.#hub.store.pops.put({...pop, claimedAt: Date.now()});
    return this.#go(offerId, pop);
  }

  /** The record that a contact's pop opened, or that the agent chose. */
  recordOf(interactionId: string): RecordRef | undefined {
    const pop = this.#latest(interactionId);
    return pop?.outcome === 'opened' ? pop.records?.[0] : undefined;
  }

  slice(): Omit<PopsSlice, 'version'> {
    return {
      asOf: this.#asOf,
      source: 'stream',
      dropped: this.#dropped,
      items: this.#newestFirst().map((pop) => this.#view(pop)),
    };
  }

  #view(pop: PopRecord): PopView {
    if (pop.outcome !== 'waiting') return popView(pop, undefined);
    const isOnItsWay = this.#offerFor(pop.popId) || this.#interactionWaitMs(pop) > 0;
    return popView(pop, this.#whyWait(pop) ?? (isOnItsWay ? 'host' : 'page'));
  }

  #whyWait(pop: PopRecord): ReturnType<typeof whyWait> {
    return whyWait(pop, this.#interactions.views(), this.#hub.settings);
  }

  /** Does with a pop that waits what may be done now: offers it to the page that should open it, or ends it. */
  #advance(pop: PopRecord): void {
    if (pop.endedAt !== undefined) {
      // What a page was told to open is that page's to report.
      if (!this.#offerFor(pop.popId)) void this.#settle(pop, 'expired');
      return;
    }
    const reason = this.#whyWait(pop);
    if (reason === 'busy' && !pop.waited) void this.#hub.store.pops.put({...pop, waited: true});
    const isFormer = !this.#settled && pop.receivedAt < this.#startedAt;
    if (isFormer || this.#offerFor(pop.popId)) return;
    const waitMs = this.#interactionWaitMs(pop);
    if (waitMs > 0) {
      // The oldest pop's, for they come in that order: a later one must not put it off.
      this.#interactionTimer ??= setTimeout(() => {
        this.#interactionTimer = undefined;
        this.pump();
      }, waitMs + 1);
      return;
    }
    if (reason === 'answer' || reason === 'busy') this.#lookUp(pop);
    if (reason !== undefined) return;
    const tried = this.#tried.get(pop.popId) ?? new Set();
    const page = this.#pages.bestForPop(tried);
    if (page) this.#offer(pop, page);
  }

  #offer(pop: PopRecord, page: Page): void {
    const offerId = crypto.randomUUID();
    const timer = setTimeout(() => {
      const offer = this.#offers.get(offerId);
      if (offer?.stage !== 'offered') return;
      this.#hub.log.warn('pop_offer_late', {id: pop.interactionId});
      this.#offers.set(offerId, {...offer, stage: 'late'});
      this.#tried.set(pop.popId, new Set(this.#tried.get(pop.popId)).add(page.pageId));
      this.pump();
    }, this.#hub.settings.popOfferTimeoutMs);
    this.#offers.set(offerId, {offerId, popId: pop.popId, pageId: page.pageId, stage: 'offered', timer});
    page.post({kind: 'offer', offerId});
  }

  /** How much longer a pop that came before its interaction waits for it: the rules may ask for numbers and medium. */
  #interactionWaitMs({interactionId, receivedAt}: PopRecord): number {
    const {popInteractionWaitMs, requestTimeoutMs} = this.#hub.settings;
    // Nobody knows yet what the agent is in. The list may be refused, so that is awaited no longer than a request takes.
    if (!this.#settled) return receivedAt + requestTimeoutMs - Date.now();
    const view = this.#interactions.view(interactionId);
    // A change of status tells of it too, without its session and numbers.
    if (view?.sessionId !== undefined || view?.from !== undefined) return 0;
    return receivedAt + popInteractionWaitMs - Date.now();
  }

  /** What is known of the world's numbers, loaded with the first pop. */
  #readNumbers(): Promise<void> {
    return loadPhoneNumbers(() => this.#hub.log.warn('part_missing', {part: 'phone-numbers'}));
  }

  #plan(pop: PopRecord): PlannedStep[] {
    const view = this.#interactions.view(pop.interactionId);
    const {popRules, defaultCountry} = this.#hub.settings;
    const subject = {
      interactionId: pop.interactionId,
      mediaType: view?.mediaType,
      ani: view?.from,
      dnis: view?.to,
      payload: pop.payload,
    };
    return planPop(popRules, subject, defaultCountry);
  }

  /** Has the searches of a pop done while it rings: it then opens at once. Once a pop; a page that fails is no loss. */
  #lookUp(pop: PopRecord): void {
    if (this.#lookedUp.has(pop.popId)) return;
    const page = this.#pages.bestForPop(new Set());
    if (page?.presence.adapter !== 'host') return;
    this.#lookedUp.add(pop.popId);
    const {popLookupTimeoutMs: lookupTimeoutMs} = this.#hub.settings;
    page.post({kind: 'look-up', lookUp: {popId: pop.popId, steps: this.#plan(pop), lookupTimeoutMs}});
  }

  #go(offerId: string, pop: PopRecord): PopGo {
    const view = this.#interactions.view(pop.interactionId);
    const steps = this.#plan(pop);
    const cached: CachedAnswer[] = [];
    for (const step of steps) {
      const answer = step.kind === 'search' ? this.#hub.store.crmCache.get(cacheKey(step.query)) : undefined;
      if (answer) cached.push(answer);
    }
    return {
      offerId,
      popId: pop.popId,
      interactionId: pop.interactionId,
      source: pop.source,
      payload: pop.payload,
      steps,
      cached,
      // Before its interaction is known it is about to ring.
      holdNewRecord:
        !view || view.state === 'ringing' || this.#interactions.views().some(({state}) => state === 'ringing'),
      lookupTimeoutMs: this.#hub.settings.popLookupTimeoutMs,
      ...(this.#lookedUp.has(pop.popId) && {freshSince: pop.receivedAt}),
    };
  }

  #startGo(offerId: string, pop: PopRecord, pageId: string): void {
    const timer = setTimeout(() => {
      const offer = this.#offers.get(offerId);
      if (offer) this.#loseGo(offer);
    }, this.#hub.settings.popGoTimeoutMs);
    this.#offers.set(offerId, {offerId, popId: pop.popId, pageId, stage: 'gone', timer});
    this.#hub.mark('pops');
  }

  #endOffer(offer: Offer): void {
    clearTimeout(offer.timer);
    this.#offers.delete(offer.offerId);
  }

  #endOffers(popId: string): void {
    for (const offer of [...this.#offers.values()]) if (offer.popId === popId) this.#endOffer(offer);
  }

  /** After `go` nobody knows whether the page navigated: it is shown, and never repeated by itself. */
  #loseGo(offer: Offer): void {
    clearTimeout(offer.timer);
    // The offer stays known, so that a late report is still heard.
    const pop = this.#pop(offer.popId);
    if (pop?.outcome === 'waiting') void this.#settle(pop, 'unknown');
  }

  async #settle(pop: PopRecord, outcome: PopOutcome): Promise<void> {
    this.#asOf = Date.now();
    this.#hub.log.info('pop_outcome', {id: pop.interactionId, outcome});
    this.#hub.mark('pops');
    if (outcome === 'expired') this.#endOffers(pop.popId);
    await this.#hub.store.pops.put({...pop, outcome, settledAt: this.#asOf});
  }

  /** Makes room: what waits too long in the line is dropped and shown so, old history leaves. */
  #trim(): void {
    const {settings, store} = this.#hub;
    const isLive = (id: string): boolean => this.#interactions.stateOf(id) !== undefined;
    const {dropped, forgotten} = overflow(this.#newestFirst(), settings.popBufferSize, isLive);
    for (const pop of dropped) {
      this.#endOffers(pop.popId);
      void store.pops.put({...pop, outcome: 'dropped', settledAt: Date.now()});
    }
    for (const {popId} of forgotten) {
      this.#tried.delete(popId);
      this.#lookedUp.delete(popId);
      store.pops.delete(popId);
    }
    this.#dropped += dropped.length;
    this.#dropWarning.count(dropped.length);
  }

  #armExpiry(): void {
    clearTimeout(this.#expiryTimer);
    const waiting = this.#waiting();
    if (waiting.length === 0 || this.#hub.signal.aborted) return;
    const {popMaxWaitMs} = this.#hub.settings;
    const next = Math.min(...waiting.map((pop) => pop.receivedAt + popMaxWaitMs));
    this.#expiryTimer = setTimeout(
      () => {
        for (const pop of this.#waiting()) {
          if (!this.#offerFor(pop.popId) && Date.now() - pop.receivedAt >= popMaxWaitMs)
            void this.#settle(pop, 'expired');
        }
        this.#armExpiry();
      },
      Math.max(0, next - Date.now()) + 1,
    );
  }

  #waiting(): PopRecord[] {
    return this.#hub.store.pops.all().filter((pop) => pop.outcome === 'waiting');
  }

  #newestFirst(): PopRecord[] {
    // The store has the oldest first: of two in one millisecond the later one is the newer.
    return this.#hub.store.pops
      .all()
      .reverse()
      .sort((a, b) => b.receivedAt - a.receivedAt);
  }

  #pop(popId: string): PopRecord | undefined {
    return this.#hub.store.pops.get(popId);
  }

  #latest(interactionId: string): PopRecord | undefined {
    return this.#hub.store.pops
      .all()
      .filter((pop) => pop.interactionId === interactionId)
      .sort((a, b) => b.assignment - a.assignment)[0];
  }

  /** The offer that a page may still answer in time, or that was let go. */
  #offerFor(popId: string): Offer | undefined {
    for (const offer of this.#offers.values()) if (offer.popId === popId && offer.stage !== 'late') return offer;
    return undefined;
  }
}
