import {css} from './given.js';

/** Notices, lists that pop up, tooltips, and what waits for an answer. */
export const sharedStyles = css`
  [data-notice] button {
    min-block-size: 24px;
    padding: 2px;
    border-color: transparent;
    background: none;
  }
  [data-notice] .txt {
    display: none;
  }
  [popover] {
    position: fixed;
    inset: auto;
    inset-inline-start: clamp(4px, var(--_x), var(--_vw) - var(--_min) - 4px);
    inset-block-start: calc(var(--_y) + 4px);
    margin: 0;
    overflow: auto;
    color: var(--_text);
    background: var(--_surface);
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    box-shadow: 0 6px 20px #0004;
  }
  [popover].up {
    inset-block: auto calc(var(--_y) + 4px);
  }
  .tip {
    --_min: 220px;
    max-inline-size: var(--_min);
    padding: 4px 8px;
    color: var(--_surface);
    background: var(--_text);
    font-size: 0.92em;
    pointer-events: none;
  }
  button[aria-busy]::after {
    content: '';
    position: absolute;
    inset: calc(50% - 8px);
    inline-size: 12px;
    block-size: 12px;
    border: 2px solid;
    border-inline-end-color: transparent;
    border-radius: 50%;
    opacity: 0;
    animation:
      turn 0.9s linear infinite,
      wait 1ms 150ms forwards;
  }
  /* Most answers come sooner, and need no sign. Source of the 150 ms: our choice, as long as a press still feels answered. */
  button[aria-disabled][aria-busy] > * {
    animation: fade 1ms 150ms forwards;
  }
  @keyframes wait {
    to {
      opacity: 1;
    }
  }
  @keyframes fade {
    to {
      opacity: 0.35;
    }
  }
  @keyframes turn {
    to {
      rotate: 1turn;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    button[aria-busy]::after {
      animation-duration: 4s, 1ms;
    }
  }
  @media (forced-colors: active) {
    button[aria-busy]::after {
      forced-color-adjust: none;
      border-color: CanvasText;
      border-inline-end-color: Canvas;
    }
  }
`;
