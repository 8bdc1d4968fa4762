import type {ContactLog, ContactLogResult} from '../../domain/contact-log.js';
import {steadyNow} from '../../domain/monotonic.js';
import type {RecordRef} from '../../domain/screen-pop.js';
import type {HubContext} from '../hub-context.js';
import type {InteractionChange, Interactions} from './interactions.js';
import type {Page, Pages} from '../pages.js';
import type {ContactRecord} from '../store/schema.js';

/** What stays in memory: the only customer data of a log. */
interface Numbers {
  readonly from?: string;
  readonly to?: string;
}

/** The id of the notice of a log that may be missing. */
const noticeOf = (contactId: string): string => `log ${contactId}`;

/** A page that was asked, or that writes. */
interface Turn {
  readonly pageId: string;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** The record that a contact's screen pop opened. */
interface OpenedRecords {
  recordOf(interactionId: string): RecordRef | undefined;
}

/**
 * Logs of contacts in the CRM's history: each is handed to one page, at most once, when the contact and its after-call work
 * are over. The claim is on disk before the page gets it; a page that is lost after that leaves an unknown outcome, which
 * is noted and not repeated: a second entry in a customer's history is a lie that stays.
 */
export class ContactLogger {
  readonly #hub: HubContext;
  readonly #pages: Pages;
  readonly #interactions: Interactions;
  readonly #opened: OpenedRecords;
  readonly #numbers = new Map<string, Numbers>();
  readonly #asked = new Map<string, Turn>();
  readonly #writing = new Map<string, Turn>();
  /** Pages that did not take a log; asked again once something about the pages changes. */
  readonly #tried = new Map<string, Set<string>>();

  constructor(hub: HubContext, pages: Pages, interactions: Interactions, opened: OpenedRecords) {
    this.#hub = hub;
    this.#pages = pages;
    this.#interactions = interactions;
    this.#opened = opened;
    hub.signal.addEventListener('abort', () => {
      for (const {timer} of [...this.#asked.values(), ...this.#writing.values()]) clearTimeout(timer);
    });
    // Handed to a page of a former hub, which nobody reported to: it may be written.
    for (const contact of hub.store.contacts.all()) if (contact.stage === 'claimed') this.#settle(contact, 'unknown');
  }

  onInteraction({facts, view}: InteractionChange): void {
    if (!this.#hub.settings.contactLogs || view.state === 'queued') return;
    const {interactionId} = view;
    const known = this.#open(interactionId);
    const now = steadyNow();
    if (view.state === 'ended') {
      if (known) this.#over(known, now);
      return;
    }
    this.#numbers.set(interactionId, {from: view.from, to: view.to});
    const talks = view.state === 'talking' || view.state === 'hold';
    const contact: ContactRecord = known ?? {
      contactId: `${interactionId}#${view.startedAt}`,
      interactionId,
      mediaType: view.mediaType,
      direction: view.direction,
      startedAt: view.startedAt,
      stage: 'open',
    };
    const next: ContactRecord = {
      ...contact,
      ...(view.skillId !== undefined && {skillId: view.skillId}),
      ...(talks && contact.answeredAt === undefined && {answeredAt: view.stateSince}),
      // Back from after-call work, as some platforms allow, it goes on.
      ...(talks && {endedAt: undefined}),
      ...(view.state === 'acw' && contact.endedAt === undefined && {endedAt: view.stateSince}),
      ...(facts.acw?.reasonCode !== undefined && {disposition: facts.acw.reasonCode}),
    };
    if (JSON.stringify(next) !== JSON.stringify(known)) void this.#hub.store.contacts.put(next);
  }

  /** The interactions are known: what ended while no hub was there is over. */
  afterFirstRead(): void {
    for (const contact of this.#hub.store.contacts.all()) {
      if (contact.stage === 'open' && this.#interactions.stateOf(contact.interactionId) === undefined) {
        this.#over(contact, steadyNow());
      }
    }
    this.pump();
  }

  onPageGone(page: Page): void {
    for (const [contactId, {pageId, timer}] of [...this.#asked]) {
      if (pageId === page.pageId) this.#voidAsk(contactId, timer);
    }
    for (const [contactId, {pageId, timer}] of [...this.#writing]) {
      if (pageId === page.pageId) this.#lose(contactId, timer);
    }
    this.pump();
  }

  /** Asks, for every log that is due, the page that should write it. */
  pump(retryAll = false): void {
    if (retryAll) this.#tried.clear();
    for (const {contactId, stage} of this.#hub.store.contacts.all()) {
      if (stage !== 'due' || this.#asked.has(contactId)) continue;
      const page = this.#pages.bestForLog(this.#tried.get(contactId) ?? new Set());
      if (!page) continue;
      const timer = setTimeout(() => {
        this.#voidAsk(contactId, timer);
        this.pump();
      }, this.#hub.settings.popOfferTimeoutMs);
      this.#asked.set(contactId, {pageId: page.pageId, timer});
      try {
        page.post({kind: 'log-offer', contactId});
      } catch (error) {
        // It counts as a page that does not answer; the other logs must not wait for it.
        this.#hub.log.error('log_offer_failed', {error: error instanceof Error ? error.name : 'unknown'});
      }
    }
  }

  /**
   * A page takes a log: the first of those that were asked, a late one as well, for its page may be the only one. It is
   * told what to write once the claim is on disk, so that no other hub ever repeats it.
   */
  async accept(pageId: string, contactId: string): Promise<ContactLog | undefined> {
    const turn = this.#asked.get(contactId);
    const contact = this.#contact(contactId);
    const wasAsked = turn?.pageId === pageId || this.#tried.get(contactId)?.has(pageId) === true;
    if (!wasAsked || contact?.stage !== 'due' || this.#writing.has(contactId)) return undefined;
    clearTimeout(turn?.timer);
    this.#asked.delete(contactId);
    const timer = setTimeout(() => this.#lose(contactId, timer), this.#hub.settings.popGoTimeoutMs);
    this.#writing.set(contactId, {pageId, timer});
    if (!(await this.#hub.store.contacts.put({...contact, stage: 'claimed'}))) return undefined;
    return this.#log(contact);
  }

  /** What became of a log. */
  async report(pageId: string, contactId: string, result: ContactLogResult): Promise<void> {
    const turn = this.#writing.get(contactId);
    const contact = this.#contact(contactId);
    if (turn?.pageId !== pageId || !contact) {
      // It comes after the agent was told that nobody knows: it is the truth all the same.
      if (result.ok) this.#hub.notices.drop(noticeOf(contactId));
      return;
    }
    clearTimeout(turn.timer);
    this.#writing.delete(contactId);
    this.#settle(contact, result.ok ? 'saved' : result.code === 'timeout' ? 'unknown' : 'failed', result);
  }

  #open(interactionId: string): ContactRecord | undefined {
    return this.#hub.store.contacts.all().find((c) => c.interactionId === interactionId && c.stage === 'open');
  }

  #contact(contactId: string): ContactRecord | undefined {
    return this.#hub.store.contacts.get(contactId);
  }

  #over(contact: ContactRecord, now: number): void {
    // Nobody spoke: there is nothing to tell of the customer.
    if (contact.answeredAt === undefined) return this.#forget(contact);
    const opened = this.#opened.recordOf(contact.interactionId);
    const due: ContactRecord = {
      ...contact,
      endedAt: contact.endedAt ?? now,
      ...(contact.endedAt !== undefined && {acwEndedAt: now}),
      ...(opened && {record: {entity: opened.entity, id: opened.id}}),
      stage: 'due',
    };
    void this.#hub.store.contacts.put(due).then((mine) => {
      if (mine) this.pump();
    });
  }

  #log(contact: ContactRecord): ContactLog {
    const {interactionId, mediaType, direction, skillId, startedAt, answeredAt, disposition, record} = contact;
    const endedAt = contact.endedAt ?? steadyNow();
    const seconds = (from: number, to: number): number => Math.max(0, Math.round((to - from) / 1_000));
    return {
      interactionId,
      mediaType,
      direction,
      ...this.#numbers.get(interactionId),
      ...(skillId !== undefined && {skillId}),
      startedAt,
      ...(answeredAt !== undefined && {answeredAt}),
      endedAt,
      talkSeconds: answeredAt === undefined ? 0 : seconds(answeredAt, endedAt),
      ...(contact.acwEndedAt !== undefined && {acwSeconds: seconds(endedAt, contact.acwEndedAt)}),
      ...(disposition !== undefined && {disposition}),
      ...(record && {record}),
    };
  }

  #voidAsk(contactId: string, timer: Turn['timer']): void {
    clearTimeout(timer);
    const turn = this.#asked.get(contactId);
    if (!turn) return;
    this.#asked.delete(contactId);
    this.#tried.set(contactId, (this.#tried.get(contactId) ?? new Set()).add(turn.pageId));
  }

  /** After the claim nobody knows whether it was written. */
  #lose(contactId: string, timer: Turn['timer']): void {
    clearTimeout(timer);
    this.#writing.delete(contactId);
    const contact = this.#contact(contactId);
    if (contact) this.#settle(contact, 'unknown');
  }

  #settle(contact: ContactRecord, outcome: 'saved' | 'failed' | 'unknown', result?: ContactLogResult): void {
    const data = {id: contact.interactionId, outcome, ...(result && !result.ok && {code: result.code})};
    if (outcome === 'saved') this.#hub.log.info('contact_log', data);
    else {
      this.#hub.log.warn('contact_log', data);
      const {contactId, interactionId, mediaType, startedAt: about} = contact;
      this.#hub.notice({type: 'warning', problem: {code: 'contactLogFailed', detail: interactionId}});
      this.#hub.notices.add({id: noticeOf(contactId), code: 'contactLogFailed', interactionId, mediaType, about});
    }
    this.#forget(contact);
  }

  #forget({contactId, interactionId}: ContactRecord): void {
    this.#tried.delete(contactId);
    this.#numbers.delete(interactionId);
    this.#hub.store.contacts.delete(contactId);
  }
}
