import {randomUUID} from 'node:crypto';
import type {Direction, InteractionState, MediaType} from '../../src/domain/interaction.js';

/** Another party: the person consulted, or a conference member. */
export interface Party {
  readonly role: 'consult' | 'conference';
  readonly target: string;
  readonly state: string;
}

/** After-call work running on the server. It ends by true time, whatever the server's clock says. */
export interface Acw {
  /** The total duration, in seconds. */
  durationSeconds: number;
  /** Epoch ms, true time. */
  endsAt: number;
  readonly type: string;
  readonly reasonCode: string;
  readonly enforceUntilComplete: boolean;
}

/** The after-call work that will start when the session ends. */
export type AcwPlan = Omit<Acw, 'endsAt'>;

export interface Interaction {
  readonly id: string;
  readonly sessionId: string;
  readonly agentId: string;
  readonly mediaType: MediaType;
  readonly direction: Direction;
  readonly from: string;
  readonly to: string;
  readonly skillId: string | undefined;
  state: InteractionState;
  muted: boolean;
  parties: Party[];
  /** Begins when the interaction ends for the agent; `undefined`: none. */
  acwPlan: AcwPlan | undefined;
  acw: Acw | undefined;
  /** Epoch ms, server clock. */
  readonly startedAt: number;
  /** The version: epoch ms, server clock, later with every change. */
  updatedAt: number;
  /** Epoch ms, server clock. */
  endedAt: number | undefined;
}

/** The properties of a new ringing interaction. */
export interface Ring {
  readonly agentId: string;
  readonly mediaType: MediaType;
  readonly direction: Direction;
  readonly from?: string;
  readonly to?: string;
  readonly skillId?: string;
  /** Seconds; 0 = no after-call work. */
  readonly acwSeconds: number;
  readonly enforceAcw: boolean;
}

/** Callers to use if the ring names none. Source: 555-01xx numbers are reserved for fiction. */
const CALLERS = ['+12125550142', '+13125550187', '+14155550119', '+16175550164'];
const VISITORS = ['lea.moreau@example.com', 'sam.ortiz@example.com', 'nadia.karim@example.org'];
const OWN_NUMBER = '+18005550100';
/** After-call work of a dialled call, in seconds; the same as a ring's default. Source: architecture.md, `acwSeconds`. */
const OUTBOUND_ACW_SECONDS = 30;

let callers = 0;

/** Creates a ringing interaction. */
export function createInteraction(ring: Ring, at: number): Interaction {
  const isVoice = ring.mediaType === 'voice';
  const list = isVoice ? CALLERS : VISITORS;
  const customer = ring.from ?? list[callers++ % list.length] ?? OWN_NUMBER;
  return {
    id: randomUUID(),
    sessionId: `sess_${ring.mediaType}_${randomUUID().replaceAll('-', '').slice(0, 20)}`,
    agentId: ring.agentId,
    mediaType: ring.mediaType,
    direction: ring.direction,
    from: customer,
    to: ring.to ?? (isVoice ? OWN_NUMBER : 'support@example.com'),
    skillId: ring.skillId,
    state: 'ringing',
    muted: false,
    parties: [],
    acwPlan:
      ring.acwSeconds > 0
        ? {
            durationSeconds: ring.acwSeconds,
            type: 'system',
            reasonCode: 'after_call_work',
            enforceUntilComplete: ring.enforceAcw,
          }
        : undefined,
    acw: undefined,
    startedAt: at,
    updatedAt: at,
    endedAt: undefined,
  };
}

/** Creates a call that an agent dialled; the other end counts as answered. */
export function createOutboundCall(agentId: string, target: string, at: number): Interaction {
  const ring: Ring = {
    agentId,
    mediaType: 'voice',
    direction: 'outbound',
    acwSeconds: OUTBOUND_ACW_SECONDS,
    enforceAcw: false,
  };
  return {...createInteraction({...ring, from: OWN_NUMBER, to: target}, at), state: 'talking'};
}

/** The consulted party while a consult is open. */
export const consultOf = (interaction: Interaction): Party | undefined =>
  interaction.parties.find(({role}) => role === 'consult');

/** Remaining after-call work, in seconds. */
export function acwRemaining(acw: Acw, now: number): number {
  // Rounded to tenths, because with whole seconds a delay of a few ms could make a countdown jump by a second.
  return Math.max(0, Math.round((acw.endsAt - now) / 100) / 10);
}
