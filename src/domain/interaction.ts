/** A contact's medium. Source: contract §4 "Names". */
export const MEDIA_TYPES = ['voice', 'webchat', 'email', 'workitem', 'other'] as const;
export type MediaType = (typeof MEDIA_TYPES)[number];

export type Direction = 'inbound' | 'outbound' | 'internal';

/** A contact's life, as the platform tells it. Source: contract §2. */
export const INTERACTION_STATES = ['queued', 'ringing', 'talking', 'hold', 'acw', 'ended'] as const;
export type InteractionState = (typeof INTERACTION_STATES)[number];

const MEDIA_BY_WIRE_NAME: Readonly<Record<string, MediaType>> = {
  voice: 'voice',
  call: 'voice',
  phone: 'voice',
  phonecall: 'voice',
  webchat: 'webchat',
  chat: 'webchat',
  email: 'email',
  mail: 'email',
  workitem: 'workitem',
  task: 'workitem',
};

const DIRECTION_BY_WIRE_NAME: Readonly<Record<string, Direction>> = {
  inbound: 'inbound',
  outbound: 'outbound',
  internal: 'internal',
};

const STATE_BY_WIRE_NAME: Readonly<Record<string, InteractionState>> = {
  queued: 'queued',
  ringing: 'ringing',
  alerting: 'ringing',
  talking: 'talking',
  connected: 'talking',
  hold: 'hold',
  held: 'hold',
  onhold: 'hold',
  acw: 'acw',
  wrapup: 'acw',
  aftercallwork: 'acw',
  ended: 'ended',
  disconnected: 'ended',
};

const look = <T>(table: Readonly<Record<string, T>>, wireName: string | undefined): T | undefined => {
  const key = (wireName ?? '').toLowerCase().replace(/[\s_-]/g, '');
  return Object.hasOwn(table, key) ? table[key] : undefined;
};

/** Reads a medium in any dialect; absent counts as voice, an unknown one is `other`. */
export function toMediaType(wireName: string | undefined): MediaType {
  return wireName === undefined ? 'voice' : (look(MEDIA_BY_WIRE_NAME, wireName) ?? 'other');
}

/** Reads a direction; absent or unknown counts as inbound. */
export function toDirection(wireName: string | undefined): Direction {
  return look(DIRECTION_BY_WIRE_NAME, wireName) ?? 'inbound';
}

/** Reads an interaction's state; `undefined` for a name no dialect knows. */
export function toInteractionState(wireName: string | undefined): InteractionState | undefined {
  return look(STATE_BY_WIRE_NAME, wireName);
}

/** States in which a session must not be torn by a new status. Source: contract §4 "Read before write". */
export const PROTECTED_STATES: ReadonlySet<InteractionState> = new Set(['queued', 'ringing', 'talking', 'hold', 'acw']);

/** Somebody else on the call: the other end of a consult, or a conference member. */
export interface Participant {
  readonly role: 'consult' | 'conference' | 'other';
  /** The dialled target: a number, an extension or an agent. */
  readonly target: string;
  readonly state?: string;
}

/** After-call work as the platform reports it. */
export interface AcwFacts {
  /** Whole length, in seconds. */
  readonly durationSeconds: number;
  /** Left at the time of the report, in seconds. */
  readonly remainingSeconds: number;
  readonly type: 'manual' | 'system' | 'compliance';
  readonly reasonCode?: string;
  /** True: the agent cannot leave early. */
  readonly enforced: boolean;
}

/** What the platform says of one interaction. Absent fields are unknown, not empty. Every dialect is mapped to this. */
export interface InteractionFacts {
  readonly interactionId: string;
  readonly sessionId?: string;
  readonly state: InteractionState;
  readonly mediaType?: MediaType;
  readonly direction?: Direction;
  readonly muted?: boolean;
  /** The caller's number or address (ANI). Customer data. */
  readonly from?: string;
  /** The number that was called (DNIS). */
  readonly to?: string;
  readonly skillId?: string;
  readonly participants?: readonly Participant[];
  readonly acw?: AcwFacts;
  /** Epoch ms. */
  readonly startedAt?: number;
  /** The server's version of these facts, epoch ms. Absent where the source has none. */
  readonly updatedAt?: number;
}
