import type {LogEntry} from '../../domain/snapshot.js';
import type {Library} from './library.js';

/** The events that we publish. Source: the library's EVENT_TYPE. */
export type VoiceEvent =
  | 'LOGIN_RESULT'
  | 'CALL_STARTED'
  | 'CALL_CONNECTED'
  | 'HANGUP'
  | 'MUTE_TOGGLE'
  | 'HOLD_TOGGLE'
  | 'PARTICIPANT_ADDED'
  | 'PARTICIPANT_CONNECTED'
  | 'PARTICIPANT_REMOVED'
  | 'AFTER_CALL_WORK_STARTED'
  | 'WRAP_UP_ENDED'
  | 'SET_AGENT_STATUS';

/** Our own type, because the library's types list only some of the events that it accepts. */
type Publish = (event: {eventType: string; payload: object; registerLog: boolean}) => Promise<void>;
type PublishError = (error: {eventType: string; error: string}) => void;

/** Sends events to Salesforce one at a time: some must wait for an answer of ours, and later ones must not overtake them. */
export class Publisher {
  readonly #library: Library;
  readonly #note: (entry: Omit<LogEntry, 'at'>) => void;
  #queue: Promise<void> = Promise.resolve();

  constructor(library: Library, note: (entry: Omit<LogEntry, 'at'>) => void) {
    this.#library = library;
    this.#note = note;
  }

  event(eventType: VoiceEvent, payload: object): void {
    const publish = this.#library.publishEvent as Publish;
    // Without the library's log, which keeps phone numbers in clear text in a file that anyone at the desk can save.
    this.#queue = this.#queue
      .then(() => publish({eventType, payload, registerLog: false}))
      .catch((error: unknown) => this.#failed(eventType, error));
  }

  /** @param code what went wrong, for the host's log; no customer data. */
  error(eventType: 'AGENT_ERROR' | 'SOFTPHONE_ERROR', code: string): void {
    // As text, because the library's log loses the contents of an `Error`.
    const publish = this.#library.publishError as unknown as PublishError;
    this.#queue = this.#queue
      .then(() => publish({eventType, error: `cxone: ${code}`}))
      .catch((error: unknown) => this.#failed(eventType, error));
  }

  #failed(event: string, error: unknown): void {
    const data = {call: event, error: error instanceof Error ? error.name : typeof error};
    this.#note({level: 'warn', event: 'host_not_told', data});
  }
}
