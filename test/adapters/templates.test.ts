import {expect} from '@open-wc/testing';
import fc from '../support/fast-check.js';
import {AdapterError} from '../../src/adapters/crm-adapter.js';
import {fillUrl} from '../../src/adapters/generic/templates.js';

const PAGE = 'https://crm.example.com/desk/';

function code(template: string, values: Record<string, string> = {}): string {
  try {
    return fillUrl(template, values, PAGE).href;
  } catch (error) {
    return (error as AdapterError).code;
  }
}

describe('URL templates of the generic adapter', () => {
  const cases: readonly [template: string, values: Record<string, string>, expected: string][] = [
    ['/accounts/{id}', {id: 'ACC-1'}, 'https://crm.example.com/accounts/ACC-1'],
    ['#/accounts/{id}', {id: 'a/b?c#d'}, 'https://crm.example.com/desk/#/accounts/a%2Fb%3Fc%23d'],
    ['https://other.example/x?e={email}&n={name}', {email: 'a&b=c@d'}, 'https://other.example/x?e=a%26b%3Dc%40d&n='],
    ['/x/{id}', {id: '../../admin'}, 'https://crm.example.com/x/..%2F..%2Fadmin'],
    ['/x/{id}/y', {id: '..'}, 'unsafeUrl'],
    ['/x?n={n}', {n: '<img onerror=alert(1)>'}, 'https://crm.example.com/x?n=%3Cimg%20onerror%3Dalert(1)%3E'],
    ['javascript:open("{id}")', {id: '1'}, 'unsafeUrl'],
    ['data:text/html,{id}', {id: '1'}, 'unsafeUrl'],
    ['java\nscript:alert({id})', {id: '1'}, 'unsafeUrl'],
    ['{url}', {url: 'javascript:alert(1)'}, 'badConfig'],
    [' {url}/x', {url: 'x'}, 'badConfig'],
    ['{scheme}://x/', {scheme: 'javascript'}, 'badConfig'],
    ['https://{tenant}.example.com/{id}', {tenant: 'evil.com/', id: '1'}, 'badConfig'],
    ['https://crm.example.com:{port}/', {port: '1'}, 'badConfig'],
    ['//{host}/x', {host: 'evil.com'}, 'badConfig'],
    ['\\\\{host}/x', {host: 'evil.com'}, 'badConfig'],
    ['/x/{__proto__}', {}, 'https://crm.example.com/x/'],
    ['/x/{constructor}', {}, 'https://crm.example.com/x/'],
  ];
  for (const [template, values, expected] of cases) {
    it(`${JSON.stringify(template)} with ${JSON.stringify(values)}`, () => {
      expect(code(template, values)).to.equal(expected);
    });
  }

  it('stays on its host, in its scheme and in its place, whatever the value', () => {
    fc.assert(
      fc.property(fc.string({unit: 'binary', maxLength: 40}), (id) => {
        // A lone surrogate has no encoding; the platform's JSON cannot carry one either.
        fc.pre(!/\p{Surrogate}/u.test(id));
        let url: URL;
        try {
          url = fillUrl('https://crm.example.com/a/{id}/z?q={id}#{id}', {id}, PAGE);
        } catch (error) {
          expect(id).to.be.oneOf(['.', '..']);
          expect(error).to.be.instanceOf(AdapterError);
          return;
        }
        expect(url.origin).to.equal('https://crm.example.com');
        expect(url.pathname.split('/')).to.have.lengthOf(4);
        expect(decodeURIComponent(url.pathname.split('/')[2]!)).to.equal(id);
        expect(url.searchParams.get('q')).to.equal(id);
      }),
      {numRuns: 500},
    );
  });
});
