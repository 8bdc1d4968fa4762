import {expect} from '@open-wc/testing';
import {expose} from 'comlink';
import {CxoneError, type ErrorCode} from '../../src/domain/errors.js';
import {DEFAULT_HUB_SETTINGS} from '../../src/domain/settings.js';
import {EMPTY_SNAPSHOT, type Problem} from '../../src/domain/snapshot.js';
import {installErrorTransfer} from '../../src/domain/wire-errors.js';
import type {HubTransport} from '../../src/session/hub/hub-transport.js';
import {electedPageHub} from '../../src/session/hub/elected-hub.js';
import {Liveness} from '../../src/session/hub/liveness.js';
import {sharedHub} from '../../src/session/hub/shared-hub.js';
import type {JoinAnswer} from '../../src/worker/hub-api.js';
import {SLOWNESS} from '../support/slowness.js';
import {waitUntil} from '../support/wait-until.js';

const LIMITS = {hubJoinTimeoutMs: 150};
const NEVER = new Promise<never>(() => undefined);

const config = {
  agentId: 'a',
  userId: 'a',
  apiBase: 'https://api.example',
  streamBase: 'wss://api.example',
  tokenSource: 'broker',
  tokenUrl: 'https://api.example/token',
  settings: DEFAULT_HUB_SETTINGS,
} as const;

/** A way to a hub by script, over a real Comlink endpoint. */
function way(join: () => Promise<JoinAnswer>): {transport: HubTransport; opened: () => number; closed: () => number} {
  installErrorTransfer();
  let opened = 0;
  let closed = 0;
  return {
    opened: () => opened,
    closed: () => closed,
    transport: {
      open() {
        opened++;
        const {port1, port2} = new MessageChannel();
        expose({join, leave: () => undefined}, port2);
        return {endpoint: port1, failed: NEVER, close: () => void closed++};
      },
    },
  };
}

/** A hub's answer, with the lock that says it lives. */
const answer = (): Promise<JoinAnswer> => {
  const instanceId = crypto.randomUUID();
  return new Promise((resolve) => {
    void navigator.locks.request(`hub:${instanceId}`, () => {
      resolve({instanceId, epoch: 1, snapshot: EMPTY_SNAPSHOT, callLimitMs: 500});
      return NEVER;
    });
  });
};
/** As `answer`, of a hub whose lock nobody holds. */
const lockless = (): Promise<JoinAnswer> =>
  Promise.resolve({instanceId: crypto.randomUUID(), epoch: 1, snapshot: EMPTY_SNAPSHOT, callLimitMs: 500});
const refusing = (code: ErrorCode) => (): Promise<JoinAnswer> => Promise.reject(new CxoneError(code, 'scripted'));

describe('Liveness', () => {
  let liveness: Liveness | undefined;
  let problems: [Problem['code'], boolean][] = [];

  afterEach(() => {
    liveness?.close();
    problems = [];
  });

  function start(...transports: HubTransport[]): Liveness {
    liveness = new Liveness(transports, LIMITS, {
      request: () => ({
        config,
        canGiveTokens: false,
        presence: {visible: true, focused: true, activeAt: 0, adapter: 'none'},
        follows: [],
      }),
      joined: () => undefined,
      message: () => undefined,
      problem: ({code}, final) => problems.push([code, final]),
    });
    liveness.start();
    return liveness;
  }

  it('goes to the next way when one throws, fails later, or is silent', async () => {
    const throwing: HubTransport = {
      open: () => {
        throw new DOMException('blocked', 'SecurityError');
      },
    };
    const failing: HubTransport = {
      open: () => ({
        endpoint: new MessageChannel().port1,
        failed: Promise.resolve({code: 'workerUnavailable'}),
        close: () => undefined,
      }),
    };
    const silent = way(() => NEVER);
    const good = way(answer);
    const life = start(throwing, failing, silent.transport, good.transport);
    await waitUntil(() => life.joined);
    expect(problems).to.deep.equal([]);
    expect(silent.closed()).to.equal(1);
  });

  it('gives up a way that never opens, and takes nothing from it later', async () => {
    let given: AbortSignal | undefined;
    let late: (() => void) | undefined;
    let closed = 0;
    const stuck: HubTransport = {
      open: (_, signal) => {
        given = signal;
        return new Promise((resolve) => {
          late = () => resolve({endpoint: new MessageChannel().port1, failed: NEVER, close: () => void closed++});
        });
      },
    };
    const life = start(stuck, way(answer).transport);
    await waitUntil(() => life.joined);
    expect(given?.aborted).to.equal(true);
    late?.();
    await waitUntil(() => closed === 1);
  });

  it('says what is wrong when no way leads to a hub, and goes on trying', async () => {
    let silent = true;
    const {transport} = way(() => (silent ? NEVER : answer()));
    const life = start(transport);
    await waitUntil(() => problems.length === 1);
    expect(problems).to.deep.equal([['hubSilent', false]]);
    silent = false;
    await waitUntil(() => life.joined, 'the next try', {timeout: 3_000});
  });

  it('asks a hub that makes room again, and joins its successor', async () => {
    let refusals = 2;
    const {transport, opened} = way(() => (refusals-- > 0 ? refusing('HUB_UNREACHABLE')() : answer()));
    const life = start(transport);
    await waitUntil(() => life.joined, 'joined', {timeout: 3_000});
    expect(opened()).to.equal(3);
    expect(problems).to.deep.equal([]);
  });

  it('is not kept busy by hubs that die as soon as they are joined', async () => {
    const {transport, opened} = way(lockless);
    start(transport);
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(opened()).to.be.within(2, 4);
  });

  it('believes in the end that the page is out of date, and stops', async () => {
    const {transport, opened} = way(refusing('OUT_OF_DATE'));
    start(transport);
    await waitUntil(() => problems.length === 1, 'it says so', {timeout: 4_000});
    expect(problems).to.deep.equal([['pageOutOfDate', true]]);
    const tries = opened();
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(opened()).to.equal(tries);
  });

  it('tries at once when a person asks', async () => {
    let silent = true;
    const {transport} = way(() => (silent ? NEVER : answer()));
    const life = start(transport);
    await waitUntil(() => problems.length === 1);
    silent = false;
    const askedAt = performance.now();
    life.retry();
    await waitUntil(() => life.joined);
    expect(performance.now() - askedAt).to.be.below(500 * SLOWNESS);
  });

  it('holds its lock while it stays, and lets it go when it leaves', async () => {
    const life = start(way(answer).transport);
    await waitUntil(() => life.joined);
    const {pageId} = life;
    const isHeld = async (): Promise<boolean> => {
      const {held} = await navigator.locks.query();
      return held?.some(({name}) => name === `page:${pageId}`) ?? false;
    };
    expect(await isHeld()).to.equal(true);
    life.close();
    await waitUntil(async () => !(await isHeld()));
    const failure = await life.call('log').catch((error: unknown) => (error as CxoneError).code);
    expect(failure).to.equal('HUB_UNREACHABLE');
  });

  describe('in a browser that refuses', () => {
    const restores: (() => void)[] = [];
    const unhandled: unknown[] = [];
    const onUnhandled = (event: PromiseRejectionEvent): void => void unhandled.push(event.reason);

    beforeEach(() => addEventListener('unhandledrejection', onUnhandled));
    afterEach(() => {
      for (const restore of restores.splice(0)) restore();
      removeEventListener('unhandledrejection', onUnhandled);
      expect(unhandled.splice(0)).to.deep.equal([]);
    });

    function replace<T extends object, K extends keyof T>(object: T, key: K, value: unknown): void {
      const own = Object.getOwnPropertyDescriptor(object, key);
      Object.defineProperty(object, key, {configurable: true, writable: true, value});
      restores.push(() => (own ? Object.defineProperty(object, key, own) : Reflect.deleteProperty(object, key)));
    }
    const denied = (): never => {
      throw new DOMException('denied', 'SecurityError');
    };
    const rejected = (): Promise<never> => Promise.reject(new DOMException('denied', 'SecurityError'));
    /** Locks of the names that `hit` matches are answered by `answer`. */
    function refuseLocks(hit: RegExp, answer: () => unknown): void {
      const request = navigator.locks.request.bind(navigator.locks) as (...args: unknown[]) => unknown;
      replace(navigator.locks, 'request', (name: string, ...rest: unknown[]) =>
        hit.test(name) ? answer() : request(name, ...rest),
      );
    }
    const elected = (): HubTransport =>
      electedPageHub(
        {apiBase: 'https://api.example', agentId: crypto.randomUUID(), challengeIntervalMs: 100, challengeTries: 3},
        {takesOver: false},
      );

    const first: readonly [string, () => unknown, Problem['code']][] = [
      ['throws', denied, 'browserRefuses'],
      ['is refused', rejected, 'browserRefuses'],
      ['never comes', () => NEVER, 'browserRefuses'],
    ];
    for (const [how, answer, code] of first) {
      it(`the page’s lock (it ${how}), it says so`, async () => {
        refuseLocks(/^page:/, answer);
        const {transport, opened} = way(answer as never);
        const life = start(transport);
        const waiting = life.call('log').catch((error: unknown) => (error as CxoneError).code);
        await waitUntil(() => problems.length > 0);
        expect(problems).to.deep.equal([[code, true]]);
        expect(await waiting).to.equal('HUB_UNREACHABLE');
        expect(opened()).to.equal(0);
      });
    }

    it('Web Locks altogether, it names the frame’s sandbox or the missing https', async () => {
      replace(navigator, 'locks', undefined);
      replace(window, 'origin', 'null');
      start(way(answer).transport);
      await waitUntil(() => problems.length === 1);
      replace(window, 'isSecureContext', false);
      liveness!.retry();
      await waitUntil(() => problems.length === 2);
      expect(problems).to.deep.equal([
        ['sandboxed', true],
        ['insecurePage', true],
      ]);
    });

    const later: readonly [string, () => void, () => HubTransport, Problem['code']][] = [
      ['the hub’s lock', () => refuseLocks(/^hub:/, rejected), () => way(lockless).transport, 'browserRefuses'],
      ['the place in the election', () => refuseLocks(/^elect:/, rejected), elected, 'browserRefuses'],
      ['the election altogether', () => refuseLocks(/^elect:/, denied), elected, 'browserRefuses'],
      ['the line behind a hub', () => refuseLocks(/^cxone-hub:/, rejected), elected, 'browserRefuses'],
      ['BroadcastChannel', () => replace(window, 'BroadcastChannel', denied), elected, 'browserRefuses'],
      [
        'SharedWorker',
        () => replace(window, 'SharedWorker', denied),
        () => sharedHub('/w.js', config),
        'workerUnavailable',
      ],
    ];
    for (const [what, refuse, transport, code] of later) {
      it(`${what}, it says so`, async () => {
        refuse();
        start(transport());
        await waitUntil(() => problems.length > 0);
        expect(problems[0]).to.deep.equal([code, false]);
      });
    }
  });

  const told: readonly [ErrorCode, Problem['code'], boolean][] = [
    ['INVALID_INPUT', 'badConfig', true],
    ['WORKER_UNAVAILABLE', 'workerUnavailable', false],
    ['STORAGE_UNAVAILABLE', 'browserRefuses', false],
    ['INTERNAL', 'unexpected', false],
    ['TIMEOUT', 'unexpected', false],
  ];
  for (const [code, problem, final] of told) {
    it(`tells a hub’s answer ${code} to joining as ${problem}`, async () => {
      const report = globalThis.reportError;
      const reported: unknown[] = [];
      globalThis.reportError = (error) => void reported.push(error);
      start(way(refusing(code)).transport);
      await waitUntil(() => problems.length > 0, 'it says so', {timeout: 4_000});
      globalThis.reportError = report;
      expect(problems[0]).to.deep.equal([problem, final]);
      // What the page's words cannot say lies in the console, once.
      expect(reported).to.have.lengthOf(problem === 'unexpected' ? 1 : 0);
    });
  }

  it('takes no place in an election for a page that has gone meanwhile', async () => {
    const agentId = crypto.randomUUID();
    const transport = electedPageHub(
      {apiBase: 'https://api.example', agentId, challengeIntervalMs: 100, challengeTries: 3},
      {takesOver: false},
    );
    const gone = AbortSignal.abort();
    const opened = await (async () => transport.open('p1', gone))().catch((error: Error) => error.name);
    expect(opened).to.equal('AbortError');
    const {held = [], pending = []} = await navigator.locks.query();
    expect([...held, ...pending].filter(({name}) => name!.includes(agentId))).to.deep.equal([]);
  });
});
