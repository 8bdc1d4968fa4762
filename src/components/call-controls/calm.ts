import type {LitElement, ReactiveController} from 'lit';

/** How long nothing moves after a press, in ms. Source: our choice, twice the time within which systems count a double click. */
export const STILL_MS = 1_000;

/**
 * How long what has just come takes no press, in ms. Source: our choice; a hand that is on its way cannot be stopped
 * within the 250 ms or so that a person takes to react, and systems count a second click within 500 ms as a double one.
 */
export const UNSEEN_MS = 500;

const buttonOf = (event: Event): HTMLElement | undefined =>
  event.composedPath().find((target): target is HTMLElement => (target as Partial<Element>).localName === 'button');
const isInert = (button: HTMLElement | undefined): boolean => button?.getAttribute('aria-disabled') === 'true';

/**
 * Knows whether somebody is about to press here, so that nothing moves under the hand, and what is too new to be meant
 * by a press. Its timers are the browser's: a wall clock that is corrected must not make a button deaf.
 */
export class Calm implements ReactiveController {
  readonly #host: LitElement;
  readonly #new = new Map<string, ReturnType<typeof setTimeout>>();
  #hovered = false;
  #still: ReturnType<typeof setTimeout> | undefined;
  /** The button on which a press began while it was inert. */
  #dead: HTMLElement | undefined;
  /** Where the focus was moved to, and when. */
  #movedTo: Element | null | undefined;
  #movedAt = -Infinity;

  constructor(host: LitElement) {
    this.#host = host;
    host.addController(this);
    host.addEventListener('pointerenter', ({pointerType}) => (this.#hovered = pointerType !== 'touch'));
    host.addEventListener('pointerleave', () => {
      this.#hovered = false;
      host.requestUpdate();
    });
    host.addEventListener('focusout', () => host.requestUpdate());
    host.addEventListener('pointerdown', this.#begin, true);
    host.addEventListener('keydown', this.#begin, true);
    host.addEventListener('click', this.#click, true);
  }

  hostDisconnected(): void {
    this.#hovered = false;
    clearTimeout(this.#still);
    this.#still = undefined;
    for (const timer of this.#new.values()) clearTimeout(timer);
    this.#new.clear();
  }

  /** Somebody pressed within the last `STILL_MS`. */
  get isPressed(): boolean {
    return this.#still !== undefined;
  }

  /** The pointer is over the widget, or has just pressed. */
  get isTouched(): boolean {
    return this.#hovered || this.isPressed;
  }

  /** Nothing may move now. */
  get isSteady(): boolean {
    return this.isTouched || this.#host.matches(':focus-within');
  }

  /** A contact's buttons have just appeared in their present place. */
  came(id: string): void {
    clearTimeout(this.#new.get(id));
    const timer = setTimeout(() => {
      this.#new.delete(id);
      this.#host.requestUpdate();
    }, UNSEEN_MS);
    this.#new.set(id, timer);
  }

  /** Whether a contact's buttons came less than `UNSEEN_MS` ago. */
  isNew(id: string): boolean {
    return this.#new.has(id);
  }

  /** The focus was moved to a button that nobody chose: a second press of the same key is not meant for it. */
  focusMoved(): void {
    this.#movedTo = this.#host.shadowRoot?.activeElement;
    this.#movedAt = performance.now();
  }

  readonly #begin = (event: Event): void => {
    const button = buttonOf(event);
    this.#dead = isInert(button) ? button : undefined;
    const {repeat} = event as KeyboardEvent;
    // A key that is held down counts as one press.
    if (button && repeat) event.preventDefault();
    else this.#touch();
  };

  readonly #click = (event: MouseEvent): void => {
    const button = buttonOf(event);
    if (!button) return;
    this.#touch();
    const isByKey = event.isTrusted && event.detail === 0;
    const isTooSoon = isByKey && button === this.#movedTo && performance.now() - this.#movedAt < UNSEEN_MS;
    // It still gives its reason. A button that became active between press and release was not meant.
    if (isInert(button) || !(button === this.#dead || isTooSoon)) return;
    event.stopPropagation();
    event.preventDefault();
  };

  #touch(): void {
    clearTimeout(this.#still);
    this.#still = setTimeout(() => {
      this.#still = undefined;
      this.#host.requestUpdate();
    }, STILL_MS);
  }
}
