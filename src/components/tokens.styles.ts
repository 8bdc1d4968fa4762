import {css, unsafeCSS} from 'lit';

/** Design tokens: name → light and dark. Text pairs have a contrast of 4.5:1 at least, marks and borders of controls 3:1. */
const COLORS = {
  text: ['#1c2127', '#e9ebee'],
  muted: ['#57606a', '#a6afbb'],
  surface: ['#fff', '#1b1e23'],
  raised: ['#f2f4f7', '#282c33'],
  border: ['#d3d8de', '#40464f'],
  accent: ['#0b5cad', '#7cb5f6'],
  success: ['#1a7434', '#5cc777'],
  warning: ['#8f5400', '#e9b44f'],
  danger: ['#bd2424', '#ff938a'],
} as const;

/** `--_text: var(--cxone-color-text, <default>)` for each token. Our styles only use the short private names. */
const declare = (value: (light: string, dark: string) => string): string =>
  Object.entries(COLORS)
    .map(([name, [light, dark]]) => `--_${name}:var(--cxone-color-${name},${value(light, dark)});`)
    .join('');

/**
 * What all widgets share: tokens, text and buttons. Colours follow the page's
 * `color-scheme`; a browser without `light-dark()` goes by the system's preference.
 */
export const tokens = css`
  :host {
    ${unsafeCSS(declare((light) => light))}
    --_radius: var(--cxone-radius, 6px);
    --_on: var(--cxone-color-on-accent, var(--_surface));
    display: block;
    box-sizing: border-box;
    min-inline-size: 0;
    color-scheme: var(--cxone-color-scheme, inherit);
    color: var(--_text);
    font: 400 var(--cxone-font-size, 13px) / 1.45 var(--cxone-font, system-ui, sans-serif);
    text-align: start;
    overflow-wrap: anywhere;
  }
  @media (prefers-color-scheme: dark) {
    :host {
      ${unsafeCSS(declare((_, dark) => dark))}
    }
  }
  @supports (color: light-dark(red, red)) {
    :host {
      ${unsafeCSS(declare((light, dark) => `light-dark(${light},${dark})`))}
    }
  }
  :host([hidden]) {
    display: none;
  }
  * {
    box-sizing: border-box;
    margin: 0;
  }
  .box {
    padding: 8px 10px;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background: var(--_surface);
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 8px;
  }
  .grow {
    flex: 1;
    min-inline-size: 0;
  }
  .muted,
  .idle {
    color: var(--_muted);
  }
  .idle {
    padding-block: 10px;
    text-align: center;
  }
  .note {
    margin-block-start: 6px;
    padding: 4px 8px;
    border-inline-start: 3px solid var(--_warning);
    border-radius: 3px;
    background: var(--_raised);
  }
  .bad {
    border-color: var(--_danger);
  }
  [role='alert']:empty {
    display: none;
  }
  .sr {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  time,
  .time {
    font-variant-numeric: tabular-nums;
    unicode-bidi: isolate;
    white-space: nowrap;
  }
  /* Its own direction orders the letters; the line still begins where the page's lines do. */
  [dir='auto'] {
    text-align: match-parent;
    text-align: -webkit-match-parent;
  }
  svg {
    inline-size: 1.4em;
    block-size: 1.4em;
    flex: none;
    fill: none;
    stroke: currentColor;
    stroke-width: 2;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  button,
  input {
    font: inherit;
    color: inherit;
    min-block-size: 32px;
    padding: 4px 10px;
    border: 1px solid var(--_muted);
    border-radius: var(--_radius);
    background: var(--_surface);
  }
  button {
    position: relative;
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 6px;
    cursor: pointer;
    touch-action: manipulation;
  }
  button:hover {
    background: var(--_raised);
  }
  :focus-visible {
    outline: 2px solid var(--cxone-color-focus, var(--_accent));
    outline-offset: 2px;
  }
  .go,
  .end,
  .main {
    border-color: transparent;
    color: var(--_on);
    background: var(--_success);
  }
  .end {
    background: var(--_danger);
  }
  .main {
    background: var(--_accent);
  }
  :is(.go, .end, .main):hover {
    background: color-mix(in srgb, currentColor 12%, var(--_fill, var(--_accent)));
  }
  .go {
    --_fill: var(--_success);
  }
  .end {
    --_fill: var(--_danger);
  }
  button[aria-disabled] {
    cursor: default;
  }
  button[aria-disabled]:not(.calm) {
    color: var(--_muted);
    border-color: var(--_border);
    background: none;
  }
  @media (forced-colors: active) {
    button[aria-disabled]:not(.calm) {
      color: GrayText;
      border-color: GrayText;
    }
  }
`;
