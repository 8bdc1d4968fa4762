import type {CachedAnswer, PlannedStep, SearchQuery} from '../../domain/screen-pop.js';
import type {Interactions} from '../calls/interactions.js';
import type {PopGo} from '../hub-api.js';
import type {HubContext} from '../hub-context.js';
import type {Page} from '../pages.js';
import type {PopRecord} from '../store/schema.js';
import {planPop} from './pop-plan.js';

const cacheKey = (query: SearchQuery): string => JSON.stringify([query.entity, query.by, query.value.toLowerCase()]);

/** What a page is told to do for a pop, and what it learns from the host. */
export class PopWork {
  readonly #hub: HubContext;
  readonly #interactions: Interactions;
  /** Pops whose searches have started while the contact rings. */
  readonly #lookedUp = new Set<string>();

  constructor(hub: HubContext, interactions: Interactions) {
    this.#hub = hub;
    this.#interactions = interactions;
  }

  /** Starts a pop's searches while it rings, so that it opens at once later. Once per pop; a failure costs nothing. */
  lookUp(pop: PopRecord, page: Page | undefined): void {
    if (this.#lookedUp.has(pop.popId) || page?.presence.adapter !== 'host') return;
    this.#lookedUp.add(pop.popId);
    const {popLookupTimeoutMs: lookupTimeoutMs} = this.#hub.settings;
    page.post({kind: 'look-up', lookUp: {popId: pop.popId, steps: this.#plan(pop), lookupTimeoutMs}});
  }

  /** What to open, with the answers that are known already. */
  go(offerId: string, pop: PopRecord): PopGo {
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
      // A pop whose interaction is not known yet is about to ring.
      holdNewRecord:
        !view || view.state === 'ringing' || this.#interactions.views().some(({state}) => state === 'ringing'),
      lookupTimeoutMs: this.#hub.settings.popLookupTimeoutMs,
      ...(this.#lookedUp.has(pop.popId) && {freshSince: pop.receivedAt}),
    };
  }

  /** Keeps the host's answers, for a host that does not answer in time and for pops that were looked up beforehand. */
  learn(answers: readonly CachedAnswer[]): void {
    for (const answer of answers) this.#hub.store.crmCache.put(cacheKey(answer.query), answer);
  }

  forget(popId: string): void {
    this.#lookedUp.delete(popId);
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
}
