import {css} from 'lit';

export const styles = css`
  .trigger {
    inline-size: 100%;
    min-block-size: 44px;
    justify-content: flex-start;
    gap: 10px;
    padding-inline: 12px;
    border-color: var(--_border);
    text-align: start;
  }
  .trigger:not([aria-disabled]):hover {
    border-color: var(--_muted);
  }
  .label {
    display: block;
    color: var(--_muted);
    font-size: 0.85em;
    line-height: 1.2;
  }
  .value {
    display: block;
    font-weight: 600;
    line-height: 1.3;
  }
  .value,
  .choice .grow {
    display: -webkit-box;
    overflow: hidden;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
  }
  .dot {
    flex: none;
    inline-size: 10px;
    block-size: 10px;
    border: 2px solid var(--_dot, var(--_warning));
    border-radius: 50%;
    background: var(--_dot, var(--_warning));
  }
  .available,
  .ready {
    --_dot: var(--_success);
  }
  .busy,
  .onCall {
    --_dot: var(--_danger);
  }
  .ringing {
    --_dot: var(--_accent);
  }
  .offline,
  .none {
    --_dot: var(--_muted);
    background: none;
  }
  :host([stale]) .trigger .dot {
    background: none;
  }
  .menu {
    --_min: 200px;
    min-inline-size: max(var(--_min), var(--_w));
    max-inline-size: max(var(--_min), var(--_w), min(400px, var(--_vw) - var(--_x) - 4px));
    max-block-size: max(160px, var(--_h));
    padding: 4px;
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
  @media (forced-colors: active) {
    .dot {
      forced-color-adjust: none;
      border-color: CanvasText;
    }
  }
`;
