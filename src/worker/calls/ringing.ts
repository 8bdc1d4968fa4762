import type {Interactions} from './interactions.js';
import type {Page, Pages} from '../pages.js';

/** Makes one page ring (tone, title, notification) for as long as an interaction rings. */
export class Ringing {
  readonly #interactions: Interactions;
  readonly #pages: Pages;
  #ringing: {readonly pageId: string; readonly interactionId: string} | undefined;

  constructor(interactions: Interactions, pages: Pages) {
    this.#interactions = interactions;
    this.#pages = pages;
  }

  /** Decides again what rings and on which page. A page that is ringing keeps ringing: a tone must not hop between tabs. */
  update(): void {
    const interactionId = this.#interactions.views().find(({state}) => state === 'ringing')?.interactionId;
    const now = this.#ringing;
    const page = (now && this.#pages.get(now.pageId)) ?? this.#pages.bestForAttention();
    if (now?.interactionId === interactionId && now?.pageId === page?.pageId) return;
    if (now) this.#pages.get(now.pageId)?.post({kind: 'ring', interactionId: undefined});
    this.#ringing = undefined;
    if (interactionId !== undefined && page) this.#start(page, interactionId);
  }

  #start(page: Page, interactionId: string): void {
    this.#ringing = {pageId: page.pageId, interactionId};
    page.post({kind: 'ring', interactionId});
  }
}
