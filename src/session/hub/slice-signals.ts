import {Signal} from 'signal-polyfill';
import {steadyNow} from '../../domain/monotonic.js';
import {withChange} from '../../domain/list-change.js';
import {
  EMPTY_SNAPSHOT,
  isListSlice,
  keyOfItem,
  type ConnectionSlice,
  type ListSlice,
  type ListSliceName,
  type Problem,
  type SliceName,
  type Snapshot,
} from '../../domain/snapshot.js';
import type {ListChangeMessage, PageSnapshot} from '../../worker/hub-api.js';
import {reported} from '../reported.js';
import type {SnapshotSignals} from '../session.js';

/** Up to this difference between two clocks we blame the time a message takes, in ms. Source: our choice, a busy machine. */
const ON_THE_WAY_MS = 2_000;

/** The names of fields that hold an instant, epoch ms. */
const INSTANT = /^(asOf|presenceSince|since|startedAt|answeredAt|stateSince|endsAt|nextTryAt|from|to)$/;

/** A copy with all its instants moved; 0 means that there is none. */
function moved<T>(value: T, ms: number): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => moved(item, ms)) as T;
  return Object.fromEntries(
    Object.entries(value).map(([name, of]: [string, unknown]) => [
      name,
      typeof of === 'number' && of !== 0 && INSTANT.test(name) ? of + ms : moved(of, ms),
    ]),
  ) as T;
}

/** A signal that calls back each time somebody reads it. */
class WatchedState<T> extends Signal.State<T> {
  readonly #onUse: () => void;

  constructor(initial: T, onUse: () => void) {
    super(initial);
    this.#onUse = onUse;
  }

  override get(): T {
    this.#onUse();
    return super.get();
  }
}

/** One slice: a signal for elements, and callbacks for scripts that have their own copy of the signals library. */
class Cell<T> {
  readonly #name: SliceName;
  readonly #onUse: () => void;
  readonly signal: Signal.State<T>;
  readonly callbacks = new Set<(slice: T) => void>();
  /** The signal's value, for us: reading it here does not count as a use. */
  value: T;

  /** @param onUse called each time a widget or a script uses the slice. */
  constructor(name: SliceName, initial: T, onUse: () => void) {
    this.#name = name;
    this.#onUse = onUse;
    this.value = initial;
    this.signal = new WatchedState(initial, onUse);
  }

  set(slice: T): void {
    this.value = slice;
    // Watchers of a signal run within this call, and a host may have its own.
    reported(this.#name, () => this.signal.set(slice));
    for (const callback of [...this.callbacks]) this.#tell(callback);
  }

  subscribe(callback: (slice: T) => void): () => void {
    this.#onUse();
    // Wrapped, so that one function given twice is two subscriptions.
    const own = (slice: T): void => callback(slice);
    this.callbacks.add(own);
    this.#tell(callback);
    return () => void this.callbacks.delete(own);
  }

  /** A host's callback that fails must not cut off the others. */
  #tell(callback: (slice: T) => void): void {
    reported(this.#name, () => callback(this.value));
  }
}

type Cells = {readonly [Name in SliceName]: Cell<Snapshot[Name]>};

/**
 * The page's mirror of the hub's snapshot. Its only state of its own are the warnings that only this page knows. A list is
 * asked for at its first use; until it arrives, the page shows it as not known.
 */
export class SliceSignals {
  readonly #cells: Cells;
  readonly #ask: (name: ListSliceName) => Promise<unknown>;
  readonly #followed = new Set<ListSliceName>();
  /** Lists that were asked for and have not arrived yet. */
  readonly #asked = new Set<ListSliceName>();
  /** Lists as this hub has sent them: its changes apply to these. What is shown may still be from the hub before it. */
  readonly #told = new Map<ListSliceName, ListSlice>();
  /** Whether calls ring aloud: this page's setting, until the agent's own choice is known. */
  ringTone = false;
  #ownWarnings: readonly Problem[] = [];
  #connection: ConnectionSlice = EMPTY_SNAPSHOT.connection;
  /** How far this page's time is ahead of the hub's, in ms. */
  #aheadMs = 0;

  /** @param ask asks the hub, if there is one, for the whole of a list; settles when the hub has answered. */
  constructor(ask: (name: ListSliceName) => Promise<unknown>) {
    this.#ask = ask;
    const cell = <Name extends SliceName>(name: Name): Cell<Snapshot[Name]> =>
      new Cell<Snapshot[Name]>(name, EMPTY_SNAPSHOT[name], () => this.#onUse(name));
    this.#cells = {
      agent: cell('agent'),
      interactions: cell('interactions'),
      acw: cell('acw'),
      pops: cell('pops'),
      notices: cell('notices'),
      connection: cell('connection'),
    };
  }

  get signals(): SnapshotSignals {
    const {agent, interactions, acw, pops, notices, connection} = this.#cells;
    return {
      agent: agent.signal,
      interactions: interactions.signal,
      acw: acw.signal,
      pops: pops.signal,
      notices: notices.signal,
      connection: connection.signal,
    };
  }

  /** The lists that somebody in this page uses. */
  get followed(): readonly ListSliceName[] {
    return [...this.#followed];
  }

  /** A slice as it is shown. Asks for nothing. */
  get<Name extends SliceName>(name: Name): Snapshot[Name] {
    return this.#cells[name].value;
  }

  subscribe<Name extends SliceName>(name: Name, callback: (slice: Snapshot[Name]) => void): () => void {
    return (this.#cells[name] as Cell<Snapshot[Name]>).subscribe(callback);
  }

  /** Takes the snapshot of the hub that was joined, whatever its versions: each hub counts from 0. @param now the hub's clock. */
  join(snapshot: PageSnapshot, now = steadyNow()): void {
    const ahead = steadyNow() - now;
    this.#aheadMs = Math.abs(ahead) > ON_THE_WAY_MS ? ahead : 0;
    this.#told.clear();
    for (const name of Object.keys(snapshot) as SliceName[]) this.#learn(name, this.#inOurTime(snapshot[name]!));
    // Used for the first time while the page was joining.
    for (const name of this.#followed) if (!snapshot[name]) this.#askFor(name);
  }

  /** Takes a slice, unless it is older than what is shown. */
  apply<Name extends SliceName>(name: Name, slice: Snapshot[Name]): void {
    if (slice.version >= this.get(name).version) this.#learn(name, this.#inOurTime(slice));
  }

  /** Applies a change of a list. If a version is missing in between, asks for the whole list. */
  change({name, rest, change}: ListChangeMessage): void {
    const told = this.#told.get(name);
    if (told && rest.version <= told.version) return;
    if (rest.version !== (told?.version ?? NaN) + 1) return this.#askFor(name);
    const items = withChange(told!.items, this.#inOurTime(change), keyOfItem(name));
    this.#learn(name, {...this.#inOurTime(rest), items});
  }

  /** There is no hub: forgets what it knew, and shows the reason if there is one. */
  forget(problem?: Problem): void {
    const {connection, ...others} = EMPTY_SNAPSHOT;
    this.#told.clear();
    for (const name of Object.keys(others) as (keyof typeof others)[]) this.#set(name, others[name]);
    this.#set('connection', problem ? {...connection, mode: 'error', problem} : connection);
  }

  /**
   * Shows a lasting warning of this page beside the hub's, one for each code.
   * @param holds `false`: the warning is over.
   */
  warn(problem: Problem, holds = true): void {
    const others = this.#ownWarnings.filter(({code}) => code !== problem.code);
    this.#ownWarnings = holds ? [...others, problem] : others;
    this.#set('connection', this.#connection);
  }

  #onUse(name: SliceName): void {
    if (!isListSlice(name) || this.#followed.has(name)) return;
    this.#followed.add(name);
    this.#askFor(name);
  }

  #askFor(name: ListSliceName): void {
    if (this.#asked.has(name)) return;
    this.#asked.add(name);
    const done = (): void => void this.#asked.delete(name);
    this.#ask(name).then(done, done);
  }

  #inOurTime<T>(told: T): T {
    return this.#aheadMs ? moved(told, this.#aheadMs) : told;
  }

  /** A new hub has read nothing yet: until it has, the page goes on to show what the former hub knew, with its age. */
  #learn<Name extends SliceName>(name: Name, slice: Snapshot[Name]): void {
    const known = this.get(name);
    if (isListSlice(name)) this.#told.set(name, slice as ListSlice);
    if (slice.asOf > 0 || known.asOf === 0) this.#set(name, slice);
    else if (name === 'connection') this.#set(name, {...slice, asOf: known.asOf});
    else this.#set(name, {...known, version: slice.version});
  }

  #set<Name extends SliceName>(name: Name, slice: Snapshot[Name]): void {
    if (name === 'connection') {
      this.#connection = slice as ConnectionSlice;
      this.ringTone = this.#connection.ringTone ?? this.ringTone;
      const warnings = [...this.#connection.warnings, ...this.#ownWarnings];
      return this.#cells.connection.set({...this.#connection, warnings, ringTone: this.ringTone});
    }
    (this.#cells[name] as Cell<Snapshot[Name]>).set(slice);
  }
}
