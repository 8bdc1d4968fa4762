import type {AcwStartBody} from '../../src/platform/v2/wire/index.js';
import type {Interaction} from './interactions.js';
import {Refusal} from './refusal.js';

/** A valid order to start after-call work; the duration in seconds. */
export type AcwOrder = Required<AcwStartBody>;

export type AcwChange =
  | {readonly extendBySeconds: number; readonly reasonCode: string}
  | {readonly complete: true; readonly reasonCode: string};

const refuse = (interaction: Interaction, what: string): never => {
  throw new Refusal(
    interaction.state === 'ended' ? 'STATE_CONFLICT' : 'INVALID_TRANSITION',
    `${what}: the session is ${interaction.state}`,
    {currentState: interaction.state},
  );
};

/**
 * Starts after-call work. If it is already running, the new values overwrite the timer, as on the platform. During the call
 * they apply once the call ends. Source: [003] §2 "The Trap", contract §13.
 * @param now epoch ms, true time
 */
export function startAcw(interaction: Interaction, order: AcwOrder, now: number): void {
  const {duration, type, reasonCode, enforceUntilComplete} = order;
  const plan = {durationSeconds: duration, type, reasonCode, enforceUntilComplete};
  switch (interaction.state) {
    case 'acw':
      interaction.acw = {...plan, endsAt: now + duration * 1_000};
      return;
    case 'talking':
    case 'hold':
      interaction.acwPlan = plan;
      return;
    case 'queued':
    case 'ringing':
    case 'ended':
      refuse(interaction, 'after-call work cannot start');
  }
}

/** Extends by the given seconds, or ends early if that is allowed. */
export function changeAcw(interaction: Interaction, change: AcwChange): 'extended' | 'completed' {
  const {acw} = interaction;
  if (interaction.state !== 'acw' || !acw) return refuse(interaction, 'there is no after-call work');
  if ('complete' in change) {
    if (acw.enforceUntilComplete) {
      throw new Refusal('PRECONDITION_FAILED', 'this after-call work must run to its end', {currentState: 'acw'});
    }
    return 'completed';
  }
  acw.durationSeconds += change.extendBySeconds;
  acw.endsAt += change.extendBySeconds * 1_000;
  return 'extended';
}
