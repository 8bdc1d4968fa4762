/**
 * Runs all tests; a bare clone with Node and npm is enough. The last line is `N passed, N failed`.
 * `npm test -- --only=node` (or browser, e2e, conformance, stories), `npm test -- acw` (files whose path contains "acw").
 */
import {existsSync, mkdtempSync, readFileSync, readdirSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {ensureBuilt, ensureInstalled, root, run} from './ensure.mjs';

/** All test files below folders of `test`, the longest-lived group's order kept. */
function filesIn(folders, ending) {
  const below = (path) =>
    !existsSync(join(root, path))
      ? []
      : readdirSync(join(root, path), {withFileTypes: true}).flatMap((entry) =>
          entry.isDirectory() ? below(`${path}/${entry.name}`) : [`${path}/${entry.name}`],
        );
  return folders
    .flatMap(below)
    .filter((path) => path.endsWith(ending))
    .sort();
}

const counts = (name) => `--test-reporter=./scripts/${name}`;
const nodeTests = (files, ...options) => [
  '--import=tsx',
  '--test',
  ...options,
  '--test-reporter=spec',
  '--test-reporter-destination=stdout',
  counts('node-test-counts.mjs'),
  `--test-reporter-destination=${process.env.CXONE_COUNTS}`,
  ...files,
];

/**
 * What there is to run. `limitMs` is the group's overall limit. Source: our choice; several times what it takes on two
 * cores, so that only a hanging test meets it.
 */
const GROUPS = {
  node: {
    files: filesIn(
      ['domain', 'machines', 'worker-node', 'simulator', 'package', 'fuzz'].map((f) => `test/${f}`),
      '.test.ts',
    ),
    limitMs: 240_000,
    needs: ['js', 'types', 'manifest'],
    args: (files) => nodeTests(files, '--test-timeout=60000'),
  },
  browser: {
    files: filesIn(
      ['components', 'session', 'worker', 'adapters'].map((f) => `test/${f}`),
      '.test.ts',
    ),
    limitMs: 360_000,
    needs: [],
    args: (files) => ['node_modules/@web/test-runner/dist/bin.js', '--files', ...files],
  },
  e2e: {
    files: filesIn(['test/e2e'], '.test.ts'),
    limitMs: 720_000,
    needs: ['js'],
    args: (files) => nodeTests(files, '--test-concurrency=2', '--test-timeout=240000'),
  },
  conformance: {
    files: filesIn(['test/conformance'], '.test.ts'),
    limitMs: 720_000,
    needs: ['js'],
    // Each scenario has a limit of its own; this one is a file's.
    args: (files) => nodeTests(files, '--test-timeout=600000'),
  },
  stories: {
    files: filesIn(['stories'], '.stories.ts'),
    limitMs: 240_000,
    needs: ['storybook'],
    args: () => ['scripts/stories-test.mjs'],
  },
};

const only = process.argv.slice(2).flatMap((arg) => /^--only=(.+)$/.exec(arg)?.[1].split(',') ?? []);
const filters = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
const unknown = [
  ...only.filter((name) => !(name in GROUPS)),
  ...process.argv.slice(2).filter((arg) => arg.startsWith('--') && !arg.startsWith('--only=')),
];

const total = {passed: 0, failed: 0};
const lines = [];
/** What failed, told once more at the end: who reads the last lines of a log knows it. */
const failures = [];

/** Notes a failure that is no test's, such as a build that fails: it counts as one. */
function fail(group, message) {
  total.failed++;
  lines.push(`${group}: ${message}`);
  console.error(`${group}: ${message}`);
}

async function runGroup(name, {files, limitMs, needs, args}, scratch) {
  const startedAt = Date.now();
  try {
    await ensureBuilt(...needs);
  } catch (error) {
    fail(name, error.message);
    return;
  }
  const countsFile = join(scratch, `${name}.json`);
  process.env.CXONE_COUNTS = countsFile;
  console.log(`\n── ${name}: ${files.length} ${files.length === 1 ? 'file' : 'files'}`);
  const {code, timedOut} = await run(process.execPath, args(files), {timeoutMs: limitMs});
  const read = existsSync(countsFile) ? readFileSync(countsFile, 'utf8') : '';
  const result = read === '' ? undefined : JSON.parse(read);
  const {passed = 0, failed = 0, skipped = 0, fileErrors = 0} = result ?? {};
  for (const {name: test, message} of result?.failures ?? []) {
    failures.push(
      `✖ ${test}: ${
        String(message ?? 'no message')
          .trim()
          .split('\n')[0]
      }`,
    );
  }
  total.passed += passed;
  total.failed += failed + fileErrors;
  const seconds = ((Date.now() - startedAt) / 1_000).toFixed(1);
  const more = `${skipped ? `, ${skipped} skipped` : ''}${fileErrors ? `, ${fileErrors} files failed to load` : ''}`;
  lines.push(`${name}: ${passed} passed, ${failed} failed${more} (${files.length} files, ${seconds} s)`);
  if (timedOut) fail(name, `not finished within ${limitMs / 1_000} s`);
  else if (!result) fail(name, `ended with code ${code} and no counts`);
  else if (passed + failed === 0 && fileErrors === 0) fail(name, 'no test ran');
  else if (code !== 0 && failed + fileErrors === 0) fail(name, `ended with code ${code}`);
}

if (unknown.length > 0) {
  console.error(`Unknown: ${unknown.join(', ')}. Use --only=${Object.keys(GROUPS).join(',')} and parts of file names.`);
  process.exit(2);
}
const scratch = mkdtempSync(join(tmpdir(), 'cxone-test-'));
try {
  await ensureInstalled();
  const chosen = Object.entries(GROUPS)
    .filter(([name]) => only.length === 0 || only.includes(name))
    .map(([name, group]) => [
      name,
      {...group, files: group.files.filter((file) => filters.every((filter) => file.includes(filter)))},
    ])
    .filter(([, {files}]) => files.length > 0);
  if (chosen.length === 0) fail('tests', 'no test file matches');
  if (chosen.some(([name]) => name !== 'node')) {
    const {browserPath} = await import('./browser-path.mjs');
    // The groups need not search again.
    process.env.CHROME_PATH = await browserPath();
  }
  for (const [name, group] of chosen) await runGroup(name, group, scratch);
} catch (error) {
  fail('tests', error.message);
} finally {
  rmSync(scratch, {recursive: true, force: true});
}
console.log(`\n${[...failures, ...lines].join('\n')}`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 ? 1 : 0;
