import {Signal} from 'signal-polyfill';
import {EMPTY_SNAPSHOT, type SliceName, type Snapshot} from '../domain/snapshot.js';
import {reported} from './reported.js';
import {SESSION_PROTOCOL, type CxoneSession} from './session.js';

/** Slices of sessions from another copy of the package, as signals of this copy. */
const mirrors = new WeakMap<CxoneSession, Map<SliceName, Signal.State<unknown>>>();

/** Whether elements of this copy understand the session, which another copy may have made. */
export function canFollow(session: CxoneSession): boolean {
  return session.protocol === SESSION_PROTOCOL;
}

/**
 * A slice as it is now. A computation that reads it notices its changes. Another copy of the package has its own signals
 * library, whose changes ours cannot see: so we subscribe to it and mirror what it says.
 */
export function sliceOf<Name extends SliceName>(session: CxoneSession, name: Name): Snapshot[Name] {
  const own: unknown = session.snapshot[name];
  if (own instanceof Signal.State) return own.get() as Snapshot[Name];
  let slices = mirrors.get(session);
  if (!slices) mirrors.set(session, (slices = new Map<SliceName, Signal.State<unknown>>()));
  const known = slices.get(name) as Signal.State<Snapshot[Name]> | undefined;
  return (known ?? mirror(session, name, slices)).get();
}

function mirror<Name extends SliceName>(
  session: CxoneSession,
  name: Name,
  slices: Map<SliceName, Signal.State<unknown>>,
): Signal.State<Snapshot[Name]> {
  // The first callback comes within this call, where no signal may be changed: its value is the signal's first value.
  const made: {signal?: Signal.State<Snapshot[Name]>} = {};
  let first: Snapshot[Name] | undefined;
  // The mirror lives as long as the session that holds it.
  session.subscribe(name, (slice) => {
    first ??= slice;
    // An older copy may not catch what its subscribers throw.
    reported(name, () => made.signal?.set(slice));
  });
  made.signal = new Signal.State(first ?? EMPTY_SNAPSHOT[name]);
  slices.set(name, made.signal);
  return made.signal;
}
