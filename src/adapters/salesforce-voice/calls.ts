import {toInteractionState, type Participant} from '../../domain/interaction.js';
import {numberText} from '../../domain/phone-number.js';
import type {InteractionView} from '../../domain/snapshot.js';
import type {CallInfo, PhoneCall} from '@salesforce/scv-connector-base';
import type {Library} from './library.js';

const CALL_TYPES = {inbound: 'Inbound', outbound: 'Outbound', internal: 'InternalCall'} as const;

/** Whether a contact is a call that we report to Salesforce. Only voice is. */
export const isVoice = ({mediaType}: InteractionView): boolean => mediaType === 'voice';

/** Whether the host may still act on a call. */
export const isActive = ({state}: InteractionView): boolean =>
  state === 'ringing' || state === 'talking' || state === 'hold';

/** The other side's number. Customer data. */
export const numberOf = ({direction, from, to}: InteractionView): string | undefined =>
  numberText(direction === 'outbound' ? to : from);

/** Whether the other end has answered. Without a state from the platform we assume so, because we cannot report ringing. */
export function isThere({state}: Participant): boolean {
  return state === undefined || toInteractionState(state) !== 'ringing';
}

/** Ids for a call's other parties: the platform has none, and we must not use a phone number as an id. */
export class PartyIds {
  readonly #ids = new Map<string, string>();

  id(interactionId: string, {target}: Participant): string {
    const key = JSON.stringify([interactionId, target]);
    const known = this.#ids.get(key);
    if (known) return known;
    const id = `${interactionId}/${this.#ids.size + 1}`;
    this.#ids.set(key, id);
    return id;
  }

  /** The party with this id, and its call. */
  find(items: readonly InteractionView[], id: string): {view: InteractionView; party: Participant} | undefined {
    for (const view of items) {
      const party = view.participants.find((candidate) => this.id(view.interactionId, candidate) === id);
      if (party) return {view, party};
    }
    return undefined;
  }
}

/** Converts calls to the classes of Salesforce's library. */
export class CallWriter {
  readonly #library: Library;
  readonly #softphone: boolean;
  readonly ids = new PartyIds();

  constructor(library: Library, phone: 'SOFT_PHONE' | 'DESK_PHONE') {
    this.#library = library;
    this.#softphone = phone === 'SOFT_PHONE';
  }

  /** @param party the party to describe. Absent: the first caller. */
  info({state, muted, stateSince, actions, participants}: InteractionView, party?: Participant): CallInfo {
    // The platform can remove a consulted party, but nobody else without ending the call.
    const canRemove = party ? party.role === 'consult' : participants.length === 0;
    return new this.#library.CallInfo({
      // A consult puts the caller on hold, not the second party.
      isOnHold: !party && state === 'hold',
      isMuted: muted,
      isRecordingPaused: false,
      ...(stateSince > 0 && {callStateTimestamp: new Date(stateSince)}),
      isSoftphoneCall: this.#softphone,
      acceptEnabled: actions.answer.allowed,
      declineEnabled: actions.reject.allowed,
      muteEnabled: actions.mute.allowed || actions.unmute.allowed,
      holdEnabled: actions.hold.allowed || actions.resume.allowed,
      addCallerEnabled: actions.transfer.allowed,
      conferenceEnabled: actions.conference.allowed,
      removeParticipantVariant: canRemove ? 'ALWAYS' : 'NEVER',
      // The platform supports neither, and a button that always fails is useless.
      swapEnabled: false,
      recordEnabled: false,
      showSwapButton: false,
      showRecordButton: false,
    });
  }

  call(view: InteractionView): PhoneCall {
    const {PhoneCall, PhoneCallAttributes} = this.#library;
    const isOnHold = view.state === 'hold';
    const ended = !isActive(view);
    return new PhoneCall({
      callId: view.interactionId,
      callType: CALL_TYPES[view.direction],
      phoneNumber: numberOf(view),
      state: ended ? 'ended' : view.state === 'ringing' ? 'ringing' : 'connected',
      callAttributes: new PhoneCallAttributes({participantType: 'Initial_Caller', isOnHold}),
      callInfo: this.info(view),
      ...(ended && {reason: 'ended'}),
    });
  }

  /** A consulted or joined party, which Salesforce treats as another call. */
  party(view: InteractionView, party: Participant, {ended = false}: {readonly ended?: boolean} = {}): PhoneCall {
    const {Contact, PhoneCall, PhoneCallAttributes} = this.#library;
    const {target} = party;
    return new PhoneCall({
      callId: this.ids.id(view.interactionId, party),
      callType: 'AddParticipant',
      phoneNumber: target,
      contact: new Contact({phoneNumber: target}),
      state: ended ? 'ended' : isThere(party) ? 'transferred' : 'transferring',
      callAttributes: new PhoneCallAttributes({participantType: 'Third_Party', parentId: view.interactionId}),
      callInfo: this.info(view, party),
      ...(ended && {reason: 'ended'}),
    });
  }

  /** A call that is over for the agent, with all its parties. */
  ended(view: InteractionView): PhoneCall[] {
    const over = {...view, state: 'ended'} as const;
    return [this.call(over), ...view.participants.map((party) => this.party(over, party, {ended: true}))];
  }

  /** All calls and parties that the host may act on, the first call first. */
  active(items: readonly InteractionView[]): PhoneCall[] {
    return items
      .filter((view) => isVoice(view) && isActive(view))
      .flatMap((view) => [this.call(view), ...view.participants.map((party) => this.party(view, party))]);
  }
}
