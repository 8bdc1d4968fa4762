import type {PopPayload} from '../../domain/screen-pop.js';
import type {PopField, PopView} from '../../domain/snapshot.js';
import type {PopRecord} from '../store/schema.js';

/** How many characters of a payload field a slice carries. Source: architecture.md "One snapshot, in slices". */
const SHOWN_VALUE_CHARS = 1_024;
/** How many fields of a payload a slice carries. Our choice: nobody takes in more at a glance; `go` carries the full payload. */
const SHOWN_FIELDS = 30;

/** The view of each record, cached while the record lives. Records are replaced, never changed. */
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
