import {CxoneError, isCxoneError} from '../../domain/errors.js';
import type {TokenGift} from '../hub-api.js';
import type {Page, Pages} from '../pages.js';
import type {GrantedToken, TokenGetter} from '../../platform/client/token-keeper.js';

type Giver = Pick<Page, 'pageId' | 'canGiveTokens' | 'tokenUrl'>;

/** Pages of one kind share one broker. */
const sourceOf = ({tokenUrl, pageId}: Giver): string => tokenUrl ?? pageId;

/**
 * Where tokens come from: the pages that are there, each with a broker's address or a function of its own. A page's
 * address is forgotten with the page: what opens for it may open for nobody else.
 */
export class TokenSources {
  readonly #pages: Pick<Pages, 'tokenGivers'>;
  readonly #broker: (tokenUrl: string) => TokenGetter;
  readonly #asks = new Map<string, {readonly pageId: string; readonly give: (gift: TokenGift) => void}>();
  /** Those that gave nothing when last asked: asked after the others. */
  readonly #failing = new Set<string>();
  /** Those that were asked the last time. */
  #asked = new Set<string>();

  constructor(pages: Pick<Pages, 'tokenGivers'>, broker: (tokenUrl: string) => TokenGetter) {
    this.#pages = pages;
    this.#broker = broker;
  }

  /**
   * Asks the pages' sources, last used first, until one gives a token. One that is silent takes all the time, once.
   * @throws {CxoneError} `TOKEN_REFUSED` when all of them refuse for good; else why the first did not.
   */
  async get(signal: AbortSignal): Promise<GrantedToken> {
    const isFailing = (page: Page): number => Number(this.#failing.has(sourceOf(page)));
    const asked = (this.#asked = new Set<string>());
    let failure: CxoneError | undefined;
    for (const page of this.#pages.tokenGivers().sort((a, b) => isFailing(a) - isFailing(b))) {
      if (signal.aborted) break;
      const source = sourceOf(page);
      if (asked.has(source)) continue;
      asked.add(source);
      try {
        const {tokenUrl} = page;
        const granted = await (tokenUrl === undefined ? this.#askPage(page, signal) : this.#broker(tokenUrl)(signal));
        this.#failing.delete(source);
        return granted;
      } catch (cause) {
        this.#failing.add(source);
        const error = isCxoneError(cause)
          ? cause
          : new CxoneError('TOKEN_SOURCE_FAILED', 'the token source failed', {cause});
        if (!failure || (failure.code === 'TOKEN_REFUSED' && error.code !== 'TOKEN_REFUSED')) failure = error;
      }
    }
    throw failure ?? new CxoneError('TOKEN_SOURCE_FAILED', 'no page here has a token source');
  }

  /** Whether a page brings a source that was not asked the last time: why wait any longer? */
  isNews(page: Giver): boolean {
    return (page.canGiveTokens || page.tokenUrl !== undefined) && !this.#asked.has(sourceOf(page));
  }

  /** A page's answer. */
  give(requestId: string, gift: TokenGift): void {
    this.#asks.get(requestId)?.give(gift);
  }

  onPageGone(page: Page): void {
    const source = sourceOf(page);
    if (!this.#pages.tokenGivers().some((other) => sourceOf(other) === source)) {
      this.#failing.delete(source);
      this.#asked.delete(source);
    }
    for (const ask of this.#asks.values()) {
      if (ask.pageId === page.pageId) ask.give({ok: false, message: 'the page is gone'});
    }
  }

  async #askPage({pageId, post}: Page, signal: AbortSignal): Promise<GrantedToken> {
    const requestId = crypto.randomUUID();
    const gift = await new Promise<TokenGift>((give) => {
      const none = (): void => give({ok: false, message: 'no answer'});
      signal.addEventListener('abort', none);
      this.#asks.set(requestId, {
        pageId,
        give: (gift) => {
          signal.removeEventListener('abort', none);
          give(gift);
        },
      });
      post({kind: 'token-please', requestId});
    });
    this.#asks.delete(requestId);
    if (!gift.ok)
      throw new CxoneError('TOKEN_SOURCE_FAILED', "the page's token source gave no token", {cause: gift.message});
    const {accessToken, expiresInSeconds, scope} = gift;
    return {accessToken, expiresInSeconds, scope};
  }
}
