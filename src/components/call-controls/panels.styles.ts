import {css} from '../late/given.js';

export const panelStyles = css`
  .panel {
    margin-block-start: 8px;
    gap: 8px;
    padding: 8px;
    border-radius: var(--_radius);
    background: var(--_raised);
  }
  [data-action='close'] {
    gap: 0;
    min-block-size: 28px;
    padding: 2px 4px;
    border-color: transparent;
    background: none;
  }
  .panel input {
    flex: 1 1 100%;
    min-inline-size: 0;
    inline-size: 100%;
    min-block-size: 36px;
  }
  .keys {
    display: grid;
    grid-template-columns: repeat(3, 1fr);
    flex: 1 1 100%;
    gap: 4px;
    direction: ltr;
  }
  .keys button {
    min-block-size: 36px;
    border-color: var(--_border);
    font-size: 1.15em;
  }
`;
