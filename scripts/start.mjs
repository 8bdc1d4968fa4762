/**
 * Starts the simulator with the demo pages on `PORT` (default 4400). It first installs and builds what is missing or
 * stale, so a clone needs no other command.
 */
import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {ensureBuilt, ensureInstalled, root} from './ensure.mjs';
import {staticRoots} from './static-roots.mjs';

const port = Number(process.env.PORT ?? 4400);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  console.error(`PORT must be a number from 0 to 65535, not "${process.env.PORT}".`);
  process.exit(2);
}

try {
  await ensureInstalled();
  await ensureBuilt('js');
  const {startSimulator, STRICT_CSP} = await import(pathToFileURL(join(root, 'simulator/dist/index.js')).href);
  const simulator = await startSimulator({port, staticRoots: staticRoots(STRICT_CSP)});

  console.log(`\n  CXone widgets and simulator: ${simulator.url}\n`);
  console.log(`  Demo CRM           ${simulator.url}/demo/generic.html`);
  console.log(`  like Salesforce    ${simulator.url}/demo/salesforce.html`);
  console.log(`  like Dynamics 365  ${simulator.url}/demo/dynamics.html`);
  console.log(`  Scenario console   ${simulator.url}/console.html`);
  if (existsSync(join(root, 'storybook-static'))) console.log(`  Storybook          ${simulator.url}/storybook/`);
  console.log('\n  Ctrl+C ends it.\n');

  const end = () => void simulator.close().finally(() => process.exit(0));
  process.once('SIGINT', end).once('SIGTERM', end);
} catch (error) {
  console.error(
    error.code === 'EADDRINUSE'
      ? `Port ${port} is taken. Choose another one: PORT=4401 npm start`
      : (error.stack ?? error.message),
  );
  process.exit(1);
}
