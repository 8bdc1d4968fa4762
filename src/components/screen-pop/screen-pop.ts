import {nothing, type PropertyValues, type TemplateResult} from 'lit';
import {property} from '../property.js';
import {repeat} from 'lit/directives/repeat.js';
import type {PopView} from '../../domain/snapshot.js';
import type {SessionCommands} from '../../domain/session-commands.js';
import {html} from '../html.js';
import {lateParts, type LateParts} from '../late/late.js';
import {tokens} from '../tokens.styles.js';
import {CxoneWidget} from '../widget.js';
import type {PopItemOptions} from './pop-item.js';

/**
 * The records that came with contacts, newest first: what became of each, what the platform sent with it, and the
 * choices where there are several. All of it is customers' data and shown as text.
 *
 * @tag cxone-screen-pop
 * @csspart list - The list.
 * @csspart item - One record to show.
 * @csspart outcome - What became of it.
 * @csspart fields - The fields that came with it.
 * @csspart button - Every button; also `open`, `open-record`, `create`.
 * @csspart idle - The line while the list is empty.
 * @csspart notice - What went wrong and must not be missed, until it is put away.
 * @csspart error - What was refused, in words.
 */
export class CxoneScreenPop extends CxoneWidget {
  static override styles = tokens;

  /** How many to list at most. Source: our choice; the buffer holds 50. */
  @property({type: Number}) max = 10;

  /** How many are listed. @readonly */
  @property({type: Number, reflect: true}) count = 0;

  protected override readonly noticeCodes = ['popBufferFull', 'contactLogFailed'] as const;

  /** Pops among whose records somebody has to choose; absent before the first drawing. */
  #choices: ReadonlySet<string> | undefined;

  /** Pops that were asked for here and are not answered yet. */
  readonly #asked = new Set<string>();

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    const listed = this.#listed();
    this.count = lateParts() ? listed.length : 0;
    const choices = listed.filter(({outcome, records}) => outcome === 'several' && records.length > 1);
    // What was there when the page opened is no news.
    const news = this.#choices && choices.find(({popId}) => !this.#choices!.has(popId));
    if (news) this.say(this.t('pop.several', {n: news.records.length}));
    this.#choices = new Set(choices.map(({popId}) => popId));
  }

  protected override body(): TemplateResult {
    const items = this.#listed();
    if (!items.length) {
      return html`<p class="box idle" part="idle">${this.t(this.active ? 'pop.none' : 'session.none')}</p>
        ${this.notices()}`;
    }
    return html`<div class="box">
      ${this.later(
        ({popItem}) =>
          html`<ol part="list" role="list" aria-label=${this.t('pop.label')}>
            ${repeat(
              items,
              (item) => item.popId,
              (item, index) => popItem(this.place, item, this.#optionsOf(item, index)),
            )}
          </ol>`,
      )}
    </div>
      ${this.notices(({interactionId}) => !items.some((item) => item.interactionId === interactionId))}`;
  }

  #listed(): readonly PopView[] {
    const max = Number.isFinite(this.max) ? Math.max(0, this.max) : Infinity;
    return this.slice('pops').items.slice(0, max);
  }

  #optionsOf(item: PopView, index: number): PopItemOptions {
    const {popId, interactionId} = item;
    return {
      index,
      notices: this.#isNewest(item) ? this.notices((notice) => notice.interactionId === interactionId) : nothing,
      button: (key, action, label, command) => this.#button(popId, key, action, label, command),
    };
  }

  protected override lateStyles({popStyles}: LateParts): string {
    return popStyles;
  }

  /** Of several pops of one contact, the one that what is said of the contact belongs to. */
  #isNewest({popId, interactionId}: PopView): boolean {
    return this.#listed().find((item) => item.interactionId === interactionId)?.popId === popId;
  }

  protected override whoIs(interactionId: string): string | undefined {
    const pop = this.#listed().find((item) => item.interactionId === interactionId);
    return pop?.records.length === 1 ? pop.records[0]!.name : undefined;
  }

  #button(
    popId: string,
    key: number,
    action: string,
    label: string,
    command: (commands: SessionCommands) => Promise<void>,
  ): TemplateResult {
    const id = `${popId} ${action} ${key}`;
    const isBusy = this.#asked.has(id);
    return this.button({
      action,
      key,
      label,
      reason: isBusy ? this.t('block.waiting') : this.reason({allowed: true}),
      busy: isBusy,
      press: () => void this.#open(id, command),
    });
  }

  async #open(id: string, command: (commands: SessionCommands) => Promise<void>): Promise<void> {
    this.#asked.add(id);
    await this.ask(command);
    this.#asked.delete(id);
    this.requestUpdate();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cxone-screen-pop': CxoneScreenPop;
  }
}
