import {nothing, type PropertyValues, type TemplateResult} from 'lit';
import {property} from 'lit/decorators/property.js';
import {sameState, stateKey, type AgentState, type AgentStateName} from '../../domain/agent-state.js';
import type {AgentSlice, StateChoice} from '../../domain/snapshot.js';
import {asClock, secondsSince} from '../clock.js';
import {html} from '../html.js';
import {icon} from '../icons.js';
import {place} from '../popup.js';
import {tokens} from '../tokens.styles.js';
import {CxoneWidget} from '../widget.js';
import type {Alerts} from './alerts.js';
import {styles} from './status-picker.styles.js';

/** How long letters typed in the list count as one word, in ms. Source: our choice, as native lists do. */
const TYPE_AHEAD_MS = 700;

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
  /** Loaded when the list is first opened. */
  #alerts: Alerts | undefined;
  #typed = '';
  #typedAt = 0;

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    const {presence, pending} = this.slice('agent');
    this.state = presence?.state;
    this.pending = pending && stateKey(pending);
    this.stale &&= presence !== undefined;
    const before = this.#ringing;
    const {items} = this.slice('interactions');
    this.#ringing = new Set(items.filter((item) => item.state === 'ringing').map((item) => item.interactionId));
    // The list lies over the buttons below it, and a caller waits. Its focus goes back to the trigger.
    if (this.#isOpen && [...this.#ringing].some((id) => !before.has(id))) this.#menu.hidePopover();
  }

  protected override body(): TemplateResult {
    const agent = this.slice('agent');
    const {presence, presenceSince, requested, choices} = agent;
    const label = this.label || this.t('status.label');
    const current = presence ? this.stateName(presence) : this.t('status.unknown');
    // Nothing to choose from: before the first answer, or without a session.
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
        ${choices.map((choice, index) => this.#choice(choice, index, agent))}${this.#alerts?.draw(this.slice('connection').ringTone)}
      </div>
      ${this.#notes(agent)}${this.notices()}`;
  }

  #dot(name: AgentStateName | undefined): TemplateResult {
    return html`<span class="dot ${name?.state ?? 'none'}"></span>`;
  }

  #choice(choice: StateChoice, index: number, agent: AgentSlice): TemplateResult {
    const isCurrent = sameState(choice, agent.presence);
    const reason = this.reason(choice);
    return html`<button
        type="button"
        role="menuitemradio"
        class="choice"
        part="button choice"
        tabindex="-1"
        data-state=${stateKey(choice)}
        aria-checked=${String(isCurrent)}
        aria-busy=${sameState(choice, agent.requested) && agent.requested ? 'true' : nothing}
        aria-disabled=${reason === undefined ? nothing : 'true'}
        aria-describedby=${reason === undefined ? nothing : `why-${index}`}
        @click=${() => reason === undefined && this.#choose(choice)}
      >
        ${this.#dot(choice)}<span class="grow" dir="auto">${this.stateName(choice)}</span>${icon('check')}
      </button>
      ${reason === undefined ? nothing : html`<span hidden id="why-${index}">${reason}</span>`}`;
  }

  #notes({requested, pending, mismatch}: AgentSlice): TemplateResult {
    return html`<div role="status">
      ${
        requested
          ? html`<p class="note" part="requested">
            ${this.t('status.requested', {state: this.stateName(requested)})}
          </p>`
          : nothing
      }${
        pending
          ? html`<div class="note" part="pending">
            <span class="grow">${this.t('status.pending', {state: this.stateName(pending), n: pending.waitsFor})}</span
            >${this.button({
              action: 'cancel-pending',
              label: this.t('status.cancelPending'),
              press: () => void this.ask((commands) => commands.cancelPendingStatus()),
            })}
          </div>`
          : nothing
      }${
        mismatch
          ? html`<div class="note bad" part="mismatch">
            <span class="grow"
              >${this.t('status.mismatch', {
                presence: this.stateName(mismatch.presence),
                routing: this.stateName(mismatch.routing),
              })}</span
            >${this.button({
              action: 'repair',
              label: this.t('status.repair'),
              press: () => void this.ask((commands) => commands.repairStatus()),
            })}
          </div>`
          : nothing
      }
    </div>`;
  }

  get #menu(): HTMLElement {
    return this.renderRoot.querySelector<HTMLElement>('#menu')!;
  }

  get #items(): HTMLElement[] {
    return [...this.#menu.querySelectorAll<HTMLElement>('.choice')];
  }

  #choose({state, label}: AgentStateName): void {
    this.#menu.hidePopover();
    void this.ask((commands) => commands.setStatus(label === undefined ? {state} : {state, label}));
  }

  #toggles({newState}: ToggleEvent): void {
    const trigger = this.renderRoot.querySelector<HTMLElement>('.trigger')!;
    if (newState === 'open') place(this.#menu, trigger);
    // In a shadow root, Chromium does not give the focus back by itself.
    else if (this.#menu.matches(':focus-within')) trigger.focus();
  }

  #toggled(event: ToggleEvent): void {
    this.#isOpen = event.newState === 'open';
    this.requestUpdate();
    const items = this.#items;
    if (this.#isOpen) (items.find((item) => item.ariaChecked === 'true' && item.dataset['state']) ?? items[0])?.focus();
    if (this.#isOpen) void this.#lookAtAlerts();
  }

  async #lookAtAlerts(): Promise<void> {
    try {
      const {Alerts} = await import('./alerts.js');
      this.#alerts ??= new Alerts({
        html,
        nothing,
        icon,
        session: () => this.active,
        ask: (command) => this.ask(command),
        t: (key) => this.t(key),
        redraw: () => this.requestUpdate(),
      });
      await this.#alerts.look();
    } catch {
      // A status can be chosen without it; the next opening tries again.
    }
  }

  #openByKey(event: KeyboardEvent): void {
    if (!/^Arrow(Up|Down)$/.test(event.key) || !this.slice('agent').choices.length) return;
    event.preventDefault();
    this.#menu.showPopover();
  }

  #move(event: KeyboardEvent): void {
    const {key} = event;
    const items = this.#items;
    const at = items.indexOf((this.renderRoot as ShadowRoot).activeElement as HTMLElement);
    const last = items.length - 1;
    let next: number;
    if (key === 'ArrowDown') next = at < last ? at + 1 : 0;
    else if (key === 'ArrowUp') next = at > 0 ? at - 1 : last;
    else if (key === 'Home') next = 0;
    else if (key === 'End') next = last;
    else if (key === 'Tab') return this.#menu.hidePopover();
    else if (key.length === 1 && key !== ' ' && !event.ctrlKey && !event.metaKey && !event.altKey) {
      next = this.#find(key, items, at, event.timeStamp);
    } else return;
    event.preventDefault();
    items[next]?.focus();
  }

  /** Type-ahead: one letter goes to the next choice that begins with it, several to the first that begins with all. */
  #find(key: string, items: readonly HTMLElement[], at: number, time: number): number {
    this.#typed = time - this.#typedAt < TYPE_AHEAD_MS ? this.#typed + key : key;
    this.#typedAt = time;
    const word = this.#typed.toLowerCase();
    const from = word.length === 1 ? at + 1 : at;
    const order = items.map((_, i) => (i + from) % items.length);
    return order.find((i) => items[i]!.textContent.trim().toLowerCase().startsWith(word)) ?? at;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cxone-status-picker': CxoneStatusPicker;
  }
}
