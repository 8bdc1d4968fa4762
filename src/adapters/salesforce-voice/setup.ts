import {AdapterError} from '../crm-adapter.js';
import {withTimeLimit} from '../common/time-limit.js';

/** What Salesforce sends when it sets a connector up. */
export interface Setup {
  readonly origin: string;
  /** The contact centre's settings: `/section/item` → text. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Carries all further messages. */
  readonly port: MessagePort;
}

type OnSetup = (setup: Setup) => void;

const TYPE = 'SETUP_CONNECTOR';

/** Origins of Salesforce's pages: https, without a port. Source: crm-hosts.md A5. */
const SALESFORCE = /^https:\/\/[\w.-]+\.(force\.com|salesforce\.com|my\.salesforce-sites\.com|salesforce\.mil)$/;

/** The last setup of each origin. We keep it because Salesforce sends it only once, perhaps long before an adapter asks. */
const heard = new Map<string, Setup>();
const listeners = new Set<OnSetup>();
/** True while we pass a checked setup to the library, which gets it as a normal window message. */
let passing = false;

/** The most origins to remember. Source: our choice; a page has few ancestor frames. */
const MAX_ORIGINS = 4;

function read({data, origin, ports}: MessageEvent<unknown>): Setup | undefined {
  const [port] = ports;
  if (typeof data !== 'object' || data === null || !Object.hasOwn(data, 'type') || !port) return undefined;
  const config: unknown = Object.hasOwn(data, 'connectorConfig')
    ? (data as {connectorConfig: unknown}).connectorConfig
    : {};
  return {origin, port, config: typeof config === 'object' && config !== null ? {...config} : {}};
}

/**
 * Hides setups from the library until we have checked them. The library trusts any window, and after one setup from an
 * unknown origin it ignores all later ones.
 */
function hear(event: MessageEvent<unknown>): void {
  const {data, source, origin} = event;
  if (passing || (data as {type?: unknown} | null)?.type !== TYPE) return;
  event.stopImmediatePropagation();
  // Only this frame's parent or the top page can be the host, not frames beside or inside it.
  if (window.parent === window || (source !== window.parent && source !== window.top)) return;
  const setup = read(event);
  if (!setup || (heard.size >= MAX_ORIGINS && !heard.has(origin))) return;
  heard.set(origin, setup);
  for (const listener of [...listeners]) listener(setup);
}

// Listen as soon as this file loads, because Salesforce does not repeat the setup for a late connector.
if (typeof window !== 'undefined') window.addEventListener('message', hear, {capture: true});

/** Whether an origin may set the connector up. @throws {AdapterError} `badConfig` if `only` is not one exact origin. */
export function originCheck(only: string | undefined): (origin: string) => boolean {
  if (only === undefined) return (origin) => SALESFORCE.test(origin);
  if (!URL.canParse(only) || new URL(only).origin !== only || only === 'null') {
    throw new AdapterError('badConfig', 'salesforce-voice: origin must be one exact origin');
  }
  return (origin) => origin === only;
}

/** Calls back for the last setup of an allowed origin, if there was one, and for each later one. */
export function onSetup(allowed: (origin: string) => boolean, callback: OnSetup): () => void {
  const filtered: OnSetup = (setup) => {
    if (allowed(setup.origin)) callback(setup);
  };
  listeners.add(filtered);
  const last = [...heard.values()].filter(({origin}) => allowed(origin)).at(-1);
  if (last) callback(last);
  return () => void listeners.delete(filtered);
}

/** @throws {AdapterError} `timeout` */
export function firstSetup(allowed: (origin: string) => boolean, limitMs: number, signal: AbortSignal): Promise<Setup> {
  let stop: (() => void) | undefined;
  return withTimeLimit<Setup>('salesforce-voice: SETUP_CONNECTOR', limitMs, signal, (resolve) => {
    stop = onSetup(allowed, resolve);
  }).finally(() => stop?.());
}

/** Passes a checked setup to the library, with the origin of a host on the library's older list. */
export function passOn({config, port}: Setup): void {
  passing = true;
  const data = {type: TYPE, connectorConfig: config};
  window.dispatchEvent(
    new MessageEvent('message', {data, origin: 'https://checked.lightning.force.com', ports: [port]}),
  );
  passing = false;
}
