import type {CallAction, CommandParameters} from '../../domain/actions.js';
import {CxoneError} from '../../domain/errors.js';
import type {InteractionFacts, InteractionState} from '../../domain/interaction.js';

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

/** The agent is in it: what was done to the conversation can be seen. */
const IN_CALL: ReadonlySet<InteractionState> = new Set(['talking', 'hold']);
/** The agent has it no longer: it is over, or waits for somebody else. */
const GONE: ReadonlySet<InteractionState> = new Set(['queued', 'acw', 'ended']);

/**
 * Whether the platform's facts show that a command was carried out. `undefined`: they cannot show it. Tones leave no
 * trace, an absent field is unknown and not false, and of a conversation that is over nobody can tell any more.
 * Source: contract §2, §3.
 */
export function effectReached(
  action: CallAction,
  parameters: CommandParameters,
  {state, muted, participants}: InteractionFacts,
): boolean | undefined {
  /** For what happens inside a conversation. */
  const inCall = (reached: boolean | undefined): boolean | undefined => (IN_CALL.has(state) ? reached : undefined);
  /** For what takes the conversation away from the agent. */
  const gone = (): boolean | undefined => GONE.has(state) || inCall(false);
  const has = (role: 'consult' | 'conference'): boolean | undefined => participants?.some((p) => p.role === role);
  switch (action) {
    case 'answer':
      if (IN_CALL.has(state)) return true;
      // Over without after-call work it may have been answered or not.
      return state === 'ringing' || state === 'queued' ? false : undefined;
    case 'reject':
    case 'release':
      return GONE.has(state);
    case 'completeTransfer':
      return gone();
    case 'transfer':
      return parameters.type === 'consult' ? inCall(has('consult')) : gone();
    case 'hold':
      return inCall(state === 'hold');
    case 'resume':
      return inCall(state === 'talking');
    case 'mute':
      return inCall(muted);
    case 'unmute':
      return inCall(muted === undefined ? undefined : !muted);
    case 'conference':
      return inCall(has('conference'));
    case 'cancelTransfer': {
      const isOpen = has('consult');
      return inCall(isOpen === undefined ? undefined : !isOpen);
    }
    case 'dtmf':
      return undefined;
  }
}
