export * from './host.js';
export {browserHost, type BrowserHostOptions} from './browser-host.js';
export {scenarios, type Scenario, type ScenarioWorld} from './scenarios.js';
export {simulatorPlatform} from './simulator-platform.js';
