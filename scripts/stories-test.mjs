/**
 * Opens every story of the static Storybook in a real browser. A story fails if it throws, if its play function
 * throws, if it logs an error, or if axe finds a violation. `node scripts/stories-test.mjs [filter]`.
 */
import {createServer} from 'node:http';
import {readFile} from 'node:fs/promises';
import {writeFileSync} from 'node:fs';
import {extname, join, normalize} from 'node:path';
import puppeteer from 'puppeteer-core';
import {browserPath, sandboxArgs} from './browser-path.mjs';
import {root} from './ensure.mjs';

/** The time limit of one story, in ms. Source: our choice; a story with axe takes about 500 ms. */
const STORY_TIMEOUT_MS = 15_000;

const TYPES = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

const folder = join(root, 'storybook-static');
const server = createServer(async (request, response) => {
  const path = normalize(decodeURIComponent(new URL(request.url, 'http://localhost').pathname));
  try {
    const body = await readFile(join(folder, path.endsWith('/') ? join(path, 'index.html') : path));
    response.setHeader('content-type', TYPES[extname(path)] ?? 'application/octet-stream');
    // Every story loads the same scripts, so let the browser cache them with their compiled code.
    response.setHeader('cache-control', 'max-age=3600');
    response.end(body);
  } catch {
    // Browsers ask for an icon by themselves, and a missing one must not fail a story.
    response.statusCode = path === '/favicon.ico' ? 204 : 404;
    response.end();
  }
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const base = `http://localhost:${server.address().port}`;

/** Runs in the page before Storybook and records the events of its channel. */
function listen() {
  let channel;
  const names = ['storyFinished', 'storyErrored', 'storyThrewException', 'storyMissing', 'playFunctionThrewException'];
  globalThis.__storyEvents = [];
  Object.defineProperty(globalThis, '__STORYBOOK_ADDONS_CHANNEL__', {
    configurable: true,
    get: () => channel,
    set(value) {
      channel = value;
      for (const name of names) channel.on(name, (data) => globalThis.__storyEvents.push({name, data}));
    },
  });
}

/** Runs in the page and returns the events, without values that cannot be serialised. */
const readEvents = () =>
  globalThis.__storyEvents.map(({name, data}) => ({
    name,
    status: data?.status,
    message: data?.message ?? data?.description ?? data?.title,
    violations: (data?.reporters ?? [])
      .filter((reporter) => reporter.type === 'a11y' && reporter.status === 'failed')
      .flatMap(
        (reporter) => reporter.result?.violations ?? [{id: reporter.result?.error?.message ?? 'axe did not run'}],
      )
      .map(({id, nodes}) => `${id}: ${(nodes ?? []).map((node) => node.target.join(' ')).join(', ')}`),
    checked: (data?.reporters ?? []).some((reporter) => reporter.type === 'a11y'),
  }));

/** A story's problems as text; empty if there are none. */
function complaints(events) {
  // Storybook sends `storyFinished: success` even after a play function has thrown.
  const thrown = events.filter(({name}) => name !== 'storyFinished');
  const finished = events.find(({name}) => name === 'storyFinished');
  return [
    ...thrown.map(({name, message}) => `${name}: ${message ?? ''}`),
    ...(finished ? finished.violations.map((violation) => `axe: ${violation}`) : []),
    ...(finished && finished.status !== 'success' && finished.violations.length === 0
      ? [`status ${finished.status}`]
      : []),
    ...(!finished && thrown.length === 0 ? [`did not finish within ${STORY_TIMEOUT_MS} ms`] : []),
  ];
}

const filter = process.argv[2] ?? '';
const counts = {passed: 0, failed: 0, skipped: 0, fileErrors: 0, failures: []};
const browser = await puppeteer.launch({executablePath: await browserPath(), args: sandboxArgs()});
try {
  const {entries} = await (await fetch(`${base}/index.json`)).json();
  for (const {id} of Object.values(entries).filter((entry) => entry.type === 'story' && entry.id.includes(filter))) {
    const page = await browser.newPage();
    const errors = [];
    page.on('pageerror', (error) => errors.push(`uncaught: ${error.message}`));
    page.on('console', (message) => message.type() === 'error' && errors.push(`console: ${message.text()}`));
    await page.evaluateOnNewDocument(listen);
    await page.goto(`${base}/iframe.html?id=${id}&viewMode=story`);
    await page
      .waitForFunction(() => globalThis.__storyEvents.some(({name}) => name !== 'playFunctionThrewException'), {
        polling: 20,
        timeout: STORY_TIMEOUT_MS,
      })
      .catch(() => {});
    const wrong = [...new Set([...complaints(await page.evaluate(readEvents)), ...errors])];
    await page.close();
    counts[wrong.length === 0 ? 'passed' : 'failed']++;
    if (wrong.length > 0) counts.failures.push({name: id, message: wrong.join('; ')});
    console.log(wrong.length === 0 ? `✔ ${id}` : `✖ ${id}\n    ${wrong.join('\n    ')}`);
  }
} finally {
  await browser.close();
  server.closeAllConnections();
  server.close();
}
console.log(`${counts.passed} stories passed, ${counts.failed} failed`);
if (process.env.CXONE_COUNTS) writeFileSync(process.env.CXONE_COUNTS, JSON.stringify(counts));
process.exitCode = counts.failed > 0 ? 1 : 0;
