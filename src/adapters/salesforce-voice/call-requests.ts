import type {
  CallResult,
  HangupResult,
  HoldToggleResult,
  MuteToggleResult,
  ParticipantResult,
} from '@salesforce/scv-connector-base';
import type {Participant} from '../../domain/interaction.js';
import type {InteractionView} from '../../domain/snapshot.js';
import type {HostPhone} from '../crm-adapter.js';
import {isActive, isVoice, type CallWriter} from './calls.js';
import type {Library} from './library.js';
import {commanded, commandedTo, Refusal} from './refusal.js';
import {DIALLING, type Teller} from './teller.js';
import {SHOWN_LIMIT_MS, until} from './until.js';

/**
 * How the host names a call or a participant. The values come from the host and may be anything. Some requests name only
 * the participant's role (`Agent`, `Initial_Caller`, `Third_Party`), and some name nothing. Source: demo-scv-connector,
 * `destroyCalls`.
 */
export interface HostCall {
  readonly callId?: unknown;
  readonly callAttributes?: {readonly participantType?: unknown} | null;
}

export interface HostContact {
  readonly phoneNumber?: unknown;
  readonly prefix?: unknown;
  readonly extension?: unknown;
}

/** How long an accepted dial may take to become a call, in ms. Source: our choice. */
const DIALLED_LIMIT_MS = 10_000;

function text(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}

const idOf = (call: HostCall | undefined): string => text(call?.callId);
const partOf = (call: HostCall | undefined): string => text(call?.callAttributes?.participantType);

/** The number to call. @throws {Refusal} `INVALID_DESTINATION` */
function targetOf(contact: HostContact): string {
  const number = text(contact.phoneNumber);
  // An extension would have to be dialled after the answer, and the platform has no command for that.
  if (!number || text(contact.extension)) throw new Refusal('not a number to call', 'INVALID_DESTINATION');
  return text(contact.prefix) + number;
}

/** Carries out the host's requests about calls. The answers show the snapshot, not what was requested. */
export class CallRequests {
  readonly #library: Library;
  readonly #phone: HostPhone;
  readonly #write: CallWriter;
  readonly #teller: Teller;

  constructor(library: Library, phone: HostPhone, write: CallWriter, teller: Teller) {
    this.#library = library;
    this.#phone = phone;
    this.#write = write;
    this.#teller = teller;
  }

  async accept(call: HostCall | undefined): Promise<CallResult> {
    const {interactionId} = this.#ringing(call);
    return this.#teller.during(interactionId, async () => {
      await commanded('answer', this.#phone.commands.answer(interactionId));
      const view = await this.#shown(interactionId, ({state}) => state !== 'ringing');
      if (!view || !isActive(view)) throw new Refusal('answer: the call is over');
      const talking: InteractionView = view.state === 'ringing' ? {...view, state: 'talking'} : view;
      this.#teller.agree(talking, {connected: true});
      return new this.#library.CallResult({call: this.#write.call(talking)});
    });
  }

  async decline(call: HostCall | undefined): Promise<CallResult> {
    const view = this.#ringing(call);
    return this.#teller.during(view.interactionId, async () => {
      await commanded('reject', this.#phone.commands.reject(view.interactionId));
      await this.#shown(view.interactionId, ({state}) => state !== 'ringing');
      this.#teller.agree(view, {ended: true});
      return new this.#library.CallResult({call: this.#write.call({...view, state: 'ended'})});
    });
  }

  /** Ends a call. If the host names another party of it, only that party leaves. */
  async end(call: HostCall | undefined): Promise<{result: HangupResult; of: string; party: boolean}> {
    const {HangupResult} = this.#library;
    const found = this.#party(call);
    const view = found?.view ?? (idOf(call) ? this.#find(call) : this.#current());
    const {interactionId: of} = view;
    const {commands} = this.#phone;
    return this.#teller.during(of, async () => {
      if (found) {
        if (found.party.role !== 'consult') throw new Refusal('end: of a conference, only the whole can be ended');
        await commanded('cancelTransfer', commands.cancelTransfer(of));
        await this.#shown(of, ({consultOpen}) => !consultOpen);
        this.#teller.agreeParty(view, found.party, false);
        const calls = this.#write.party(view, found.party, {ended: true});
        return {result: new HangupResult({calls}), of, party: true};
      }
      // If the agent leaves a consult, the caller is handed over; a release would hang up on the caller.
      if (partOf(call) === 'Agent' && view.consultOpen) {
        await commanded('completeTransfer', commands.completeTransfer(of));
      } else {
        await commanded('release', commands.release(of));
      }
      await this.#shown(of, (now) => !isActive(now));
      this.#teller.agree(view, {ended: true});
      return {result: new HangupResult({calls: this.#write.ended(view)}), of, party: false};
    });
  }

  async mute(wanted: boolean): Promise<MuteToggleResult> {
    const view = this.#current();
    const {interactionId} = view;
    return this.#teller.during(interactionId, async () => {
      const {commands} = this.#phone;
      const act = wanted ? commands.mute(interactionId) : commands.unmute(interactionId);
      await commanded(wanted ? 'mute' : 'unmute', act);
      await this.#shown(interactionId, ({muted}) => muted === wanted);
      this.#teller.agree(view, {muted: wanted});
      return new this.#library.MuteToggleResult({isMuted: wanted});
    });
  }

  async hold(call: HostCall | undefined, wanted: boolean): Promise<HoldToggleResult> {
    const view = idOf(call) ? this.#find(call, 'INVALID_PARTICIPANT') : this.#current();
    const {interactionId} = view;
    return this.#teller.during(interactionId, async () => {
      const {commands} = this.#phone;
      await commanded(
        wanted ? 'hold' : 'resume',
        wanted ? commands.hold(interactionId) : commands.resume(interactionId),
      );
      const shown = await this.#shown(interactionId, ({state}) => (state === 'hold') === wanted);
      this.#teller.agree(view, {held: wanted});
      return this.#held(wanted, {...(shown ?? view), state: wanted ? 'hold' : 'talking'});
    });
  }

  async dial(contact: HostContact): Promise<CallResult> {
    const target = targetOf(contact);
    const before = new Set(this.#teller.items.map(({interactionId}) => interactionId));
    return this.#teller.during(DIALLING, async () => {
      await commandedTo('dial', this.#phone.commands.dial(target));
      const isNew = (view: InteractionView): boolean =>
        isVoice(view) && isActive(view) && view.direction === 'outbound' && !before.has(view.interactionId);
      const view = await until(() => this.#teller.items.find(isNew), DIALLED_LIMIT_MS);
      if (!view) throw new Refusal('dial: no call came of it', 'GENERIC_ERROR');
      // This counts as reported that the call began; the check after this request reports that it was answered.
      this.#teller.agree(view);
      return new this.#library.CallResult({call: this.#write.call(view)});
    });
  }

  async digits(digits: unknown): Promise<void> {
    await commanded('sendDtmf', this.#phone.commands.sendDtmf(this.#current().interactionId, text(digits)));
  }

  /** Starts a consult, or transfers the call blind. */
  async add(contact: HostContact, call: HostCall | undefined, blind: boolean): Promise<ParticipantResult> {
    const target = targetOf(contact);
    const view = idOf(call) ? this.#find(call) : this.#current();
    const {interactionId} = view;
    const result = (callId: string, now: InteractionView, party?: Participant): ParticipantResult =>
      new this.#library.ParticipantResult({
        initialCallHasEnded: blind,
        callInfo: this.#write.info(now, party),
        phoneNumber: target,
        callId,
      });
    return this.#teller.during(interactionId, async () => {
      const type = blind ? 'blind' : 'consult';
      await commandedTo('transfer', this.#phone.commands.transfer(interactionId, {target, type}));
      if (blind) {
        await this.#shown(interactionId, (now) => !isActive(now));
        this.#teller.agree(view, {ended: true});
        return result(interactionId, view);
      }
      const now = await this.#shown(interactionId, ({consultOpen}) => consultOpen);
      const party = now?.participants.find(({role}) => role === 'consult');
      if (!now || !party) throw new Refusal('transfer: the consult did not come about');
      // This counts as reported that the party was called. The check after this request reports that the party has answered
      // and that the caller is on hold.
      this.#teller.agreeParty(now, party, true);
      return result(this.#write.ids.id(interactionId, party), now, party);
    });
  }

  /** Adds the consulted party to the call. */
  async conference(): Promise<HoldToggleResult> {
    const view = this.#teller.items.find(({consultOpen}) => consultOpen);
    const party = view?.participants.find(({role}) => role === 'consult');
    if (!view || !party) throw new Refusal('conference: nobody is being consulted');
    const {interactionId} = view;
    return this.#teller.during(interactionId, async () => {
      await commandedTo('conference', this.#phone.commands.conference(interactionId, {target: party.target}));
      const shown = await this.#shown(interactionId, ({consultOpen}) => !consultOpen);
      this.#teller.agree(view, {held: false});
      return this.#held(false, {...(shown ?? view), state: 'talking'});
    });
  }

  #held(isCustomerOnHold: boolean, view: InteractionView): HoldToggleResult {
    const calls = this.#write.active([view]);
    return new this.#library.HoldToggleResult({isThirdPartyOnHold: false, isCustomerOnHold, calls});
  }

  #find(call: HostCall | undefined, type?: 'INVALID_PARTICIPANT'): InteractionView {
    const view = this.#live.find(({interactionId}) => interactionId === idOf(call));
    if (!view) throw new Refusal('no such call', type);
    return view;
  }

  /** The ringing call if the host names none, but only if there is exactly one. */
  #ringing(call: HostCall | undefined): InteractionView {
    if (idOf(call)) return this.#find(call);
    const [view, ...more] = this.#live.filter(({state}) => state === 'ringing');
    if (!view || more.length > 0) throw new Refusal(view ? 'several calls ring' : 'no call rings');
    return view;
  }

  #party(call: HostCall | undefined): {view: InteractionView; party: Participant} | undefined {
    if (idOf(call)) return this.#write.ids.find(this.#teller.items, idOf(call));
    if (partOf(call) !== 'Third_Party') return undefined;
    const view = this.#current();
    const party = view.participants.find(({role}) => role === 'consult') ?? view.participants.at(-1);
    if (!party) throw new Refusal('nobody else is in the call');
    return {view, party};
  }

  get #live(): readonly InteractionView[] {
    return this.#teller.items.filter((view) => isVoice(view) && isActive(view));
  }

  /** The agent's current call: the one talking, otherwise the newest on hold, otherwise the newest being dialled. */
  #current(): InteractionView {
    const live = this.#live.filter(({state}) => state !== 'ringing');
    const calling = this.#live.filter(({direction}) => direction === 'outbound');
    const view = live.find(({state}) => state === 'talking') ?? live.at(-1) ?? calling.at(-1);
    if (!view) throw new Refusal('no call is going on');
    return view;
  }

  /** Waits until `is` is true for the call, up to the time limit. Returns the call; `undefined` if it is gone. */
  async #shown(id: string, is: (view: InteractionView) => boolean): Promise<InteractionView | undefined> {
    const find = (): InteractionView | undefined => this.#teller.items.find(({interactionId}) => interactionId === id);
    await until(() => {
      const view = find();
      return !view || is(view) || undefined;
    }, SHOWN_LIMIT_MS);
    return find();
  }
}
