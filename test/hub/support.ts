/** What tests of the hub in Node share. Import it first: it makes Node a browser, as far as a hub looks. */
import '../support/hub-environment.js';
import {afterEach} from 'node:test';
import {startSimulator} from '../../simulator/index.js';
import {endAll, startSimulatorsBy} from '../support/hub-stage.js';

export * from '../support/hub-stage.js';

/** Stores are kept by address: one that was another test's would bring its store back. */
const used = new Set<string>();

startSimulatorsBy(async (options) => {
  for (;;) {
    const simulator = await startSimulator({port: 0, ...options});
    if (!used.has(simulator.url)) {
      used.add(simulator.url);
      return {url: simulator.url, close: () => simulator.close()};
    }
    await simulator.close();
  }
});
afterEach(endAll);
