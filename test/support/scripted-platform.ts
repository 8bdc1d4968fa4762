import type {CallAction} from '../../src/domain/actions.js';
import type {AgentStateName} from '../../src/domain/agent-state.js';
import {CxoneError} from '../../src/domain/errors.js';
import type {InteractionFacts, InteractionState} from '../../src/domain/interaction.js';
import type {PopPayload} from '../../src/domain/screen-pop.js';
import {digestOf} from '../../src/platform/client/digest.js';
import type {Dialect} from '../../src/platform/port/dialect.js';
import type {
  CloseReason,
  EndReason,
  KeyedTry,
  Outcome,
  Platform,
  PlatformCommand,
  PlatformEvent,
  State,
  StatePart,
  StateParts,
  StateReading,
} from '../../src/platform/port/platform.js';

/** What it can do; the rest is refused before it leaves. */
export const SCRIPTED_ACTIONS: ReadonlySet<CallAction> = new Set([
  'answer',
  'reject',
  'hold',
  'resume',
  'mute',
  'unmute',
  'transfer',
  'release',
]);

const AFTER: Partial<Readonly<Record<CallAction, InteractionState>>> = {
  answer: 'talking',
  reject: 'queued',
  hold: 'hold',
  resume: 'talking',
  transfer: 'acw',
  release: 'acw',
};

/**
 * A platform as unlike `v2` as the port allows: nothing can be read, every command is answered "accepted", state is told by
 * events only, nothing remembers a key, there is no after-call work to change and no way to dial, and the session may be
 * ended from outside. Its mirror of what it has told stands in for reads.
 */
export class ScriptedPlatform {
  /** Commands that were carried out, in order. */
  readonly effects: CallAction[] = [];
  /** Tries that came, carried out or not. */
  readonly tries: CallAction[] = [];
  /** Why the hub ended its sources of events, in order. */
  readonly ends: EndReason[] = [];
  /** How often a source of events was opened. */
  opened = 0;
  /** What happens to the next commands: the answer gets lost, or nothing is carried out though it was accepted. */
  next: 'carriedOut' | 'answerLost' | 'neverArrives' | 'notCarriedOut' = 'carriedOut';
  /** Whether `end` is answered; until then the platform does not know. */
  answersEnd = true;
  readonly #contacts = new Map<string, InteractionFacts>();
  #state: AgentStateName = {state: 'available'};
  #tell: ((event: PlatformEvent) => void) | undefined;
  #count = 0;

  /** The dialect that speaks to it. */
  readonly dialect: Dialect = {
    wrongSetting: () => undefined,
    missingScopes: () => [],
    brokerTokens: () => () => Promise.resolve({accessToken: 'token'}),
    platform: () => this.#platform(),
  };

  /** A call rings. */
  ring(): string {
    const interactionId = `call-${++this.#count}`;
    this.#set({interactionId, sessionId: `session-${this.#count}`, state: 'ringing', mediaType: 'voice'}, 'assigned');
    return interactionId;
  }

  /** The customer hangs up. */
  hangUp(interactionId: string): void {
    const acw = {durationSeconds: 30, remainingSeconds: 30, type: 'system', enforced: false} as const;
    this.#set({...this.#contacts.get(interactionId)!, state: 'acw', acw});
  }

  /** It is over, with after-call work and all. */
  finish(interactionId: string): void {
    this.#set({...this.#contacts.get(interactionId)!, state: 'ended'});
    this.#contacts.delete(interactionId);
  }

  pop(interactionId: string, payload: PopPayload, times = 1): void {
    const event = {...this.#head('pop', {interactionId, payload}), interactionId, source: 'script', payload};
    for (let i = 0; i < times; i++) this.#tell?.({type: 'screenPop', event});
  }

  /** The agent's session ends, not by this hub. */
  close(reason: CloseReason): void {
    const tell = this.#tell;
    this.#tell = undefined;
    tell?.({type: 'closed', reason});
  }

  #platform(): Platform {
    const state: State = {
      read: <Part extends StatePart>({parts}: {readonly parts: readonly Part[]}) =>
        Object.fromEntries(parts.map((part) => [part, this.#mirror(part)])) as StateReading<Part>,
      write: async (write) => {
        this.#setState(write.state);
        return 'accepted';
      },
    };
    return {
      state,
      events: {
        open: (tokens, onEvent) => {
          this.opened++;
          void tokens.token('connect').then(() => {
            this.#tell = onEvent;
            onEvent({type: 'live'});
            this.#setState(this.#state);
            for (const facts of this.#contacts.values()) this.#set(facts);
          });
          return {check: () => undefined, end: (why) => this.#end(why)};
        },
      },
      calls: {idempotent: false, actions: SCRIPTED_ACTIONS, send: (command, attempt) => this.#send(command, attempt)},
    };
  }

  #end(why: EndReason): Promise<void> {
    this.ends.push(why);
    this.close({kind: 'asked'});
    return this.answersEnd ? Promise.resolve() : new Promise(() => undefined);
  }

  async #send({interactionId, action}: PlatformCommand, {mayLeave}: KeyedTry): Promise<Outcome<InteractionFacts>> {
    await mayLeave();
    this.tries.push(action);
    const how = this.next;
    this.next = 'carriedOut';
    if (how === 'neverArrives') throw new CxoneError('TIMEOUT', 'no answer');
    if (how === 'notCarriedOut') return 'accepted';
    // The event comes when it comes.
    setTimeout(() => {
      this.effects.push(action);
      const facts = this.#contacts.get(interactionId)!;
      const muted = action === 'mute' || (action !== 'unmute' && facts.muted);
      this.#set({...facts, state: AFTER[action] ?? facts.state, muted});
    });
    if (how === 'answerLost') throw new CxoneError('TIMEOUT', 'no answer');
    return 'accepted';
  }

  async #mirror(part: StatePart): Promise<StateParts[StatePart]> {
    switch (part) {
      case 'presence':
        return {state: this.#state};
      case 'routing':
        return {state: this.#state, skillGroups: [], routingGroups: []};
      case 'sessions':
        return {sessions: [...this.#contacts.values()], anonymous: [], asOf: Date.now()};
    }
  }

  #setState(current: AgentStateName): void {
    this.#state = current;
    this.#tell?.({type: 'presence', event: {...this.#head('state', {current}), current}});
  }

  #set(facts: InteractionFacts, kind: 'assigned' | 'changed' = 'changed'): void {
    this.#contacts.set(facts.interactionId, facts);
    this.#tell?.({type: 'interaction', event: {...this.#head('contact', facts), kind, facts}});
  }

  #head(eventType: string, data: unknown) {
    return {eventType, timestamp: Date.now(), digest: digestOf(data)};
  }
}
