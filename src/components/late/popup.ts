/** The height that a list and a tooltip need, in px. Source: our choice; six choices, four lines. */
const LIST_PX = 220;
const TIP_PX = 84;

/**
 * Puts a popover beside its anchor, below it or above where there is more room. Works by custom properties: a strict
 * Content Security Policy forbids style attributes. The popover is in the top layer, so no panel can clip it.
 */
export function place(popup: HTMLElement, anchor: Element): void {
  const {top, bottom} = anchor.getBoundingClientRect();
  const below = viewOf(popup).innerHeight - bottom;
  put(popup, anchor, anchor, below < LIST_PX && top > below);
}

/** Puts a tooltip beside its button, but outside of the list or row of buttons around it, so that it covers none of them. */
function placeTip(popup: HTMLElement, button: Element): void {
  const group = button.closest('[popover],[part=bar]') ?? button;
  const own = button.getBoundingClientRect();
  const {top, bottom, height} = group.getBoundingClientRect();
  const below = viewOf(popup).innerHeight - bottom;
  const isUpper = !group.matches('[popover]') && own.bottom <= top + height / 2;
  put(popup, button, group, top > TIP_PX ? isUpper || below < TIP_PX : below < TIP_PX && top > below);
}

/** The window that the element is in now, which need not be the one that loaded the script. */
const viewOf = ({ownerDocument}: Element): Window => ownerDocument.defaultView ?? window;

/** The CSS zoom of an element: measured lengths include it, lengths that we set do not yet. 1 if the browser has no CSS zoom. */
const zoomOf = (element: Element): number => (element as {readonly currentCSSZoom?: number}).currentCSSZoom || 1;

function put(popup: HTMLElement, anchor: Element, beside: Element, up: boolean): void {
  const {left, right, width} = anchor.getBoundingClientRect();
  const {top, bottom} = beside.getBoundingClientRect();
  const view = viewOf(popup);
  const isRtl = view.getComputedStyle(popup).direction === 'rtl';
  popup.classList.toggle('up', up);
  // Measured at the anchor: a popup that is not shown has no zoom yet.
  const zoom = zoomOf(anchor);
  const set = (name: string, px: number): void => popup.style.setProperty(name, `${px / zoom}px`);
  const pageWidth = popup.ownerDocument.documentElement.clientWidth;
  set('--_vw', pageWidth);
  set('--_x', isRtl ? pageWidth - right : left);
  set('--_y', up ? view.innerHeight - top : bottom);
  set('--_w', width);
  set('--_h', (up ? top : view.innerHeight - bottom) - 12);
}

/**
 * Shows a button's `data-tip`, and the reason that the `aria-describedby` of a blocked one names, on hover, on keyboard
 * focus and where a blocked one is pressed; Escape hides it.
 * @param signal - Ends it.
 * @returns Call it after each drawing: it hides a reason that no longer holds, and shows one that has changed anew.
 */
export function showReasons(root: ShadowRoot, signal: AbortSignal): () => void {
  // In a document whose window is gone, popovers throw.
  const tip = (): HTMLElement | null => root.ownerDocument.defaultView && root.querySelector('.tip');
  let shown: Element | null = null;
  let at = '';
  let isPress = false;
  const tell = (button: Element | null): void => {
    const popup = tip();
    const text = button?.isConnected ? reasonOf(root, button, isPress) : '';
    // What stands beside it may have grown.
    if (popup && button && text && button === shown && popup.textContent === text) return placeTip(popup, button);
    popup?.hidePopover();
    shown = text ? button : null;
    if (!popup || !button || !text) return;
    popup.textContent = text;
    placeTip(popup, button);
    popup.showPopover();
  };
  const hide = (): void => tell(null);
  const show = ({type, target}: Event): void => {
    isPress = type === 'click';
    tell((target as Element).closest('[aria-disabled][aria-describedby],[data-tip]'));
  };
  const options = {signal};
  root.addEventListener(
    'pointerover',
    (event) => {
      const {clientX, clientY} = event as PointerEvent;
      const before = at;
      at = `${clientX} ${clientY}`;
      // Where only the page moved, nobody asked: who has just pressed Mute need not read that it is muted.
      if (at !== before) show(event);
    },
    options,
  );
  root.addEventListener(
    'pointermove',
    (event) => {
      at = `${(event as PointerEvent).clientX} ${(event as PointerEvent).clientY}`;
    },
    options,
  );
  root.addEventListener(
    'focusin',
    (event) => (event.target as Element).matches(':focus-visible') && show(event),
    options,
  );
  // A finger does not hover. Before the press changes what is blocked.
  root.addEventListener('click', show, {...options, capture: true});
  root.addEventListener('pointerout', hide, options);
  root.addEventListener('focusout', hide, options);
  root.addEventListener('keydown', (event) => (event as KeyboardEvent).key === 'Escape' && hide(), options);
  // The pointer may have been there before this part was.
  tell(root.querySelector(':is([aria-disabled][aria-describedby], [data-tip]):hover'));
  return () => tell(shown);
}

function reasonOf(root: ShadowRoot, button: Element, isPress: boolean): string {
  // What passes in a moment is told to whoever presses, not to whoever comes by.
  const isBlocked = button.matches(isPress ? '[aria-disabled]' : '[aria-disabled]:not(.calm)');
  const id = isBlocked && button.getAttribute('aria-describedby');
  const words = [button.getAttribute('data-tip'), id && root.getElementById(id)?.textContent];
  return words.filter(Boolean).join(': ');
}
