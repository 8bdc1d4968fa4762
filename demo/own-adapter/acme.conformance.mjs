import {after, before, describe, it} from 'node:test';
import {fileURLToPath} from 'node:url';
import puppeteer from 'puppeteer-core';
import {browserHost, scenarios, simulatorPlatform} from 'cxone-crm-widgets/conformance';
import {startSimulator} from 'cxone-crm-widgets/simulator';

const folder = (url) => fileURLToPath(new URL('.', url));
const widgets = folder(import.meta.resolve('cxone-crm-widgets/package.json'));

/** Where the pages are: this folder, and what the package brings. */
const staticRoots = [
  {prefix: '/acme/', dir: folder(import.meta.url)},
  {prefix: '/dist/', dir: `${widgets}dist`},
  {prefix: '/demo/', dir: `${widgets}demo`},
];

/** Acme as the scenarios see it. */
const acme = (context, origin) =>
  browserHost({
    name: 'acme',
    browser: context,
    url: `${origin}/acme/host.html?phone=${encodeURIComponent(`${origin}/acme/phone.html`)}`,
    phonePath: '/acme/phone.html',
    intruderUrl: `${origin.replace('localhost', 'intruder.localhost')}/demo/hosts/intruder.html`,
    // What Acme can do. Scenarios that need more are left out. `messages`: its page and the widgets speak by postMessage.
    can: {records: true, email: true, create: true, clickToDial: true, logs: true, messages: false, phone: false},
    // What Acme calls things, and how it keeps them.
    entity: (entity) => ({account: 'customer', contact: 'person'})[entity],
    idOf: ({entity, n}) => `${entity}-${n}`,
    field: (_entity, field) => field,
    record: ({entity, n, name, email, phone}) => ({
      entity: {account: 'customer', contact: 'person'}[entity],
      id: `${entity}-${n}`,
      name,
      fields: {name, email, phone},
    }),
    // What a foreign frame would post to pass for Acme or for the widgets; none without messages.
    forgeries: [],
  });

describe('the Acme adapter', {concurrency: 2}, () => {
  let browser;
  before(async () => {
    browser = await puppeteer.launch({
      executablePath: process.env.CHROME_PATH,
      // Containers run as root, where Chromium has no sandbox.
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    });
  });
  after(() => browser.close());

  const {can} = acme(undefined, '');
  for (const scenario of scenarios.filter(({needs = []}) => needs.every((need) => can[need]))) {
    it(scenario.name, {timeout: scenario.limitMs}, async () => {
      const simulator = await startSimulator({port: 0, staticRoots});
      const context = await browser.createBrowserContext();
      try {
        const origin = `http://localhost:${simulator.port}`;
        await scenario.run({host: acme(context, origin), platform: simulatorPlatform(origin)});
      } finally {
        await context.close();
        await simulator.close();
      }
    });
  }
});
