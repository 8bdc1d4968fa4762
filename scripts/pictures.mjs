/**
 * Takes the screenshots for the docs: each demo CRM with a ringing and an answered call. Run `npm run pictures` after a
 * visible change, and commit the result.
 */
import {existsSync, mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {ensureBuilt, ensureInstalled, root} from './ensure.mjs';

await ensureInstalled();
await ensureBuilt('js');
const {default: puppeteer} = await import('puppeteer-core');
const {browserPath} = await import('./browser-path.mjs');
const {staticRoots} = await import('./static-roots.mjs');
const {startSimulator, STRICT_CSP} = await import(pathToFileURL(join(root, 'simulator/dist/index.js')).href);

const folder = join(root, 'docs/images');
mkdirSync(folder, {recursive: true});
const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
const browser = await puppeteer.launch({executablePath: await browserPath(), headless: true, args});
const simulator = await startSimulator({port: 0, staticRoots: staticRoots(STRICT_CSP)});
const url = `http://localhost:${simulator.port}`;

async function until(what, condition) {
  for (const giveUpAt = Date.now() + 20_000; Date.now() < giveUpAt;) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`not in time: ${what}`);
}

const inFrames = (page, fn, ...rest) =>
  Promise.all(page.frames().map((frame) => frame.evaluate(fn, ...rest).catch(() => false))).then((all) =>
    all.includes(true),
  );

const post = async (path, body = {}) =>
  (
    await fetch(url + path, {
      method: 'POST',
      headers: {'content-type': 'application/json'},
      body: JSON.stringify(body),
    })
  ).json();

try {
  for (const host of ['generic', 'salesforce', 'dynamics']) {
    if (!existsSync(join(root, `demo/${host}.html`))) continue;
    await post('/_sim/reset');
    // A new context for each CRM, so that the previous CRM's calls are not listed.
    const context = await browser.createBrowserContext();
    const page = await context.newPage();
    await page.setViewport({width: 1280, height: 800});
    await page.goto(`${url}/demo/${host}.html`);
    await until(`${host} is ready`, () =>
      inFrames(page, () => document.querySelector('cxone-session[host-ready][connection="live"]') !== null),
    );
    const shown = () => page.evaluate(() => document.querySelector('[data-navigations]')?.dataset.navigations ?? '0');
    const before = await shown();
    const screenPop = {crm_account_id: 'ACC-44921', customer_email: 'john.doe@example.com', priority: 'high'};
    await post('/_sim/interactions', {screenPop, from: '+1 503 555 0100'});
    await until('the record is shown', async () => (await shown()) !== before);
    await until('it rings', () =>
      inFrames(page, () => document.querySelector('cxone-call-controls[state="ringing"]') !== null),
    );
    // Let the page's transitions end.
    await new Promise((resolve) => setTimeout(resolve, 600));
    await page.screenshot({path: join(folder, `${host}-ringing.png`)});
    await context.close();
    console.log(`docs/images/${host}-ringing.png`);
  }
} finally {
  await browser.close();
  await simulator.close();
}
