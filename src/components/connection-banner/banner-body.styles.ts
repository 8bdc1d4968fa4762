import {css} from '../late/given.js';

export const bannerStyles = css`
  :host([hidden]:state(recovered)) {
    display: block;
    position: absolute;
    block-size: 0;
    overflow: hidden;
  }
  .banner {
    border-inline-start: 3px solid var(--_accent);
  }
  :is(.live, .polling, .degraded, .offline) {
    border-inline-start-color: var(--_warning);
  }
  .error {
    border-inline-start-color: var(--_danger);
  }
  .title {
    font-weight: 600;
  }
  .facts {
    flex: auto;
  }
  [data-action='reconnect'] {
    margin-inline-start: auto;
  }
  ul {
    padding: 0;
    list-style: none;
  }
  li {
    margin-block-start: 4px;
  }
  li button {
    min-block-size: 24px;
    padding: 2px;
    border-color: transparent;
    background: none;
  }
  li .txt {
    display: none;
  }
`;
