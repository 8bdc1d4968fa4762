import {signal, type Signal} from '@lit-labs/signals';
import {judgeAction, CALL_ACTIONS, type ActionAvailability, type CallAction} from '../../src/domain/actions.js';
import {CxoneError, type ErrorCode} from '../../src/domain/errors.js';
import {
  EMPTY_SNAPSHOT,
  type AcwView,
  type InteractionView,
  type PopView,
  type SliceName,
  type Snapshot,
} from '../../src/domain/snapshot.js';
import type {SessionCommands} from '../../src/domain/session-commands.js';
import {SESSION_PROTOCOL, type CxoneSession} from '../../src/session/session.js';

/** Something that was asked of the session, not settled until the test says so. */
export interface ScriptedCall {
  readonly name: keyof SessionCommands;
  readonly args: readonly unknown[];
  /** As the platform's confirmation. Changes no slice: `update` does. */
  confirm(): Promise<void>;
  refuse(code: ErrorCode): Promise<void>;
}

/** Parts of slices; what is not given stays as it is. */
export type SnapshotPatch = {readonly [Name in SliceName]?: Partial<Snapshot[Name]>};

/** A session without hub, worker or network: slices are set by hand, commands are recorded. */
export interface ScriptedSession {
  readonly session: CxoneSession;
  /** Everything asked for, oldest first. */
  readonly calls: readonly ScriptedCall[];
  /** The newest call of a name. */
  last(name: keyof SessionCommands): ScriptedCall | undefined;
  update(patch: SnapshotPatch): void;
}

const COMMANDS: readonly (keyof SessionCommands)[] = [
  'answer',
  'reject',
  'hold',
  'resume',
  'mute',
  'unmute',
  'transfer',
  'completeTransfer',
  'cancelTransfer',
  'conference',
  'sendDtmf',
  'release',
  'setStatus',
  'cancelPendingStatus',
  'repairStatus',
  'extendAcw',
  'completeAcw',
  'openPop',
  'openPopRecord',
  'createPopRecord',
  'reconnect',
  'dismissNotice',
  'dismissOutage',
  'setRingTone',
];

/** Makes a session that shows `initial` over an empty snapshot. */
export function createScriptedSession(initial: SnapshotPatch = {}): ScriptedSession {
  const snapshot = Object.fromEntries(
    Object.entries(EMPTY_SNAPSHOT).map(([name, slice]) => [name, signal(slice)]),
  ) as unknown as {readonly [Name in SliceName]: Signal.State<Snapshot[Name]>};
  const calls: ScriptedCall[] = [];

  const command =
    (name: keyof SessionCommands) =>
    (...args: unknown[]): Promise<void> =>
      new Promise((resolve, reject) => {
        const settled = async (settle: () => void): Promise<void> => {
          settle();
          // Lets the widget's own continuation run before the test goes on.
          await new Promise((next) => setTimeout(next));
        };
        calls.push({
          name,
          args,
          confirm: () => settled(resolve),
          refuse: (code) => settled(() => reject(new CxoneError(code, `${name} was refused`))),
        });
      });

  const scripted: ScriptedSession = {
    session: {
      protocol: SESSION_PROTOCOL,
      agentId: 'a1b2c3d4-e5f6-7890-abcd-ef1234567890',
      snapshot,
      commands: Object.fromEntries(COMMANDS.map((name) => [name, command(name)])) as unknown as SessionCommands,
      subscribe: (name, callback) => {
        callback(snapshot[name].get());
        return () => undefined;
      },
      onNotice: () => () => undefined,
      log: () => Promise.resolve([]),
      hostReady: new Promise(() => undefined),
      allowNotifications: () => Promise.resolve(false),
      signOut: () => Promise.resolve(),
      close: () => undefined,
    },
    calls,
    last: (name) => calls.findLast((call) => call.name === name),
    update(patch) {
      for (const name of Object.keys(patch) as SliceName[]) set(snapshot, name, patch);
    },
  };
  scripted.update(initial);
  return scripted;
}

function set<Name extends SliceName>(
  snapshot: {readonly [N in SliceName]: Signal.State<Snapshot[N]>},
  name: Name,
  patch: SnapshotPatch,
): void {
  const before = snapshot[name].get();
  snapshot[name].set({...before, ...patch[name], version: before.version + 1});
}

/** An interaction as the hub shows it: which actions are allowed follows from its state, as in the hub. */
export function scriptedInteraction(
  given: Partial<InteractionView> & Pick<InteractionView, 'interactionId' | 'state'>,
): InteractionView {
  const now = Date.now();
  const view = {
    mediaType: 'voice',
    direction: 'inbound',
    muted: false,
    from: '+14155550134',
    participants: [],
    consultOpen: false,
    startedAt: now,
    stateSince: now,
    ...given,
  } as const;
  const {waitingFor} = view;
  const judge = (action: CallAction): ActionAvailability => {
    const judged = judgeAction(action, view);
    if (!judged.allowed || !waitingFor) return judged;
    return {allowed: false, block: action === waitingFor ? 'waiting' : 'commandPending'};
  };
  const actions = Object.fromEntries(
    CALL_ACTIONS.map((action) => [action, judge(action)]),
  ) as InteractionView['actions'];
  return {
    ...view,
    actions: waitingFor ? {...actions, [waitingFor]: {allowed: false, block: 'waiting'}} : actions,
    ...(given.actions && {actions: given.actions}),
  };
}

/** A slice of interactions; the first one is in front unless another is named. */
export function scriptedInteractions(
  items: readonly InteractionView[],
  frontId: string | undefined = items[0]?.interactionId,
): SnapshotPatch {
  return {interactions: {items, frontId}};
}

/** After-call work that runs for 30 s from now. */
export function scriptedAcw(given: Partial<AcwView> = {}): AcwView {
  return {
    interactionId: 'i-1',
    sessionId: 's-1',
    mediaType: 'voice',
    state: 'running',
    endsAt: Date.now() + 30_000,
    durationSeconds: 30,
    extend: {allowed: true},
    complete: {allowed: true},
    extendBySeconds: 30,
    ...given,
  };
}

/** A screen pop with the fields of the contract's example. */
export function scriptedPop(given: Partial<PopView> = {}): PopView {
  return {
    popId: 'i-1#1',
    interactionId: 'i-1',
    source: 'ivr',
    receivedAt: Date.now(),
    outcome: 'opened',
    fields: [
      {name: 'crm_account_id', value: 'ACC-44921'},
      {name: 'customer_email', value: 'dana.reyes@example.com'},
      {name: 'custom_routing_key', value: 'billing'},
    ],
    records: [{entity: 'account', id: 'ACC-44921', name: 'Contoso Ltd'}],
    ...given,
  };
}

/** An agent who is available and may choose. */
export const AVAILABLE: SnapshotPatch = {
  agent: {
    agentId: 'a1b2c3d4-e5f6-7890-abcd-ef1234567890',
    presence: {state: 'available'},
    choices: [
      {state: 'available', allowed: true},
      {state: 'busy', allowed: true},
      {state: 'lunch', allowed: true},
      {state: 'meeting', allowed: true},
      {state: 'custom', label: 'Training', allowed: true},
      {state: 'offline', allowed: true},
    ],
  },
  connection: {mode: 'live', asOf: 1},
};
