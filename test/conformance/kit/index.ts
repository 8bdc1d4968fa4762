/**
 * Scenarios that every adapter of a CRM must pass, for adapters of anybody's: `cxone-crm-widgets/conformance`. How to run
 * them against a host of your own: `docs/conformance.md`.
 */
export * from './host.js';
export {browserHost, type BrowserHostOptions} from './browser-host.js';
export {scenarios, type Scenario, type ScenarioWorld} from './scenarios.js';
export {simulatorPlatform} from './simulator-platform.js';
