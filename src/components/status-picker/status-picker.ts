import {nothing, type PropertyValues, type TemplateResult} from 'lit';
import {property} from '../property.js';
import {stateKey, type AgentState, type AgentStateName} from '../../domain/agent-state.js';
import {asClock, secondsSince} from '../clock.js';
import {html} from '../html.js';
import {icon} from '../icons.js';
import {lateParts, loadLate, type LateParts} from '../late/late.js';
import {tokens} from '../tokens.styles.js';
import {CxoneWidget} from '../widget.js';
import type {Alerts} from './alerts.js';
import type {StatusKeys} from './status-menu.js';
import {styles} from './status-picker.styles.js';

/**
 * Shows the agent's status and lets the agent choose another. A choice shows as current only once the platform has
 * confirmed it; during a contact it waits, and can be taken back.
 *
 * @tag cxone-status-picker
 * @csspart button - Every button; the trigger is also `trigger`.
 * @csspart trigger - The button with the current status.
 * @csspart menu - The list of choices.
 * @csspart choice - One choice.
 * @csspart requested - The line while the platform has not confirmed.
 * @csspart pending - The line of a status that waits for a contact to end.
 * @csspart mismatch - The line shown when status and routing disagree.
 * @csspart notice - What went wrong and must not be missed, until it is put away.
 * @csspart error - What was refused, in words.
 */
export class CxoneStatusPicker extends CxoneWidget {
  static override styles = [tokens, styles];

  /** The caption over the status; by default "Status" in the page's language. */
  @property() label?: string;

  /** The status that the platform last reported. @readonly */
  @property({reflect: true}) state?: AgentState;

  /** The status that waits for a contact to end: a state, or `custom:<label>`. @readonly */
  @property({reflect: true}) pending?: string;

  protected override readonly noticeCodes = ['statusRefused'] as const;
  #isOpen = false;
  #ringing: ReadonlySet<string> = new Set();
  /** The list is open and has nothing to show yet. */
  #isWaiting = false;
  #keys: StatusKeys | undefined;
  #alerts: Alerts | undefined;

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    const {presence, pending} = this.slice('agent');
    this.state = presence?.state;
    this.pending = pending && stateKey(pending);
    this.stale &&= presence !== undefined;
    const before = this.#ringing;
    const {items} = this.slice('interactions');
    this.#ringing = new Set(items.filter((item) => item.state === 'ringing').map((item) => item.interactionId));
    // A call rings and the list covers the buttons: close it, and move its focus back to the trigger.
    if (this.#isOpen && [...this.#ringing].some((id) => !before.has(id))) this.#menu.hidePopover();
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    if (!this.#isWaiting || !this.#isOpen || !this.#focusCurrent()) return;
    this.#isWaiting = false;
    lateParts()?.place(this.#menu, this.renderRoot.querySelector('.trigger')!);
  }

  protected override lateStyles({menuStyles}: LateParts): string {
    return menuStyles;
  }

  protected override body(): TemplateResult {
    const agent = this.slice('agent');
    const {presence, presenceSince, requested, pending, mismatch, choices} = agent;
    const label = this.label || this.t('status.label');
    const current = presence ? this.stateName(presence) : this.t('status.unknown');
    // There are no choices before the first answer or without a session.
    const isInert = !choices.length;
    const since = presence && presenceSince && !this.stale ? asClock(secondsSince(this, presenceSince)) : '';
    return html`<button
        type="button"
        class="trigger"
        part="button trigger"
        aria-haspopup="menu"
        aria-expanded=${String(this.#isOpen)}
        aria-busy=${requested ? 'true' : nothing}
        aria-disabled=${isInert ? 'true' : nothing}
        aria-describedby=${isInert || since ? 'about' : nothing}
        popovertarget=${isInert ? nothing : 'menu'}
        @keydown=${this.#openByKey}
        @pointerenter=${this.#prepare}
        @focus=${this.#prepare}
      >
        ${this.#dot(presence)}<span class="grow"
          ><span class="label">${this.dated(label)}</span> <span class="value" dir="auto">${current}</span></span
        ><span class="time muted" aria-hidden="true">${since}</span>${icon('chevron')}
      </button>
      <span id="about" hidden
        >${isInert ? this.t(this.active ? 'block.noConnection' : 'session.none') : this.t('status.since', {time: since})}</span
      >
      <div
        class="menu"
        id="menu"
        part="menu"
        popover
        role="menu"
        aria-label=${label}
        @beforetoggle=${this.#toggles}
        @toggle=${this.#toggled}
        @keydown=${this.#move}
      >
        ${this.#isOpen || lateParts() ? this.later(({statusChoices}) => statusChoices(this.place, agent, this.#choose)) : nothing}${this.#alerts?.draw(this.slice('connection').ringTone)}
      </div>
      <div role="status">
        ${requested || pending || mismatch ? this.later(({statusNotes}) => statusNotes(this.place, agent)) : nothing}
      </div>
      ${this.notices()}`;
  }

  #dot(name: AgentStateName | undefined): TemplateResult {
    return html`<span class="dot ${name?.state ?? 'none'}"></span>`;
  }

  get #menu(): HTMLElement {
    return this.renderRoot.querySelector<HTMLElement>('#menu')!;
  }

  get #items(): HTMLElement[] {
    return [...this.#menu.querySelectorAll<HTMLElement>('.choice')];
  }

  readonly #choose = ({state, label}: AgentStateName): void => {
    this.#menu.hidePopover();
    void this.ask((commands) => commands.setStatus(label === undefined ? {state} : {state, label}));
  };

  #toggles({newState}: ToggleEvent): void {
    const trigger = this.renderRoot.querySelector<HTMLElement>('.trigger')!;
    if (newState === 'open') lateParts()?.place(this.#menu, trigger);
    // In a shadow root, Chromium does not give the focus back by itself.
    else if (this.#menu.matches(':focus-within')) trigger.focus();
  }

  #toggled(event: ToggleEvent): void {
    this.#isOpen = event.newState === 'open';
    this.requestUpdate();
    this.#isWaiting = this.#isOpen && !this.#focusCurrent();
    if (this.#isOpen) void this.#prepare();
  }

  /** Whether there is an entry to have the focus. */
  #focusCurrent(): boolean {
    const items = this.#items;
    const current = items.find((item) => item.ariaChecked === 'true' && item.dataset['state']) ?? items[0];
    current?.focus();
    return !!current;
  }

  /** Loads the list before it is opened, once the pointer or the focus is here. */
  async #prepare(): Promise<void> {
    await loadLate();
    const parts = lateParts();
    if (!parts) return;
    this.#keys ??= new parts.StatusKeys();
    const alerts =
      this.#alerts ??
      new parts.Alerts({
        session: () => this.active,
        ask: (command) => this.ask(command),
        t: (key) => this.t(key),
        redraw: () => this.requestUpdate(),
      });
    // A status can be chosen without it. The next opening asks again.
    await alerts.look().catch(() => undefined);
    // All at once: an open list must not grow under the pointer.
    this.#alerts = alerts;
    this.requestUpdate();
  }

  #openByKey(event: KeyboardEvent): void {
    if (!/^Arrow(Up|Down)$/.test(event.key) || !this.slice('agent').choices.length) return;
    event.preventDefault();
    this.#menu.showPopover();
  }

  #move(event: KeyboardEvent): void {
    if (event.key === 'Tab') return this.#menu.hidePopover();
    const items = this.#items;
    const at = items.indexOf((this.renderRoot as ShadowRoot).activeElement as HTMLElement);
    const next = this.#keys?.next(event, items, at);
    if (!next) return;
    event.preventDefault();
    next.focus();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cxone-status-picker': CxoneStatusPicker;
  }
}
