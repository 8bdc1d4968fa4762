/**
 * How a platform answers a write that it does not refuse: with the new facts, with "done" and no facts, or by saying that
 * it has accepted the order. Then an event shows the effect, or a read does, or nobody knows.
 */
export type Outcome<Facts> = {readonly facts?: Facts} | 'accepted';

/** One try of a write that is carried out once for each key. */
export interface KeyedTry {
  /** Repeated on a retry, for platforms that remember it. */
  readonly key: string;
  readonly signal: AbortSignal;
  /**
   * To be called when nothing more is waited for before the request leaves: it rejects where it must not leave any more,
   * because it is too late or another hub has taken over. Such a write is not repeated by the dialect itself.
   */
  readonly mayLeave: () => Promise<void>;
}
