#!/usr/bin/env node
import {parseArgs} from 'node:util';
import {startSimulator} from './server.js';

const DEFAULT_PORT = 4_400;

const USAGE = `cxone-simulator: a CXone platform to play with

  --port <n>     port to listen on (default: PORT or ${DEFAULT_PORT})
  --host <addr>  address to listen on (default: both loopback addresses)
  --help         this text
`;

function options(): {port: number; host?: string} | undefined {
  const {values} = parseArgs({
    options: {port: {type: 'string'}, host: {type: 'string'}, help: {type: 'boolean', short: 'h'}},
  });
  if (values.help) return undefined;
  const given = values.port ?? process.env['PORT'] ?? String(DEFAULT_PORT);
  const port = Number(given);
  if (given.trim() === '' || !Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`the port must be a number from 0 to 65535, not "${given}"`);
  }
  return {port, host: values.host};
}

async function main(): Promise<void> {
  const given = options();
  if (!given) return void process.stdout.write(USAGE);
  const simulator = await startSimulator(given);
  process.stdout.write(`CXone simulator: ${simulator.url}\nScenario console: ${simulator.url}/console.html\n`);
  const end = (): void => void simulator.close().finally(() => process.exit(0));
  process.once('SIGINT', end).once('SIGTERM', end);
}

main().catch((error: unknown) => {
  const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`cxone-simulator: ${taken ? 'the port is taken: choose another with --port' : message}\n`);
  process.exitCode = 1;
});
