import assert from 'node:assert/strict';
import {cpSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, describe, it} from 'node:test';
import puppeteer, {type Browser, type Frame, type Page} from 'puppeteer-core';
import {browserPath} from '../../scripts/browser-path.mjs';
import {staticRoots} from '../../scripts/static-roots.mjs';
import {startSimulator, STRICT_CSP} from '../../simulator/index.js';
import {AGENT, until} from './support/world.js';

const ACCOUNT = {kind: 'open', entity: 'account', id: '0000c0de-0000-4000-8000-000000044921'};
const ACCOUNT_RINGS = {screenPop: {crm_account_id: 'ACC-44921'}};

interface FakeHost {
  readonly navigations: Readonly<Record<string, unknown>>[];
}
type HostWindow = Window & {fakeHost: FakeHost; broken: string[]};

/** What an admin gets from `dist/dynamics`, as a server and an org then show it. */
describe('the package for Dynamics', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cxone-dynamics-'));
  let simulator: Awaited<ReturnType<typeof startSimulator>>;
  let browser: Browser;
  let org: string;
  let phone: string;

  /** Gives the web resources of the solution the names that the org serves them by. */
  function publish(to: string): void {
    const solution = join(folder, 'form/solution');
    const xml = readFileSync(join(solution, 'customizations.xml'), 'utf8');
    const resources = [...xml.matchAll(/<Name>([^<]+)<\/Name>[^]*?<FileName>([^<]+)<\/FileName>/g)];
    assert.ok(resources.length > 0);
    for (const [, name, file] of resources) cpSync(join(solution, file!), join(to, name!));
  }

  before(async () => {
    // The pages' own policies are what counts here.
    const headers = {'content-security-policy': "object-src 'none'"};
    simulator = await startSimulator({
      port: 0,
      staticRoots: [
        {prefix: '/panel/', dir: join(folder, 'panel/panel'), headers},
        {prefix: '/org/', dir: join(folder, 'org'), headers},
        ...staticRoots(STRICT_CSP),
      ],
    });
    org = `http://localhost:${simulator.port}`;
    phone = `http://widgets.localhost:${simulator.port}`;
    const {packageDynamics} = (await import(new URL('../../scripts/package-dynamics.mjs', import.meta.url).href)) as {
      packageDynamics: (folder: string, own: Readonly<Record<string, string>>) => void;
    };
    packageDynamics(join(folder, 'panel'), {org, phone, api: phone, broker: `${phone}/token`});
    packageDynamics(join(folder, 'form'), {org, phone, api: org, broker: `${org}/token`});
    publish(join(folder, 'org'));
    browser = await puppeteer.launch({
      executablePath: await browserPath(),
      headless: true,
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    });
  });
  after(async () => {
    await browser.close();
    await simulator.close();
    rmSync(folder, {recursive: true});
  });

  const ring = (body: unknown): Promise<Response> =>
    fetch(`${org}/_sim/interactions`, {
      method: 'POST',
      headers: {'content-type': 'application/json'},
      body: JSON.stringify(body),
    });
  const reset = async (): Promise<void> => {
    await fetch(`${org}/_sim/reset`, {method: 'POST'});
  };
  const navigations = (page: Page): Promise<unknown[]> =>
    page.evaluate(() => (window as unknown as HostWindow).fakeHost.navigations);

  /** A window of a host's page with the phone in its frame; `broken` gathers what the phone's policy forbids. */
  async function open(host: string, address: string): Promise<{page: Page; frame: Frame}> {
    const page = await browser.newPage();
    await page.evaluateOnNewDocument(() => {
      const broken: string[] = [];
      (window as unknown as HostWindow).broken = broken;
      document.addEventListener('securitypolicyviolation', ({effectiveDirective, blockedURI}) => {
        broken.push(`${effectiveDirective} ${blockedURI}`);
      });
    });
    await page.goto(`${org}/demo/hosts/${host}.html?phone=${encodeURIComponent(address)}`);
    const frame = await until('the phone is there', async () =>
      page.frames().find((one) => one.url().startsWith(address)),
    );
    return {page, frame: frame!};
  }
  const connected = (frame: Frame): Promise<unknown> =>
    until('it is connected, and the host ready', () =>
      frame.evaluate(() => document.querySelector('cxone-session[connection="live"][host-ready]') !== null),
    );
  const broken = (frame: Frame): Promise<string[]> => frame.evaluate(() => (window as unknown as HostWindow).broken);
  const session = (frame: Frame): Promise<{hub: string; agentId: string}> =>
    frame.evaluate(() => {
      const {session: held} = document.querySelector('cxone-session') as unknown as {
        session: {subscribe(name: string, callback: (slice: never) => void): () => void};
      };
      const seen = {hub: '', agentId: ''};
      held.subscribe('connection', ({hub}: {hub: {kind: string}}) => (seen.hub = hub.kind))();
      held.subscribe('agent', ({agentId}: {agentId: string}) => (seen.agentId = agentId))();
      return seen;
    });

  it('has a panel that comes up in CIF, as the agent who is signed in, and opens the caller’s account', async () => {
    const {page, frame} = await open('cif', `${phone}/panel/phone.html`);
    await connected(frame);
    assert.deepEqual(await session(frame), {hub: 'shared', agentId: AGENT});
    await ring(ACCOUNT_RINGS);
    await until('the account opens', async () => (await navigations(page)).length > 0);
    assert.deepEqual(await navigations(page), [ACCOUNT]);
    assert.deepEqual(await broken(frame), []);
    await page.close();
    await reset();
  });

  it('has a page for forms that needs no worker, and one of two tabs opens the caller’s account', async () => {
    const address = `${org}/org/cxn_/cxone/phone.html`;
    const tabs = [await open('xrm', address), await open('xrm', address)];
    for (const {frame} of tabs) {
      await connected(frame);
      assert.deepEqual(await session(frame), {hub: 'page', agentId: AGENT});
    }
    await ring(ACCOUNT_RINGS);
    const opened = async (): Promise<unknown[]> => (await Promise.all(tabs.map(({page}) => navigations(page)))).flat();
    await until('the account opens', async () => (await opened()).length > 0);
    for (const {frame} of tabs) {
      await until('the panel shows the pop', () =>
        frame.evaluate(() => document.querySelector('cxone-screen-pop')!.shadowRoot!.textContent.includes('ACC-44921')),
      );
      // The policy forbids workers, so that none is asked for at an address that web resources do not have.
      assert.deepEqual([...new Set((await broken(frame)).map((line) => line.split(' ')[0]))], ['worker-src']);
    }
    assert.deepEqual(await opened(), [ACCOUNT]);
    for (const {page} of tabs) await page.close();
    await reset();
  });
});
