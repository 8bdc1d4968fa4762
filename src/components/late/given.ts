import type {nothing as litNothing} from 'lit';
import type {repeat as litRepeat} from 'lit/directives/repeat.js';
import type {html as ownHtml, svg as ownSvg} from '../html.js';
import type {icon as ownIcon} from '../icons.js';

/** What the widgets draw with. A part that is loaded late uses the page's Lit, because a second one would not know its templates. */
export interface Given {
  readonly html: typeof ownHtml;
  readonly svg: typeof ownSvg;
  readonly nothing: typeof litNothing;
  readonly repeat: typeof litRepeat;
  readonly icon: typeof ownIcon;
}

export let html: Given['html'];
export let svg: Given['svg'];
export let nothing: Given['nothing'];
export let repeat: Given['repeat'];
export let icon: Given['icon'];

/** Must be called before anything else of the part. */
export function give(given: Given): void {
  ({html, svg, nothing, repeat, icon} = given);
}

/** Styles as text; the page makes the style sheet. */
export const css = ([text]: TemplateStringsArray): string => text!;
