import type {Participant} from '../../domain/interaction.js';
import type {InteractionView} from '../../domain/snapshot.js';
import {isActive, isThere, isVoice, type CallWriter} from './calls.js';
import type {Library} from './library.js';
import type {Publisher} from './publisher.js';

interface ToldParty {
  readonly party: Participant;
  connected: boolean;
}

/** What we have reported to Salesforce about one call. */
interface Told {
  view: InteractionView;
  connected: boolean;
  ended: boolean;
  muted: boolean;
  held: boolean;
  readonly parties: Map<string, ToldParty>;
}

const freshly = (view: InteractionView): Told => ({
  view,
  connected: false,
  ended: false,
  muted: false,
  held: false,
  parties: new Map(),
});

const inCall = ({state}: InteractionView): boolean => state === 'talking' || state === 'hold';

/**
 * Reports every change of the calls in the snapshot to Salesforce, each change once. If the library itself reports a change,
 * as the answer to a request, the code that carried the request out marks the change as reported.
 */
export class Teller {
  readonly #told = new Map<string, Told>();
  readonly #busy = new Map<string, number>();
  readonly #library: Library;
  readonly #write: CallWriter;
  readonly #publish: Publisher;
  #items: readonly InteractionView[] = [];
  #known = false;
  /** Called after each check, because reports that wait for the end of a call may be possible now. */
  onLooked: () => void = () => undefined;

  constructor(library: Library, write: CallWriter, publish: Publisher) {
    this.#library = library;
    this.#write = write;
    this.#publish = publish;
  }

  /** The current calls. */
  get items(): readonly InteractionView[] {
    return this.#items;
  }

  /** Marks the current calls as reported: Salesforce learns about them from the answer to its setup. */
  begin(items: readonly InteractionView[], known: boolean): void {
    this.#known = known;
    this.#items = items;
    this.#told.clear();
    for (const view of items.filter((item) => isVoice(item) && isActive(item))) {
      const told = {connected: inCall(view), muted: view.muted, held: view.state === 'hold'};
      this.agree(view, told);
      const parties = this.#told.get(view.interactionId)?.parties;
      for (const party of view.participants) {
        parties?.set(this.#write.ids.id(view.interactionId, party), {party, connected: isThere(party)});
      }
    }
  }

  /** @param asOf 0: nothing is known yet, which is not the same as no calls. */
  show(items: readonly InteractionView[], asOf: number): void {
    if (asOf === 0 && this.#known) return;
    this.#known = true;
    this.#items = items;
    this.#look();
  }

  /** Whether Salesforce still treats a call as active. */
  isOpen(interactionId: string): boolean {
    return this.#busy.has(interactionId) || this.#told.get(interactionId)?.ended === false;
  }

  /** Marks as reported what the library itself reports as the answer to a request. */
  agree(view: InteractionView, change: Partial<Pick<Told, 'connected' | 'ended' | 'muted' | 'held'>> = {}): void {
    const {interactionId} = view;
    const told = this.#told.get(interactionId) ?? freshly(view);
    this.#told.set(interactionId, Object.assign(told, change));
  }

  /** Like `agree`, for a party that was called or removed. */
  agreeParty(view: InteractionView, party: Participant, there: boolean): void {
    const parties = this.#told.get(view.interactionId)?.parties;
    const id = this.#write.ids.id(view.interactionId, party);
    if (there) parties?.set(id, {party, connected: false});
    else parties?.delete(id);
  }

  /** Reports nothing about a call during a request of the host for it, because the answer reports it. */
  async during<T>(key: string, act: () => Promise<T>): Promise<T> {
    this.#busy.set(key, (this.#busy.get(key) ?? 0) + 1);
    try {
      return await act();
    } finally {
      // After the library has sent its answer.
      setTimeout(() => {
        const left = (this.#busy.get(key) ?? 1) - 1;
        if (left > 0) this.#busy.set(key, left);
        else this.#busy.delete(key);
        this.#look();
      });
    }
  }

  /** Reports ends first, because changes of other calls may follow from them. */
  #look(): void {
    const present = this.#items.filter(isVoice);
    const ids = new Set(present.map(({interactionId}) => interactionId));
    for (const [id, told] of this.#told) {
      if (ids.has(id) || this.#busy.has(id)) continue;
      if (!told.ended) this.#hangUp(told);
      this.#told.delete(id);
    }
    for (const view of present) if (!this.#isBusy(view)) this.#tell(view);
    this.onLooked();
  }

  /** While the host is dialling, a new outbound call counts as busy: its id was not known when the request began. */
  #isBusy({interactionId, direction}: InteractionView): boolean {
    const dialling = this.#busy.has(DIALLING) && direction === 'outbound' && !this.#told.has(interactionId);
    return dialling || this.#busy.has(interactionId);
  }

  #tell(view: InteractionView): void {
    const {interactionId} = view;
    let told = this.#told.get(interactionId);
    if (!told) {
      if (!isActive(view)) return;
      told = freshly(view);
      this.#told.set(interactionId, told);
      this.#publish.event('CALL_STARTED', new this.#library.CallResult({call: this.#write.call(view)}));
    }
    if (told.ended) return;
    if (!isActive(view)) {
      told.ended = true;
      return this.#hangUp(told);
    }
    told.view = view;
    if (inCall(view)) this.#tellCall(view, told);
  }

  #tellCall(view: InteractionView, told: Told): void {
    const {CallResult, HoldToggleResult, MuteToggleResult} = this.#library;
    const held = view.state === 'hold';
    if (!told.connected) {
      told.connected = true;
      this.#publish.event('CALL_CONNECTED', new CallResult({call: this.#write.call(view)}));
    }
    this.#tellParties(view, told);
    if (told.held !== held) {
      told.held = held;
      const calls = this.#write.active([view]);
      this.#publish.event(
        'HOLD_TOGGLE',
        new HoldToggleResult({isThirdPartyOnHold: false, isCustomerOnHold: held, calls}),
      );
    }
    if (told.muted !== view.muted) {
      told.muted = view.muted;
      this.#publish.event('MUTE_TOGGLE', new MuteToggleResult({isMuted: view.muted}));
    }
  }

  #tellParties(view: InteractionView, told: Told): void {
    const {CallResult, ParticipantResult} = this.#library;
    const present = new Map(
      view.participants.map((party) => [this.#write.ids.id(view.interactionId, party), party] as const),
    );
    for (const [id, party] of present) {
      const result = (): object =>
        new ParticipantResult({
          initialCallHasEnded: false,
          callInfo: this.#write.info(view, party),
          phoneNumber: party.target,
          callId: id,
        });
      const known = told.parties.get(id) ?? {party, connected: false};
      if (!told.parties.has(id)) this.#publish.event('PARTICIPANT_ADDED', result());
      told.parties.set(id, known);
      if (known.connected || !isThere(party)) continue;
      known.connected = true;
      this.#publish.event('PARTICIPANT_CONNECTED', result());
    }
    for (const [id, {party}] of told.parties) {
      if (present.has(id)) continue;
      told.parties.delete(id);
      this.#publish.event('PARTICIPANT_REMOVED', new CallResult({call: this.#write.party(view, party, {ended: true})}));
    }
  }

  /** Reports the end with the call as last reported, because an ended call may have lost its parties. */
  #hangUp({view}: Told): void {
    this.#publish.event('HANGUP', new this.#library.HangupResult({calls: this.#write.ended(view)}));
  }
}

/** The key of `during` for a call that has no id yet. */
export const DIALLING = ' dialling';
