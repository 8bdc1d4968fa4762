/** How high a list wants to be, and a tooltip, in px. Source: our choice; six choices, four lines. */
const LIST_PX = 220;
const TIP_PX = 84;

/**
 * Puts a popover beside its anchor, below it or above where there is more room. Works by custom properties: a strict
 * Content Security Policy forbids style attributes. The popover is in the top layer, so no panel can clip it.
 */
export function place(popup: HTMLElement, anchor: Element, wanted = LIST_PX): void {
  const {left, right, top, bottom, width} = anchor.getBoundingClientRect();
  const below = innerHeight - bottom;
  const up = below < wanted && top > below;
  const isRtl = getComputedStyle(popup).direction === 'rtl';
  popup.classList.toggle('up', up);
  const set = (name: string, px: number): void => popup.style.setProperty(name, `${px}px`);
  set('--_x', isRtl ? document.documentElement.clientWidth - right : left);
  set('--_y', up ? innerHeight - top : bottom);
  set('--_w', width);
  set('--_h', (up ? top : below) - 12);
}

/**
 * Shows a button's `data-tip`, and the reason that the `aria-describedby` of a blocked one names, on hover and on keyboard
 * focus; Escape hides it.
 * @param signal - Ends it.
 */
export function showReasons(root: ShadowRoot, signal: AbortSignal): void {
  const tip = (): HTMLElement | null => root.querySelector('.tip');
  const hide = (): void => tip()?.hidePopover();
  const show = ({target}: Event): void => {
    const button = (target as Element).closest('[aria-disabled][aria-describedby],[data-tip]');
    const popup = tip();
    if (!popup) return;
    const text = reasonOf(root, button);
    popup.hidePopover();
    if (!button || !text) return;
    popup.textContent = text;
    // Over a list, it would hide the choices that follow.
    place(popup, button.closest('[popover]') ?? button, TIP_PX);
    popup.showPopover();
  };
  const options = {signal};
  root.addEventListener('pointerover', show, options);
  root.addEventListener(
    'focusin',
    (event) => (event.target as Element).matches(':focus-visible') && show(event),
    options,
  );
  root.addEventListener('pointerout', hide, options);
  root.addEventListener('focusout', hide, options);
  root.addEventListener('keydown', (event) => (event as KeyboardEvent).key === 'Escape' && hide(), options);
}

function reasonOf(root: ShadowRoot, button: Element | null): string {
  const id = button?.hasAttribute('aria-disabled') && button.getAttribute('aria-describedby');
  const words = [button?.getAttribute('data-tip'), id && root.getElementById(id)?.textContent];
  return words.filter(Boolean).join(': ');
}
