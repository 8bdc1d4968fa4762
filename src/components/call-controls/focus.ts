import type {CallAction} from '../../domain/actions.js';
import type {InteractionView} from '../../domain/snapshot.js';

/** Which button takes the focus from another that has done its work. */
const NEXT: Readonly<Record<string, string>> = {
  mute: 'unmute',
  unmute: 'mute',
  hold: 'resume',
  resume: 'hold',
  transfer: 'complete-transfer',
};

/** Blocks that pass: the button can soon be used again. */
const PASSING = ['waiting', 'commandPending', 'noConnection'];

const LIVE = ':is(:not([aria-disabled]), .calm)';

const idOf = (element: Element): string | undefined => element.closest<HTMLElement>('.group')?.dataset['interactionId'];

/** Whether the focused button can still be used. */
function isOfUse(element: HTMLElement, items: readonly InteractionView[]): boolean {
  const item = items.find(({interactionId}) => interactionId === idOf(element));
  const action = element.dataset['action']?.replace(/-t/, 'T') as CallAction | undefined;
  const availability = action && item?.actions[action];
  return !availability || availability.allowed || PASSING.includes(availability.block ?? '');
}

/**
 * Keeps keyboard users where they are: on their button while others come and go, on the next one of the same contact
 * that is of use once theirs is not, and never on another contact's button, which they did not choose.
 */
export class FocusKeeper {
  #element: HTMLElement | undefined;
  #id: string | undefined;
  #wasOfUse = false;
  #items: readonly InteractionView[] = [];

  /** Before drawing. */
  before(root: ShadowRoot): void {
    this.#element = (root.activeElement as HTMLElement | null) ?? undefined;
    this.#id = this.#element && idOf(this.#element);
    this.#wasOfUse = !!this.#element && isOfUse(this.#element, this.#items);
  }

  /** After drawing. Returns whether the focus went to something that nobody chose. */
  after(root: ShadowRoot, items: readonly InteractionView[]): boolean {
    this.#items = items;
    const element = this.#element;
    // Or something else has moved it, as when a notice was dismissed.
    if (!element || !(element.isConnected || !root.activeElement)) return false;
    if (element.isConnected && !(this.#wasOfUse && !isOfUse(element, items))) {
      if (root.activeElement !== element) element.focus();
      return false;
    }
    const groups = [...root.querySelectorAll<HTMLElement>('.group')];
    const group = groups.find((other) => idOf(other) === this.#id);
    const next = NEXT[element.dataset['action'] ?? ''];
    // A button that only waits for the answer to the press counts as usable.
    const places = [next && `[data-action=${next}]${LIVE}`, `.bar button:not(.end)${LIVE}`];
    const place = places.map((selector) => selector && group?.querySelector<HTMLElement>(selector)).find(Boolean);
    (place || group || root.querySelector<HTMLElement>('.group, .idle'))?.focus();
    return true;
  }
}
