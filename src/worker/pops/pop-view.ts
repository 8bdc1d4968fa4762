import type {PopPayload} from '../../domain/screen-pop.js';
import type {PopField, PopView} from '../../domain/snapshot.js';
import type {PopRecord} from '../store/schema.js';

/** What a slice carries of a payload's field. Source: architecture.md "One snapshot, in slices". */
const SHOWN_VALUE_CHARS = 1_024;
/** What a slice carries of a payload. Our choice: more is no glance any more; the full payload goes with `go`. */
const SHOWN_FIELDS = 30;

/** What was made of a record, as long as it is kept. Records are replaced, never changed. */
const made = new WeakMap<PopRecord, PopView>();

/** A pop as the panel shows it; the same object as long as nothing has changed. @param waitsFor why, while it waits. */
export function popView(pop: PopRecord, waitsFor: PopView['waitsFor']): PopView {
  const known = made.get(pop);
  if (known && known.waitsFor === waitsFor) return known;
  const view = newView(pop, waitsFor);
  made.set(pop, view);
  return view;
}

function newView(pop: PopRecord, waitsFor: PopView['waitsFor']): PopView {
  const {popId, interactionId, source, receivedAt, outcome, payload, records = [], draft, cached} = pop;
  const priority = Object.hasOwn(payload, 'priority') ? payload['priority'] : undefined;
  return {
    popId,
    interactionId,
    source,
    ...(typeof priority === 'string' || typeof priority === 'number' ? {priority: String(priority)} : {}),
    receivedAt,
    outcome,
    fields: shownFields(payload),
    records,
    ...(draft ? {draft} : {}),
    ...(cached ? {cached: true} : {}),
    ...(waitsFor ? {waitsFor} : {}),
  };
}

/** A payload as the panel shows it: scalars as text, the rest as JSON, each cut. */
function shownFields(payload: PopPayload): PopField[] {
  return Object.entries(payload)
    .slice(0, SHOWN_FIELDS)
    .map(([name, value]) => {
      const text = typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
      return {name: name.slice(0, 100), value: text.slice(0, SHOWN_VALUE_CHARS)};
    });
}
