import {css} from '../late/given.js';

export const popStyles = css`
  ol,
  ul {
    padding: 0;
    list-style: none;
  }
  .item + .item {
    margin-block-start: 8px;
    padding-block-start: 8px;
    border-block-start: 1px solid var(--_border);
  }
  .outcome {
    font-weight: 600;
  }
  .opened .outcome {
    color: var(--_success);
  }
  :is(.several, .waiting, .unknown, .dropped) .outcome {
    color: var(--_warning);
  }
  .failed .outcome {
    color: var(--_danger);
  }
  :host([stale]) .outcome {
    color: inherit;
  }
  .records {
    display: grid;
    gap: 4px;
    margin-block-start: 6px;
  }
  .records button {
    inline-size: 100%;
    justify-content: start;
    text-align: start;
  }
  dl {
    display: grid;
    grid-template-columns: fit-content(50%) minmax(0, 1fr);
    gap: 2px 8px;
    margin-block-start: 6px;
  }
  /* Large text in a narrow panel. */
  .clip time {
    white-space: normal;
  }
  dd,
  .clip {
    display: -webkit-box;
    overflow: hidden;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 4;
  }
`;
