import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {it} from 'node:test';
import {browserPath} from '../../scripts/browser-path.mjs';

const file = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

it('docs/conformance.md shows the example as it is', () => {
  const shown = [...file('docs/conformance.md').matchAll(/<!-- (\S+) -->\n\n```js\n(.*?)```\n/gs)];
  assert.equal(shown.length, 4);
  for (const [, path, code] of shown) assert.equal(code, file(path!), path);
});

// The example's own test, as its reader runs it.
process.env['CHROME_PATH'] ??= await browserPath();
await import(new URL('../../demo/own-adapter/acme.conformance.mjs', import.meta.url).href);
