import type {Endpoint} from 'comlink';
import {deleteDB} from 'idb';
import {CxoneError} from '../../src/domain/errors.js';
import type {HubConfigRequest, HubSettings} from '../../src/domain/settings.js';
import {withChange} from '../../src/domain/list-change.js';
import {
  EMPTY_SNAPSHOT,
  keyOfItem,
  type InteractionView,
  type LogEntry,
  type Snapshot,
} from '../../src/domain/snapshot.js';
import type {EmitBody, FaultBody, RingBody} from '../../simulator/wire/control.js';
import {ChannelEndpoint, hubChannelName, isHubLetter} from '../../src/domain/hub-channel.js';
import {HubLink} from '../../src/session/hub/hub-link.js';
import type {Dialect} from '../../src/platform/port/dialect.js';
import {
  WIRE_VERSION,
  type CommandRequest,
  type HubMessage,
  type JoinAnswer,
  type JoinRequest,
  type PagePresence,
  type TokenGift,
} from '../../src/worker/hub-api.js';
import {HubHost} from '../../src/worker/entry/hub-host.js';
import {HeldLocks, hubLockName} from '../../src/worker/entry/hub-lock.js';
import {dialect as v2} from '../../src/platform/v2/dialect.js';
import type {Platform} from '../../src/platform/port/platform.js';
import type {RetireReason} from '../../src/worker/hub.js';
import {HubStore} from '../../src/worker/store/store.js';
import {waitUntil} from './wait-until.js';

/** The simulator's first agent. */
export const AGENT = 'a1b2c3d4-e5f6-7890-abcd-ef1234567890';

const cleanups: (() => unknown)[] = [];

/** What a test started ends with it, last first. */
export function atEnd(cleanup: () => unknown): void {
  cleanups.push(cleanup);
}

/** Ends all that. To be called after each test. */
export async function endAll(): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
}

/** How a simulator is started where these tests run: in this process, or by the test runner's server. */
export type SimulatorStarter = (
  options: Readonly<Record<string, unknown>>,
) => Promise<{readonly url: string; readonly close: () => Promise<unknown>}>;

let starter: SimulatorStarter | undefined;

/** Says how simulators are started. */
export function startSimulatorsBy(how: SimulatorStarter): void {
  starter = how;
}

/**
 * Waits for something to come true; polls often, so that a test is as quick as what it waits for.
 * @param timeout in ms: only where the product promises a time.
 */
export function until(what: string, condition: () => unknown, timeout?: number): Promise<void> {
  return waitUntil(condition, `not in time: ${what}`, {interval: 10, ...(timeout !== undefined && {timeout})});
}

/** The code that a call fails with. */
export function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'no failure',
    (error: unknown) => (error instanceof CxoneError ? error.code : String(error)),
  );
}

/** An entry of the simulator's request log. */
export interface Requested {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
  readonly status: number | null;
  readonly replayed: boolean;
}

/** A real simulator of the test's own, over real HTTP and WebSocket. */
export class TestSimulator {
  readonly url: string;
  #frames = 0;

  private constructor(url: string) {
    this.url = url;
  }

  static async start(options: Readonly<Record<string, unknown>> = {}): Promise<TestSimulator> {
    const {url, close} = await starter!(options);
    atEnd(close);
    return new TestSimulator(url);
  }

  async get<T>(path: string): Promise<T> {
    const response = await fetch(this.url + path);
    return (await response.json()) as T;
  }

  async post<T = unknown>(path: string, body: unknown = {}): Promise<T> {
    const response = await fetch(this.url + path, {
      method: 'POST',
      headers: {'content-type': 'application/json'},
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  ring(order: RingBody = {}): Promise<{interactionId: string; sessionId: string}> {
    return this.post('/_sim/interactions', order);
  }

  end(interactionId: string): Promise<unknown> {
    return this.post(`/_sim/interactions/${interactionId}/end`);
  }

  emit(frame: EmitBody['frame'], more: Partial<EmitBody> = {}): Promise<unknown> {
    return this.post('/_sim/emit', {frame, ...more});
  }

  /** Pushes an event, stamped later than the one before by a second, unless `at` says when. */
  event(eventType: string, data: unknown, at = Date.now() + 1_000 * this.#frames++): Promise<unknown> {
    return this.emit({eventType, timestamp: new Date(at).toISOString(), data});
  }

  /** Pushes a screen pop. */
  pop(interactionId: string, payload: Readonly<Record<string, unknown>> = {crm_account_id: 'ACC-1'}): Promise<unknown> {
    return this.event('interaction.screenpop', {interactionId, agentId: AGENT, source: 'test', payload});
  }

  fault(order: FaultBody): Promise<unknown> {
    return this.post('/_sim/faults', order);
  }

  async clearFaults(): Promise<void> {
    await fetch(`${this.url}/_sim/faults`, {method: 'DELETE'});
  }

  log(path: string): Promise<Requested[]> {
    return this.get(`/_sim/log?path=${encodeURIComponent(path)}`);
  }

  /** Telephony commands that came, carried out or not. */
  commands(): Promise<Requested[]> {
    return this.log('/control');
  }

  /** Telephony commands that were carried out, by name. */
  async effects(): Promise<string[]> {
    return (await this.get<{action: string}[]>('/_sim/effects')).map(({action}) => action);
  }

  /** A token as a page's own source gets it. */
  async token(): Promise<TokenGift> {
    const response = await fetch(`${this.url}/token`, {
      method: 'POST',
      headers: {'content-type': 'application/json', 'x-requested-with': 'a-page'},
      body: JSON.stringify({agentId: AGENT}),
    });
    const {access_token, expires_in} = (await response.json()) as {access_token: string; expires_in: number};
    return {ok: true, accessToken: access_token, expiresInSeconds: expires_in};
  }

  async openStreams(): Promise<number> {
    return (await this.get<{open: number}>('/_sim/streams')).open;
  }
}

/** Intervals of a test: as in life, only shorter where a test waits for them. */
const QUICK: Partial<HubSettings> = {
  reconnectDelaysMs: [50],
  reconnectJitterMs: 0,
  pollIntervalMs: 200,
  requestTimeoutMs: 1_000,
  commandRetryBaseMs: 5,
  tokenRetryBaseMs: 20,
  statusReadGapMs: 50,
};

export function configFor(
  sim: TestSimulator,
  settings: Partial<HubSettings> = {},
  more: Partial<HubConfigRequest> = {},
): HubConfigRequest {
  return {
    agentId: AGENT,
    userId: AGENT,
    apiBase: sim.url,
    streamBase: sim.url.replace(/^http/, 'ws'),
    tokenSource: 'broker',
    tokenUrl: `${sim.url}/token`,
    settings: {...QUICK, ...settings},
    ...more,
  };
}

/** A hub that a test may end. */
export interface TestHub {
  /** A page's own end of the wire. @param overheard it is one that every script of the origin hears. */
  connect(overheard?: boolean): Endpoint;
  /** Ends it without a word to the platform, as a crash does. */
  die(): void;
  /** Why it retired, if it did. */
  readonly retired: readonly RetireReason[];
}

/** The dialect as it is, but for some of the platform's calls. */
export function dialectWith(
  change: (real: Platform) => {readonly [Group in keyof Platform]?: Partial<Platform[Group]> | undefined},
): Dialect {
  return {
    ...v2,
    platform(...given) {
      const real = v2.platform(...given);
      const changes = Object.entries(change(real)).map(([name, group]) => [
        name,
        group && {...real[name as keyof Platform], ...group},
      ]);
      return {...real, ...(Object.fromEntries(changes) as Partial<Platform>)};
    },
  };
}

/** A hub in this page or process, behind real ports. */
export function startHub(dialect: Dialect = v2): TestHub {
  const retired: RetireReason[] = [];
  const host = new HubHost(
    'dedicated',
    () => Promise.resolve(dialect),
    (reason) => retired.push(reason),
  );
  const die = (): void => host.retire('idle');
  atEnd(die);
  return {
    retired,
    die,
    connect(overheard) {
      const {port1, port2} = new MessageChannel();
      host.attach(port1, overheard);
      port1.start();
      atEnd(() => port1.close());
      return port2;
    },
  };
}

/** The wire of a page that cannot reach the worker: over the channel, as `src/session/elected-hub.ts` does it. */
export function overChannel(sim: TestSimulator, pageId: string): Endpoint {
  const channel = new BroadcastChannel(hubChannelName(sim.url, AGENT));
  atEnd(() => channel.close());
  const endpoint = new ChannelEndpoint(channel, pageId, 'hub');
  channel.addEventListener('message', ({data}) => {
    if (isHubLetter(data) && data.to === pageId && 'data' in data) endpoint.receive(data.data);
  });
  return endpoint;
}

export interface TestPageOptions {
  readonly presence?: Partial<PagePresence>;
  /** What it does with an offer of a screen pop. Default: it accepts. */
  readonly offers?: 'accept' | 'ignore';
  /** Its token source. */
  readonly giveToken?: () => Promise<TokenGift>;
  readonly overheard?: boolean;
  /** The lists that it asks for. Default: all. */
  readonly follows?: JoinRequest['follows'];
  /** Its wire, where it is no port of the hub's. */
  readonly wire?: (pageId: string) => Endpoint;
}

/** A page as the hub sees it: holds its lock, joins, and keeps what it hears. */
export class TestPage {
  readonly pageId = `page-${crypto.randomUUID()}`;
  readonly messages: HubMessage[] = [];
  readonly #link: HubLink;
  readonly #options: TestPageOptions;
  readonly #locks = new HeldLocks();
  #presence: PagePresence;
  snapshot: Snapshot = EMPTY_SNAPSHOT;
  answer: JoinAnswer | undefined;

  private constructor(hub: TestHub, options: TestPageOptions) {
    this.#options = options;
    this.#presence = {visible: true, focused: false, activeAt: Date.now(), adapter: 'none', ...options.presence};
    this.#link = new HubLink(
      options.wire?.(this.pageId) ?? hub.connect(options.overheard),
      (message) => this.#hear(message),
      8_000,
    );
    atEnd(() => this.die());
  }

  /** Joins a hub. */
  static async join(hub: TestHub, config: HubConfigRequest, options: TestPageOptions = {}): Promise<TestPage> {
    const page = new TestPage(hub, options);
    await page.#join(config);
    return page;
  }

  /** Joins a hub and waits until it is connected and has read everything. */
  static async live(hub: TestHub, config: HubConfigRequest, options: TestPageOptions = {}): Promise<TestPage> {
    const page = await TestPage.join(hub, config, options);
    await until('the hub is live', () => page.snapshot.connection.mode === 'live' && page.snapshot.agent.presence);
    return page;
  }

  async #join(config: HubConfigRequest): Promise<void> {
    await this.#locks.hold(`page:${this.pageId}`);
    this.answer = await this.#link.call('join', [
      {
        pageId: this.pageId,
        wireVersion: WIRE_VERSION,
        config,
        canGiveTokens: this.#options.giveToken !== undefined,
        presence: this.#presence,
        follows: this.#options.follows ?? ['pops'],
      },
    ]);
    this.snapshot = {...EMPTY_SNAPSHOT, ...this.answer.snapshot};
    this.#link.accept(this.answer.epoch);
  }

  /** Asks the hub. */
  readonly call: HubLink['call'] = (...args) => this.#link.call(...args);

  command(action: CommandRequest['action'], interactionId: string, more: Partial<CommandRequest> = {}): Promise<void> {
    const request = {commandId: crypto.randomUUID(), interactionId, action, parameters: {}, clickedAt: Date.now()};
    return this.call('command', [{...request, ...more}]);
  }

  async presence(change: Partial<PagePresence>): Promise<void> {
    this.#presence = {...this.#presence, ...change};
    await this.call('setPresence', [this.pageId, this.#presence]);
  }

  async leave(): Promise<void> {
    await this.call('leave', [this.pageId]);
    this.die();
  }

  /** Gone without a word, as in a crash: only its lock tells. */
  die(): void {
    this.#locks.letGo();
    this.#link.close();
  }

  /** Messages of a kind, in order. */
  heard<Kind extends HubMessage['kind']>(kind: Kind): Extract<HubMessage, {kind: Kind}>[] {
    return this.messages.filter((message): message is Extract<HubMessage, {kind: Kind}> => message.kind === kind);
  }

  /** Codes of the warnings and failed commands that were told. */
  notices(): string[] {
    return this.heard('notice').map(({notice}) => (notice.type === 'warning' ? notice.problem.code : notice.code));
  }

  interaction(interactionId: string): InteractionView | undefined {
    return this.snapshot.interactions.items.find((item) => item.interactionId === interactionId);
  }

  async log(event: string): Promise<LogEntry[]> {
    return (await this.call('log', [])).filter((entry) => entry.event === event);
  }

  #hear(message: HubMessage): void {
    this.messages.push(message);
    switch (message.kind) {
      case 'slice':
        this.snapshot = {...this.snapshot, [message.name]: message.slice};
        return;
      case 'list-change': {
        const {name, rest, change} = message;
        const items = withChange(this.snapshot[name].items, change, keyOfItem(name));
        this.snapshot = {...this.snapshot, [name]: {...rest, items}};
        return;
      }
      case 'offer':
        if (this.#options.offers !== 'ignore')
          this.call('acceptOffer', [this.pageId, message.offerId]).catch(() => undefined);
        return;
      case 'token-please':
        this.#options
          .giveToken?.()
          .then((gift) => this.call('giveToken', [message.requestId, gift]))
          .catch(() => undefined);
        return;
      default:
    }
  }
}

/** Waits until a page shows an interaction in a state. */
export async function shows(page: TestPage, interactionId: string, state: string): Promise<void> {
  await until(`${state} is shown`, () => page.interaction(interactionId)?.state === state);
}

/** Rings a call, and answers it in the page. */
export async function talking(sim: TestSimulator, page: TestPage, order: RingBody = {}): Promise<string> {
  const {interactionId} = await sim.ring(order);
  await shows(page, interactionId, 'ringing');
  await page.command('answer', interactionId);
  await shows(page, interactionId, 'talking');
  return interactionId;
}

/** The store of a hub for this simulator's agent, as the hub itself opens it. */
export async function openHubStore(sim: TestSimulator): Promise<HubStore> {
  const {store} = await openStore(hubLockName(sim.url, AGENT));
  return store;
}

/** A store under a name, and what it told. */
export async function openStore(
  name: string,
  {now = Date.now(), maxAgeMs = 86_400_000}: {readonly now?: number; readonly maxAgeMs?: number} = {},
): Promise<{store: HubStore; told: string[]}> {
  const told: string[] = [];
  const store = new HubStore(name, {onLost: () => told.push('lost'), onFenced: () => told.push('fenced')});
  atEnd(() => store.close());
  await store.open(now, maxAgeMs);
  return {store, told};
}

/** A name for a database of the test's own. */
export function freshName(): string {
  const name = `test-store-${crypto.randomUUID()}`;
  atEnd(() => deleteDB(name));
  return name;
}

/** Web Locks that hold a page's name, held or waited for. */
export async function pageLocks(): Promise<string[]> {
  const {held = [], pending = []} = await navigator.locks.query();
  return [...held, ...pending].map(({name}) => name!).filter((name) => name.startsWith('page:'));
}
