import {createServer, type Server} from 'node:http';
import type {AddressInfo} from 'node:net';
import {controlRoutes} from './control.js';
import {createHttp} from './http.js';
import type {SimulatorOptions} from './options.js';
import {Simulation} from './simulation.js';
import {consoleFolder, staticRoutes} from './static-files.js';
import {tokenRoutes} from './token-routes.js';
import {agentRoutes} from './v2/agent-routes.js';
import {telephonyRoutes} from './v2/telephony-routes.js';
import {StreamUpgrades} from './v2/upgrade.js';

const IPV4_LOOPBACK = '127.0.0.1';
const IPV6_LOOPBACK = '::1';

/** The most ports to try: a port that is free on one loopback address may be taken on the other. */
const PORT_TRIES = 5;

/** A running simulator. */
export interface Simulator {
  /** `http://localhost:<port>`; every `*.localhost` name leads here too. */
  readonly url: string;
  readonly port: number;
  /** The simulation behind it, for tests in the same process. */
  readonly simulation: Simulation;
  /** Does the same as `POST /_sim/reset`. */
  reset(): void;
  /** Ends streams, requests and listeners. */
  close(): Promise<void>;
}

/**
 * Starts a simulated platform: REST API, agent streams, token endpoints, control API, and static files.
 * Resolves once everything answers.
 * @throws the listener's error, such as `EADDRINUSE`.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulation = new Simulation(options);
  const app = createHttp(simulation);
  tokenRoutes(app, simulation);
  agentRoutes(app, simulation);
  telephonyRoutes(app, simulation);
  controlRoutes(app, simulation);
  const consoleDir = options.console === false ? undefined : consoleFolder();
  staticRoutes(app, [
    ...(options.staticRoots ?? []),
    // After the caller's roots, so that a root with its own console serves that one.
    ...(consoleDir === undefined ? [] : [{prefix: '/', dir: consoleDir}]),
  ]);
  await app.ready();

  const upgrades = new StreamUpgrades(simulation);
  const newServer = (): Server => {
    const server = createServer((request, response) => app.routing(request, response));
    server.on('upgrade', upgrades.handle);
    return server;
  };
  let servers: readonly Server[];
  try {
    servers = await listen(newServer, options);
  } catch (error) {
    simulation.close();
    await app.close();
    throw error;
  }
  const {port} = servers[0]?.address() as AddressInfo;

  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    simulation.close();
    await Promise.all(servers.map(closed));
    await app.close();
  };
  return {
    url: `http://localhost:${port}`,
    port,
    simulation,
    reset: () => simulation.reset(),
    close: () => (closing ??= close()),
  };
}

/** Listens on the given host; by default on both loopback addresses, because a browser may try either for `localhost`. */
async function listen(newServer: () => Server, {host, port = 0}: SimulatorOptions): Promise<readonly Server[]> {
  if (host !== undefined) return [await bound(newServer(), port, host)];
  for (let attempt = 1; ; attempt++) {
    const first = await bound(newServer(), port, IPV4_LOOPBACK);
    try {
      return [first, await bound(newServer(), (first.address() as AddressInfo).port, IPV6_LOOPBACK)];
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      // On a machine without IPv6, nobody connects to that address.
      if (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT') return [first];
      await closed(first);
      if (code !== 'EADDRINUSE' || port !== 0 || attempt === PORT_TRIES) throw error;
    }
  }
}

function bound(server: Server, port: number, host: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve(server);
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
