import type {CallAction, CommandParameters} from '../domain/actions.js';
import {CxoneError, toCxoneError} from '../domain/errors.js';
import type {SessionCommands} from '../domain/session-commands.js';
import type {HubNotice} from '../worker/hub-api.js';
import {newId} from './ids.js';
import type {Liveness} from './hub/liveness.js';
import type {PopRunner} from './host/pop-runner.js';

/** Digits a keypad has. Source: contract §3, `SendDtmf`. */
const DTMF = /^[0-9A-Da-d*#]+$/;

export interface CommandDeps {
  /** @throws {CxoneError} why nothing can be asked now: a session without valid settings, or closed. */
  readonly hub: () => Pick<Liveness, 'call' | 'joined' | 'retry'>;
  readonly pops: Pick<PopRunner, 'open' | 'openRecord' | 'createRecord'>;
  readonly notice: (notice: HubNotice) => void;
}

function invalid(message: string): CxoneError {
  return new CxoneError('INVALID_INPUT', message);
}

/** The commands of a person or script, as calls to the hub. A rejection is also told once as a notice. */
export function createCommands({hub, pops, notice}: CommandDeps): SessionCommands {
  const ask = <T>(action: string, interactionId: string | undefined, work: () => Promise<T>): Promise<T> => {
    const promise = (async () => {
      hub();
      return work();
    })().catch((error: unknown) => {
      throw toCxoneError(error, action);
    });
    // Also marks the promise as handled: an element that ignores it causes no unhandled rejection.
    promise.catch((error: CxoneError) => {
      notice({type: 'commandError', code: error.code, action, interactionId, message: error.message});
    });
    return promise;
  };

  const control = (action: CallAction, interactionId: string, parameters: CommandParameters = {}): Promise<void> => {
    const clickedAt = Date.now();
    return ask(action, interactionId, () =>
      hub().call('command', {commandId: newId(), interactionId, action, parameters, clickedAt}),
    );
  };

  /** A number or address that somebody typed. */
  const withTarget = (
    action: 'transfer' | 'conference',
    id: string,
    typed: string,
    type?: 'blind' | 'consult',
  ): Promise<void> => {
    const target = typed.trim();
    if (!target) return ask(action, id, () => Promise.reject(invalid(`${action} needs a target`)));
    return control(action, id, type ? {target, type} : {target});
  };

  return {
    answer: (id) => control('answer', id),
    reject: (id) => control('reject', id),
    hold: (id) => control('hold', id),
    resume: (id) => control('resume', id),
    mute: (id) => control('mute', id),
    unmute: (id) => control('unmute', id),
    transfer: (id, {target, type}) => withTarget('transfer', id, target, type),
    completeTransfer: (id) => control('completeTransfer', id),
    cancelTransfer: (id) => control('cancelTransfer', id),
    conference: (id, {target}) => withTarget('conference', id, target),
    dial: (typed) => {
      const target = typed.trim();
      if (!target) return ask('dial', undefined, () => Promise.reject(invalid('dial needs a number')));
      const clickedAt = Date.now();
      return ask('dial', undefined, () => hub().call('dial', {commandId: newId(), target, clickedAt}));
    },
    sendDtmf: (id, digits) =>
      DTMF.test(digits)
        ? control('dtmf', id, {digits: digits.toUpperCase()})
        : ask('dtmf', id, () => Promise.reject(invalid('DTMF takes 0–9, A–D, * and #'))),
    release: (id) => control('release', id),

    setStatus: (choice) => ask('setStatus', undefined, () => hub().call('chooseStatus', choice)),
    cancelPendingStatus: () => ask('cancelPendingStatus', undefined, () => hub().call('cancelPendingStatus')),
    repairStatus: () => ask('repairStatus', undefined, () => hub().call('repairStatus')),
    extendAcw: (id, seconds) => ask('extendAcw', id, () => hub().call('extendAcw', id, seconds)),
    completeAcw: (id) => ask('completeAcw', id, () => hub().call('completeAcw', id)),

    openPop: (popId) => ask('openPop', undefined, () => pops.open(popId)),
    openPopRecord: (popId, record) => ask('openPop', undefined, () => pops.openRecord(popId, record)),
    createPopRecord: (popId) => ask('createRecord', undefined, () => pops.createRecord(popId)),

    reconnect: () =>
      ask('reconnect', undefined, () => {
        const liveness = hub();
        if (!liveness.joined) liveness.retry();
        return liveness.call('reconnect');
      }),
    dismissNotice: (id) => ask('dismissNotice', undefined, () => hub().call('dismissNotice', id)),
    dismissOutage: () => ask('dismissOutage', undefined, () => hub().call('dismissOutage')),
    setRingTone: (isOn) => ask('setRingTone', undefined, () => hub().call('setRingTone', isOn)),
  };
}
