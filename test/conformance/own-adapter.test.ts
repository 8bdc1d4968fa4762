import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {it} from 'node:test';
import {browserPath} from '../../scripts/browser-path.mjs';
import {LONG} from '../support/long.js';

const url = (path: string): URL => new URL(`../../${path}`, import.meta.url);
const file = (path: string): string => readFileSync(url(path), 'utf8');

it('docs/conformance.md shows the example as it is', () => {
  const shown = [...file('docs/conformance.md').matchAll(/<!-- (\S+) -->\n\n```js\n(.*?)```\n/gs)];
  assert.equal(shown.length, 4);
  for (const [, path, code] of shown) assert.equal(code, file(path!), path);
});

/** Some of the scenarios: one that opens, one that fills in a form, one that is told of clicks. */
const SOME = ['exact id', 'opens the form', 'clicked twice'];

it('the example passes, run as its reader does', async () => {
  const args = ['--test', '--test-reporter=spec', ...(LONG ? [] : SOME.map((name) => `--test-name-pattern=${name}`))];
  const env = {...process.env, CHROME_PATH: process.env['CHROME_PATH'] ?? (await browserPath())};
  // Else it takes itself for a part of this run.
  delete (env as NodeJS.ProcessEnv)['NODE_TEST_CONTEXT'];
  const {code, out} = await new Promise<{code: number; out: string}>((resolve) => {
    const child = execFile(
      process.execPath,
      [...args, fileURLToPath(url('demo/own-adapter/acme.conformance.mjs'))],
      {env},
      (_error, out) => resolve({code: child.exitCode ?? 1, out}),
    );
  });
  assert.equal(code, 0, out);
  const passed = Number(/^ℹ pass (\d+)$/m.exec(out)?.[1]);
  assert.ok(LONG ? passed > SOME.length : passed === SOME.length, out);
});
