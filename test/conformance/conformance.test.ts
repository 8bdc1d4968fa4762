import {after, before, describe, it} from 'node:test';
import puppeteer, {type Browser} from 'puppeteer-core';
import {browserPath} from '../../scripts/browser-path.mjs';
import {staticRoots} from '../../scripts/static-roots.mjs';
import {startSimulator, STRICT_CSP} from '../../simulator/index.js';
import {HOSTS, type HostFactory} from './hosts.js';
import {scenarios, simulatorPlatform, type Scenario} from './kit/index.js';

/** `--hosts=generic,dynamics` in CONFORMANCE runs some of them. */
const wanted = process.env['CONFORMANCE']?.split(',');
const hosts = HOSTS.filter(({name}) => wanted?.includes(name) ?? true);

let browser: Browser;

/** Each in a browser context and against a simulator of its own. Storage partitioning is on, as in a browser at work. */
async function run(host: HostFactory, scenario: Scenario): Promise<void> {
  const simulator = await startSimulator({port: 0, staticRoots: staticRoots(STRICT_CSP)});
  const context = await browser.createBrowserContext();
  try {
    await scenario.run({
      host: host.make(context, simulator.port),
      platform: simulatorPlatform(`http://localhost:${simulator.port}`),
    });
  } finally {
    await context.close();
    await simulator.close();
  }
}

// They wait for most of their time.
describe('conformance', {concurrency: 5}, () => {
  before(async () => {
    browser = await puppeteer.launch({
      executablePath: await browserPath(),
      headless: true,
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    });
  });
  after(() => browser.close());

  for (const scenario of scenarios) {
    for (const host of hosts) {
      const {can} = host.make(undefined as never, 0);
      if (scenario.needs?.some((need) => !can[need])) continue;
      it(`${host.name}: ${scenario.name}`, {timeout: scenario.limitMs}, () => run(host, scenario));
    }
  }
});
