import type {LogEntry} from '../../domain/snapshot.js';
import type {Library} from './library.js';

/** Events we publish. Source: the library's EVENT_TYPE. */
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

/** The library's own types list only some of the events that it accepts. */
type Publish = (event: {eventType: string; payload: object; registerLog: boolean}) => Promise<void>;
type PublishError = (error: {eventType: string; error: string}) => void;

/** Sends events to Salesforce one after the other: some must wait for an answer of ours and must not be overtaken. */
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
    // Without the library's log: it keeps numbers as they are, for a file that anyone at the desk can save.
    this.#queue = this.#queue
      .then(() => publish({eventType, payload, registerLog: false}))
      .catch((error: unknown) => this.#failed(eventType, error));
  }

  /** @param code what went wrong, for the host's log: no customer data. */
  error(eventType: 'AGENT_ERROR' | 'SOFTPHONE_ERROR', code: string): void {
    // As text: of an Error, the library's log keeps nothing.
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
