import {CxoneError} from '../../domain/errors.js';
import type {CachedAnswer, PopResult, RecordRef} from '../../domain/screen-pop.js';
import type {PopsSlice, PopView} from '../../domain/snapshot.js';
import type {ScreenPopEvent} from '../../platform/port/platform.js';
import type {InteractionChange, Interactions} from '../calls/interactions.js';
import type {PopGo} from '../hub-api.js';
import type {HubContext} from '../hub-context.js';
import type {Page, Pages} from '../pages.js';
import type {PopRecord} from '../store/schema.js';
import {arePhoneNumbersReady, loadPhoneNumbers} from './phone-numbers.js';
import {PopLedger} from './pop-ledger.js';
import {whyWait} from './pop-moment.js';
import {PopOffers} from './pop-offers.js';
import {popView} from './pop-view.js';
import {PopWork} from './pop-work.js';

/** Screen pops: a bounded buffer over a ledger that makes each of them open at most once, in one page. */
export class ScreenPops {
  readonly #hub: HubContext;
  readonly #pages: Pages;
  readonly #interactions: Interactions;
  readonly #ledger: PopLedger;
  readonly #offers: PopOffers;
  readonly #work: PopWork;
  /** Older pops belong to a former hub: they are history unless their interaction is still live. Epoch ms. */
  readonly #startedAt = Date.now();
  #expiryTimer: ReturnType<typeof setTimeout> | undefined;
  #interactionTimer: ReturnType<typeof setTimeout> | undefined;
  /** Whether the interactions are known. Until then, no pop of a former hub may open. */
  #settled = false;

  constructor(hub: HubContext, pages: Pages, interactions: Interactions) {
    this.#hub = hub;
    this.#pages = pages;
    this.#interactions = interactions;
    this.#ledger = new PopLedger(hub, interactions);
    this.#work = new PopWork(hub, interactions);
    this.#offers = new PopOffers(hub, {
      onLate: () => this.pump(),
      onLost: (popId) => {
        // The panel shows it; only the agent may open it again.
        const pop = this.#ledger.get(popId);
        if (pop?.outcome === 'waiting') this.#ledger.settle(pop, 'unknown');
      },
    });
    hub.signal.addEventListener('abort', () => {
      clearTimeout(this.#expiryTimer);
      clearTimeout(this.#interactionTimer);
    });
    // A claimed pop without a report may have opened before the former hub ended.
    for (const pop of this.#ledger.waiting()) if (pop.claimedAt !== undefined) this.#ledger.settle(pop, 'unknown');
  }

  /** Once the interactions are known, a former hub's waiting pops go on or become history. */
  afterFirstRead(): void {
    if (this.#settled) return;
    this.#settled = true;
    clearTimeout(this.#interactionTimer);
    this.#interactionTimer = undefined;
    for (const pop of this.#ledger.waiting()) {
      const isLive = pop.endedAt === undefined && this.#interactions.stateOf(pop.interactionId) !== undefined;
      if (pop.receivedAt < this.#startedAt && !isLive) this.#expire(pop);
    }
    this.pump();
  }

  onEvent(event: ScreenPopEvent): void {
    if (this.#ledger.receive(event)) this.#trim();
    this.#hub.mark('pops');
    this.pump();
  }

  onInteraction({view}: InteractionChange): void {
    if (view.state === 'ended') this.#ledger.markEnded(view.interactionId);
    this.pump();
  }

  /** A page joined, became visible, was used, or got its adapter: waiting pops may now find a page. */
  onPagesChanged(): void {
    this.#offers.askAllAgain();
    this.pump();
  }

  onPageGone(page: Page): void {
    this.#offers.onPageGone(page.pageId);
    this.pump();
  }

  /** Offers every pop that may open now to the page that should open it. */
  pump(): void {
    this.#armExpiry();
    const waiting = this.#ledger.waiting();
    if (!arePhoneNumbersReady()) {
      const goOn = (): void => void (this.#hub.signal.aborted || this.pump());
      if (waiting.length > 0) void this.#readNumbers().then(goOn);
      return;
    }
    for (const pop of waiting) {
      try {
        this.#advance(pop);
      } catch (error) {
        // A pop that fails must not block the others.
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
    const pop = offer && this.#ledger.get(offer.popId);
    const page = this.#pages.get(pageId);
    if (!offer || offer.stage === 'gone' || offer.pageId !== pageId || pop?.outcome !== 'waiting' || !page)
      return false;
    if (this.#whyWait(pop) !== undefined) {
      // The pop may no longer open, for example because the agent took another contact. This page may be asked again later.
      this.#offers.takeBack(offer);
      return false;
    }
    this.#offers.letGo(offerId, pop, pageId);
    if (!(await this.#ledger.claim(pop))) return false;
    page.post({kind: 'go', go: this.#work.go(offerId, pop)});
    return true;
  }

  /** Takes a page's report of an outcome. A late report still counts. */
  async report(pageId: string, offerId: string, result: PopResult): Promise<void> {
    const offer = this.#offers.get(offerId);
    if (!offer || offer.pageId !== pageId) return;
    this.#offers.end(offer);
    this.learn(result.learned ?? []);
    const pop = this.#ledger.get(offer.popId);
    if (pop) await this.#ledger.report(pop, result);
  }

  /** Keeps the host's answers. */
  learn(answers: readonly CachedAnswer[]): void {
    this.#work.learn(answers);
  }

  /**
   * The agent opens a pop in the page at hand, whatever became of it before.
   * @throws {CxoneError} `NOT_FOUND`.
   */
  async open(pageId: string, popId: string): Promise<PopGo> {
    const pop = this.#ledger.get(popId);
    if (!pop) throw new CxoneError('NOT_FOUND', `no screen pop ${popId}`);
    await this.#readNumbers();
    const offerId = crypto.randomUUID();
    this.#offers.letGo(offerId, pop, pageId);
    await this.#ledger.claim(pop);
    return this.#work.go(offerId, pop);
  }

  /** The record that a contact's pop opened, or that the agent chose. */
  recordOf(interactionId: string): RecordRef | undefined {
    const pop = this.#ledger.latest(interactionId);
    return pop?.outcome === 'opened' ? pop.records?.[0] : undefined;
  }

  slice(): Omit<PopsSlice, 'version'> {
    const {asOf, dropped} = this.#ledger;
    return {asOf, source: 'stream', dropped, items: this.#ledger.newestFirst().map((pop) => this.#view(pop))};
  }

  #view(pop: PopRecord): PopView {
    if (pop.outcome !== 'waiting') return popView(pop, undefined);
    const isOnItsWay = this.#offers.forPop(pop.popId) || this.#interactionWaitMs(pop) > 0;
    return popView(pop, this.#whyWait(pop) ?? (isOnItsWay ? 'host' : 'page'));
  }

  #whyWait(pop: PopRecord): ReturnType<typeof whyWait> {
    return whyWait(pop, this.#interactions.views(), this.#hub.settings);
  }

  /** Moves a waiting pop on: offers it to the page that should open it, or ends it. */
  #advance(pop: PopRecord): void {
    const isOffered = this.#offers.forPop(pop.popId) !== undefined;
    if (pop.endedAt !== undefined) {
      // Once a page was told to go, only that page reports the outcome.
      if (!isOffered) this.#expire(pop);
      return;
    }
    const reason = this.#whyWait(pop);
    if (reason === 'busy') this.#ledger.markWaited(pop);
    const isFormer = !this.#settled && pop.receivedAt < this.#startedAt;
    if (isFormer || isOffered) return;
    const waitMs = this.#interactionWaitMs(pop);
    if (waitMs > 0) {
      // Pops come oldest first, so the timer is the oldest pop's; a later pop must not delay it.
      this.#interactionTimer ??= setTimeout(() => {
        this.#interactionTimer = undefined;
        this.pump();
      }, waitMs + 1);
      return;
    }
    if (reason === 'answer' || reason === 'busy') this.#work.lookUp(pop, this.#pages.bestForPop(new Set()));
    if (reason !== undefined) return;
    const page = this.#pages.bestForPop(this.#offers.tried(pop.popId));
    if (page) this.#offers.make(pop, page);
  }

  /** How much longer a pop that came before its interaction waits for it: the rules may ask for numbers and medium. */
  #interactionWaitMs({interactionId, receivedAt}: PopRecord): number {
    const {popInteractionWaitMs, requestTimeoutMs} = this.#hub.settings;
    // The interactions are not known yet. Their read may fail, so wait no longer than one request may take.
    if (!this.#settled) return receivedAt + requestTimeoutMs - Date.now();
    const view = this.#interactions.view(interactionId);
    // A status event also creates the interaction, but without session and numbers.
    if (view?.sessionId !== undefined || view?.from !== undefined) return 0;
    return receivedAt + popInteractionWaitMs - Date.now();
  }

  /** Loads the phone library with the first pop. */
  #readNumbers(): Promise<void> {
    return loadPhoneNumbers(() => this.#hub.log.warn('part_missing', {part: 'phone-numbers'}));
  }

  #expire(pop: PopRecord): void {
    this.#offers.endAll(pop.popId);
    this.#ledger.settle(pop, 'expired');
  }

  #trim(): void {
    const {dropped, forgotten} = this.#ledger.trim();
    for (const {popId} of dropped) this.#offers.endAll(popId);
    for (const {popId} of forgotten) {
      this.#offers.forget(popId);
      this.#work.forget(popId);
    }
  }

  #armExpiry(): void {
    clearTimeout(this.#expiryTimer);
    const waiting = this.#ledger.waiting();
    if (waiting.length === 0 || this.#hub.signal.aborted) return;
    const {popMaxWaitMs} = this.#hub.settings;
    const next = Math.min(...waiting.map((pop) => pop.receivedAt + popMaxWaitMs));
    this.#expiryTimer = setTimeout(
      () => {
        for (const pop of this.#ledger.waiting()) {
          if (!this.#offers.forPop(pop.popId) && Date.now() - pop.receivedAt >= popMaxWaitMs) this.#expire(pop);
        }
        this.#armExpiry();
      },
      Math.max(0, next - Date.now()) + 1,
    );
  }
}
