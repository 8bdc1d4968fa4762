import {Signal} from 'signal-polyfill';
import {EMPTY_SNAPSHOT, type SliceName, type Snapshot} from '../domain/snapshot.js';
import {reported} from './reported.js';
import {SESSION_PROTOCOL, type CxoneSession} from './session.js';

/** The slices of sessions that another copy of the package made, as signals of this copy. */
const mirrors = new WeakMap<CxoneSession, Map<SliceName, Signal.State<unknown>>>();

/** Whether elements of this copy understand the session, whichever copy made it. */
export function canFollow(session: CxoneSession): boolean {
  return session.protocol === SESSION_PROTOCOL;
}

/**
 * A slice as it is now; read in a signal's computation, its changes are noticed. The signals of another copy of the
 * package are of another signals library, which tells ours nothing: what it tells its subscribers is mirrored.
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
  // The first word comes within the call, where no signal may be changed: it is what the signal begins with.
  const made: {signal?: Signal.State<Snapshot[Name]>} = {};
  let first: Snapshot[Name] | undefined;
  // Ends with the session, which is what holds the mirror.
  session.subscribe(name, (slice) => {
    first ??= slice;
    // The other copy may be one that has its others wait for this.
    reported(name, () => made.signal?.set(slice));
  });
  made.signal = new Signal.State(first ?? EMPTY_SNAPSHOT[name]);
  slices.set(name, made.signal);
  return made.signal;
}
