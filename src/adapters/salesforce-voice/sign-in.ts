import type {ConnectionSlice} from '../../domain/snapshot.js';
import type {HostPhone} from '../crm-adapter.js';
import type {Library} from './library.js';
import type {Publisher} from './publisher.js';

/** Whether calls are known and the agent can act on them. */
const isLive = ({mode}: ConnectionSlice): boolean => mode === 'live' || mode === 'polling';

/** Whether a person should know about a problem. */
const isBroken = ({mode}: ConnectionSlice): boolean => mode === 'error' || mode === 'degraded';

/** Reports the phone's own connection to Salesforce: whether it is signed in and whether it has a problem. */
export class SignIn {
  readonly #library: Library;
  readonly #phone: HostPhone;
  readonly #publish: Publisher;

  constructor(library: Library, phone: HostPhone, publish: Publisher) {
    this.#library = library;
    this.#phone = phone;
    this.#publish = publish;
  }

  /** Whether the phone is live within `limitMs` (in ms); `false` at once if a person must act. */
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

  /** Reports the sign-in once the phone is live. Until then Salesforce shows this page, where the widgets say what is wrong. */
  tellWhenLive(begin: () => void): () => void {
    let told = false;
    return this.#phone.subscribe('connection', (connection) => {
      if (told || !isLive(connection)) return;
      told = true;
      begin();
      this.#publish.event('LOGIN_RESULT', new this.#library.GenericResult({success: true}));
    });
  }

  /** Reports each problem once, until it is over. */
  followErrors(): () => void {
    let broken = false;
    return this.#phone.subscribe('connection', (connection) => {
      const now = isBroken(connection);
      if (now && !broken) this.#publish.error('AGENT_ERROR', connection.problem?.code ?? connection.mode);
      broken = now;
    });
  }
}
