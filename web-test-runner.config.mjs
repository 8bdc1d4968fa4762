/**
 * Tests in a real browser: `npx wtr` runs all, `npx wtr --files test/components/acw-timer.test.ts` one.
 * `CXONE_COUNTS` names a file that gets the counts as JSON; `COVERAGE=1` measures coverage.
 */
import {existsSync, writeFileSync} from 'node:fs';
import {join, relative} from 'node:path';
import {fileURLToPath} from 'node:url';
import {esbuildPlugin} from '@web/dev-server-esbuild';
import {defaultReporter} from '@web/test-runner';
import {chromeLauncher} from '@web/test-runner-chrome';
import {a11ySnapshotPlugin} from '@web/test-runner-commands/plugins';
import {tsImport} from 'tsx/esm/api';
import {browserPath, sandboxArgs} from './scripts/browser-path.mjs';
import {testBundle} from './scripts/test-bundle.mjs';

const root = fileURLToPath(new URL('.', import.meta.url));

/** `new URL('../worker/worker.js', import.meta.url)` is no import, so the esbuild plugin does not map it to `.ts`. */
function jsToTs(context, next) {
  if (context.path.startsWith('/src/') && context.path.endsWith('.js')) {
    const source = context.path.replace(/\.js$/, '.ts');
    if (!existsSync(join(root, context.path)) && existsSync(join(root, source))) {
      context.url = context.url.replace(context.path, source);
    }
  }
  return next();
}

/** The stand-in for CIF's library is where every org of Dynamics has the real one. */
function orgLibrary(context, next) {
  const name = '/msdyn_ciLibrary.js';
  if (context.path === `/webresources/Widget${name}`) context.url = `/demo/hosts${name}`;
  return next();
}

/**
 * Simulators for tests, each test with its own: `executeServerCommand('simulator:start', options?)` resolves to
 * `{url}`, and `executeServerCommand('simulator:stop', {url})` ends it. What a test leaves running ends with the run.
 */
function simulatorPlugin() {
  const running = new Map();
  /** Stores are kept by address: one that was another test's would bring its store back. */
  const used = new Set();
  return {
    name: 'simulator',
    async executeCommand({command, payload}) {
      if (command === 'simulator:start') {
        const {startSimulator} = await tsImport('./simulator/index.ts', import.meta.url);
        let simulator = await startSimulator({port: 0, ...payload});
        while (used.has(simulator.url)) {
          const before = simulator;
          simulator = await startSimulator({port: 0, ...payload});
          await before.close();
        }
        used.add(simulator.url);
        running.set(simulator.url, simulator);
        return {url: simulator.url};
      }
      if (command === 'simulator:stop') {
        const simulator = running.get(payload?.url);
        running.delete(payload?.url);
        await simulator?.close();
        return {stopped: simulator !== undefined};
      }
      return undefined;
    },
    async serverStop() {
      await Promise.allSettled([...running.values()].map((simulator) => simulator.close()));
    },
  };
}

function countTests(suite, counts, path) {
  for (const {name, skipped, passed, error} of suite.tests) {
    counts[skipped ? 'skipped' : passed ? 'passed' : 'failed']++;
    if (!skipped && !passed) counts.failures.push({name: [...path, name].join(' > '), message: error?.message});
  }
  for (const inner of suite.suites) countTests(inner, counts, [...path, inner.name]);
}

function durationOf(suite) {
  const tests = suite.tests.reduce((sum, {duration = 0}) => sum + duration, 0);
  return suite.suites.reduce((sum, inner) => sum + durationOf(inner), tests);
}

/** The files that take longest: the first to look at when a run gets slow. */
function slowest(sessions) {
  return sessions
    .filter(({testResults}) => testResults)
    .map(({testFile, testResults}) => ({file: relative(root, testFile), ms: durationOf(testResults)}))
    .sort((a, b) => b.ms - a.ms)
    .slice(0, 8)
    .map(({file, ms}) => `${(ms / 1_000).toFixed(1)} s ${file}`);
}

/** Counts tests, and the files that failed outside of any test, which the default reporter does not count. */
function countsReporter(file) {
  return {
    onTestRunFinished({sessions}) {
      const counts = {passed: 0, failed: 0, skipped: 0, fileErrors: 0, failures: []};
      for (const {testFile, testResults, errors, passed} of sessions) {
        const file = relative(root, testFile);
        if (testResults) countTests(testResults, counts, [file]);
        if (errors.length > 0 || (!passed && !testResults)) {
          counts.fileErrors++;
          counts.failures.push({name: file, message: errors[0]?.message});
        }
      }
      writeFileSync(file, JSON.stringify(counts));
      console.log(`The slowest:\n${slowest([...sessions]).join('\n')}`);
    },
  };
}

/** Variables of the environment, as tests in Node read them. */
const environment = (...names) =>
  Object.fromEntries(names.map((name) => [`process.env.${name}`, JSON.stringify(process.env[name] ?? '')]));

/** See `test/support/slowness.ts`. */
const slowness = Number(process.env.CXONE_TEST_SLOWNESS || 1);

const countsFile = process.env.CXONE_COUNTS;

/** Chromium; or the Firefox that `FIREFOX_PATH` names, driven by the same tool. */
async function browser() {
  const firefox = process.env.FIREFOX_PATH;
  if (!firefox) return chromeLauncher({launchOptions: {executablePath: await browserPath(), args: sandboxArgs()}});
  const {default: puppeteer} = await import('puppeteer-core');
  return chromeLauncher({puppeteer, launchOptions: {browser: 'firefox', executablePath: firefox}});
}

const FOLDERS = ['test/components', 'test/session', 'test/worker', 'test/adapters'];

const define = environment('CXONE_TEST_LONG', 'CXONE_TEST_SLOWNESS');

/** Coverage is counted by file, so there each file is compiled by itself. */
const compiler = () =>
  process.env.COVERAGE
    ? esbuildPlugin({ts: true, target: 'es2022', tsconfig: join(root, 'tsconfig.json'), define})
    : testBundle(root, FOLDERS, define);

export default {
  files: FOLDERS.map((folder) => `${folder}/**/*.test.ts`),
  nodeResolve: {exportConditions: ['development'], browser: true},
  middleware: [jsToTs, orgLibrary],
  plugins: [compiler(), simulatorPlugin(), a11ySnapshotPlugin()],
  reporters: [
    defaultReporter({reportTestProgress: Boolean(process.stdout.isTTY)}),
    ...(countsFile ? [countsReporter(countsFile)] : []),
  ],
  filterBrowserLogs: ({args}) => !String(args[0]).includes('Lit is in dev mode'),
  // One page at a time: a page in the background has no frames, and the hub treats a hidden page otherwise.
  concurrency: 1,
  testFramework: {config: {timeout: 30_000 * slowness}},
  testsFinishTimeout: 300_000,
  coverage: Boolean(process.env.COVERAGE),
  coverageConfig: {include: ['src/**'], reporters: ['text', 'lcovonly']},
  browsers: [await browser()],
};
