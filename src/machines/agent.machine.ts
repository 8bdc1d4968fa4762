import {assign, setup, type SnapshotFrom} from 'xstate';
import {sameState, WORKING_STATES, type AgentStateName} from '../domain/agent-state.js';
import type {AgentSlice} from '../domain/snapshot.js';

/** Who asks for a state. The hub turns it into the platform's reason. Source: contract §4 "overrideReason". */
export type ChoiceCause = 'agent_request' | 'shift_start' | 'repair';

/** A state that somebody asked for and that is not yet what the platform shows. */
export interface AgentChoice {
  readonly choice: AgentStateName;
  /** When it was asked for, epoch ms by our clock. */
  readonly since: number;
  readonly cause: ChoiceCause;
  /** It waited for sessions to end before it could be sent. */
  readonly waited: boolean;
}

/** A choice that waits, as it is stored to survive a restart. */
export interface PendingChoice {
  readonly choice: AgentStateName;
  /** Epoch ms by our clock. */
  readonly since: number;
  /** The protected sessions it waits for. */
  readonly sessionIds: readonly string[];
}

/** Why a choice was given up. */
export type DropReason = 'replaced' | 'cancelled' | 'superseded' | 'expired' | 'failed' | 'signedOut';

export type AgentMachineEvent =
  /** What others see of the agent. The caller judges order (freshness.ts). Times are epoch ms by our clock. */
  | {readonly type: 'presence'; readonly state: AgentStateName; readonly at: number; readonly since?: number}
  /** What routing is told. `at`: the platform's version of it, epoch ms; an older one changes nothing. */
  | {readonly type: 'routing'; readonly state: AgentStateName; readonly at?: number}
  | {readonly type: 'choose'; readonly choice: AgentStateName; readonly at: number; readonly cause?: ChoiceCause}
  | {readonly type: 'cancel'}
  /** The protected sessions of this moment. Not before the sessions were read once: an empty list releases what waits. */
  | {readonly type: 'protected'; readonly sessionIds: readonly string[]}
  /** The read before the write found no protected session. */
  | {readonly type: 'check.clear'}
  /** The read, or a refused write, found protected sessions. */
  | {readonly type: 'check.busy'; readonly sessionIds: readonly string[]}
  /** The platform confirmed the write, or the read found the state already there. `at`: its version, epoch ms. */
  | {readonly type: 'write.ok'; readonly at?: number; readonly state: AgentStateName}
  /** The read or the write failed for good. */
  | {readonly type: 'write.failed'}
  /** Presence had its time to follow routing. */
  | {readonly type: 'follow.timeout'}
  /** Somebody else set a state while this one waited. */
  | {readonly type: 'superseded'}
  /** What waited is too old to be applied. */
  | {readonly type: 'expired'}
  /** A choice that waited when the hub before this one ended. */
  | {readonly type: 'restored'; readonly pending: PendingChoice}
  /** Writes the routing state again, because presence did not follow. */
  | {readonly type: 'repair'; readonly at: number}
  | {readonly type: 'signOut'};

export interface AgentContext {
  readonly presence?: AgentStateName;
  /** Epoch ms by our clock. */
  readonly presenceSince?: number;
  readonly routing?: AgentStateName;
  /** The platform's version of `routing`, epoch ms. */
  readonly routingAt?: number;
  /** Sessions that a new state would tear. */
  readonly protectedIds: readonly string[];
  /** What is being done. */
  readonly current?: AgentChoice;
  /** What was chosen while `current` is on its way and cannot be called back. */
  readonly next?: AgentChoice;
  /** Why the latest choice to be given up was given up; absent after a new choice that replaced nothing. */
  readonly lastDropped?: DropReason;
}

type Choose = Extract<AgentMachineEvent, {type: 'choose' | 'repair'}>;

const isChoose = (event: AgentMachineEvent): event is Choose => event.type === 'choose' || event.type === 'repair';

function chosen(context: AgentContext, event: Choose): AgentChoice | undefined {
  if (event.type === 'choose')
    return {choice: event.choice, since: event.at, cause: event.cause ?? 'agent_request', waited: false};
  return context.routing && {choice: context.routing, since: event.at, cause: 'repair', waited: false};
}

/** Whether presence and routing tell callers and the agent different things. A call at work hides routing, so it is no difference. */
function disagree({presence, routing}: AgentContext): boolean {
  return (
    presence !== undefined &&
    routing !== undefined &&
    !WORKING_STATES.has(presence.state) &&
    !sameState(presence, routing)
  );
}

function withPresence(context: AgentContext, event: AgentMachineEvent): AgentContext {
  if (event.type !== 'presence') return context;
  const changed = !sameState(context.presence, event.state);
  return {
    ...context,
    presence: event.state,
    presenceSince: changed ? (event.since ?? event.at) : context.presenceSince,
  };
}

function withRouting(context: AgentContext, event: AgentMachineEvent): AgentContext {
  if (event.type !== 'routing' && event.type !== 'write.ok') return context;
  if (event.at !== undefined && context.routingAt !== undefined && event.at < context.routingAt) return context;
  return {...context, routing: event.state, routingAt: event.at ?? context.routingAt};
}

/**
 * The agent's two states at the platform and the one choice that is on its way between them: read before write, wait
 * for protected sessions, and done only when presence and routing both show it. The hub reads on entering `checking`
 * and writes on entering `writing`; one write is under way at a time, so that two cannot overtake each other.
 * Source: contract §4.
 */
export const agentMachine = setup({
  types: {context: {} as AgentContext, events: {} as AgentMachineEvent},
  guards: {
    isProtected: ({context}) => context.protectedIds.length > 0,
    nothingProtected: ({event}) => event.type === 'protected' && event.sessionIds.length === 0,
    somethingProtected: ({event}) => event.type === 'protected' && event.sessionIds.length > 0,
    waited: ({context}) => context.current?.waited === true,
    isOpen: ({context}) => context.current !== undefined,
    hasNext: ({context}) => context.next !== undefined,
    hasNextAndIsProtected: ({context}) => context.next !== undefined && context.protectedIds.length > 0,
    knowsRouting: ({context}) => context.routing !== undefined,
    presenceShowsReply: ({context, event}) => event.type === 'write.ok' && sameState(context.presence, event.state),
    reachesTarget: ({context, event}) => event.type === 'presence' && sameState(event.state, context.routing),
    leavesTarget: ({context, event}) => !sameState(withRouting(context, event).routing, context.current?.choice),
    disagree: ({context}) => disagree(context),
    wouldAgree: ({context, event}) => !disagree(withRouting(withPresence(context, event), event)),
  },
  actions: {
    notePresence: assign(({context, event}) => withPresence(context, event)),
    noteRouting: assign(({context, event}) => withRouting(context, event)),
    noteProtected: assign(({event}) =>
      event.type === 'protected' || event.type === 'check.busy' ? {protectedIds: event.sessionIds} : {},
    ),
    begin: assign(({context, event}) =>
      isChoose(event) ? {current: chosen(context, event), next: undefined, lastDropped: undefined} : {},
    ),
    replace: assign(({context, event}) => {
      if (!isChoose(event)) return {};
      const current = chosen(context, event);
      // The same choice again keeps its place and its age; only another one gives something up.
      if (sameState(current?.choice, context.current?.choice)) return {lastDropped: undefined};
      return {current, lastDropped: 'replaced' as const};
    }),
    chooseNext: assign(({context, event}) => {
      if (!isChoose(event)) return {};
      const next = chosen(context, event);
      // Back to what is being written: nothing is left to do after it.
      if (sameState(next?.choice, context.current?.choice))
        return {next: undefined, lastDropped: context.next && ('replaced' as const)};
      const replaces = context.next && !sameState(context.next.choice, next?.choice);
      return {next, lastDropped: replaces ? ('replaced' as const) : undefined};
    }),
    dropNext: assign(({context}) => (context.next ? {next: undefined, lastDropped: 'cancelled' as const} : {})),
    goOnWithNext: assign(({context}) => ({current: context.next, next: undefined})),
    // A choice made during the write counts; the refused write is then the older one.
    goBackToQueue: assign(({context}) => ({current: context.next ?? context.current, next: undefined})),
    markWaiting: assign(({context}) => ({current: context.current && {...context.current, waited: true}})),
    restore: assign(({event}) =>
      event.type === 'restored'
        ? {
            current: {
              choice: event.pending.choice,
              since: event.pending.since,
              cause: 'agent_request' as const,
              waited: true,
            },
            protectedIds: event.pending.sessionIds,
            lastDropped: undefined,
          }
        : {},
    ),
    finish: assign({current: undefined, next: undefined}),
    drop: assign((_, {reason}: {reason: DropReason}) => ({current: undefined, next: undefined, lastDropped: reason})),
  },
}).createMachine({
  id: 'agent',
  context: {protectedIds: []},
  type: 'parallel',
  states: {
    presence: {
      initial: 'unknown',
      states: {
        unknown: {on: {presence: {target: 'known', actions: 'notePresence'}}},
        known: {on: {presence: {actions: 'notePresence'}}},
      },
    },
    choice: {
      initial: 'settled',
      on: {
        routing: {actions: 'noteRouting'},
        protected: {actions: 'noteProtected'},
        signOut: [
          {guard: 'isOpen', target: '.settled', actions: {type: 'drop', params: {reason: 'signedOut'}}},
          {target: '.settled'},
        ],
      },
      states: {
        settled: {
          on: {
            choose: [
              {guard: 'isProtected', target: 'queued', actions: 'begin'},
              {target: 'checking', actions: 'begin'},
            ],
            restored: {target: 'queued', actions: 'restore'},
            repair: [{guard: 'isProtected'}, {guard: 'knowsRouting', target: 'checking', actions: 'begin'}],
            'follow.timeout': {guard: 'disagree', target: 'mismatch'},
          },
        },
        /** Waits for the protected sessions to end. */
        queued: {
          entry: 'markWaiting',
          on: {
            protected: [
              {guard: 'nothingProtected', target: 'checking', actions: 'noteProtected'},
              {actions: 'noteProtected'},
            ],
            'check.busy': {actions: 'noteProtected'},
            choose: {actions: ['replace', 'markWaiting']},
            cancel: {target: 'settled', actions: {type: 'drop', params: {reason: 'cancelled'}}},
            superseded: {target: 'settled', actions: {type: 'drop', params: {reason: 'superseded'}}},
            expired: {target: 'settled', actions: {type: 'drop', params: {reason: 'expired'}}},
          },
        },
        /** The read before the write is under way. It is about sessions, not about the choice, so a newer choice needs no other. */
        checking: {
          on: {
            'check.clear': 'writing',
            'check.busy': {target: 'queued', actions: 'noteProtected'},
            protected: [
              {guard: 'somethingProtected', target: 'queued', actions: 'noteProtected'},
              {actions: 'noteProtected'},
            ],
            choose: {actions: 'replace'},
            cancel: {target: 'settled', actions: {type: 'drop', params: {reason: 'cancelled'}}},
            // What the agent asked for just now is newer than what somebody else set; what waited is not.
            superseded: {guard: 'waited', target: 'settled', actions: {type: 'drop', params: {reason: 'superseded'}}},
            expired: {guard: 'waited', target: 'settled', actions: {type: 'drop', params: {reason: 'expired'}}},
            'write.ok': [
              {guard: 'presenceShowsReply', target: 'settled', actions: ['noteRouting', 'finish']},
              {target: 'following', actions: 'noteRouting'},
            ],
            'write.failed': {target: 'settled', actions: {type: 'drop', params: {reason: 'failed'}}},
          },
        },
        writing: {
          on: {
            choose: {actions: 'chooseNext'},
            cancel: {actions: 'dropNext'},
            'check.busy': {target: 'queued', actions: ['noteProtected', 'goBackToQueue']},
            'write.ok': [
              {guard: 'hasNextAndIsProtected', target: 'queued', actions: ['noteRouting', 'goOnWithNext']},
              {guard: 'hasNext', target: 'checking', actions: ['noteRouting', 'goOnWithNext']},
              {guard: 'presenceShowsReply', target: 'settled', actions: ['noteRouting', 'finish']},
              {target: 'following', actions: 'noteRouting'},
            ],
            'write.failed': [
              {guard: 'hasNextAndIsProtected', target: 'queued', actions: 'goOnWithNext'},
              {guard: 'hasNext', target: 'checking', actions: 'goOnWithNext'},
              {target: 'settled', actions: {type: 'drop', params: {reason: 'failed'}}},
            ],
          },
        },
        /** Routing has it, presence does not show it yet. */
        following: {
          on: {
            presence: {guard: 'reachesTarget', target: 'settled', actions: 'finish'},
            routing: [
              // Somebody else, or the channel matrix, moved on: there is nothing left to follow.
              {guard: 'leavesTarget', target: 'settled', actions: ['noteRouting', 'finish']},
              {actions: 'noteRouting'},
            ],
            choose: [
              {guard: 'isProtected', target: 'queued', actions: 'begin'},
              {target: 'checking', actions: 'begin'},
            ],
            'follow.timeout': [
              {guard: 'disagree', target: 'mismatch', actions: 'finish'},
              {target: 'settled', actions: 'finish'},
            ],
          },
        },
        /** Phantom availability: the agent sees one state, routing works by another. */
        mismatch: {
          on: {
            presence: {guard: 'wouldAgree', target: 'settled'},
            routing: [{guard: 'wouldAgree', target: 'settled', actions: 'noteRouting'}, {actions: 'noteRouting'}],
            choose: [
              {guard: 'isProtected', target: 'queued', actions: 'begin'},
              {target: 'checking', actions: 'begin'},
            ],
            repair: [{guard: 'isProtected'}, {target: 'checking', actions: 'begin'}],
          },
        },
      },
    },
  },
});

export type AgentSnapshot = SnapshotFrom<typeof agentMachine>;

/** The choice that was sent, or is about to be, and is not confirmed; the newest where a write is overtaken. */
export function requestedChoice({value, context}: AgentSnapshot): AgentStateName | undefined {
  if (value.choice !== 'checking' && value.choice !== 'writing' && value.choice !== 'following') return undefined;
  return (context.next ?? context.current)?.choice;
}

/** The choice that waits, as it is shown. */
export function pendingChoice({value, context}: AgentSnapshot): PendingChoice | undefined {
  if (value.choice !== 'queued' || !context.current) return undefined;
  return {choice: context.current.choice, since: context.current.since, sessionIds: context.protectedIds};
}

/**
 * What must survive a restart: a choice that waits or waited, until its write has an answer. One that was lost on the
 * way is read first and sent again only if it is not there.
 */
export function choiceToStore({value, context}: AgentSnapshot): PendingChoice | undefined {
  const open = value.choice === 'queued' || value.choice === 'checking' || value.choice === 'writing';
  const choice = context.next ?? context.current;
  if (!open || !choice || !context.current?.waited) return undefined;
  return {choice: choice.choice, since: choice.since, sessionIds: context.protectedIds};
}

/** What the hub has to write on entering `writing`, and why. */
export function choiceToWrite({value, context}: AgentSnapshot): AgentChoice | undefined {
  return value.choice === 'writing' ? context.current : undefined;
}

/** Both states, while they have disagreed for longer than allowed. */
export function mismatch({value, context: {presence, routing}}: AgentSnapshot): AgentSlice['mismatch'] {
  return value.choice === 'mismatch' && presence && routing ? {presence, routing} : undefined;
}

/** The machine's part of the agent slice. */
export function agentView(
  snapshot: AgentSnapshot,
): Pick<AgentSlice, 'presence' | 'presenceSince' | 'routing' | 'requested' | 'pending' | 'mismatch'> {
  const {presence, presenceSince, routing} = snapshot.context;
  const pending = pendingChoice(snapshot);
  return {
    presence,
    presenceSince,
    routing,
    requested: requestedChoice(snapshot),
    pending: pending && {...pending.choice, since: pending.since, waitsFor: pending.sessionIds.length},
    mismatch: mismatch(snapshot),
  };
}
