import {assign, emit, enqueueActions, setup} from 'xstate';
import {sameState, type AgentStateName} from '../domain/agent-state.js';
import {
  chosen,
  disagree,
  hasProtected,
  isSetByOther,
  isSignedOff,
  isStillWanted,
  withPresence,
  withRouting,
  withServerRouting,
  type AgentChoice,
  type AgentContext,
  type AgentEffect,
  type AgentMachineEvent,
  type DropReason,
} from './agent-facts.js';

/**
 * The agent's two states at the platform, the state the agent wants, and the one choice being carried out. A choice is read
 * before it is written, waits for protected sessions, and is done only when presence and routing both show it. The machine
 * emits what the hub has to do (`AgentEffect`), and the hub answers with events. Only one write runs at a time, so that two
 * writes cannot overtake each other. Source: contract §4.
 */
export const agentMachine = setup({
  types: {context: {} as AgentContext, events: {} as AgentMachineEvent, emitted: {} as AgentEffect},
  guards: {
    isProtected: ({context}) => hasProtected(context),
    nothingProtected: ({event}) => event.type === 'protected' && event.sessionIds.length === 0,
    somethingProtected: ({event}) => event.type === 'protected' && event.sessionIds.length > 0,
    hasNext: ({context}) => context.next !== undefined,
    hasNextAndIsProtected: ({context}) => context.next !== undefined && hasProtected(context),
    knowsRouting: ({context}) => context.routing !== undefined,
    setByOther: ({context, event}) => event.type === 'routing' && isSetByOther(context, event.facts),
    isSignedOff: ({context}) => isSignedOff(context),
    presenceShowsReply: ({context, event}) =>
      event.type === 'write.ok' && sameState(context.presence, event.routing.state),
    reachesTarget: ({context, event}) => event.type === 'presence' && sameState(event.state, context.routing?.state),
    leavesTarget: ({context, event}) =>
      (event.type === 'routing' || event.type === 'channels.ok') &&
      !sameState(withRouting(context, routingOf(event)).routing?.state, context.current?.choice),
    disagree: ({context}) => disagree(context) && !hasProtected(context),
    wouldAgree: ({context, event}) => !disagree(after(context, event)),
    isStillWanted: ({event}) => event.type === 'restored' && isStillWanted(event),
    isWaitedFor: ({event}) => event.type === 'restored' && isStillWanted(event) && event.sessionIds.length > 0,
    wasWanted: ({event}) => event.type === 'restored' && event.pending !== undefined,
  },
  actions: {
    remember: assign(({event}) => (event.type === 'remembered' ? {target: event.target} : {})),
    notePresence: assign(({context, event}) => after(context, event)),
    noteRouting: assign(({context, event}) => after(context, event)),
    takeRouting: assign(({context, event}) =>
      event.type === 'routing' ? withServerRouting(context, event.facts) : context,
    ),
    noteProtected: assign(({event}) => ('sessionIds' in event ? {protectedIds: event.sessionIds} : {})),
    noteWritten: assign(({context, event}) => ({...after(context, event), target: context.current?.choice})),
    adoptOffline: assign(({context}) => ({target: context.routing?.state})),
    forget: assign({target: undefined}),

    begin: assign(({context, event}) => ({current: chosen(context, event), next: undefined})),
    replace: enqueueActions(({context: {current}, context, event, enqueue}) => {
      const choice = chosen(context, event);
      // Choosing the same state again keeps the choice and its age; only a different state replaces it.
      if (!choice || !current || sameState(choice.choice, current.choice)) return;
      enqueue.assign({current: choice});
      enqueue.emit(dropped(current, 'replaced', choice.choice));
    }),
    chooseNext: enqueueActions(({context: {current, next}, context, event, enqueue}) => {
      const choice = chosen(context, event);
      // The agent went back to the state being written, so nothing is left to do after the write.
      const isBack = sameState(choice?.choice, current?.choice);
      if (next && !sameState(next.choice, choice?.choice)) enqueue.emit(dropped(next, 'replaced', choice?.choice));
      enqueue.assign({next: isBack ? undefined : choice});
    }),
    dropNext: enqueueActions(({context: {next}, enqueue}) => {
      if (next) enqueue.emit(dropped(next, 'cancelled'));
      enqueue.assign({next: undefined});
    }),
    goOnWithNext: assign(({context}) => ({current: context.next, next: undefined})),
    // A choice made during the refused write is newer, so it replaces the refused one.
    goBackToQueue: enqueueActions(({context: {current, next}, enqueue}) => {
      if (!next) return;
      if (current) enqueue.emit(dropped(current, 'replaced', next.choice));
      enqueue.assign({current: next, next: undefined});
    }),
    markWaiting: assign(({context}) => ({current: context.current && {...context.current, waited: true}})),
    restore: assign(({event}) =>
      event.type === 'restored' && event.pending
        ? {
            current: {
              choice: event.pending.choice,
              since: event.pending.since,
              cause: 'agent_request' as const,
              waited: true,
            },
            protectedIds: event.sessionIds,
          }
        : {},
    ),
    finish: assign({current: undefined, next: undefined}),
    drop: enqueueActions(({context: {current, next}, event, enqueue}, {reason}: {reason: DropReason}) => {
      const by = event.type === 'routing' ? event.facts.state : undefined;
      for (const choice of [current, next]) if (choice) enqueue.emit(dropped(choice, reason, by));
      enqueue.assign({current: undefined, next: undefined});
    }),

    check: emit({type: 'check'}),
    write: emit({type: 'write'}),
    follow: emit({type: 'follow'}),
    followed: emit({type: 'followed'}),
    takeStock: emit({type: 'takeStock'}),
    tellWaits: enqueueActions(({context: {current, protectedIds = []}, enqueue}) => {
      if (current) enqueue.emit({type: 'waits', choice: current.choice, sessions: protectedIds.length});
    }),
    tellDone: enqueueActions(({context: {current}, enqueue}) => {
      if (current) enqueue.emit({type: 'done', choice: current.choice});
    }),
    tellFailed: enqueueActions(({context: {current}, event, enqueue}) => {
      if (current && event.type === 'write.failed')
        enqueue.emit({type: 'failed', choice: current.choice, error: event.error});
    }),
    tellExpired: enqueueActions(({event, enqueue}) => {
      if (event.type === 'restored' && event.pending)
        enqueue.emit(dropped({choice: event.pending.choice, waited: true}, 'expired'));
    }),
    tellDisagreement: enqueueActions(({context: {presence, routing}, enqueue}) => {
      if (presence && routing) enqueue.emit({type: 'disagree', presence, routing: routing.state});
    }),
    // A repair request always gets an answer, even if there is nothing to repair …
    tellNoRepair: enqueueActions(({context: {routing}, enqueue}) => {
      if (routing) enqueue.emit({type: 'done', choice: routing.state});
    }),
    // … or if a different choice is under way. A choice of the same state answers for both.
    tellRepairJoins: enqueueActions(({context: {routing, current, next}, enqueue}) => {
      const same = [current, next].some((choice) => sameState(choice?.choice, routing?.state));
      if (routing && !same) enqueue.emit(dropped({choice: routing.state, waited: false}, 'replaced', current?.choice));
    }),
  },
}).createMachine({
  id: 'agent',
  context: {protectedIds: undefined},
  type: 'parallel',
  states: {
    presence: {
      initial: 'unknown',
      states: {
        unknown: {on: {presence: {target: 'known', actions: 'notePresence'}}},
        known: {on: {presence: {actions: 'notePresence'}}},
      },
    },
    /** Routing and sessions must both be known before we decide about what the previous hub left behind. */
    knowledge: {
      initial: 'none',
      states: {
        none: {on: {routing: 'routing', restored: 'sessions'}},
        routing: {on: {restored: 'both'}},
        sessions: {on: {routing: 'both'}},
        both: {entry: 'takeStock'},
      },
    },
    choice: {
      initial: 'settled',
      on: {
        remembered: {actions: 'remember'},
        routing: {actions: 'takeRouting'},
        'channels.read': {guard: 'isSignedOff', actions: 'adoptOffline'},
        'channels.ok': {actions: 'noteRouting'},
        protected: {actions: 'noteProtected'},
        restored: {actions: 'noteProtected'},
        repair: {actions: 'tellNoRepair'},
        signOut: {target: '.settled', actions: [{type: 'drop', params: {reason: 'signedOut'}}, 'forget']},
      },
      states: {
        settled: {
          on: {
            choose: [
              {guard: 'isProtected', target: 'queued', actions: 'begin'},
              {target: 'checking', actions: 'begin'},
            ],
            restored: [
              {guard: 'isWaitedFor', target: 'queued', actions: 'restore'},
              {guard: 'isStillWanted', target: 'checking', actions: 'restore'},
              {guard: 'wasWanted', actions: ['noteProtected', 'tellExpired']},
              {actions: 'noteProtected'},
            ],
            repair: [
              {guard: 'isProtected', actions: 'tellNoRepair'},
              {guard: 'knowsRouting', target: 'checking', actions: 'begin'},
            ],
            'follow.timeout': {guard: 'disagree', target: 'mismatch'},
          },
        },
        /** Waits for the protected sessions to end. */
        queued: {
          entry: ['markWaiting', 'tellWaits'],
          on: {
            routing: [
              {
                guard: 'setByOther',
                target: 'settled',
                actions: ['takeRouting', {type: 'drop', params: {reason: 'superseded'}}],
              },
              {actions: 'takeRouting'},
            ],
            protected: [
              {guard: 'nothingProtected', target: 'checking', actions: 'noteProtected'},
              {actions: 'noteProtected'},
            ],
            'check.busy': {actions: 'noteProtected'},
            choose: {actions: ['replace', 'markWaiting', 'tellWaits']},
            cancel: {target: 'settled', actions: {type: 'drop', params: {reason: 'cancelled'}}},
          },
        },
        /** The read before the write is under way. It reads sessions, whatever the choice, so a newer choice needs no new read. */
        checking: {
          entry: 'check',
          on: {
            'check.clear': 'writing',
            'check.busy': {target: 'queued', actions: 'noteProtected'},
            protected: [
              {guard: 'somethingProtected', target: 'queued', actions: 'noteProtected'},
              {actions: 'noteProtected'},
            ],
            choose: {actions: 'replace'},
            repair: {actions: 'tellRepairJoins'},
            cancel: {target: 'settled', actions: {type: 'drop', params: {reason: 'cancelled'}}},
            'write.ok': [
              {guard: 'presenceShowsReply', target: 'settled', actions: ['noteWritten', 'tellDone', 'finish']},
              {target: 'following', actions: ['noteWritten', 'tellDone']},
            ],
            'write.failed': {target: 'settled', actions: ['tellFailed', 'finish']},
          },
        },
        writing: {
          entry: 'write',
          on: {
            // A read that arrives during the write may show the state from before it.
            routing: {actions: 'noteRouting'},
            choose: {actions: 'chooseNext'},
            repair: {actions: 'tellRepairJoins'},
            cancel: {actions: 'dropNext'},
            'check.busy': {target: 'queued', actions: ['noteProtected', 'goBackToQueue']},
            'write.ok': [
              {
                guard: 'hasNextAndIsProtected',
                target: 'queued',
                actions: ['noteWritten', 'tellDone', 'goOnWithNext'],
              },
              {guard: 'hasNext', target: 'checking', actions: ['noteWritten', 'tellDone', 'goOnWithNext']},
              {guard: 'presenceShowsReply', target: 'settled', actions: ['noteWritten', 'tellDone', 'finish']},
              {target: 'following', actions: ['noteWritten', 'tellDone']},
            ],
            'write.failed': [
              {guard: 'hasNextAndIsProtected', target: 'queued', actions: ['tellFailed', 'goOnWithNext']},
              {guard: 'hasNext', target: 'checking', actions: ['tellFailed', 'goOnWithNext']},
              {target: 'settled', actions: ['tellFailed', 'finish']},
            ],
          },
        },
        /** Routing has the new state; presence does not show it yet. */
        following: {
          entry: 'follow',
          exit: 'followed',
          on: {
            presence: {guard: 'reachesTarget', target: 'settled', actions: 'finish'},
            // The platform already has the state, so signing out drops nothing.
            signOut: {target: 'settled', actions: ['finish', 'forget']},
            // Somebody else or the channels changed routing, so there is nothing left to follow.
            routing: [
              {guard: 'leavesTarget', target: 'settled', actions: ['takeRouting', 'finish']},
              {actions: 'noteRouting'},
            ],
            'channels.ok': [
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
        /** Phantom availability: the agent sees one state, but routing uses another. */
        mismatch: {
          entry: 'tellDisagreement',
          on: {
            presence: {guard: 'wouldAgree', target: 'settled'},
            routing: [{guard: 'wouldAgree', target: 'settled', actions: 'takeRouting'}, {actions: 'takeRouting'}],
            'channels.ok': [{guard: 'wouldAgree', target: 'settled', actions: 'noteRouting'}, {actions: 'noteRouting'}],
            choose: [
              {guard: 'isProtected', target: 'queued', actions: 'begin'},
              {target: 'checking', actions: 'begin'},
            ],
            repair: [
              {guard: 'isProtected', actions: 'tellNoRepair'},
              {target: 'checking', actions: 'begin'},
            ],
          },
        },
      },
    },
  },
});

function routingOf(event: Extract<AgentMachineEvent, {type: 'routing' | 'channels.ok' | 'write.ok'}>) {
  return event.type === 'routing' ? event.facts : event.routing;
}

/** The context with the presence or routing of an event. */
function after(context: AgentContext, event: AgentMachineEvent): AgentContext {
  if (event.type === 'presence') return withPresence(context, event);
  if (event.type === 'routing' || event.type === 'channels.ok' || event.type === 'write.ok')
    return withRouting(context, routingOf(event));
  return context;
}

function dropped(
  {choice, waited}: Pick<AgentChoice, 'choice' | 'waited'>,
  reason: DropReason,
  by?: AgentStateName,
): Extract<AgentEffect, {type: 'dropped'}> {
  return {type: 'dropped', choice, reason, waited, ...(by && {by})};
}
