import {assign, setup, type SnapshotFrom} from 'xstate';
import type {AcwFacts, MediaType} from '../domain/interaction.js';
import type {AcwView} from '../domain/snapshot.js';

/**
 * How far the server's remaining time may be from ours before we correct the countdown, in ms. Source: our choice: the
 * platform sends whole seconds, so a smaller difference is rounding, and following it would make the countdown jump.
 */
export const ACW_ROUNDING_MS = 1_000;

export interface AcwInput {
  readonly interactionId: string;
  readonly sessionId: string;
  readonly mediaType: MediaType;
  readonly acw: AcwFacts;
  /** When the facts were true, epoch ms by our clock. */
  readonly at: number;
}

export type AcwMachineEvent =
  /** What the platform pushed or answered. `at`: when it was true, epoch ms by our clock. */
  | {readonly type: 'facts'; readonly acw: AcwFacts; readonly at: number}
  /** Our clock, epoch ms. The hub sends one at `endsAt`. */
  | {readonly type: 'time'; readonly at: number}
  | {readonly type: 'extend.sent'}
  | {readonly type: 'complete.sent'}
  /** The platform answered the extension or completion; the new facts come as `facts` or `ended`. */
  | {readonly type: 'change.settled'}
  /** The platform ended the after-call work: its time ran out, or the agent completed it. */
  | {readonly type: 'ended'; readonly at: number};

export interface AcwContext {
  readonly interactionId: string;
  readonly sessionId: string;
  readonly mediaType: MediaType;
  readonly durationSeconds: number;
  readonly acwType: AcwFacts['type'];
  readonly reasonCode?: string;
  /** The agent cannot leave early. */
  readonly enforced: boolean;
  /** When the countdown reaches zero, epoch ms by our clock. */
  readonly endsAt: number;
  /** When the latest facts were true, epoch ms by our clock. */
  readonly factsAt: number;
  /** When the platform ended the after-call work, epoch ms by our clock. */
  readonly endedAt?: number;
}

function endOf(acw: AcwFacts, at: number): number {
  return at + acw.remainingSeconds * 1_000;
}

function corrected(context: AcwContext, acw: AcwFacts, at: number): AcwContext {
  const endsAt = endOf(acw, at);
  // A changed duration is a decision (an extension, a rule), never rounding.
  const keeps = acw.durationSeconds === context.durationSeconds && Math.abs(endsAt - context.endsAt) < ACW_ROUNDING_MS;
  return {
    ...context,
    durationSeconds: acw.durationSeconds,
    acwType: acw.type,
    reasonCode: acw.reasonCode ?? context.reasonCode,
    enforced: acw.enforced,
    endsAt: keeps ? context.endsAt : endsAt,
    factsAt: at,
  };
}

/**
 * After-call work of one session: a countdown that the server owns. It ends only when the platform says so; at zero it is
 * overdue. The second region allows one change at a time. Source: contract §5.
 */
export const acwMachine = setup({
  types: {input: {} as AcwInput, context: {} as AcwContext, events: {} as AcwMachineEvent},
  guards: {
    isOver: ({context}) => context.factsAt >= context.endsAt,
    // A slow answer must not overwrite a newer one.
    isOlder: ({context, event}) => event.type === 'facts' && event.at < context.factsAt,
    leavesNothing: ({context, event}) =>
      event.type === 'facts' && event.at >= corrected(context, event.acw, event.at).endsAt,
    isDue: ({context, event}) => event.type === 'time' && event.at >= context.endsAt,
    mayLeaveEarly: ({context}) => !context.enforced,
  },
  actions: {
    correct: assign(({context, event}) => (event.type === 'facts' ? corrected(context, event.acw, event.at) : context)),
    rememberEnd: assign(({event}) => (event.type === 'ended' ? {endedAt: event.at} : {})),
  },
}).createMachine({
  id: 'acw',
  context: ({input: {interactionId, sessionId, mediaType, acw, at}}) => ({
    interactionId,
    sessionId,
    mediaType,
    durationSeconds: acw.durationSeconds,
    acwType: acw.type,
    reasonCode: acw.reasonCode,
    enforced: acw.enforced,
    endsAt: endOf(acw, at),
    factsAt: at,
  }),
  type: 'parallel',
  states: {
    countdown: {
      initial: 'running',
      on: {
        facts: [
          {guard: 'isOlder'},
          {guard: 'leavesNothing', target: '.overdue', actions: 'correct'},
          {target: '.running', actions: 'correct'},
        ],
        ended: {target: '.done', actions: 'rememberEnd'},
      },
      states: {
        running: {
          always: {guard: 'isOver', target: 'overdue'},
          on: {time: {guard: 'isDue', target: 'overdue'}},
        },
        overdue: {},
        // Final for this session: a late answer does not restart the countdown.
        done: {on: {facts: {}, ended: {}}},
      },
    },
    change: {
      initial: 'idle',
      on: {ended: '.closed'},
      states: {
        idle: {
          on: {
            'extend.sent': 'extending',
            'complete.sent': {guard: 'mayLeaveEarly', target: 'completing'},
          },
        },
        extending: {on: {'change.settled': 'idle'}},
        completing: {on: {'change.settled': 'idle'}},
        closed: {},
      },
    },
  },
});

export type AcwSnapshot = SnapshotFrom<typeof acwMachine>;

export interface AcwViewOptions {
  /** Whether a change can reach the platform: the stream is live or reads succeed. */
  readonly connected: boolean;
  /** Whether the platform supports changing after-call work. Default: yes. */
  readonly supported?: boolean;
  /** How much one press of Extend adds, in seconds. Source: setting `acwExtendSeconds`. */
  readonly extendBySeconds: number;
}

/** The countdown as the snapshot shows it. A permanent reason takes precedence over a temporary one. */
export function acwView(
  snapshot: AcwSnapshot,
  {connected, extendBySeconds, supported = true}: AcwViewOptions,
): AcwView {
  const {context, value} = snapshot;
  const done = value.countdown === 'done';
  const passing =
    value.change === 'extending' || value.change === 'completing' ? 'waiting' : connected ? undefined : 'noConnection';
  const lasting = done ? 'done' : supported ? undefined : 'notSupported';
  const extendBlock: AcwView['extend']['block'] = lasting ?? passing;
  const completeBlock: AcwView['complete']['block'] = lasting ?? (context.enforced ? 'enforced' : passing);
  return {
    interactionId: context.interactionId,
    sessionId: context.sessionId,
    mediaType: context.mediaType,
    state: value.countdown,
    endsAt: context.endsAt,
    durationSeconds: context.durationSeconds,
    reasonCode: context.reasonCode,
    extend: extendBlock ? {allowed: false, block: extendBlock} : {allowed: true},
    complete: completeBlock ? {allowed: false, block: completeBlock} : {allowed: true},
    extendBySeconds,
  };
}
