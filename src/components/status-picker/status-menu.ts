import type {TemplateResult} from 'lit';
import {sameState, stateKey, type AgentStateName} from '../../domain/agent-state.js';
import type {AgentSlice, StateChoice} from '../../domain/snapshot.js';
import {html, icon, nothing} from '../late/given.js';
import type {WidgetPlace} from '../late/place.js';

/** How long letters typed in the list count as one word, in ms. Source: our choice, as native lists do. */
const TYPE_AHEAD_MS = 700;

/** The choices of the list. */
export const statusChoices = (
  place: WidgetPlace,
  agent: AgentSlice,
  choose: (name: AgentStateName) => void,
): readonly TemplateResult[] => agent.choices.map((choice, index) => statusChoice(place, agent, choice, index, choose));

function statusChoice(
  {reason: reasonOf, stateName}: WidgetPlace,
  {presence, requested}: AgentSlice,
  choice: StateChoice,
  index: number,
  choose: (name: AgentStateName) => void,
): TemplateResult {
  const reason = reasonOf(choice);
  return html`<button
      type="button"
      role="menuitemradio"
      class="choice"
      part="button choice"
      tabindex="-1"
      data-state=${stateKey(choice)}
      aria-checked=${String(sameState(choice, presence))}
      aria-busy=${sameState(choice, requested) && requested ? 'true' : nothing}
      aria-disabled=${reason === undefined ? nothing : 'true'}
      aria-describedby=${reason === undefined ? nothing : `why-${index}`}
      @click=${() => reason === undefined && choose(choice)}
    >
      <span class="dot ${choice.state}"></span><span class="grow" dir="auto">${stateName(choice)}</span>${icon('check')}
    </button>
    ${reason === undefined ? nothing : html`<span hidden id="why-${index}">${reason}</span>`}`;
}

/** The lines below the status: what was asked for, what waits, and whether status and routing disagree. */
export function statusNotes(
  {t, stateName, button, ask}: WidgetPlace,
  {requested, pending, mismatch}: AgentSlice,
): TemplateResult {
  return html`${
    requested
      ? html`<p class="note" part="requested">
          ${t('status.requested', {state: stateName(requested)})}
        </p>`
      : nothing
  }${
    pending
      ? html`<div class="note" part="pending">
          <span class="grow">${t('status.pending', {state: stateName(pending), n: pending.waitsFor})}</span
          >${button({
            action: 'cancel-pending',
            label: t('status.cancelPending'),
            press: () => void ask((commands) => commands.cancelPendingStatus()),
          })}
        </div>`
      : nothing
  }${
    mismatch
      ? html`<div class="note bad" part="mismatch">
          <span class="grow"
            >${t('status.mismatch', {
              presence: stateName(mismatch.presence),
              routing: stateName(mismatch.routing),
            })}</span
          >${button({
            action: 'repair',
            label: t('status.repair'),
            press: () => void ask((commands) => commands.repairStatus()),
          })}
        </div>`
      : nothing
  }`;
}

/** The keys of the open list: arrows, Home and End, and letters that look for a choice. */
export class StatusKeys {
  #typed = '';
  #typedAt = 0;

  /** @returns the entry to go to, if the key is meant for the list. */
  next(event: KeyboardEvent, items: readonly HTMLElement[], at: number): HTMLElement | undefined {
    const {key} = event;
    const last = items.length - 1;
    if (key === 'ArrowDown') return items[at < last ? at + 1 : 0];
    if (key === 'ArrowUp') return items[at > 0 ? at - 1 : last];
    if (key === 'Home') return items[0];
    if (key === 'End') return items[last];
    if (key.length > 1 || key === ' ' || event.ctrlKey || event.metaKey || event.altKey) return undefined;
    return items[this.#find(key, items, at, event.timeStamp)];
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
