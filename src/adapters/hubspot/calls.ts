import {numberText} from '../../domain/phone-number.js';
import type {InteractionView} from '../../domain/snapshot.js';
import type {RecordRef} from '../../domain/screen-pop.js';
import {withTimeLimit} from '../common/time-limit.js';
import {AdapterError, type CallStateChange} from '../crm-adapter.js';
import {ofCall, type HubSpotChannel} from './channel.js';
import type {Sdk} from './library.js';
import {readMatches} from './objects.js';

/** How many callers' records are remembered. Our choice: more than an agent reopens. */
const MAX_KEPT_CALLERS = 20;
/** How much of its limit a search waits for a call with its number. Our choice: the rest is for HubSpot. */
const EXPECT_PART = 0.5;
/** How many of the last digits are compared, because a number may lack its country code. Our choice. */
const TELLING_DIGITS = 9;

type CallInfo = Parameters<Sdk['incomingCall']>[0];
type CallEnd = Parameters<Sdk['callEnded']>[0];
type Matches = readonly RecordRef[];

/** A call as HubSpot was told of it. */
interface ToldCall {
  readonly direction: CallStateChange['direction'];
  /** Whose number it is; HubSpot looks up inbound ones only. */
  matches: Promise<Matches> | undefined;
  answered: boolean;
  ended: boolean;
}

const keyOf = (number: string): string => (numberText(number) ?? '').replace(/\D/g, '').slice(-TELLING_DIGITS);

/**
 * The calls of this page, told to HubSpot without an engagement: that one is the contact's log, which one page writes. HubSpot
 * looks up who calls as soon as it is told of a call; it cannot be asked otherwise.
 */
export class HubSpotCalls {
  readonly #channel: HubSpotChannel;
  readonly #matchTimeoutMs: number;
  /** The present calls with their numbers, which may become known later than the call. */
  #present: readonly InteractionView[] = [];
  readonly #told = new Map<string, ToldCall>();
  /** Inbound calls that ring and have no number yet: HubSpot could not match them. */
  readonly #unnumbered = new Set<string>();
  /** Searches for a number that no call has yet. */
  readonly #expecting = new Set<() => void>();
  /** By number. Customer data, in memory only. */
  readonly #callers = new Map<string, Matches>();

  constructor(channel: HubSpotChannel, matchTimeoutMs: number) {
    this.#channel = channel;
    this.#matchTimeoutMs = matchTimeoutMs;
  }

  update(present: readonly InteractionView[]): void {
    this.#present = present;
    for (const id of this.#unnumbered) if (this.#view(id)?.from) this.#tell(id, 'inbound');
    for (const look of [...this.#expecting]) look();
  }

  /** The calls that are not over. */
  get ids(): readonly string[] {
    return [...this.#told].filter(([, {ended}]) => !ended).map(([id]) => id);
  }

  follow({interactionId: id, mediaType, direction, state}: CallStateChange): void {
    // No record to find for a call with a colleague.
    if (mediaType !== 'voice' || direction === 'internal') return;
    if (state === 'acw' || state === 'ended') {
      this.#end(id);
      this.#unnumbered.delete(id);
      if (state === 'ended') this.#told.delete(id);
      return;
    }
    if (state === 'ringing' && direction === 'inbound' && !this.#view(id)?.from) {
      this.#unnumbered.add(id);
      return;
    }
    const call = this.#told.get(id) ?? this.#tell(id, direction);
    if (!call || call.answered || state === 'ringing') return;
    call.answered = true;
    this.#channel.sdk.callAnswered({externalCallId: id});
  }

  /**
   * The records that bear the number of a present caller, or of one who called before. Waits for the call: its number may
   * come after its screen pop.
   * @throws {AdapterError} `refused` for numbers that nobody calls from, and as HubSpot's answer; `timeout`.
   */
  async matchesOf(number: string, signal: AbortSignal): Promise<Matches> {
    const key = keyOf(number);
    if (key === '') return [];
    const present = this.#callerOf(key);
    const known = present ? undefined : this.#callers.get(key);
    if (known) return known;
    const view = present ?? (await this.#expect(key, signal));
    const call = view && (this.#told.get(view.interactionId) ?? this.#tell(view.interactionId, 'inbound'));
    // Announced again if the first announcement had no result.
    if (view && call && !call.ended) return (call.matches ??= this.#announce(view, call));
    throw new AdapterError('refused', 'hubspot: only callers can be looked up');
  }

  /** This page knows of no call any longer. */
  clear(): void {
    for (const id of this.#told.keys()) this.#end(id);
    this.#told.clear();
    this.#unnumbered.clear();
    this.#callers.clear();
  }

  #view(id: string): InteractionView | undefined {
    return this.#present.find(({interactionId}) => interactionId === id);
  }

  #callerOf(key: string): InteractionView | undefined {
    return this.#present.find(
      ({mediaType, direction, state, from}) =>
        mediaType === 'voice' &&
        direction === 'inbound' &&
        state !== 'acw' &&
        from !== undefined &&
        keyOf(from) === key,
    );
  }

  async #expect(key: string, signal: AbortSignal): Promise<InteractionView | undefined> {
    let look = (): void => undefined;
    const found = withTimeLimit<InteractionView>(
      'hubspot: the call',
      this.#matchTimeoutMs * EXPECT_PART,
      signal,
      (resolve) => {
        look = () => {
          const view = this.#callerOf(key);
          if (view) resolve(view);
        };
        this.#expecting.add(look);
      },
    );
    return found.catch(() => undefined).finally(() => this.#expecting.delete(look));
  }

  #tell(id: string, direction: CallStateChange['direction']): ToldCall | undefined {
    const view = this.#view(id);
    if (!view) return undefined;
    this.#unnumbered.delete(id);
    const call: ToldCall = {direction, matches: undefined, answered: false, ended: false};
    this.#told.set(id, call);
    if (direction === 'inbound') call.matches = this.#announce(view, call);
    else this.#channel.sdk.outgoingCall(callInfo(view));
    return call;
  }

  #announce(view: InteractionView, call: ToldCall): Promise<Matches> {
    const {interactionId, from} = view;
    const question = {
      what: 'incomingCall',
      succeeded: 'CALLER_ID_MATCH_SUCCEEDED',
      failed: 'CALLER_ID_MATCH_FAILED',
      isMine: ofCall(interactionId),
    };
    const announce = (): void => this.#channel.sdk.incomingCall(callInfo(view));
    const matches = this.#channel.ask(question, this.#matchTimeoutMs, undefined, announce).then((data) => {
      const found = readMatches(data);
      if (from) this.#keep(keyOf(from), found);
      return found;
    });
    // Whether anybody wants to know is up to the rules.
    matches.catch(() => (call.matches = undefined));
    return matches;
  }

  #keep(key: string, matches: Matches): void {
    this.#callers.delete(key);
    this.#callers.set(key, matches);
    for (const oldest of [...this.#callers.keys()].slice(0, -MAX_KEPT_CALLERS)) this.#callers.delete(oldest);
  }

  #end(id: string): void {
    const call = this.#told.get(id);
    if (!call || call.ended) return;
    call.ended = true;
    const unanswered = call.direction === 'inbound' ? 'MISSED' : 'NO_ANSWER';
    endCall(this.#channel, {externalCallId: id, callEndStatus: call.answered ? 'COMPLETED' : unanswered});
  }
}

/** What we tell HubSpot about a call when it begins. */
function callInfo({interactionId, from, to, startedAt}: InteractionView): CallInfo {
  return {
    externalCallId: interactionId,
    fromNumber: numberText(from) ?? '',
    toNumber: numberText(to) ?? '',
    callStartTime: startedAt,
    createEngagement: false,
  };
}

/** A call without an engagement ends without one, which the SDK's types do not know. */
function endCall({sdk}: HubSpotChannel, end: Omit<CallEnd, 'engagementId'>): void {
  sdk.callEnded(end as CallEnd);
}
