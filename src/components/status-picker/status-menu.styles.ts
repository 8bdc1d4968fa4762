import {css} from '../late/given.js';

export const menuStyles = css`
  .menu {
    --_min: 200px;
    min-inline-size: max(var(--_min), var(--_w));
    max-inline-size: max(var(--_min), var(--_w), min(400px, var(--_vw) - var(--_x) - 4px));
    max-block-size: max(160px, var(--_h));
    padding: 4px;
  }
  hr {
    margin-block: 4px;
    border: 0;
    border-block-start: 1px solid var(--_border);
  }
  .choice {
    display: flex;
    inline-size: 100%;
    min-block-size: 36px;
    justify-content: flex-start;
    gap: 10px;
    border-color: transparent;
    text-align: start;
  }
  .choice:focus-visible {
    outline-offset: -2px;
    background: var(--_raised);
  }
  .choice[aria-checked='true'] {
    font-weight: 600;
  }
  .choice[aria-checked='false'] svg:last-child,
  [aria-busy] > svg {
    visibility: hidden;
  }
  button[aria-busy]::after {
    inset-inline: auto 12px;
  }
  .choice[aria-disabled] {
    border-color: transparent;
  }
  .bad .grow {
    flex-basis: 170px;
  }
  .note {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 8px;
  }
`;
