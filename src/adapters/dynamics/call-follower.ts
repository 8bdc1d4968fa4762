import type {InteractionView, PopView} from '../../domain/snapshot.js';
import type {RecordRef} from '../../domain/screen-pop.js';
import {isAdapterError, type AdapterContext, type CallStateChange} from '../crm-adapter.js';
import type {CifClient, CifMethod} from './cif-client.js';
import {own} from '../common/own.js';
import type {DynamicsOptions} from './options.js';

/** The panel's size that shows it. Source: crm-hosts.md B1 "v1 vs v2". */
export const PANEL_SHOWN = 1;

/** How long a toast may wait for the agent, in ms. CIF ends it much earlier itself. Our choice: longer than any ring. */
const TOAST_TIMEOUT_MS = 10 * 60_000;

/** What the follower needs from the rest of the adapter. */
export interface CallFollowerLinks {
  /** The panel is about to change, but the agent does not do it. */
  readonly expectMode: (mode: number) => void;
  /** A record by the ids that forms take. @throws {AdapterError} `notFound` */
  readonly resolve: (record: RecordRef, signal: AbortSignal) => Promise<{readonly entity: string; readonly id: string}>;
}

/** Keeps panel, toast and workspace session in step with the calls. Leaves out what v1 lacks or refuses. */
export class CallFollower {
  readonly #cif: CifClient;
  readonly #context: AdapterContext;
  readonly #options: DynamicsOptions;
  readonly #links: CallFollowerLinks;
  /** Interaction → the token of its toast. */
  readonly #toasts = new Map<string, string>();
  /** Interactions that have had their session. */
  readonly #sessions = new Set<string>();
  /** Followed from the start, because a list only arrives some time after its first use. */
  #pops: readonly PopView[] = [];
  readonly #stopFollowing: (() => void) | undefined;
  /** The session that is being made: a record that opens now belongs into it. */
  #making: Promise<unknown> = Promise.resolve();

  constructor(cif: CifClient, context: AdapterContext, options: DynamicsOptions, links: CallFollowerLinks) {
    this.#cif = cif;
    this.#context = context;
    this.#options = options;
    this.#links = links;
    if (options.sessions) {
      this.#stopFollowing = context.phone.subscribe('pops', ({items}) => (this.#pops = items));
    }
  }

  follow(change: CallStateChange): void {
    const {interactionId, direction, state} = change;
    if (state === 'ringing' && direction === 'inbound') {
      this.showPanel();
      void this.#toast(change);
    } else this.#endToast(interactionId);
    if (state === 'talking') this.#making = this.#session(change);
    if (state === 'ended') this.#sessions.delete(interactionId);
  }

  showPanel(): void {
    if (this.#options.showPanel === false) return;
    this.#links.expectMode(PANEL_SHOWN);
    void this.#ask('setMode', [PANEL_SHOWN]);
  }

  /** Resolves when no session is being made. */
  settled(): Promise<unknown> {
    return this.#making;
  }

  stop(): void {
    this.#stopFollowing?.();
    for (const id of this.#toasts.keys()) this.#endToast(id);
  }

  async #toast({interactionId, mediaType, direction}: CallStateChange): Promise<void> {
    const {toast} = this.#options;
    if (!toast || !this.#cif.has('notifyEvent') || this.#toasts.has(interactionId)) return;
    const cancellationToken = `cxone-${interactionId}`;
    this.#toasts.set(interactionId, cancellationToken);
    const {from, skillId} = this.#view(interactionId) ?? {};
    const templateParameters = {interactionId, mediaType, direction, from: from ?? '', skillId: skillId ?? ''};
    const answer = await this.#ask(
      'notifyEvent',
      [{templateName: toast.templateName, templateParameters, cancellationToken}],
      TOAST_TIMEOUT_MS,
    );
    // The contact was answered, rejected or ended elsewhere, so the toast's answer no longer counts.
    if (this.#toasts.get(interactionId) !== cancellationToken) return;
    this.#toasts.delete(interactionId);
    const action = own(answer, 'actionName');
    const {commands} = this.#context.phone;
    // The session reports a refusal; after a timeout the contact still rings in the panel.
    if (action === 'Accept') commands.answer(interactionId).catch(() => undefined);
    if (action === 'Reject') commands.reject(interactionId).catch(() => undefined);
  }

  #endToast(interactionId: string): void {
    const token = this.#toasts.get(interactionId);
    if (token === undefined) return;
    this.#toasts.delete(interactionId);
    if (this.#cif.has('cancelEvent')) void this.#ask('cancelEvent', [token]);
  }

  async #session({interactionId, mediaType, direction}: CallStateChange): Promise<void> {
    const {sessions, sessionTemplate, tabTemplate} = this.#options;
    // Every tab of Dynamics hears of the call; the session belongs where the agent is.
    const here = document.visibilityState === 'visible' && !this.#sessions.has(interactionId);
    if (!sessions || !here || !this.#cif.has('createSession')) return;
    this.#sessions.add(interactionId);
    const record = this.#poppedRecord(interactionId);
    const view = this.#view(interactionId);
    // Named after the other side. In an outgoing call `from` is the company's own number.
    const from = (direction === 'outbound' ? view?.to : view?.from) ?? '';
    const templateParameters = {interactionId, mediaType, direction, from, recordName: record?.name ?? ''};
    const made = await this.#ask('createSession', [{templateName: sessionTemplate, templateParameters}]);
    if (made === undefined || !record) return;
    const target = await this.#links.resolve(record, this.#context.signal).catch(() => undefined);
    if (!target) return;
    const {entity: entityName, id: entityId} = target;
    if (tabTemplate === undefined) await this.#ask('openForm', [JSON.stringify({entityName, entityId})]);
    else {
      const tab = {templateName: tabTemplate, templateParameters: {entityName, entityId}, isFocused: true};
      await this.#ask('createTab', [tab]);
    }
  }

  #view(interactionId: string): InteractionView | undefined {
    let found: InteractionView | undefined;
    this.#context.phone.subscribe('interactions', ({items}) => {
      found = items.find((item) => item.interactionId === interactionId);
    })();
    return found;
  }

  /** The record that the contact's pop has opened before it was answered, where there is exactly one. */
  #poppedRecord(interactionId: string): RecordRef | undefined {
    const pop = this.#pops.find((item) => item.interactionId === interactionId && item.outcome === 'opened');
    return pop?.records.length === 1 ? pop.records[0] : undefined;
  }

  /** For calls we can do without: a failure is noted and answers `undefined`; an empty answer is `null`. */
  async #ask(method: CifMethod, args: readonly unknown[], timeoutMs?: number): Promise<unknown> {
    try {
      return (await this.#cif.ask(method, args, this.#context.signal, timeoutMs)) ?? null;
    } catch (error) {
      if (!this.#context.signal.aborted) {
        const code = isAdapterError(error) ? error.code : 'failed';
        this.#context.note({level: 'warn', event: 'dynamics_call_failed', data: {method, code}});
      }
      return undefined;
    }
  }
}
