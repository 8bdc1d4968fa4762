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
  @media (forced-colors: active) {
    .dot {
      forced-color-adjust: none;
      border-color: CanvasText;
    }
  }
`;
