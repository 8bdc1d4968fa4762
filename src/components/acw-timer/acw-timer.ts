import type {PropertyValues, TemplateResult} from 'lit';
import {property} from '../property.js';
import {repeat} from 'lit/directives/repeat.js';
import type {AcwView} from '../../domain/snapshot.js';
import {secondsUntil} from '../clock.js';
import {html} from '../html.js';
import {lateParts, type LateParts} from '../late/late.js';
import {tokens} from '../tokens.styles.js';
import {CxoneWidget} from '../widget.js';

/**
 * Counts down after-call work by the platform's clock; the agent can ask for more time or complete early, where the
 * rule allows. Several contacts that wrap up at once each have a row; the one that ends first is on top, but no row moves
 * while somebody is about to press its buttons.
 *
 * @tag cxone-acw-timer
 * @csspart item - One countdown.
 * @csspart time - The time left.
 * @csspart button - Every button; also `extend` and `complete`.
 * @csspart idle - The line while there is no after-call work.
 * @csspart notice - What went wrong and must not be missed, until it is put away.
 * @csspart error - What was refused, in words.
 */
export class CxoneAcwTimer extends CxoneWidget {
  static override styles = tokens;

  /** From how many seconds before the end it warns. Source: our choice. */
  @property({type: Number, attribute: 'warn-at'}) warnAt = 10;

  /** The countdown that ends first. @readonly */
  @property({reflect: true}) state: 'idle' | AcwView['state'] = 'idle';

  /** Seconds left of it; absent while idle. @readonly */
  @property({type: Number, reflect: true}) remaining?: number;

  protected override readonly noticeCodes = ['acwTried', 'acwLeftEarly'] as const;

  /** Interactions whose end was announced, so that it is said once; after an extension it may be said again. */
  #warned = new Set<string>();

  /** Interactions whose after-call work is not over. */
  #counting: readonly string[] = [];

  /** The interactions in the order of their rows. */
  #rows: readonly string[] = [];

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    const {items} = this.slice('acw');
    this.state = items[0]?.state ?? 'idle';
    this.remaining = items[0] && this.#left(items[0]);
    const warned = new Set<string>();
    for (const item of items) {
      // Its words are in the parts that are loaded late.
      if (!this.#isSoon(item) || !lateParts()) continue;
      warned.add(item.interactionId);
      if (!this.#warned.has(item.interactionId)) this.say(this.t('acw.says', {n: this.#left(item)}));
    }
    this.#warned = warned;
    // News is what ended while it counted here, not what disappeared with its hub.
    const over = (id: string): boolean => items.find((item) => item.interactionId === id)?.state === 'done';
    if (this.#counting.some(over)) this.say(this.t('acw.saysDone'));
    this.#counting = items.filter(({state}) => state !== 'done').map(({interactionId}) => interactionId);
    const ids = items.map(({interactionId}) => interactionId);
    // Extending one row can make another the first. A second press in the same place must not hit that one.
    const kept = this.matches(':hover, :focus-within') ? this.#rows.filter((id) => ids.includes(id)) : [];
    this.#rows = [...new Set([...kept, ...ids])];
  }

  protected override body(): TemplateResult {
    const {items} = this.slice('acw');
    if (!items.length) {
      return html`<p class="box idle" part="idle">${this.t(this.active ? 'acw.idle' : 'session.none')}</p>
        ${this.notices()}`;
    }
    return html`${this.later(({acwRow}) =>
      repeat(
        [...items].sort((a, b) => this.#rows.indexOf(a.interactionId) - this.#rows.indexOf(b.interactionId)),
        (item) => item.interactionId,
        (item) =>
          acwRow(this.place, item, {key: items.indexOf(item), left: this.#left(item), isSoon: this.#isSoon(item)}),
      ),
    )}${this.notices()}`;
  }

  protected override lateStyles({acwStyles}: LateParts): string {
    return acwStyles;
  }

  #left({state, endsAt}: AcwView): number {
    if (state !== 'running') return 0;
    if (!this.stale) return secondsUntil(this, endsAt);
    return Math.max(0, Math.ceil((endsAt - this.slice('connection').asOf) / 1_000));
  }

  #isSoon(item: AcwView): boolean {
    return item.state === 'running' && this.#left(item) <= this.warnAt;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cxone-acw-timer': CxoneAcwTimer;
  }
}
