import {after, before, describe, it} from 'node:test';
import puppeteer, {type Browser} from 'puppeteer-core';
import {browserPath} from '../../scripts/browser-path.mjs';
import {staticRoots} from '../../scripts/static-roots.mjs';
import {startSimulator, STRICT_CSP} from '../../simulator/index.js';
import {LONG} from '../support/long.js';
import {HOSTS, type HostFactory} from './hosts.js';
import {scenarios, simulatorPlatform, type Scenario} from './kit/index.js';

/** `CONFORMANCE=generic,hubspot` runs some of them. */
const wanted = process.env['CONFORMANCE']?.split(',');
const hosts = HOSTS.filter(({name}) => wanted?.includes(name) ?? true);

/** Longer waits are for the long run. */
const WAIT_AT_MOST_MS = 10_000;

/** Scenarios with a higher limit wait for a host that is late or silent. */
const LONG_MS = 100_000;

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

/** All that each host can, in the long run. Else what the widgets do whatever the host is tried with the first that can. */
const all = scenarios
  .filter(({waitsMs = 0}) => LONG || waitsMs <= WAIT_AT_MOST_MS)
  .flatMap((scenario) => {
    const able = hosts.filter(({make}) => {
      const {can} = make(undefined as never, 0);
      return !scenario.needs?.some((need) => !can[need]);
    });
    return (LONG || scenario.tries === 'adapter' ? able : able.slice(0, 1)).map((host) => ({host, scenario}));
  });
const isLong = ({scenario}: (typeof all)[number]): boolean => scenario.limitMs > LONG_MS;
const short = all.filter((each) => !isLong(each));
const long = all.filter(isLong);
/** Those that wait for long are spread among those that work, so that neither keeps the machine to itself. */
const inTurn = long.flatMap((each, i) => [
  each,
  ...short.slice(...[i, i + 1].map((n) => Math.ceil((n * short.length) / long.length))),
]);
if (long.length === 0) inTurn.push(...short);

describe('conformance', {concurrency: 5}, () => {
  before(async () => {
    browser = await puppeteer.launch({
      executablePath: await browserPath(),
      headless: true,
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    });
  });
  after(() => browser.close());

  for (const {host, scenario} of inTurn) {
    it(`${host.name}: ${scenario.name}`, {timeout: scenario.limitMs}, () => run(host, scenario));
  }
});
