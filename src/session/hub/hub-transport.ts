import type {Endpoint} from 'comlink';
import type {Problem} from '../../domain/snapshot.js';

/** A way between this page and one hub, for one joining. */
export interface HubChannel {
  readonly endpoint: Endpoint;
  /** Resolves, at most once, when the channel is known not to lead anywhere. */
  readonly failed: Promise<Problem>;
  /** Resolves when the hub at the other end is gone, even before it has answered. */
  readonly gone?: Promise<unknown>;
  /** The hub at the other end is to take the place of another one. */
  readonly takesOver?: boolean;
  close(): void;
}

/** How a page finds or starts the hub. The SharedWorker is the first, elected mode the second. */
export interface HubTransport {
  /**
   * Starts the hub where there is none. May throw, or fail later by `failed`: both lead to the next transport.
   * @param signal The page no longer waits: give back what was taken.
   */
  open(pageId: string, signal: AbortSignal): HubChannel | Promise<HubChannel>;
}
