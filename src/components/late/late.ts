import {signal} from '@lit-labs/signals';
import {nothing} from 'lit';
import {repeat} from 'lit/directives/repeat.js';
import {html, svg} from '../html.js';
import {loadTexts} from '../i18n/i18n.js';
import {icon} from '../icons.js';
import {fetchPart} from './fetch-part.js';
import type * as Parts from './parts.js';

export type LateParts = typeof Parts;

/** Wait before the next try to fetch the parts, in ms. Source: our choice; long enough not to flood a server that is down. */
const RETRY_MS = 5_000;

const state = signal<LateParts | 'missing' | undefined>(undefined);
let loading: Promise<void> | undefined;
/** Why the first try failed. */
let failure: unknown;

/** The parts, once they are loaded. An element that reads this while drawing is drawn again when they arrive. */
export function lateParts(): LateParts | undefined {
  const now = state.get();
  return now === 'missing' ? undefined : now;
}

/** Whether fetching the parts has failed. The next try comes by itself. */
export const areMissing = (): boolean => state.get() === 'missing';

/** Fetches the parts, unless that is under way or done. Never rejects. */
export function loadLate(): Promise<void> {
  return (loading ??= load());
}

async function load(): Promise<void> {
  try {
    // Their words come with them.
    const [parts] = await Promise.all([fetchPart(() => import('./parts.js'), failure), loadTexts()]);
    parts.give({html, svg, nothing, repeat, icon});
    state.set(parts);
  } catch (error) {
    failure ??= error;
    state.set('missing');
    setTimeout(() => void (loading = load()), RETRY_MS);
  }
}
