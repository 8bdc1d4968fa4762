import {css} from 'lit';

/** The session shows only its children, as if it were not there. */
export const styles = css`
  :host {
    display: contents;
  }
  :host([hidden]) {
    display: none;
  }
`;
