/**
 * How a platform answers a write that it does not refuse: done with new facts, done without facts, or only accepted. If it
 * is only accepted, an event or a read shows the effect later, or it stays unknown.
 */
export type Outcome<Facts> = {readonly facts?: Facts} | 'accepted';

/** One try of a write that is carried out once per key. */
export interface KeyedTry {
  /** The idempotency key. A retry sends the same one, for platforms that remember keys. */
  readonly key: string;
  readonly signal: AbortSignal;
  /**
   * Call this last, right before sending the request. It rejects if the request must not be sent any more, because it is too
   * late or another hub has taken over. The dialect does not retry such a write itself.
   */
  readonly mayLeave: () => Promise<void>;
}
