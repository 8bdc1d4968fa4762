import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {CxoneError} from '../../src/domain/errors.js';
import type {Page} from '../../src/worker/pages.js';
import {TokenSources} from '../../src/worker/connection/token-sources.js';
import type {GrantedToken} from '../../src/platform/client/token-keeper.js';

const {signal} = new AbortController();

/** Pages, last used first, and what their brokers answer. */
function scene(answers: Readonly<Record<string, 'token' | CxoneError>>) {
  const pages: Page[] = [];
  const asked: string[] = [];
  const sources = new TokenSources({tokenGivers: () => [...pages]}, (tokenUrl) => () => {
    asked.push(tokenUrl);
    const answer = answers[tokenUrl]!;
    return answer === 'token' ? Promise.resolve({accessToken: tokenUrl}) : Promise.reject(answer);
  });
  const add = (pageId: string, more: Partial<Page>): Page => {
    const page = {pageId, canGiveTokens: false, post: () => undefined, ...more} as Page;
    pages.push(page);
    return page;
  };
  const leave = (page: Page): void => {
    pages.splice(pages.indexOf(page), 1);
    sources.onPageGone(page);
  };
  return {asked, sources, add, leave};
}
const refused = new CxoneError('TOKEN_REFUSED', 'invalid_client');
const down = new CxoneError('TOKEN_SOURCE_FAILED', 'down', {status: 503});

describe('where tokens come from', () => {
  it('are the pages that are there: the address of one that is gone is not asked', async () => {
    const {asked, sources, add, leave} = scene({'/1': 'token', '/2': 'token'});
    const first = add('p1', {tokenUrl: '/1'});
    add('p2', {tokenUrl: '/2'});
    assert.equal((await sources.get(signal)).accessToken, '/1');
    leave(first);
    assert.equal((await sources.get(signal)).accessToken, '/2');
    assert.deepEqual(asked, ['/1', '/2']);
  });

  it('are asked one after the other, each address once, and first the one that worked', async () => {
    const {asked, sources, add} = scene({'/1': down, '/2': 'token'});
    for (const [id, tokenUrl] of [
      ['p1', '/1'],
      ['p2', '/1'],
      ['p3', '/2'],
    ] as const)
      add(id, {tokenUrl});
    await sources.get(signal);
    assert.deepEqual(asked.splice(0), ['/1', '/2']);
    await sources.get(signal);
    assert.deepEqual(asked, ['/2']);
  });

  it('refuse for good only when all do', async () => {
    const {sources, add} = scene({'/1': refused, '/2': down});
    add('p1', {tokenUrl: '/1'});
    await assert.rejects(sources.get(signal), {code: 'TOKEN_REFUSED'});
    add('p2', {tokenUrl: '/2'});
    await assert.rejects(sources.get(signal), {code: 'TOKEN_SOURCE_FAILED', status: 503});
  });

  it('are missing where no page has one, and news when one comes', async () => {
    const {sources, add} = scene({'/1': down});
    await assert.rejects(sources.get(signal), {code: 'TOKEN_SOURCE_FAILED'});
    const page = add('p1', {tokenUrl: '/1'});
    assert.equal(sources.isNews(page), true);
    await assert.rejects(sources.get(signal));
    assert.equal(sources.isNews({...page, pageId: 'p2'}), false);
  });

  it('can be a page itself; one that leaves instead of answering is no answer', async () => {
    const {sources, add, leave} = scene({'/2': 'token'});
    const answers: ((granted: GrantedToken) => void)[] = [];
    const page = add('p1', {
      canGiveTokens: true,
      post: (message) => {
        if (message.kind !== 'token-please') return;
        answers.push((granted) => sources.give(message.requestId, {ok: true, ...granted}));
      },
    });
    const first = sources.get(signal);
    answers[0]!({accessToken: 'own'});
    assert.equal((await first).accessToken, 'own');
    add('p2', {tokenUrl: '/2'});
    const second = sources.get(signal);
    leave(page);
    assert.equal((await second).accessToken, '/2');
  });
});
