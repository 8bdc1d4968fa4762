/**
 * Runs all tests; a bare clone with Node and npm is enough. The last line is `N passed, N failed`.
 * `npm test -- --only=node` (or browser, e2e, conformance, stories), `npm test -- acw` (files whose path contains "acw").
 * `--long` (`npm run test:long`) adds tests that take minutes, and uses new random inputs. See docs/testing.md.
 */
import {existsSync, mkdtempSync, openSync, closeSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {availableParallelism, loadavg, tmpdir} from 'node:os';
import {join} from 'node:path';
import {ensureBuilt, ensureInstalled, run} from './ensure.mjs';
import {GROUPS} from './test-groups.mjs';

/** Random inputs per parser in the long run; `npm test` uses the default of `test/fuzz`. */
const LONG_FUZZ_RUNS = 50_000;
/** The highest factor for time limits; with a higher one the limits would be useless. */
const SLOWEST = 6;

const args = process.argv.slice(2);
const only = args.flatMap((arg) => /^--only=(.+)$/.exec(arg)?.[1].split(',') ?? []);
const isLong = args.includes('--long');
const filters = args.filter((arg) => !arg.startsWith('--'));
const unknown = [
  ...only.filter((name) => !(name in GROUPS)),
  ...args.filter((arg) => arg.startsWith('--') && arg !== '--long' && !arg.startsWith('--only=')),
];
if (unknown.length > 0) {
  console.error(`Unknown: ${unknown.join(', ')}. Use --only=${Object.keys(GROUPS).join(',')} and parts of file names.`);
  process.exit(2);
}

const total = {passed: 0, failed: 0};
const lines = [];
/** The failures, which we print again at the end for readers of the last lines. */
const failures = [];

/** Records a failure outside the tests, such as a failed build; it counts as one failure. */
function fail(group, message) {
  total.failed++;
  lines.push(`${group}: ${message}`);
  console.error(`${group}: ${message}`);
}

/** How many times longer tests may take on this machine, because of other load and groups that run in parallel. */
function slowness(lanes) {
  const busy = loadavg()[0] / availableParallelism();
  return Math.min(SLOWEST, Math.max(1, busy) * (lanes > 1 ? 2 : 1)).toFixed(1);
}

async function runGroup(name, {files, limitMs, long, args}, {scratch, env, shared}) {
  const startedAt = Date.now();
  const countsFile = join(scratch, `${name}.json`);
  const heading = `\n── ${name}: ${files.length} ${files.length === 1 ? 'file' : 'files'}`;
  const logFile = join(scratch, `${name}.log`);
  // When groups run in parallel, each group's output is printed as a whole at its end.
  const log = shared ? openSync(logFile, 'w') : undefined;
  if (!shared) console.log(heading);
  const {code, timedOut} = await run(process.execPath, args(files, countsFile, isLong), {
    env: {...process.env, ...env, CXONE_COUNTS: countsFile},
    timeoutMs: isLong ? long : limitMs,
    stdio: log === undefined ? 'inherit' : ['ignore', log, log],
  });
  if (log !== undefined) {
    closeSync(log);
    console.log(`${heading}\n${readFileSync(logFile, 'utf8')}`);
  }
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
  if (timedOut) fail(name, `not finished within ${(isLong ? long : limitMs) / 1_000} s`);
  else if (!result) fail(name, `ended with code ${code} and no counts`);
  else if (passed + failed === 0 && fileErrors === 0) fail(name, 'no test ran');
  else if (code !== 0 && failed + fileErrors === 0) fail(name, `ended with code ${code}`);
}

/** Builds what all the groups need at once; groups that need no build do not wait. */
function build(groups) {
  const needs = [...new Set(groups.flatMap(([, {needs}]) => needs))];
  const built = needs.length === 0 ? Promise.resolve() : ensureBuilt(...needs);
  built.catch(() => undefined);
  return built;
}

/** Runs the groups in order, in one lane per core, at most two. */
async function runAll(groups, scratch) {
  const lanes = Math.min(groups.length, 2, availableParallelism());
  const env = {
    CXONE_TEST_SLOWNESS: process.env.CXONE_TEST_SLOWNESS ?? slowness(lanes),
    CXONE_TEST_LONG: isLong ? '1' : '',
    ...(isLong && {FUZZ_RUNS: process.env.FUZZ_RUNS ?? LONG_FUZZ_RUNS}),
  };
  console.log(`Limits are ${env.CXONE_TEST_SLOWNESS} times as long as on an idle machine`);
  const built = build(groups);
  const waiting = [...groups];
  const lane = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [name, group] = next;
      try {
        if (group.needs.length > 0) await built;
      } catch (error) {
        fail(name, error.message);
        continue;
      }
      await runGroup(name, group, {scratch, env, shared: lanes > 1});
    }
  };
  await Promise.all(Array.from({length: lanes}, lane));
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
    // So that the groups do not search again.
    process.env.CHROME_PATH = await browserPath();
  }
  await runAll(chosen, scratch);
} catch (error) {
  fail('tests', error.message);
} finally {
  rmSync(scratch, {recursive: true, force: true});
}
console.log(`\n${[...failures, ...lines].join('\n')}`);
console.log(`${total.passed} passed, ${total.failed} failed`);
// For a caller that wants the counts as data.
if (process.env.CXONE_TOTALS) writeFileSync(process.env.CXONE_TOTALS, JSON.stringify({...total, failures}));
process.exitCode = total.failed > 0 ? 1 : 0;
