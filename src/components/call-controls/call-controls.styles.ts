import {css, unsafeCSS} from 'lit';
import {UNSEEN_MS} from './calm.js';

export const styles = css`
  .group {
    min-block-size: var(--_least);
  }
  .group + .group {
    margin-block-start: 8px;
  }
  /* Of several, the one that matters most. */
  .group[aria-current] {
    border-color: var(--_text);
  }
  .group[data-state='ringing'] {
    border-color: var(--_accent);
    box-shadow: inset 3px 0 var(--_accent);
  }
  .group[data-state='ended'] .head {
    color: var(--_muted);
  }
  /* Its buttons come in while they take no press. */
  .new .bar {
    animation: come ${unsafeCSS(UNSEEN_MS)}ms ease-in;
  }
  @keyframes come {
    from {
      opacity: 0.25;
    }
  }
  .group:dir(rtl)[data-state='ringing'] {
    box-shadow: inset -3px 0 var(--_accent);
  }
  .who {
    font-size: 1.15em;
    font-weight: 600;
    line-height: 1.3;
    display: -webkit-box;
    overflow: hidden;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
  }
  .head .time {
    font-size: 1.15em;
    align-self: start;
  }
  .badge {
    padding-inline: 6px;
    border-radius: 9px;
    background: var(--_raised);
    color: var(--_text);
  }
  [data-action='transfer']:dir(rtl) svg {
    scale: -1 1;
  }
  ul {
    padding: 0;
    list-style: none;
  }
  /* Related actions stand in one column: answer over reject, hold over resume. As many columns as words fit. */
  .bar {
    display: flex;
    flex-wrap: wrap;
    gap: 3px;
    margin-block-start: 8px;
  }
  .pair {
    display: grid;
    flex: 1 1 0;
    grid-template: 1fr 1fr / minmax(min-content, 1fr);
    gap: 3px;
    min-inline-size: min-content;
    max-inline-size: 100%;
  }
  .bar button {
    flex-direction: column;
    gap: 1px;
    min-block-size: 46px;
    padding: 4px 1px;
    border-color: var(--_border);
    font-size: 0.85em;
    line-height: 1.2;
    overflow-wrap: break-word;
  }
  .bar button:is(.go, .end) {
    border-color: transparent;
  }
  .bar button[aria-disabled]:not(.calm) {
    border-color: transparent;
  }
  .bar button[aria-expanded='true'] {
    border-color: var(--_accent);
    color: var(--_accent);
  }
  :host([layout='compact']) .bar {
    /* All ten in one line where they fit, else five and five. */
    display: grid;
    grid-template: auto / repeat(auto-fit, minmax(clamp(36px, (390px - 100%) * 999, 18%), 1fr));
  }
  :host([layout='compact']) .pair {
    display: contents;
  }
  :host([layout='compact']) .bar button {
    min-block-size: 36px;
  }
  :host([layout='compact']) .bar .txt {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
  .consult {
    margin-block-start: 8px;
  }
  @media (prefers-reduced-motion: reduce) {
    .new .bar {
      animation: none;
    }
  }
  @media (forced-colors: active) {
    .badge {
      border: 1px solid;
    }
    .group[data-state='ringing'] {
      padding: 6px 8px;
      border: 3px double Highlight;
    }
    .group[aria-current] {
      border-color: Highlight;
    }
    .bar button[aria-expanded='true'] {
      border-color: Highlight;
    }
  }
`;
