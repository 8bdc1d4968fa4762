import type {ConnectionSlice} from '../../domain/snapshot.js';
import type {HostPhone} from '../crm-adapter.js';
import type {Library} from './library.js';
import type {Publisher} from './publisher.js';

/** Whether calls are reported and can be acted on. */
const isLive = ({mode}: ConnectionSlice): boolean => mode === 'live' || mode === 'polling';

/** Whether somebody has to do something. */
const isBroken = ({mode}: ConnectionSlice): boolean => mode === 'error' || mode === 'degraded';

/** The telephone's own connection, as Salesforce knows it: signed in or not, and in trouble or not. */
export class SignIn {
  readonly #library: Library;
  readonly #phone: HostPhone;
  readonly #publish: Publisher;

  constructor(library: Library, phone: HostPhone, publish: Publisher) {
    this.#library = library;
    this.#phone = phone;
    this.#publish = publish;
  }

  /** Whether the telephone is live within `limitMs`; at once `false` when it needs a person. */
  async live(limitMs: number): Promise<boolean> {
    let stop: (() => void) | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      return await new Promise<boolean>((resolve) => {
        timer = setTimeout(() => resolve(false), limitMs);
        stop = this.#phone.subscribe('connection', (connection) => {
          if (isLive(connection)) resolve(true);
          else if (connection.mode === 'error') resolve(false);
        });
      });
    } finally {
      clearTimeout(timer);
      stop?.();
    }
  }

  /** Salesforce shows this page as a sign-in meanwhile: the widgets in it say what is wrong. */
  tellWhenLive(begin: () => void): () => void {
    let told = false;
    return this.#phone.subscribe('connection', (connection) => {
      if (told || !isLive(connection)) return;
      told = true;
      begin();
      this.#publish.event('LOGIN_RESULT', new this.#library.GenericResult({success: true}));
    });
  }

  /** Each trouble once, until it is over. */
  followErrors(): () => void {
    let broken = false;
    return this.#phone.subscribe('connection', (connection) => {
      const now = isBroken(connection);
      if (now && !broken) this.#publish.error('AGENT_ERROR', connection.problem?.code ?? connection.mode);
      broken = now;
    });
  }
}
