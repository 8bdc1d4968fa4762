import {css} from '../late/given.js';

export const acwStyles = css`
  .item + .item {
    margin-block-start: 6px;
  }
  .ring {
    inline-size: 36px;
    block-size: 36px;
    rotate: -90deg;
    stroke-width: 3;
    stroke-linecap: butt;
    stroke: var(--_accent);
  }
  .ring :first-child {
    stroke: var(--_border);
  }
  .time {
    font-size: 1.5em;
    font-weight: 600;
    line-height: 1.2;
    /* More than an hour: the buttons give way. */
    min-inline-size: max-content;
  }
  .soon {
    border-color: var(--_warning);
  }
  .soon .ring {
    stroke: var(--_warning);
  }
  .soon :is(.time, .muted) {
    color: var(--_warning);
  }
  .line {
    flex-basis: 100%;
  }
  .buttons {
    display: flex;
    gap: 6px;
    margin-inline-start: auto;
  }
  @media (forced-colors: active) {
    .ring {
      stroke: Highlight;
    }
  }
`;
