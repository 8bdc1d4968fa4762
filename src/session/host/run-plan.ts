import {isAdapterError, type CrmAdapter} from '../../adapters/crm-adapter.js';
import type {
  CachedAnswer,
  PlannedStep,
  PopResult,
  RecordDraft,
  RecordRef,
  SearchQuery,
} from '../../domain/screen-pop.js';

/** What it takes to run a plan, besides the host. A `PopGo` has all of it. */
export interface Plan {
  readonly steps: readonly PlannedStep[];
  readonly cached: readonly CachedAnswer[];
  /** A new-record form must not open now. */
  readonly holdNewRecord: boolean;
  /** How long the host may take for one search, in ms. */
  readonly lookupTimeoutMs: number;
  /** Remembered answers that are not older count as the host's, epoch ms. Absent: none do. */
  readonly freshSince?: number;
}

/** Navigation is slower than a lookup and may take this many times its limit. Our choice: 3 s + 6 s stay under the hub's 10 s. */
const NAVIGATION_FACTOR = 2;

/** Called for each call to the host that failed. For the log, so without customer data. */
export type OnHostFailure = (call: string, error: unknown) => void;

class HostTimeout extends Error {}

/** Waits `limitMs` at most, even for an adapter that ignores its signal. */
async function limited<T>(limitMs: number, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const aborter = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new HostTimeout());
      aborter.abort();
    }, limitMs);
  });
  try {
    return await Promise.race([call(aborter.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}

const isTimeout = (error: unknown): boolean =>
  error instanceof HostTimeout || (isAdapterError(error) && error.code === 'timeout');

function cachedFor(query: SearchQuery, cached: readonly CachedAnswer[]): CachedAnswer | undefined {
  const same = cached.filter(
    ({query: q}) =>
      q.entity === query.entity && q.by === query.by && q.value.toLowerCase() === query.value.toLowerCase(),
  );
  return same.sort((a, b) => b.at - a.at)[0];
}

/** One run of one plan. */
class PlanRun {
  readonly #learned: CachedAnswer[] = [];
  #error: PopResult['error'];
  /** The host let one lookup time out: it is not asked again, only remembered. */
  #hostSilent = false;

  constructor(
    readonly plan: Plan,
    readonly adapter: CrmAdapter,
    readonly onFailure: OnHostFailure,
  ) {}

  async run(): Promise<PopResult> {
    let draft: RecordDraft | undefined;
    for (const step of this.plan.steps) {
      if (step.kind === 'create') {
        // After a failure nobody knows whether the record exists, so a form for a new one would invite a duplicate.
        draft = step.draft;
        if (this.#error) break;
        return this.#create(step.draft);
      }
      const result = step.kind === 'open' ? await this.#open(step.record) : await this.#search(step.query);
      if (result) return result;
    }
    return this.#error ? this.#result({outcome: 'failed', error: this.#error, draft}) : this.#result({outcome: 'none'});
  }

  async #open(record: RecordRef, cached?: true): Promise<PopResult | undefined> {
    const done = await this.#ask('open', NAVIGATION_FACTOR, async (signal) => {
      await this.adapter.open(record, signal);
      return true;
    });
    return done ? this.#result({outcome: 'opened', records: [record], cached}) : undefined;
  }

  async #search(query: SearchQuery): Promise<PopResult | undefined> {
    const known = cachedFor(query, this.plan.cached);
    const isFresh = known && known.at >= (this.plan.freshSince ?? Infinity);
    const answer = isFresh ? known.records : await this.lookUp(query);
    const records = answer ?? known?.records ?? [];
    const cached = answer ? undefined : true;
    if (records.length === 0) return undefined;
    if (records.length === 1) return this.#open(records[0]!, cached);
    const {showMatches} = this.adapter;
    if (showMatches) {
      // The panel offers the choice too, so a failure here does not change the outcome.
      await limited(this.plan.lookupTimeoutMs, (signal) =>
        showMatches.call(this.adapter, query, records, signal),
      ).catch((error: unknown) => this.onFailure('showMatches', error));
    }
    return this.#result({outcome: 'several', records, cached});
  }

  /** Asks the host; `undefined` where it does not say. */
  async lookUp(query: SearchQuery): Promise<readonly RecordRef[] | undefined> {
    const answer = this.#hostSilent
      ? undefined
      : await this.#ask('search', 1, (signal) => this.adapter.search(query, signal));
    if (answer) this.#learned.push({query, records: answer, at: Date.now()});
    return answer;
  }

  /** Does the searches that a run would begin with, and navigates nothing. */
  async prepare(): Promise<readonly CachedAnswer[]> {
    for (const step of this.plan.steps) {
      // Only opening it shows whether the id is right; if not, the plan goes on.
      if (step.kind !== 'search') break;
      const answer = await this.lookUp(step.query);
      if (!answer || answer.length > 0) break;
    }
    return this.#learned;
  }

  async #create(draft: RecordDraft): Promise<PopResult> {
    if (this.plan.holdNewRecord) return this.#result({outcome: 'none', draft});
    const done = await this.#ask('create', NAVIGATION_FACTOR, async (signal) => {
      await this.adapter.create(draft, signal);
      return true;
    });
    return done
      ? this.#result({outcome: 'opened', draft})
      : this.#result({outcome: 'failed', error: this.#error, draft});
  }

  /** Calls the host; a failure is remembered and gives `undefined`. */
  async #ask<T>(call: string, factor: number, ask: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
    try {
      return await limited(this.plan.lookupTimeoutMs * factor, ask);
    } catch (error) {
      this.onFailure(call, error);
      // No failure: the record was deleted, or the id belongs to another system.
      if (isAdapterError(error) && error.code === 'notFound') return undefined;
      const timeout = isTimeout(error);
      this.#hostSilent ||= timeout && call === 'search';
      this.#error = timeout ? 'ADAPTER_TIMEOUT' : 'ADAPTER_FAILED';
      return undefined;
    }
  }

  #result(result: PopResult): PopResult {
    const learned = this.#learned;
    return {...result, ...(learned.length > 0 && {learned})};
  }
}

/**
 * Carries out a pop's steps with a host: exact record, then searches, then a new record. The first step that finds something
 * ends it. Never throws: a failure of the host is an outcome. Source: contract §6.
 */
export function runPlan(plan: Plan, adapter: CrmAdapter, onFailure: OnHostFailure): Promise<PopResult> {
  return new PlanRun(plan, adapter, onFailure).run();
}

/** Runs a plan's searches in advance. Never throws. */
export function preparePlan(
  plan: Pick<Plan, 'steps' | 'lookupTimeoutMs'>,
  adapter: CrmAdapter,
  onFailure: OnHostFailure,
): Promise<readonly CachedAnswer[]> {
  return new PlanRun({...plan, cached: [], holdNewRecord: true}, adapter, onFailure).prepare();
}
