import {assign, setup, type SnapshotFrom} from 'xstate';
import type {ConnectionMode, Problem} from '../domain/snapshot.js';

export interface ConnectionInput {
  /** After how many failed tries it becomes slow. Source: contract §2 "Losing the connection" 2, setting `reconnectTries`. */
  readonly tries: number;
}

export type ConnectionMachineEvent =
  | {readonly type: 'start'}
  | {readonly type: 'token.ready'}
  /**
   * `final`: a retry cannot help. Else `retryAt`, epoch ms by our clock, says when to ask again; without it the token
   * source goes on by itself and `token.ready` will come.
   */
  | {readonly type: 'token.failed'; readonly problem: Problem; readonly final: boolean; readonly retryAt?: number}
  | {readonly type: 'source.live'; readonly at: number}
  /** The source ended. `delayMs`: how long to wait before the next try, worked out by the hub for `nextAttempt`. */
  | {
      readonly type: 'source.closed';
      readonly at: number;
      readonly reason: 'asked' | 'lost' | 'unauthorized' | 'forbidden' | 'rateLimited' | 'blocked' | 'ended';
      /** Of `blocked`: what refuses it. */
      readonly by?: string;
      readonly delayMs: number;
    }
  /** `nextTryAt` has come. */
  | {readonly type: 'retry.due'}
  /** A read of the sessions succeeded or failed, epoch ms by our clock: calls are what commands are about. */
  | {readonly type: 'read.ok'; readonly at: number}
  | {readonly type: 'read.failed'; readonly at: number; readonly problem?: Problem}
  /** The sessions are known for the first time, the rest of that read is not in yet: commands may go. */
  | {readonly type: 'sessions.known'; readonly at: number}
  | {readonly type: 'browser.offline'}
  | {readonly type: 'browser.online'}
  /** Try now: the agent's button, or a tab that became visible. */
  | {readonly type: 'reconnect'}
  /** Something that only a person can mend. */
  | {readonly type: 'problem'; readonly problem: Problem}
  | {readonly type: 'stop'};

export interface ConnectionContext {
  readonly tries: number;
  /** The number of the try that is due or under way since the source was last live; 0 while live and at the first opening. */
  readonly attempt: number;
  readonly everLive: boolean;
  /** Whether the latest read succeeded; true before the first. */
  readonly readsOk: boolean;
  /** A read was answered, or refused: there is nothing more to wait for before the page shows what there is. */
  readonly hasRead: boolean;
  /** The latest successful read, epoch ms by our clock. */
  readonly lastReadAt?: number;
  /** When the next try is due, epoch ms by our clock. */
  readonly nextTryAt?: number;
  /** Why it is not live. */
  readonly problem?: Problem;
  /** Why reads fail. */
  readonly readProblem?: Problem;
  /** As the browser last said. */
  readonly browserOnline: boolean;
}

/**
 * The way to the platform's events: what is tried, when next, and what a person must mend. Timers, tokens, sockets and
 * reads are the hub's; it acts on the state and reports by events. Source: contract §1 and §2 "Losing the connection".
 */
export const connectionMachine = setup({
  types: {input: {} as ConnectionInput, context: {} as ConnectionContext, events: {} as ConnectionMachineEvent},
  guards: {
    /** By another client or an administrator: whoever takes the session back by itself fights with them. */
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
            // No policy changes for being tried against: the quick tries count as spent.
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
    // Refused for good: whatever still flows, no command and no read can go any more.
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
    /** A token that is good enough for a connect is needed. */
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
    /** The tries are spent. One a minute, and only while reads succeed: else nothing would answer anyway. */
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
        // The browser may be wrong (a VPN adapter that looks down); the agent's word counts.
        reconnect: 'authorizing',
        'browser.offline': {actions: 'noteOffline'},
      },
    },
    /** Waits for a person. A flapping network must not send again what was refused for good. */
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

/** The number to give `reconnectDelayMs` when the source closes now. */
export function nextAttempt(snapshot: ConnectionSnapshot): number {
  return snapshot.context.attempt + 1;
}

/** Whether the quick tries are spent: from here on one try per `reconnectSlowMs`. */
export function isSlow(snapshot: ConnectionSnapshot): boolean {
  return snapshot.context.attempt > snapshot.context.tries;
}

/**
 * Whether a command has a way to the platform: a live stream tells of calls, and so do reads that succeed. What else could
 * not be read keeps nobody from answering.
 */
export function isConnected(snapshot: ConnectionSnapshot): boolean {
  const {readsOk, everLive, lastReadAt} = snapshot.context;
  const mode = connectionMode(snapshot);
  if (snapshot.value === 'live') return true;
  if (mode === 'offline' || mode === 'error' || snapshot.value === 'idle' || snapshot.value === 'closed') return false;
  return readsOk && (everLive || lastReadAt !== undefined);
}

/**
 * The mode that widgets and the `connection` attribute show. A stream that is live tells what changes; until the first
 * read is answered or refused, nobody knows what there is. Source: architecture.md "Public surface".
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

/** Why it is not live, for the banner: a refusal first, then why reads fail, then why the stream is lost. */
export function connectionProblem(snapshot: ConnectionSnapshot): Problem | undefined {
  const {problem, readProblem, readsOk} = snapshot.context;
  if (connectionMode(snapshot) === 'live') return undefined;
  if (snapshot.value === 'error') return problem;
  return readsOk ? problem : (readProblem ?? problem);
}
