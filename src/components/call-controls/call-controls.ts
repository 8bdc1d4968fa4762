import type {PropertyValues, TemplateResult} from 'lit';
import {property} from '../property.js';
import {repeat} from 'lit/directives/repeat.js';
import {html} from '../html.js';
import {lateParts, type LateParts} from '../late/late.js';
import type {InteractionState} from '../../domain/interaction.js';
import type {InteractionView} from '../../domain/snapshot.js';
import {tokens} from '../tokens.styles.js';
import {CxoneWidget} from '../widget.js';
import {styles} from './call-controls.styles.js';
import {Calm} from './calm.js';
import {contact, nameOf} from './contact.js';
import type {Desk, PanelKind} from './desk.js';
import type {FocusKeeper} from './focus.js';
import {settle} from './layout.js';
import type {CallPanel} from './panels.js';
import {Places} from './places.js';
import {Telling} from './telling.js';

const SHOWN_STATES: ReadonlySet<InteractionState> = new Set(['ringing', 'talking', 'hold', 'acw']);

/** The panel under the buttons: for which contact, and what is being entered. View state only. */
interface OpenPanel {
  readonly id: string;
  readonly kind: PanelKind;
  panel?: CallPanel;
  /** It has been given the focus. */
  hasFocus?: boolean;
}

/** States in which a panel may stay open. */
const isLive = ({state}: InteractionView): boolean => state === 'talking' || state === 'hold';

/**
 * The agent's contacts, each with its own state and buttons, in the order in which they began. The one that matters most
 * is marked, not moved: nothing moves while somebody may be about to press. A button that cannot be used stays focusable
 * and says why; one that was pressed waits until the platform has confirmed.
 *
 * @tag cxone-call-controls
 * @csspart group - One contact.
 * @csspart who - The customer's number or address.
 * @csspart time - The duration: of the call, of a ring's wait, or of the work after the call.
 * @csspart bar - The ten buttons.
 * @csspart button - Every button; each is also named by its action: `answer`, `hold` …
 * @csspart panel - What Transfer, Add and Keypad open.
 * @csspart target - The input of whom to reach.
 * @csspart digits - The input of the keypad.
 * @csspart notice - What went wrong and must not be missed, until it is put away.
 * @csspart idle - The line while there is no contact.
 * @csspart error - What was refused, in words.
 */
export class CxoneCallControls extends CxoneWidget {
  static override styles = [tokens, styles];

  /** `row`: buttons with words under their icons. `compact`: icons with tooltips. */
  @property({reflect: true}) layout: 'row' | 'compact' = 'row';

  /** The state of the contact that matters most: ringing, talking, hold, acw or idle. @readonly */
  @property({reflect: true}) state: Extract<InteractionState, 'ringing' | 'talking' | 'hold' | 'acw'> | 'idle' = 'idle';

  protected override readonly noticeCodes = ['commandNotDone', 'commandUnknown'] as const;
  readonly #calm = new Calm(this);
  readonly #places = new Places();
  readonly #telling = new Telling();
  readonly #desk: Desk = {
    t: (key, parameters) => this.t(key, parameters),
    reason: (availability) => this.reason(availability),
    button: (options) => this.button(options),
    ask: (command) => this.ask(command),
    secondsSince: (at) => this.secondsSince(at),
    isStale: () => this.stale,
    redraw: () => this.requestUpdate(),
  };
  #ringing = new Set<string>();
  #shown: readonly InteractionView[] = [];
  #open: OpenPanel | undefined;
  #focus: FocusKeeper | undefined;

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    const {items, frontId} = this.slice('interactions');
    const front = items.find((item) => item.interactionId === frontId) ?? items[0];
    this.state = front && SHOWN_STATES.has(front.state) ? (front.state as this['state']) : 'idle';
    const ringing = items.filter(({state}) => state === 'ringing').map(({interactionId}) => interactionId);
    for (const id of ringing) if (!this.#ringing.has(id)) this.#calm.came(id);
    this.#ringing = new Set(ringing);
    const {isSteady, isPressed} = this.#calm;
    this.#shown = this.#places.arrange(items, isSteady && !!this.active, isPressed);
    if (this.#open && !items.some((item) => item.interactionId === this.#open?.id && isLive(item))) {
      this.#open = undefined;
    }
    const {urgent, calm} = this.#telling.changes(this.#desk, items);
    if (urgent) this.say(urgent, true);
    if (calm) this.say(calm);
    const parts = lateParts();
    this.#focus ??= parts && new parts.FocusKeeper();
    this.#focus?.before(this.renderRoot as ShadowRoot);
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    const root = this.renderRoot as ShadowRoot;
    for (const id of settle(root, this.#calm.isTouched)) {
      this.#calm.came(id);
      this.requestUpdate();
    }
    const form = root.querySelector<HTMLFormElement>('form.panel');
    if (form) this.#drawn(form);
    if (this.#focus?.after(root, this.#shown)) this.#calm.focusMoved();
  }

  protected override body(): TemplateResult {
    const {items, frontId} = this.slice('interactions');
    if (!this.#shown.length) {
      return html`<p class="box idle" part="idle" tabindex="-1">${this.t(this.active ? 'call.none' : 'session.none')}</p>
        ${this.notices()}`;
    }
    return html`${repeat(
      this.#shown,
      ({interactionId}) => interactionId,
      (item, key) => {
        const {interactionId} = item;
        const open = this.#open?.id === interactionId ? this.#open : undefined;
        return contact(this.#desk, item, {
          key,
          isCompact: this.layout === 'compact',
          isNew: this.#calm.isNew(interactionId),
          isFront: interactionId === frontId && items.length > 1,
          openPanel: open?.kind,
          toggle: (kind) => (open?.kind === kind ? this.#close() : this.#openPanel(interactionId, kind)),
          panel: open && this.#drawPanel(open, item, key),
        });
      },
    )}${this.notices()}`;
  }

  protected override whoIs(interactionId: string): string | undefined {
    const item = this.slice('interactions').items.find((one) => one.interactionId === interactionId);
    return item && nameOf(this.#desk, item);
  }

  #drawPanel(open: OpenPanel, item: InteractionView, key: number): unknown {
    return this.later(({openPanel}) => {
      open.panel ??= openPanel({...this.#desk, close: () => this.#close()}, open.kind);
      return open.panel.draw(item, key);
    });
  }

  #drawn(form: HTMLFormElement): void {
    const open = this.#open;
    open?.panel?.drawn(form);
    if (!open || open.hasFocus) return;
    open.hasFocus = true;
    void this.updateComplete.then(() => form.querySelector('input')?.focus());
  }

  protected override lateStyles({panelStyles}: LateParts): string {
    return panelStyles;
  }

  #openPanel(id: string, kind: PanelKind): void {
    this.#open = {id, kind};
    this.requestUpdate();
  }

  /** Closes the panel and goes back to the button that opened it. */
  #close(): void {
    const open = this.#open;
    this.#open = undefined;
    this.requestUpdate();
    const group = [...this.renderRoot.querySelectorAll<HTMLElement>('.group')].find(
      ({dataset}) => dataset['interactionId'] === open?.id,
    );
    group?.querySelector<HTMLElement>(`[data-action=${open?.kind}]`)?.focus();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cxone-call-controls': CxoneCallControls;
  }
}
