import {expect} from '@open-wc/testing';
import {expose} from 'comlink';
import {CxoneError} from '../../src/domain/errors.js';
import {DEFAULT_HUB_SETTINGS} from '../../src/domain/settings.js';
import {EMPTY_SNAPSHOT, type Problem} from '../../src/domain/snapshot.js';
import {installErrorTransfer} from '../../src/domain/wire-errors.js';
import type {HubTransport} from '../../src/session/hub-transport.js';
import {Liveness} from '../../src/session/liveness.js';
import type {JoinAnswer} from '../../src/worker/hub-api.js';
import {SLOWNESS} from '../support/slowness.js';
import {waitUntil} from '../support/wait-until.js';

const LIMITS = {hubCallTimeoutMs: 500, hubJoinTimeoutMs: 150};
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
      resolve({instanceId, epoch: 1, snapshot: EMPTY_SNAPSHOT});
      return NEVER;
    });
  });
};
const refusing = (code: 'OUT_OF_DATE' | 'HUB_UNREACHABLE') => (): Promise<JoinAnswer> =>
  Promise.reject(new CxoneError(code, 'scripted'));

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
    const lockless = (): Promise<JoinAnswer> =>
      Promise.resolve({instanceId: crypto.randomUUID(), epoch: 1, snapshot: EMPTY_SNAPSHOT});
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
});
