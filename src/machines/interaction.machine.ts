import {assign, setup, type SnapshotFrom} from 'xstate';
import {
  CALL_ACTIONS,
  judgeAction,
  type ActionAvailability,
  type ActionSubject,
  type CallAction,
} from '../domain/actions.js';
import type {InteractionFacts, InteractionState} from '../domain/interaction.js';
import type {InteractionView} from '../domain/snapshot.js';

/** Where the facts come from: a push, our regular read, or the answer to a command or to a read of this one interaction. */
export type FactsSource = 'stream' | 'poll' | 'reply';

/** Facts as they arrive. */
export interface InteractionReport {
  readonly facts: InteractionFacts;
  /** When they arrived, epoch ms by our clock. */
  readonly at: number;
  readonly source: FactsSource;
  /** When the read was sent, epoch ms by our clock; absent: as `at`. Shows whether a read or a push is newer if versions cannot. */
  readonly askedAt?: number;
  /** Whether the server's clock was set back since the known version, so that versions can no longer be compared. */
  readonly clockWasSetBack?: boolean;
  /** When the state began, epoch ms by our clock, if known better than by arrival (for a hub that starts during a call). */
  readonly since?: number;
  /** When it was answered, epoch ms by our clock, if a previous hub saw that. Used only in an actor's first report. */
  readonly answeredAt?: number;
}

export type InteractionMachineEvent =
  | ({readonly type: 'facts'} & InteractionReport)
  /** A command was sent to the platform. */
  | {readonly type: 'command.sent'; readonly action: CallAction; readonly at: number}
  /** The command has a definite answer, good or bad. Without `action`: the one sent first. */
  | {readonly type: 'command.settled'; readonly action?: CallAction}
  /** Whether the command was carried out is unknown until a read shows it. Without `action`: the one sent first. */
  | {readonly type: 'command.unknown'; readonly action?: CallAction}
  /** The server's list no longer contains the interaction. */
  | {readonly type: 'gone'; readonly at: number};

export interface InteractionContext {
  /** The facts that widgets show. */
  readonly facts: InteractionFacts;
  /** The facts from versioned reports, up to and including version `server.updatedAt`. */
  readonly server: Partial<InteractionFacts>;
  /** When the latest report that changed something arrived, epoch ms by our clock. */
  readonly toldAt: number;
  /** Whether the state comes from a report without a version, so that versions cannot be compared with it. */
  readonly unversioned: boolean;
  /** When the first report arrived, epoch ms by our clock. */
  readonly firstSeenAt: number;
  /** When `facts.state` began, epoch ms by our clock. */
  readonly stateSince: number;
  /** When the agent first answered, epoch ms by our clock; absent: not yet, or before this hub first saw the interaction. */
  readonly answeredAt?: number;
  /** Commands under way, in the order sent. More than one only if `release` overtakes another or DTMF commands queue. */
  readonly pendingActions: readonly CallAction[];
  /** The command whose outcome is unknown. */
  readonly unknownAction?: CallAction;
}

const BEFORE_ANSWER: ReadonlySet<InteractionState> = new Set(['queued', 'ringing']);
const MUTABLE_STATES: ReadonlySet<InteractionState> = new Set(['talking', 'hold']);

/**
 * The fields with a value. An absent field means unknown, so it must not erase a known value. Outside a conversation the
 * agent counts as not muted, whatever the platform says.
 */
function known(facts: InteractionFacts): Partial<InteractionFacts> {
  const fields = facts.muted && !MUTABLE_STATES.has(facts.state) ? {...facts, muted: false} : facts;
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function differs(a: unknown, b: unknown): boolean {
  return a !== b && JSON.stringify(a) !== JSON.stringify(b);
}

function pick(
  facts: Partial<InteractionFacts>,
  keep: (field: keyof InteractionFacts, value: unknown) => boolean,
): Partial<InteractionFacts> {
  return Object.fromEntries(
    Object.entries(facts).filter(([field, value]) => keep(field as keyof InteractionFacts, value)),
  );
}

const versionsBefore = (
  {server}: InteractionContext,
  {clockWasSetBack}: InteractionReport,
): Partial<InteractionFacts> => (clockWasSetBack ? {} : server);

/**
 * The fields of a report to apply. The server's version decides the order, not the arrival. Source: contract §2 "Duplicates
 * and order" and "Losing the connection" 4.
 */
function accepted(context: InteractionContext, report: InteractionReport): Partial<InteractionFacts> {
  const {unversioned} = context;
  const server = versionsBefore(context, report);
  const facts = known(report.facts);
  // A read that was sent before the latest push may be older than the push.
  const mayBeOlder = report.source !== 'stream' && (report.askedAt ?? report.at) < context.toldAt;
  if (facts.updatedAt === undefined) {
    // A push without a version comes from the agent's status. Its state is reliable; versioned values beat its other fields.
    if (report.source === 'stream') return pick(facts, (field) => field === 'state' || server[field] === undefined);
    return mayBeOlder ? {} : facts;
  }
  if (server.updatedAt === undefined || facts.updatedAt > server.updatedAt) {
    return mayBeOlder && unversioned ? pick(facts, (field) => field !== 'state') : facts;
  }
  if (facts.updatedAt < server.updatedAt) return {};
  // The same version again. It must not undo a state from a later unversioned report. Only a read that was sent after that
  // report may do so.
  const readKnowsBetter = report.source !== 'stream' && unversioned && !mayBeOlder;
  return pick(facts, (field, value) => {
    if (field === 'state' && readKnowsBetter) return true;
    // A read with the same version is not newer, but it may have more fields. The remaining time changes without a version.
    if (report.source === 'poll') return server[field] === undefined || (field === 'acw' && differs(value, server.acw));
    return differs(value, server[field]);
  });
}

/** The versioned facts with the changes. Muting ends with the conversation, even if the platform does not say so. */
function merged(server: Partial<InteractionFacts>, changes: Partial<InteractionFacts>): Partial<InteractionFacts> {
  const ends = server.muted && changes.state !== undefined && !MUTABLE_STATES.has(changes.state);
  return {...server, ...(ends && {muted: false}), ...changes};
}

/** When the interaction entered its state, and when it was answered. */
function since(
  {facts, stateSince, answeredAt}: InteractionContext,
  state: InteractionState,
  at: number,
): Pick<InteractionContext, 'stateSince' | 'answeredAt'> {
  if (state === facts.state) return {stateSince, answeredAt};
  const isAnswer = answeredAt === undefined && MUTABLE_STATES.has(state) && BEFORE_ANSWER.has(facts.state);
  return {stateSince: at, answeredAt: isAnswer ? at : answeredAt};
}

/** The context after a report; the same object if the report changes nothing. */
function applyReport(context: InteractionContext, report: InteractionReport): InteractionContext {
  const changes = accepted(context, report);
  if (Object.keys(changes).length === 0) return context;
  const state = changes.state ?? context.facts.state;
  // If an unversioned report ended the conversation but it goes on, the versioned facts say whether it is muted.
  const muted = changes.muted ?? (MUTABLE_STATES.has(context.facts.state) ? context.facts : context.server).muted;
  const versioned = report.facts.updatedAt !== undefined;
  const facts = {
    ...context.facts,
    ...changes,
    interactionId: context.facts.interactionId,
    muted: MUTABLE_STATES.has(state) ? muted : false,
  };
  if (!versioned && !differs(facts, context.facts)) return context;
  return {
    ...context,
    facts,
    server: versioned ? merged(versionsBefore(context, report), changes) : context.server,
    toldAt: report.at,
    unversioned: changes.state === undefined ? context.unversioned : !versioned,
    ...since(context, state, Math.min(report.since ?? report.at, report.at)),
  };
}

function without(actions: readonly CallAction[], action: CallAction | undefined): readonly CallAction[] {
  const index = action === undefined ? 0 : actions.indexOf(action);
  return index < 0 ? actions : actions.filter((_, i) => i !== index);
}

/** Whether an answer belongs to a command under way. */
function answers(context: InteractionContext, event: InteractionMachineEvent): boolean {
  if (event.type !== 'command.settled' && event.type !== 'command.unknown') return false;
  return event.action === undefined ? context.pendingActions.length > 0 : context.pendingActions.includes(event.action);
}

/**
 * One assignment of an interaction to the agent, until it ends. The server decides: any state may follow any other, but
 * `ended` is final. If the same interaction is assigned again, it gets a new actor. The second region follows the agent's
 * commands. Source: contract §2 and §3.
 */
export const interactionMachine = setup({
  types: {input: {} as InteractionReport, context: {} as InteractionContext, events: {} as InteractionMachineEvent},
  guards: {
    movesTo: ({context, event}, {state}: {state: InteractionState}) =>
      event.type === 'facts' && applyReport(context, event).facts.state === state,
    isIn: ({context}, {state}: {state: InteractionState}) => context.facts.state === state,
    changesNothing: ({context, event}) => event.type === 'facts' && applyReport(context, event) === context,
    // The answer may belong to a command under way …
    isUnderWay: ({context, event}) => answers(context, event),
    // … to the last one, with nothing left open …
    isLastUnderWay: ({context, event}) =>
      answers(context, event) && context.pendingActions.length === 1 && context.unknownAction === undefined,
    // … to the last one, while an overtaken command still has an unknown outcome …
    isLastBeforeUnknown: ({context, event}) =>
      answers(context, event) && context.pendingActions.length === 1 && context.unknownAction !== undefined,
    isLastAndUnknown: ({context, event}) => answers(context, event) && context.pendingActions.length === 1,
    // … or to the command with the unknown outcome.
    settlesUnknown: ({context, event}) =>
      event.type === 'command.settled' &&
      (event.action === undefined ? context.pendingActions.length === 0 : event.action === context.unknownAction) &&
      !(event.action !== undefined && context.pendingActions.includes(event.action)),
  },
  actions: {
    applyFacts: assign(({context, event}) => (event.type === 'facts' ? applyReport(context, event) : context)),
    end: assign(({context, event}) =>
      event.type === 'gone'
        ? {facts: {...context.facts, state: 'ended' as const, muted: false}, stateSince: event.at}
        : {},
    ),
    addPending: assign(({context, event}) =>
      event.type === 'command.sent'
        ? {pendingActions: [...context.pendingActions, event.action], unknownAction: undefined}
        : {},
    ),
    removePending: assign(({context, event}) =>
      event.type === 'command.settled' || event.type === 'command.unknown'
        ? {pendingActions: without(context.pendingActions, event.action)}
        : {},
    ),
    rememberUnknown: assign(({context, event}) =>
      event.type === 'command.unknown' ? {unknownAction: event.action ?? context.pendingActions[0]} : {},
    ),
    forgetUnknown: assign({unknownAction: undefined}),
  },
}).createMachine({
  id: 'interaction',
  context: ({input}) => ({
    facts: {muted: false, ...(known(input.facts) as InteractionFacts)},
    server: input.facts.updatedAt === undefined ? {} : known(input.facts),
    toldAt: input.at,
    unversioned: input.facts.updatedAt === undefined,
    firstSeenAt: input.at,
    stateSince: Math.min(input.since ?? input.at, input.at),
    answeredAt: input.answeredAt,
    pendingActions: [],
    unknownAction: undefined,
  }),
  type: 'parallel',
  states: {
    life: {
      initial: 'entering',
      on: {
        facts: [
          {guard: 'changesNothing'},
          {guard: {type: 'movesTo', params: {state: 'queued'}}, target: '.queued', actions: 'applyFacts'},
          {guard: {type: 'movesTo', params: {state: 'ringing'}}, target: '.ringing', actions: 'applyFacts'},
          {guard: {type: 'movesTo', params: {state: 'talking'}}, target: '.talking', actions: 'applyFacts'},
          {guard: {type: 'movesTo', params: {state: 'hold'}}, target: '.hold', actions: 'applyFacts'},
          {guard: {type: 'movesTo', params: {state: 'acw'}}, target: '.acw', actions: 'applyFacts'},
          {guard: {type: 'movesTo', params: {state: 'ended'}}, target: '.ended', actions: 'applyFacts'},
        ],
        gone: {target: '.ended', actions: 'end'},
      },
      states: {
        // Left at once: an actor begins in whatever state its interaction is.
        entering: {
          always: [
            {guard: {type: 'isIn', params: {state: 'queued'}}, target: 'queued'},
            {guard: {type: 'isIn', params: {state: 'ringing'}}, target: 'ringing'},
            {guard: {type: 'isIn', params: {state: 'talking'}}, target: 'talking'},
            {guard: {type: 'isIn', params: {state: 'hold'}}, target: 'hold'},
            {guard: {type: 'isIn', params: {state: 'acw'}}, target: 'acw'},
            {target: 'ended'},
          ],
        },
        queued: {},
        ringing: {},
        talking: {},
        hold: {},
        acw: {},
        // Late copies of this assignment's facts must not reopen it.
        ended: {on: {facts: {}, gone: {}}},
      },
    },
    command: {
      initial: 'idle',
      states: {
        idle: {on: {'command.sent': {target: 'pending', actions: 'addPending'}}},
        pending: {
          on: {
            'command.sent': {actions: 'addPending'},
            'command.settled': [
              {guard: 'isLastUnderWay', target: 'idle', actions: 'removePending'},
              {guard: 'isLastBeforeUnknown', target: 'unknown', actions: 'removePending'},
              {guard: 'isUnderWay', actions: 'removePending'},
              {guard: 'settlesUnknown', actions: 'forgetUnknown'},
            ],
            'command.unknown': [
              {guard: 'isLastAndUnknown', target: 'unknown', actions: ['rememberUnknown', 'removePending']},
              {guard: 'isUnderWay', actions: ['rememberUnknown', 'removePending']},
            ],
          },
        },
        unknown: {
          on: {
            // With a new command, the outcome of the old one no longer matters to the agent.
            'command.sent': {target: 'pending', actions: 'addPending'},
            'command.settled': {guard: 'settlesUnknown', target: 'idle', actions: 'forgetUnknown'},
          },
        },
      },
    },
  },
});

export type InteractionSnapshot = SnapshotFrom<typeof interactionMachine>;

/** What the views need besides the snapshot. */
export interface InteractionViewOptions {
  /** Whether a command can reach the platform: the stream is live or reads succeed. */
  readonly connected: boolean;
  /** Server clock minus our clock, in ms; converts the platform's `startedAt` to our time. Default 0. */
  readonly clockOffsetMs?: number;
  /** The actions that the platform supports. Default: every action. */
  readonly supported?: ReadonlySet<CallAction>;
}

/** Whether the assignment is over: its actor can be dropped. */
export function hasEnded(snapshot: InteractionSnapshot): boolean {
  return snapshot.context.facts.state === 'ended';
}

/** The command that the platform must answer before the next may be sent; `release` if it has overtaken the others. */
export function pendingAction(snapshot: InteractionSnapshot): CallAction | undefined {
  const {pendingActions} = snapshot.context;
  return pendingActions.includes('release') ? 'release' : pendingActions[0];
}

/** Whether a second party is being consulted before a transfer. */
function consultOpen(facts: InteractionFacts): boolean {
  return facts.participants?.some(({role}) => role === 'consult') ?? false;
}

function availability(
  action: CallAction,
  subject: ActionSubject,
  pending: readonly CallAction[],
  {connected, supported}: InteractionViewOptions,
): ActionAvailability {
  // After the end no action is possible, whatever is pending and whatever the connection.
  if (subject.state === 'ended') return judgeAction(action, subject);
  if (supported && !supported.has(action)) return {allowed: false, block: 'notSupported'};
  const queues = action === 'dtmf';
  if (pending.includes(action) && !queues) return {allowed: false, block: 'waiting'};
  if (!connected) return {allowed: false, block: 'noConnection'};
  const judged = judgeAction(action, subject);
  if (!judged.allowed || pending.length === 0) return judged;
  // `release` may overtake; digits queue behind digits. Source: contract §3.
  if (action === 'release' || (queues && pending.every((other) => other === 'dtmf'))) return judged;
  return {allowed: false, block: 'commandPending'};
}

/** The interaction as the snapshot shows it, with the availability of every action. */
export function interactionView(snapshot: InteractionSnapshot, options: InteractionViewOptions): InteractionView {
  const {facts, pendingActions, firstSeenAt, stateSince, answeredAt, unknownAction} = snapshot.context;
  const subject: ActionSubject = {
    state: facts.state,
    mediaType: facts.mediaType ?? 'voice',
    muted: facts.muted ?? false,
    consultOpen: consultOpen(facts),
  };
  const judge = (action: CallAction) => availability(action, subject, pendingActions, options);
  return {
    interactionId: facts.interactionId,
    sessionId: facts.sessionId,
    state: facts.state,
    mediaType: subject.mediaType,
    direction: facts.direction ?? 'inbound',
    muted: subject.muted,
    from: facts.from,
    to: facts.to,
    skillId: facts.skillId,
    participants: facts.participants ?? [],
    consultOpen: subject.consultOpen,
    startedAt: facts.startedAt === undefined ? firstSeenAt : facts.startedAt - (options.clockOffsetMs ?? 0),
    stateSince,
    ...(answeredAt !== undefined && {answeredAt}),
    actions: Object.fromEntries(CALL_ACTIONS.map((action) => [action, judge(action)])) as Record<
      CallAction,
      ActionAvailability
    >,
    waitingFor: pendingAction(snapshot),
    unknownOutcome: unknownAction,
  };
}

/** Which state matters most to the agent now. Source: `InteractionsSlice.frontId`. */
const FRONT_ORDER: readonly InteractionState[] = ['ringing', 'talking', 'hold', 'acw', 'queued'];

/** The interaction that matters most now: by state, then the newest. Ended interactions never count. */
export function frontInteraction(views: readonly InteractionView[]): InteractionView | undefined {
  let front: InteractionView | undefined;
  for (const view of views) {
    if (view.state === 'ended') continue;
    const order = front ? FRONT_ORDER.indexOf(view.state) - FRONT_ORDER.indexOf(front.state) : -1;
    // Lists are oldest first, so if two began in the same ms, the later one in the list is newer.
    if (order < 0 || (order === 0 && front && view.startedAt >= front.startedAt)) front = view;
  }
  return front;
}
