import type {CrmAdapter} from '../../adapters/crm-adapter.js';
import {isAdapterError} from '../../adapters/crm-adapter.js';
import {CxoneError} from '../../domain/errors.js';
import type {PlannedStep, PopResult, RecordRef} from '../../domain/screen-pop.js';
import type {LogEntry} from '../../domain/snapshot.js';
import type {PopGo, PopLookUp} from '../../worker/hub-api.js';
import {CxoneScreenPopEvent} from '../events.js';
import type {Liveness} from '../hub/liveness.js';
import type {Plan} from './run-plan.js';

export interface PopRunnerDeps {
  /** @throws {CxoneError} while there is none to ask. */
  readonly liveness: () => Pick<Liveness, 'call' | 'pageId'>;
  /** Dispatches on the session's element or the document. */
  readonly dispatch: (event: Event) => boolean;
  /** The host, once it is ready. */
  readonly adapter: () => CrmAdapter | undefined;
  /** Whether this page can carry out a pop at all. */
  readonly able: () => boolean;
  readonly note: (entry: Omit<LogEntry, 'at'>) => void;
}

const NO_HOST: PopResult = {outcome: 'failed', error: 'ADAPTER_FAILED'};

/** The page's part of a screen pop: accept the offer, navigate on `go` only, report. Source: contract §6. */
export class PopRunner {
  readonly #deps: PopRunnerDeps;
  /** One after the other: two pops at once would fight for the record area. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(deps: PopRunnerDeps) {
    this.#deps = deps;
  }

  /** The hub asks whether this page will pop. It waits 500 ms, so nothing is done before the answer. */
  offered(offerId: string): void {
    const {able, note} = this.#deps;
    const liveness = this.#deps.liveness();
    if (!able()) return;
    liveness.call('acceptOffer', liveness.pageId, offerId).catch((error: unknown) => {
      note({level: 'warn', event: 'pop_accept_failed', data: {error: codeOf(error)}});
    });
  }

  /** The hub has given the pop to this page: navigate. */
  go(go: PopGo): void {
    this.#run(go, go.steps).catch((error: unknown) => {
      this.#deps.note({level: 'error', event: 'pop_report_failed', data: {popId: go.popId, error: codeOf(error)}});
    });
  }

  /** The pop may not open yet, but its searches may run now. */
  async lookUp(lookUp: PopLookUp): Promise<void> {
    const host = this.#deps.adapter();
    const hub = this.#deps.liveness();
    if (!host) return;
    const {preparePlan} = await import('./host-work.js');
    const answers = await preparePlan(lookUp, host, (call, error) => this.#noteFailure(host, call, error));
    if (answers.length > 0) await hub.call('reportAnswers', hub.pageId, answers);
  }

  /** The agent asks for a pop here and now. */
  async open(popId: string): Promise<void> {
    const go = await this.#ask(popId);
    settled(await this.#run(go, go.steps));
  }

  /** The agent chose one of several matches. */
  async openRecord(popId: string, record: RecordRef): Promise<void> {
    const go = await this.#ask(popId);
    settled(await this.#run(go, [{kind: 'open', record}]));
  }

  /** The agent wants the prefilled form. */
  async createRecord(popId: string): Promise<void> {
    const go = await this.#ask(popId);
    const steps = go.steps.filter((step) => step.kind === 'create');
    const result = await this.#run(go, steps);
    if (go.holdNewRecord) throw new CxoneError('NOT_ALLOWED', 'a new-record form stays closed while a call rings');
    if (steps.length === 0) throw new CxoneError('NOT_ALLOWED', 'no rule of this pop makes a new record');
    settled(result);
  }

  #ask(popId: string): Promise<PopGo> {
    const liveness = this.#deps.liveness();
    return liveness.call('openPop', liveness.pageId, popId);
  }

  #run(go: PopGo, steps: readonly PlannedStep[]): Promise<PopResult> {
    const liveness = this.#deps.liveness();
    // The name that the `go` was for: a page that was frozen in between has a new one.
    const {pageId} = liveness;
    const run = this.#queue.then(async () => {
      const result = await this.#carryOut(go, {...go, steps});
      await liveness.call('reportPop', pageId, go.offerId, result);
      return result;
    });
    this.#queue = run.catch(() => undefined);
    return run;
  }

  async #carryOut(go: PopGo, plan: Plan): Promise<PopResult> {
    const {dispatch, adapter} = this.#deps;
    const wanted = dispatch(new CxoneScreenPopEvent(go.interactionId, go.popId, go.payload, plan.steps));
    if (!wanted) return {outcome: 'opened'};
    const host = adapter();
    if (!host) return NO_HOST;
    // Loaded with the adapter, so it is there.
    const {runPlan} = await import('./host-work.js');
    return runPlan(plan, host, (call, error) => this.#noteFailure(host, call, error));
  }

  #noteFailure({name}: CrmAdapter, call: string, error: unknown): void {
    this.#deps.note({level: 'warn', event: 'adapter_call_failed', data: {adapter: name, call, error: codeOf(error)}});
  }
}

function settled(result: PopResult): void {
  if (result.outcome === 'failed')
    throw new CxoneError(result.error ?? 'ADAPTER_FAILED', 'the CRM did not open the record');
}

/** What the log may contain of an error: its code or class, never a host's text. */
function codeOf(error: unknown): string {
  if (error instanceof CxoneError || isAdapterError(error)) return error.code;
  return error instanceof Error ? error.name : typeof error;
}
