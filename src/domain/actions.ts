import type {InteractionState, MediaType} from './interaction.js';

/** What an agent may ask for an interaction. The first ten are the `data-action` values of the call controls. Source: contract §3. */
export const CALL_ACTIONS = [
  'answer',
  'reject',
  'hold',
  'resume',
  'mute',
  'unmute',
  'transfer',
  'conference',
  'dtmf',
  'release',
  'completeTransfer',
  'cancelTransfer',
] as const;

export type CallAction = (typeof CALL_ACTIONS)[number];

/** Why an action is not possible now. Components put it into words. */
export type ActionBlock =
  | 'notRinging'
  | 'stillRinging'
  | 'notTalking'
  | 'notOnHold'
  | 'onHold'
  | 'alreadyMuted'
  | 'notMuted'
  | 'consultOpen'
  | 'noConsult'
  | 'wrappingUp'
  | 'queued'
  | 'ended'
  | 'notForThisMedium'
  /** The platform cannot do it. */
  | 'notSupported'
  /** This action was asked for and the platform has not confirmed yet. */
  | 'waiting'
  /** Another action of this interaction waits for the platform. */
  | 'commandPending'
  | 'noConnection';

/** Whether an action is possible now and, if not, why. `waiting` marks the action that is under way. */
export interface ActionAvailability {
  readonly allowed: boolean;
  readonly block?: ActionBlock;
}

/** What the rules need to know about an interaction. */
export interface ActionSubject {
  readonly state: InteractionState;
  readonly mediaType: MediaType;
  readonly muted: boolean;
  readonly consultOpen: boolean;
}

/** The only actions that media other than voice have. Source: contract §3. */
const ANY_MEDIA: ReadonlySet<CallAction> = new Set(['answer', 'reject', 'transfer', 'release']);

interface Rule {
  readonly in: readonly InteractionState[];
  /** The reason if the interaction is in a live state that is not in `in`. */
  readonly otherwise: ActionBlock;
  readonly unless?: (subject: ActionSubject) => ActionBlock | undefined;
}

const noConsultMeanwhile = (s: ActionSubject): ActionBlock | undefined => (s.consultOpen ? 'consultOpen' : undefined);
const whileHeld = (s: ActionSubject): ActionBlock | undefined =>
  s.state !== 'hold' ? undefined : s.consultOpen ? 'consultOpen' : 'onHold';
/** During a consult the caller is on hold, but the agent talks to the second party. */
const unlessNobodyHears = (s: ActionSubject): ActionBlock | undefined => (s.consultOpen ? undefined : whileHeld(s));
const onlyWithConsult = (s: ActionSubject): ActionBlock | undefined => (s.consultOpen ? undefined : 'noConsult');

/**
 * The table of contract §3 as data, one row for each action. One addition: during a consult the agent may mute and unmute.
 * Otherwise an agent who was muted before the consult could never be heard by the second party.
 */
const RULES: Readonly<Record<CallAction, Rule>> = {
  answer: {in: ['ringing'], otherwise: 'notRinging'},
  reject: {in: ['ringing'], otherwise: 'notRinging'},
  hold: {in: ['talking'], otherwise: 'notTalking', unless: noConsultMeanwhile},
  // During a consult the caller is on hold. CancelTransfer brings them back; a plain resume would leave the consult open.
  resume: {in: ['hold'], otherwise: 'notOnHold', unless: noConsultMeanwhile},
  mute: {
    in: ['talking', 'hold'],
    otherwise: 'notTalking',
    unless: (s) => unlessNobodyHears(s) ?? (s.muted ? 'alreadyMuted' : undefined),
  },
  unmute: {
    in: ['talking', 'hold'],
    otherwise: 'notTalking',
    unless: (s) => unlessNobodyHears(s) ?? (s.muted ? undefined : 'notMuted'),
  },
  transfer: {in: ['talking', 'hold'], otherwise: 'notTalking', unless: noConsultMeanwhile},
  conference: {in: ['talking', 'hold'], otherwise: 'notTalking'},
  dtmf: {in: ['talking', 'hold'], otherwise: 'notTalking', unless: whileHeld},
  release: {in: ['ringing', 'talking', 'hold'], otherwise: 'notTalking'},
  completeTransfer: {in: ['talking', 'hold'], otherwise: 'noConsult', unless: onlyWithConsult},
  cancelTransfer: {in: ['talking', 'hold'], otherwise: 'noConsult', unless: onlyWithConsult},
};

function stateBlock(action: CallAction, rule: Rule, state: InteractionState): ActionBlock {
  switch (state) {
    case 'acw':
      return 'wrappingUp';
    case 'ended':
      return 'ended';
    case 'queued':
      return 'queued';
    case 'ringing':
      return 'stillRinging';
    case 'hold':
      return action === 'answer' || action === 'reject' ? 'notRinging' : 'onHold';
    case 'talking':
      return rule.otherwise;
  }
}

/** Judges one action. Pure: knows nothing of pending commands or of the connection. */
export function judgeAction(action: CallAction, subject: ActionSubject): ActionAvailability {
  if (subject.mediaType !== 'voice' && !ANY_MEDIA.has(action)) return {allowed: false, block: 'notForThisMedium'};
  const rule = RULES[action];
  if (!rule.in.includes(subject.state)) return {allowed: false, block: stateBlock(action, rule, subject.state)};
  const block = rule.unless?.(subject);
  return block ? {allowed: false, block} : {allowed: true};
}

/** What a command carries besides its action. */
export interface CommandParameters {
  readonly target?: string;
  readonly type?: 'blind' | 'consult';
  readonly digits?: string;
  readonly holdMusic?: string;
  readonly notifyOnResume?: boolean;
}
