/** What tells one event from another. */
export interface DedupEvent {
  readonly interactionId?: string;
  readonly eventType: string;
  /** Canonical digest of the event's data. */
  readonly digest: string;
  /** As stamped by the platform, epoch ms. */
  readonly timestamp: number;
  /**
   * The event belongs to the agent's own chain of states, with or without an interaction: any later one of its type
   * makes a repeat of it a real change.
   */
  readonly agentWide?: boolean;
}

/** Source of each: setting of the same name, contract §2 "Duplicates and order". */
export interface DedupSettings {
  readonly dedupSameSecondMs: number;
  readonly dedupArrivalMs: number;
  readonly dedupTtlMs: number;
  readonly dedupMaxEntries: number;
}

export interface DedupFinding {
  readonly verdict: 'new' | 'duplicate';
  /** The same data of the same event was seen within `dedupTtlMs`, whatever came since. */
  readonly seenBefore: boolean;
}

interface Entry {
  readonly chain: string;
  /** When it came, epoch ms by our clock. */
  readonly arrivedAt: number;
  /** The platform's timestamp, cut to the second. */
  readonly second: number;
  /** Another event of the chain was applied since: a repeat is a change back, not a copy. */
  overtaken: boolean;
}

/**
 * Drops the copies that a failover or a second region sends, and never a real change: two events are the same only if
 * their data is, and only until another one of the same chain was applied. Source: contract §2 "Duplicates and order".
 */
export class EventDedup {
  readonly #settings: DedupSettings;
  /** Oldest first: an entry that is written anew moves to the end. */
  readonly #entries = new Map<string, Entry>();
  readonly #chains = new Map<string, Set<string>>();

  constructor(settings: DedupSettings) {
    this.#settings = settings;
  }

  /** How many events are remembered. */
  get size(): number {
    return this.#entries.size;
  }

  /** Whether the event is a copy. @param arrivedAt epoch ms by our clock. */
  judge(event: DedupEvent, arrivedAt: number): 'new' | 'duplicate' {
    return this.inspect(event, arrivedAt).verdict;
  }

  /** As `judge`, and whether the same data was seen lately, which freshness.ts needs. Remembers the event. */
  inspect(event: DedupEvent, arrivedAt: number): DedupFinding {
    this.#expire(arrivedAt);
    const chain = chainOf(event);
    const key = keyOf(event, chain);
    const second = Math.floor(event.timestamp / 1_000);
    const entry = this.#entries.get(key);
    if (entry && !entry.overtaken) {
      // A clock that was set back gives no age.
      const age = arrivedAt < entry.arrivedAt ? Infinity : arrivedAt - entry.arrivedAt;
      const sameSecond = entry.second === second && age <= this.#settings.dedupSameSecondMs;
      // The entry keeps its first arrival: a row of copies must not stretch the window for ever.
      if (sameSecond || age <= this.#settings.dedupArrivalMs) return {verdict: 'duplicate', seenBefore: true};
    }
    this.#remember(key, {chain, arrivedAt, second, overtaken: false});
    return {verdict: 'new', seenBefore: entry !== undefined};
  }

  /** Tells that the event changed what is shown: every other event of its chain may now come again as a real change. */
  markApplied(event: DedupEvent): void {
    const chain = chainOf(event);
    const own = keyOf(event, chain);
    for (const key of this.#chains.get(chain) ?? []) {
      const entry = this.#entries.get(key);
      if (entry && key !== own) entry.overtaken = true;
    }
  }

  clear(): void {
    this.#entries.clear();
    this.#chains.clear();
  }

  #remember(key: string, entry: Entry): void {
    this.#forget(key);
    this.#entries.set(key, entry);
    const keys = this.#chains.get(entry.chain);
    if (keys) keys.add(key);
    else this.#chains.set(entry.chain, new Set([key]));
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#settings.dedupMaxEntries) break;
      this.#forget(oldest);
    }
  }

  #forget(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    const keys = this.#chains.get(entry.chain);
    keys?.delete(key);
    if (keys?.size === 0) this.#chains.delete(entry.chain);
  }

  #expire(now: number): void {
    for (const [key, {arrivedAt}] of this.#entries) {
      const age = now - arrivedAt;
      if (age >= 0 && age <= this.#settings.dedupTtlMs) break;
      // Older, or from before the clock was set back: then its age means nothing and must not swallow events.
      this.#forget(key);
    }
  }
}

// The separator cannot be part of a JSON-quoted id, so no two pairs of ids give one chain.
function chainOf({eventType, interactionId, agentWide}: DedupEvent): string {
  return agentWide ? JSON.stringify([eventType]) : JSON.stringify([eventType, interactionId ?? null]);
}

function keyOf({interactionId, digest}: DedupEvent, chain: string): string {
  return JSON.stringify([chain, interactionId ?? null, digest]);
}
