import type {CallAction, CommandParameters} from '../domain/actions.js';
import {CxoneError} from '../domain/errors.js';
import type {InteractionFacts} from '../domain/interaction.js';

/** Digits a telephone keypad can send. */
const DTMF = /^[0-9A-D*#]{1,64}$/i;
/** Longest transfer target: an E.164 number, a SIP address or an agent id fit. Our choice. */
const MAX_TARGET = 256;

/**
 * Checks and normalises what a command carries; nothing else may leave.
 * @throws {CxoneError} `INVALID_INPUT`; the message names the field, never its value.
 */
export function checkedParameters(action: CallAction, given: CommandParameters): CommandParameters {
  switch (action) {
    case 'dtmf': {
      const digits = given.digits?.trim() ?? '';
      if (!DTMF.test(digits)) throw new CxoneError('INVALID_INPUT', 'digits must be 0-9, A-D, * or #, 64 at most');
      return {digits: digits.toUpperCase()};
    }
    case 'transfer':
    case 'conference': {
      const target = given.target?.trim() ?? '';
      if (!target || target.length > MAX_TARGET) throw new CxoneError('INVALID_INPUT', `${action} needs a target`);
      if (action === 'conference') return {target};
      if (given.type !== 'blind' && given.type !== 'consult') {
        throw new CxoneError('INVALID_INPUT', 'type must be blind or consult');
      }
      return {target, type: given.type};
    }
    case 'hold':
      return {holdMusic: given.holdMusic ?? 'default', notifyOnResume: given.notifyOnResume ?? true};
    default:
      return {};
  }
}

/**
 * Whether the platform's facts show that a command was carried out.
 * `undefined`: they cannot show it (tones leave no trace).
 */
export function effectReached(
  action: CallAction,
  parameters: CommandParameters,
  facts: InteractionFacts,
): boolean | undefined {
  const over = facts.state === 'acw' || facts.state === 'ended';
  const has = (role: 'consult' | 'conference'): boolean => (facts.participants ?? []).some((p) => p.role === role);
  switch (action) {
    case 'answer':
      return facts.state === 'talking' || facts.state === 'hold';
    case 'reject':
    case 'release':
    case 'completeTransfer':
      return over;
    case 'hold':
      return facts.state === 'hold';
    case 'resume':
      return facts.state === 'talking';
    case 'mute':
      return facts.muted === true;
    case 'unmute':
      return facts.muted === false;
    case 'transfer':
      return parameters.type === 'consult' ? has('consult') : over;
    case 'conference':
      return has('conference');
    case 'cancelTransfer':
      return !over && !has('consult');
    case 'dtmf':
      return undefined;
  }
}
