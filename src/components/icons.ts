import type {TemplateResult} from 'lit';
import {html, svg} from './html.js';

/** Outlines on a 24 × 24 grid, drawn with a stroke. */
const PATHS = {
  phone: 'M6 3h3l2 5-2.5 2a13 13 0 0 0 5.5 5.5l2-2.5 5 2v3a2 2 0 0 1-2 2A16 16 0 0 1 4 5a2 2 0 0 1 2-2z',
  hangup: 'M3 15v-2c5-5 13-5 18 0v2l-4 2-2-4q-3-1-6 0l-2 4z',
  hold: 'M8 5v14M16 5v14',
  resume: 'M7 4v16l13-8z',
  mic: 'M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3zM5 11a7 7 0 0 0 14 0M12 18v3',
  mute: 'M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3zM5 11a7 7 0 0 0 14 0M12 18v3M3 3l18 18',
  transfer: 'M4 12h15M13 6l6 6-6 6',
  conference: 'M9 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM2 21a7 7 0 0 1 14 0M19 8v6M16 11h6',
  keypad: 'M6 5h.01M12 5h.01M18 5h.01M6 12h.01M12 12h.01M18 12h.01M6 19h.01M12 19h.01M18 19h.01',
  check: 'M4 12l6 6L20 6',
  close: 'M6 6l12 12M18 6L6 18',
  chevron: 'M6 9l6 6 6-6',
  warning: 'M12 4L2 20h20zM12 10v4M12 17h.01',
  chat: 'M4 4h16v12H9l-5 4z',
  mail: 'M3 6h18v12H3zM3 7l9 6 9-6',
  task: 'M5 4h14v16H5zM9 12l2 2 4-4',
} as const;

export type IconName = keyof typeof PATHS;

/** A decorative icon: words beside it always say what it means. */
export const icon = (name: IconName): TemplateResult =>
  html`<svg viewBox="0 0 24 24" aria-hidden="true" part="icon">${svg`<path d=${PATHS[name]}></path>`}</svg>`;
