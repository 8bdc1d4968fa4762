import {CxoneError} from '../../domain/errors.js';

export interface HoldOptions {
  /** Called when another took it by force. */
  readonly onStolen?: () => void;
  /** Ends the waiting; the promise rejects with its reason. */
  readonly signal?: AbortSignal;
  /** Takes it by force. */
  readonly steal?: boolean;
}

/**
 * The Web Locks of one owner, who lets all of them go at once. A lock that arrives after that, because it was waited for
 * meanwhile, is let go at once.
 */
export class HeldLocks {
  readonly #over = new AbortController();

  /**
   * Takes a Web Lock and resolves once it is held.
   * @throws {CxoneError} `HUB_UNREACHABLE` when its owner let go meanwhile, `STORAGE_UNAVAILABLE` when the browser refuses
   * locks; or the reason of `signal`.
   */
  hold(name: string, {onStolen, signal, steal = false}: HoldOptions = {}): Promise<void> {
    const over = this.#over.signal;
    return new Promise((resolve, reject) => {
      // By force it would be taken from somebody for nobody.
      if (over.aborted) return reject(over.reason as Error);
      let held = false;
      const waiting = signal ? AbortSignal.any([over, signal]) : over;
      const until = (): Promise<void> | undefined => {
        if (over.aborted) return undefined;
        held = true;
        resolve();
        return new Promise((free) => over.addEventListener('abort', () => free(), {once: true}));
      };
      // Without a secure context there are no locks at all.
      (async () => navigator.locks.request(name, steal ? {steal} : {signal: waiting}, until))().then(
        () => reject(over.reason as Error),
        (error: unknown) => {
          if (!held) reject(waiting.aborted ? (waiting.reason as Error) : refused(error));
          else if (!over.aborted) onStolen?.();
        },
      );
    });
  }

  letGo(): void {
    this.#over.abort(new CxoneError('HUB_UNREACHABLE', 'its owner has let go'));
  }
}

function refused(cause: unknown): CxoneError {
  return new CxoneError('STORAGE_UNAVAILABLE', 'Web Locks', {cause});
}

/** Whoever holds it is the hub of this agent, in whichever mode. Carries api-base and agent only. */
export function hubLockName(apiBase: string, agentId: string): string {
  return `cxone-hub:${apiBase}|${agentId}`;
}
