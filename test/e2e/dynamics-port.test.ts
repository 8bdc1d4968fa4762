import assert from 'node:assert/strict';
import {after, before, describe, it} from 'node:test';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import puppeteer, {type Browser, type Page} from 'puppeteer-core';
import {browserPath} from '../../scripts/browser-path.mjs';
import {startSimulator} from '../../simulator/index.js';
import {until} from './support/world.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Below the name that the panel's page loads the library from. */
const ORG = 'http://org.crm.localhost';

type Mounts = (root: string) => {prefix: string; dir: string; headers?: Record<string, string>}[];

interface FakeHost {
  readonly navigations: {readonly kind: string; readonly id?: string}[];
  readonly requests: {readonly method: string}[];
}

/**
 * CIF's library speaks to the org's host without its port. A demo server has one, so the browser is told that the org's
 * default port is there.
 */
describe('CIF’s library leaves the port out', () => {
  let simulator: Awaited<ReturnType<typeof startSimulator>>;
  let browser: Browser;

  before(async () => {
    const {cifMounts} = (await import(new URL('../../demo/hosts/cif-mounts.mjs', import.meta.url).href)) as {
      cifMounts: Mounts;
    };
    simulator = await startSimulator({
      port: 0,
      staticRoots: [
        {prefix: '/demo/', dir: join(root, 'demo')},
        {prefix: '/dist/', dir: join(root, 'dist')},
        ...cifMounts(root),
      ],
    });
    browser = await puppeteer.launch({
      executablePath: await browserPath(),
      headless: true,
      args: [
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        `--host-resolver-rules=MAP org.crm.localhost:80 127.0.0.1:${simulator.port}`,
      ],
    });
  });
  after(async () => {
    await browser.close();
    await simulator.close();
  });

  async function go(page: Page, org: string): Promise<void> {
    const phone = `http://widgets.localhost:${simulator.port}/demo/hosts/cif-port.html`;
    await page.goto(`${org}/demo/hosts/cif.html?phone=${encodeURIComponent(phone)}`);
  }

  const host = (page: Page): Promise<FakeHost> =>
    page.evaluate(() => {
      const {navigations, requests} = (window as unknown as {fakeHost: FakeHost}).fakeHost;
      return {navigations, requests};
    });

  const ring = (): Promise<Response> =>
    fetch(`http://localhost:${simulator.port}/_sim/interactions`, {
      method: 'POST',
      headers: {'content-type': 'application/json'},
      body: JSON.stringify({screenPop: {crm_account_id: 'ACC-44921'}}),
    });

  it('and reaches an org on its default port: the caller’s record opens', async () => {
    const page = await browser.newPage();
    await go(page, ORG);
    await until('the adapter is connected', async () =>
      (await host(page)).requests.some(({method}) => method === 'setclicktoact'),
    );
    // A pop that is sent before the stream is open is not sent again.
    await until('the phone is live', async () =>
      page
        .frames()
        .find((one) => one.url().startsWith('http://widgets.localhost'))
        ?.evaluate(() => document.querySelector('cxone-session')?.getAttribute('connection') === 'live'),
    );
    await ring();
    await until('the record opens', async () => (await host(page)).navigations.length > 0);
    assert.deepEqual((await host(page)).navigations, [
      {kind: 'open', entity: 'account', id: '0000c0de-0000-4000-8000-000000044921'},
    ]);
    await page.close();
  });

  it('and never reaches one on another port', async () => {
    const page = await browser.newPage();
    await page.evaluateOnNewDocument(() => {
      const heard: unknown[] = [];
      (window as unknown as {heard: unknown[]}).heard = heard;
      addEventListener('message', ({data}: MessageEvent<{messageType?: string}>) => heard.push(data.messageType));
    });
    await go(page, `http://org.crm.localhost:${simulator.port}`);
    const frame = await until('the panel is there', async () =>
      page.frames().find((one) => one.url().startsWith('http://widgets.localhost')),
    );
    await until('the library has run', () => frame!.evaluate(() => 'Microsoft' in window));
    // Messages keep their order: what the library said before this is here by then, or never.
    await frame!.evaluate(() => window.top!.postMessage({messageType: 'afterwards'}, '*'));
    const heard = (): Promise<unknown[]> => page.evaluate(() => (window as unknown as {heard: unknown[]}).heard);
    await until('a message that names no origin arrives', async () => (await heard()).includes('afterwards'));
    assert.deepEqual(await heard(), ['afterwards']);
    await page.close();
  });
});
