/**
 * Runs all checks for a change, on a bare machine with Node and npm. The last line is "N passed, N failed"; a failed step
 * counts as one failure, and later steps still run. This file uses only Node's own modules, because it also installs.
 */
import {closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync} from 'node:fs';
import {availableParallelism, tmpdir} from 'node:os';
import {join} from 'node:path';
import {root, run} from './ensure.mjs';

process.env.CI = 'true';

/** How many last lines of a failed step to print again at the end. */
const LAST_LINES = 15;

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const node = (...args) => [process.execPath, ...args];
const bin = (path, ...args) => node(join(root, 'node_modules', path), ...args);

const scratch = mkdtempSync(join(tmpdir(), 'cxone-ci-'));
const summary = [];
/** The last lines of failed steps. */
const ends = [];
let failed = 0;

const lastLines = (text) => text.trimEnd().split('\n').slice(-LAST_LINES).join('\n');

/** Runs a step and prints its output when it has ended. Returns whether it passed. */
async function step(name, limitSeconds, [command, ...args]) {
  const startedAt = Date.now();
  const logFile = join(scratch, `${name.replace(/\W+/g, '-')}.log`);
  const log = openSync(logFile, 'w');
  const {code, timedOut} = await run(command, args, {timeoutMs: limitSeconds * 1_000, stdio: ['ignore', log, log]});
  closeSync(log);
  const said = readFileSync(logFile, 'utf8');
  console.log(`\n━━ ${name}\n${said.trimEnd()}`);
  note(name, startedAt, code, timedOut);
  if (code === 0) return true;
  failed++;
  ends.push(`✖ ${name}:\n${lastLines(said)}`);
  return false;
}

function note(name, startedAt, code, timedOut) {
  const took = `${((Date.now() - startedAt) / 1_000).toFixed(0)} s`;
  const why = timedOut ? 'not finished in time' : `code ${code}`;
  summary.push(code === 0 ? `ok      ${name} (${took})` : `FAILED  ${name} (${took}, ${why})`);
}

/** Runs the tests with live output; returns how many passed. */
async function tests(limitSeconds) {
  const startedAt = Date.now();
  const totalsFile = join(scratch, 'totals.json');
  console.log('\n━━ tests');
  const {code, timedOut} = await run(process.execPath, [join(root, 'scripts/test.mjs')], {
    env: {...process.env, CXONE_TOTALS: totalsFile},
    timeoutMs: limitSeconds * 1_000,
  });
  note('tests', startedAt, code, timedOut);
  const totals = existsSync(totalsFile) ? JSON.parse(readFileSync(totalsFile, 'utf8')) : {passed: 0, failed: 0};
  failed += code === 0 ? totals.failed : Math.max(1, totals.failed);
  // If nothing else failed, the tests' output with these failures is right above.
  if (ends.length > 0) ends.push(...(totals.failures ?? []));
  return totals.passed;
}

async function inTurn(...steps) {
  for (const each of steps) await step(...each);
}

let passed = 0;
try {
  const install = [npm, 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  if (await step('install', 240, install)) {
    const build = ['build', 600, node('scripts/build.mjs', 'js', 'types', 'manifest', 'storybook')];
    const looks = [
      ['types', 480, bin('typescript/bin/tsc', '-p', 'tsconfig.json')],
      ['lint', 480, bin('eslint/bin/eslint.js', '.')],
      ['format', 120, bin('prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.')],
    ];
    if (availableParallelism() > 1) await Promise.all([inTurn(build), inTurn(...looks)]);
    else await inTurn(build, ...looks);
    await inTurn(
      ['package for Salesforce', 60, node('scripts/check-salesforce.mjs')],
      ['size budgets', 120, node('scripts/size.mjs')],
    );
    passed = await tests(2_400);
  }
} finally {
  rmSync(scratch, {recursive: true, force: true});
}
console.log(`\n${[...ends, ...summary].join('\n')}`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
