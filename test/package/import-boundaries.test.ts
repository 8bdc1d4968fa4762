import assert from 'node:assert/strict';
import {join} from 'node:path';
import {describe, it} from 'node:test';
import {fileURLToPath} from 'node:url';
import {parser} from 'typescript-eslint';
import {Linter} from 'eslint';
import importBoundaries from '../../scripts/eslint/import-boundaries.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const linter = new Linter({cwd: root});

/** What the rule says of a line in a file. */
function says(file: string, code: string): string[] {
  const config = [
    {
      files: ['**/*.ts'],
      languageOptions: {parser: parser as Linter.Parser},
      plugins: {cxone: {rules: {'import-boundaries': importBoundaries}}},
      rules: {'cxone/import-boundaries': 'error' as const},
    },
  ];
  return linter.verify(code, config, {filename: join(root, file)}).map(({messageId, message}) => messageId ?? message);
}

const forbidden: [file: string, code: string][] = [
  ['src/domain/a.ts', "import {x} from '../machines/b.js';"],
  ['src/domain/a.ts', "import type {x} from '../session/session.js';"],
  ['src/machines/a.ts', "import {x} from '../worker/hub.js';"],
  ['src/machines/a.ts', "export * from '../session/index.js';"],
  ['src/platform/v2/a.ts', "import {x} from '../../session/session.js';"],
  ['src/platform/client/a.ts', "import type {x} from '../../worker/log.js';"],
  ['src/worker/a.ts', "void import('../adapters/generic/generic.js');"],
  ['src/adapters/generic/a.ts', "import type {x} from '../../session/session.js';"],
  ['src/components/a/a.ts', "import {hub} from '../../worker/hub.js';"],
  ['src/components/a/a.ts', "void import('../../worker/hub.js');"],
  ['src/components/a/a.ts', "type A = import('../../worker/hub.js').Hub;"],
  ['src/components/a/a.ts', "import {x} from '../../adapters/generic/generic.js';"],
  ['src/session/a.ts', "import {x} from '../components/b/b.js';"],
  ['src/session/a.ts', "import {x} from '../machines/b.js';"],
  ['simulator/a.ts', "import {x} from '../src/worker/store.js';"],
  ['src/worker/a.ts', "import {x} from '../../simulator/index.js';"],
  ['src/components/a/a.ts', "import {x} from '../../../test/support/x.js';"],
];

const late: [file: string, code: string][] = [
  ['src/session/a.ts', "import {Hub} from '../worker/hub.js';"],
  ['src/session/a.ts', "export {Hub} from '../worker/hub.js';"],
  ['src/session/a.ts', "import {x} from '../adapters/generic/generic.js';"],
  ['src/session/a.ts', "import {type A, b} from '../adapters/generic/generic.js';"],
];

const allowed: [file: string, code: string][] = [
  ['src/machines/a.ts', "import {x} from '../domain/b.js';"],
  ['src/machines/a.ts', "import {x} from './b.js'; import {setup} from 'xstate';"],
  ['src/platform/v2/a.ts', "import {x} from '../../domain/b.js'; import {y} from '../client/http.js';"],
  ['src/worker/status/a.ts', "import {x} from '../../platform/port/a.js'; import {y} from '../store/b.js';"],
  ['src/session/a.ts', "void import('../worker/hub.js'); void import('../adapters/generic/generic.js');"],
  ['src/session/a.ts', "import type {Hub} from '../worker/hub.js'; export type {B} from '../worker/b.js';"],
  ['src/session/a.ts', "import {WIRE} from '../worker/hub-api.js';"],
  ['src/session/a.ts', "import {AdapterError} from '../adapters/crm-adapter.js';"],
  ['src/components/a/a.ts', "import {x} from '../../session/session.js'; import {y} from '../widget.js';"],
  ['simulator/a.ts', "import {x} from '../src/domain/b.js'; import {y} from '../src/platform/v2/wire/index.js';"],
  ['src/index.ts', "export * from './components/a/a.js'; export * from './session/index.js';"],
];

describe('the import boundaries', () => {
  for (const [file, code] of forbidden) {
    it(`refuses ${code} in ${file}`, () => assert.deepEqual(says(file, code), ['forbidden']));
  }
  for (const [file, code] of late) {
    it(`wants a dynamic import for ${code} in ${file}`, () => assert.deepEqual(says(file, code), ['dynamic']));
  }
  for (const [file, code] of allowed) {
    it(`lets ${code} in ${file}`, () => assert.deepEqual(says(file, code), []));
  }
});
