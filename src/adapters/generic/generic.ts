import type {RecordDraft, RecordRef, SearchQuery} from '../../domain/screen-pop.js';
import {
  AdapterError,
  type AdapterContext,
  type CallStateChange,
  type CrmAdapter,
  type GenericCrmOptions,
} from '../crm-adapter.js';
import {MessageHost} from './message-host.js';
import {readRecords} from './replies.js';
import {fillUrl} from './templates.js';

/** For each request to the host page, in ms. Source: contract §6, the lookup's limit. */
const DEFAULT_TIMEOUT_MS = 3_000;
/** How often a host that is not there yet is asked again, in ms. Source: our choice. */
const PING_GAP_MS = 500;

/** What the host page is told of a search. */
const asked = ({entity, by, value, numbers}: SearchQuery): Readonly<Record<string, unknown>> => ({
  entity,
  by,
  value,
  ...(numbers && {numbers}),
});

/**
 * Any web CRM: a host page that answers messages, URL templates, or both (then the host page is asked and the
 * templates are for what it refuses to open). The protocol is in `docs/generic.md`.
 */
export class GenericAdapter implements CrmAdapter {
  readonly name = 'generic';
  readonly #options: GenericCrmOptions;
  #host: MessageHost | undefined;

  /** Only where the host takes logs: a page whose adapter has it is asked to write them. */
  readonly saveLog: CrmAdapter['saveLog'];

  constructor(options: GenericCrmOptions) {
    this.#options = options;
    if (options.message?.log) {
      this.saveLog = async (log, signal) => {
        await this.#host?.request('log', {log}, signal);
        return undefined;
      };
    }
  }

  async connect(context: AdapterContext): Promise<void> {
    const {message, urls, newUrls} = this.#options;
    if (!message) {
      if (!urls && !newUrls)
        throw new AdapterError('badConfig', 'generic: neither a message host nor URL templates are set');
      return;
    }
    const host = new MessageHost(
      {...this.#address(message), timeoutMs: message.timeoutMs ?? DEFAULT_TIMEOUT_MS},
      (news) => {
        if (news.event === 'activity') context.onHostActivity();
        else context.onClickToDial(news);
      },
    );
    this.#host = host;
    // The host's script may start long after this frame; pops wait meanwhile.
    while (!context.signal.aborted) {
      try {
        await host.request('ping', {}, context.signal, PING_GAP_MS);
        return;
      } catch (error) {
        if (!(error instanceof AdapterError && error.code === 'timeout')) throw error;
      }
    }
    this.disconnect();
  }

  async open(record: RecordRef, signal: AbortSignal): Promise<void> {
    const {entity, id, name} = record;
    const template = this.#template(this.#options.urls, entity);
    if (!this.#host) return this.#navigate(template, {id, name}, entity);
    try {
      await this.#host.request('open', {entity, recordId: id}, signal);
    } catch (error) {
      if (!template || !(error instanceof AdapterError && error.code === 'refused')) throw error;
      this.#navigate(template, {id, name}, entity);
    }
  }

  async search(query: SearchQuery, signal: AbortSignal): Promise<readonly RecordRef[]> {
    // Templates alone cannot look anything up, so nothing is found and the plan goes on.
    if (!this.#host) return [];
    return readRecords(await this.#host.request('search', asked(query), signal));
  }

  async create({entity, fields}: RecordDraft, signal: AbortSignal): Promise<void> {
    if (this.#host) await this.#host.request('create', {entity, fields}, signal);
    else this.#navigate(this.#template(this.#options.newUrls, entity), fields, entity);
  }

  async showMatches(query: SearchQuery, records: readonly RecordRef[], signal: AbortSignal): Promise<void> {
    await this.#host?.request('show', {...asked(query), records}, signal);
  }

  onCallState(change: CallStateChange): void {
    this.#host?.tell('call-state', {...change});
  }

  disconnect(): void {
    this.#host?.close();
    this.#host = undefined;
  }

  #address({target, origin}: NonNullable<GenericCrmOptions['message']>): {target: Window; origin: string} {
    const exact = origin ?? (target === 'self' ? location.origin : undefined);
    // `*`, a path or a list would give customer data to any page that frames this one.
    if (!exact || !URL.canParse(exact) || new URL(exact).origin !== exact) {
      throw new AdapterError('badConfig', 'generic: message.origin must be one exact origin');
    }
    return {target: target === 'self' ? window : window.parent, origin: exact};
  }

  #template(templates: Readonly<Record<string, string>> | undefined, entity: string): string | undefined {
    return templates && Object.hasOwn(templates, entity) ? templates[entity] : undefined;
  }

  #navigate(template: string | undefined, values: Readonly<Record<string, string | undefined>>, entity: string): void {
    if (!template) throw new AdapterError('badConfig', `generic: no URL template for ${entity}`);
    const {href} = fillUrl(template, values, document.baseURI);
    const {urlTarget = 'self'} = this.#options;
    if (urlTarget === 'self') location.assign(href);
    else if (urlTarget === 'top') window.top!.location.href = href;
    else if (!window.open(href, urlTarget))
      throw new AdapterError('refused', 'generic: the browser blocked the window');
  }
}
