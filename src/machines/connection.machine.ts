import {assign, setup, type SnapshotFrom} from 'xstate';
import type {ConnectionMode, Problem} from '../domain/snapshot.js';

export interface ConnectionInput {
  /** The number of failed tries before retries become slow. Source: contract §2 "Losing the connection" 2, setting `reconnectTries`. */
  readonly tries: number;
}

export type ConnectionMachineEvent =
  | {readonly type: 'start'}
  | {readonly type: 'token.ready'}
  /**
   * `final`: a retry cannot help. Otherwise `retryAt`, epoch ms by our clock, says when to ask again; without it the token
   * source retries by itself and `token.ready` will come.
   */
  | {readonly type: 'token.failed'; readonly problem: Problem; readonly final: boolean; readonly retryAt?: number}
  | {readonly type: 'source.live'; readonly at: number}
  /** The source of events closed. `delayMs`: the wait before the next try, which the hub computes for `nextAttempt`. */
  | {
      readonly type: 'source.closed';
      readonly at: number;
      readonly reason: 'asked' | 'lost' | 'unauthorized' | 'forbidden' | 'rateLimited' | 'blocked' | 'ended';
      /** With `blocked`: the policy that refuses the connection. */
      readonly by?: string;
      readonly delayMs: number;
    }
  /** `nextTryAt` has come. */
  | {readonly type: 'retry.due'}
  /** A read of the sessions succeeded or failed, epoch ms by our clock. Only sessions count, because commands act on calls. */
  | {readonly type: 'read.ok'; readonly at: number}
  | {readonly type: 'read.failed'; readonly at: number; readonly problem?: Problem}
  /** The sessions are known for the first time, though the rest of that read is still missing: commands may be sent. */
  | {readonly type: 'sessions.known'; readonly at: number}
  | {readonly type: 'browser.offline'}
  | {readonly type: 'browser.online'}
  /** Try now: the agent's button, or a tab that became visible. */
  | {readonly type: 'reconnect'}
  /** Only a person can fix this problem. */
  | {readonly type: 'problem'; readonly problem: Problem}
  | {readonly type: 'stop'};

export interface ConnectionContext {
  readonly tries: number;
  /** The number of the next or current try since the source was last live; 0 while live and at the first opening. */
  readonly attempt: number;
  readonly everLive: boolean;
  /** Whether the latest read succeeded; true before the first. */
  readonly readsOk: boolean;
  /** Whether a read was answered or refused. From then on the page need not wait before it shows what is known. */
  readonly hasRead: boolean;
  /** The latest successful read, epoch ms by our clock. */
  readonly lastReadAt?: number;
  /** When the next try is due, epoch ms by our clock. */
  readonly nextTryAt?: number;
  /** Why the connection is not live. */
  readonly problem?: Problem;
  /** Why reads fail. */
  readonly readProblem?: Problem;
  /** Whether the browser last reported that it is online. */
  readonly browserOnline: boolean;
}

/**
 * The connection to the platform's events: the current step, when the next try is due, and what a person must fix. The hub
 * owns the timers, tokens, sockets and reads: it acts on the state and reports back with events. Source: contract §1 and §2
 * "Losing the connection".
 */
export const connectionMachine = setup({
  types: {input: {} as ConnectionInput, context: {} as ConnectionContext, events: {} as ConnectionMachineEvent},
  guards: {
    /** Another client or an administrator ended the session. Reconnecting by ourselves would fight with them. */
    isEnded: ({event}) => event.type === 'source.closed' && event.reason === 'ended',
    isFinal: ({event}) => event.type === 'token.failed' && event.final,
    asksAgainByItself: ({event}) => event.type === 'token.failed' && event.retryAt === undefined,
    triesAreSpent: ({context}) => context.attempt > context.tries,
    isLastTry: ({context, event}) =>
      context.attempt >= context.tries || (event.type === 'source.closed' && event.reason === 'blocked'),
    readsSucceed: ({context}) => context.readsOk,
    missedItsTry: ({context}) => context.nextTryAt === undefined,
    browserIsOnline: ({context}) => context.browserOnline,
  },
  actions: {
    forgetTries: assign({attempt: 0}),
    goLive: assign({
      attempt: 0,
      everLive: true,
      readsOk: true,
      nextTryAt: undefined,
      problem: undefined,
      readProblem: undefined,
    }),
    countTry: assign(({context, event}) =>
      event.type === 'source.closed'
        ? {
            // Retrying does not change a policy, so we skip the quick tries.
            attempt: 1 + (event.reason === 'blocked' ? Math.max(context.attempt, context.tries) : context.attempt),
            nextTryAt: event.at + event.delayMs,
            problem:
              event.reason === 'blocked'
                ? {code: 'policyBlocked' as const, detail: event.by}
                : {code: 'streamLost' as const, ...(event.reason !== 'lost' && {detail: event.reason})},
          }
        : {},
    ),
    waitForToken: assign(({event}) =>
      event.type === 'token.failed' ? {problem: event.problem, nextTryAt: event.retryAt} : {},
    ),
    setProblem: assign(({event}) =>
      event.type === 'problem' || event.type === 'token.failed' ? {problem: event.problem, nextTryAt: undefined} : {},
    ),
    setEnded: assign({problem: {code: 'sessionEnded' as const}, nextTryAt: undefined}),
    noteProblem: assign(({event}) => (event.type === 'token.failed' ? {problem: event.problem} : {})),
    clearProblem: assign({problem: undefined}),
    clearNextTry: assign({nextTryAt: undefined}),
    noteOnline: assign({browserOnline: true}),
    noteOffline: assign({browserOnline: false}),
    noteRead: assign(({event}) =>
      event.type === 'read.ok' ? {readsOk: true, hasRead: true, lastReadAt: event.at, readProblem: undefined} : {},
    ),
    noteSessions: assign(({event}) =>
      event.type === 'sessions.known' ? {readsOk: true, lastReadAt: event.at, readProblem: undefined} : {},
    ),
    noteFailedRead: assign(({event}) =>
      event.type === 'read.failed' ? {readsOk: false, hasRead: true, readProblem: event.problem} : {},
    ),
  },
}).createMachine({
  id: 'connection',
  context: ({input}) => ({
    tries: input.tries,
    attempt: 0,
    everLive: false,
    readsOk: true,
    hasRead: false,
    browserOnline: true,
  }),
  initial: 'idle',
  on: {
    'read.ok': {actions: 'noteRead'},
    'read.failed': {actions: 'noteFailedRead'},
    'sessions.known': {actions: 'noteSessions'},
    'browser.offline': {target: '.offline', actions: ['noteOffline', 'clearNextTry']},
    'browser.online': {actions: 'noteOnline'},
    problem: {target: '.error', actions: 'setProblem'},
    'source.closed': {guard: 'isEnded', target: '.error', actions: 'setEnded'},
    // The token is refused for good: even if the stream still runs, no command and no read can be sent.
    'token.failed': {guard: 'isFinal', target: '.error', actions: 'setProblem'},
    stop: '.closed',
  },
  states: {
    idle: {
      on: {
        start: [{guard: 'browserIsOnline', target: 'authorizing'}, {target: 'offline'}],
        'browser.offline': {actions: 'noteOffline'},
      },
    },
    /** Waits for a token that is valid long enough for connecting. */
    authorizing: {
      entry: 'clearNextTry',
      on: {
        'token.ready': 'opening',
        'token.failed': [
          {guard: 'isFinal', target: 'error', actions: 'setProblem'},
          {guard: 'asksAgainByItself', actions: 'noteProblem'},
          {guard: 'triesAreSpent', target: 'slow', actions: 'waitForToken'},
          {target: 'waiting', actions: 'waitForToken'},
        ],
      },
    },
    opening: {
      on: {
        'source.live': 'live',
        'source.closed': [
          {guard: 'isEnded', target: 'error', actions: 'setEnded'},
          {guard: 'isLastTry', target: 'slow', actions: 'countTry'},
          {target: 'waiting', actions: 'countTry'},
        ],
      },
    },
    live: {
      entry: 'goLive',
      on: {
        'source.closed': [
          {guard: 'isEnded', target: 'error', actions: 'setEnded'},
          {guard: 'isLastTry', target: 'slow', actions: 'countTry'},
          {target: 'waiting', actions: 'countTry'},
        ],
      },
    },
    waiting: {
      on: {
        'retry.due': 'authorizing',
        reconnect: 'authorizing',
        'browser.online': {target: 'authorizing', actions: 'noteOnline'},
      },
    },
    /** The quick tries are spent. We try once per `reconnectSlowMs`, and only while reads succeed: otherwise nothing would answer. */
    slow: {
      on: {
        'retry.due': [{guard: 'readsSucceed', target: 'authorizing'}, {actions: 'clearNextTry'}],
        'read.ok': [{guard: 'missedItsTry', target: 'authorizing', actions: 'noteRead'}, {actions: 'noteRead'}],
        reconnect: 'authorizing',
        'browser.online': {target: 'authorizing', actions: 'noteOnline'},
      },
    },
    offline: {
      on: {
        'browser.online': {target: 'authorizing', actions: 'noteOnline'},
        // The browser may be wrong (for example about a VPN adapter), so the agent can reconnect anyway.
        reconnect: 'authorizing',
        'browser.offline': {actions: 'noteOffline'},
      },
    },
    /** Waits for a person. An unstable network must not make us retry what was refused for good. */
    error: {
      on: {
        reconnect: {target: 'authorizing', actions: 'clearProblem'},
        'browser.offline': {actions: 'noteOffline'},
      },
    },
    closed: {
      entry: 'clearNextTry',
      on: {
        start: [
          {guard: 'browserIsOnline', target: 'authorizing', actions: ['forgetTries', 'clearProblem']},
          {target: 'offline', actions: ['forgetTries', 'clearProblem']},
        ],
        'browser.offline': {actions: 'noteOffline'},
        problem: {},
        'source.closed': {},
        'token.failed': {},
      },
    },
  },
});

export type ConnectionSnapshot = SnapshotFrom<typeof connectionMachine>;

/** The attempt number to pass to `reconnectDelayMs` if the source closes now. */
export function nextAttempt(snapshot: ConnectionSnapshot): number {
  return snapshot.context.attempt + 1;
}

/** Whether the quick tries are spent, so that there is only one try per `reconnectSlowMs`. */
export function isSlow(snapshot: ConnectionSnapshot): boolean {
  return snapshot.context.attempt > snapshot.context.tries;
}

/**
 * Whether commands can be sent. Calls must be known, from a live stream or from successful reads of the sessions. If other
 * reads fail, the agent can still answer a call.
 */
export function isConnected(snapshot: ConnectionSnapshot): boolean {
  const {readsOk, everLive, lastReadAt} = snapshot.context;
  const mode = connectionMode(snapshot);
  if (snapshot.value === 'live') return true;
  if (mode === 'offline' || mode === 'error' || snapshot.value === 'idle' || snapshot.value === 'closed') return false;
  return readsOk && (everLive || lastReadAt !== undefined);
}

/**
 * The mode that widgets and the `connection` attribute show. A live stream only reports changes, so the mode stays
 * `connecting` until the first read is answered or refused. Source: architecture.md "Public surface".
 */
export function connectionMode(snapshot: ConnectionSnapshot): ConnectionMode {
  const {everLive, hasRead, lastReadAt, readsOk, problem} = snapshot.context;
  switch (snapshot.value) {
    case 'live':
      return hasRead ? 'live' : 'connecting';
    case 'offline':
    case 'error':
      return snapshot.value;
    case 'closed':
      return problem ? 'error' : 'connecting';
    default:
      if (isSlow(snapshot)) return 'degraded';
      if (!everLive || lastReadAt === undefined) return 'connecting';
      return readsOk ? 'polling' : 'degraded';
  }
}

/** Why the connection is not live, for the banner: a refusal first, then why reads fail, then why the stream is lost. */
export function connectionProblem(snapshot: ConnectionSnapshot): Problem | undefined {
  const {problem, readProblem, readsOk} = snapshot.context;
  if (connectionMode(snapshot) === 'live') return undefined;
  if (snapshot.value === 'error') return problem;
  return readsOk ? problem : (readProblem ?? problem);
}
