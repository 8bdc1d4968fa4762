import {Signal} from 'signal-polyfill';
import {steadyNow} from '../../domain/monotonic.js';
import {
  EMPTY_SNAPSHOT,
  type ConnectionSlice,
  type Problem,
  type SliceName,
  type Snapshot,
} from '../../domain/snapshot.js';
import {isolated} from '../isolated.js';
import type {SnapshotSignals} from '../session.js';

/** A difference of two clocks up to which it is the way between them, in ms. Source: our choice, a busy machine. */
const ON_THE_WAY_MS = 2_000;

/** What slices call their instants, epoch ms. */
const INSTANT = /^(asOf|presenceSince|since|startedAt|answeredAt|stateSince|endsAt|nextTryAt|from|to)$/;

/** The same with all its instants moved; 0 is none. */
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

/** One slice: a signal for elements, and callbacks for scripts whose copy of the signals library is another. */
class Cell<T> {
  readonly #name: SliceName;
  readonly signal: Signal.State<T>;
  readonly callbacks = new Set<(slice: T) => void>();

  constructor(name: SliceName, initial: T) {
    this.#name = name;
    this.signal = new Signal.State(initial);
  }

  set(slice: T): void {
    // What watches a signal is told within the call, and may be a host's own.
    isolated(this.#name, () => this.signal.set(slice));
    for (const callback of [...this.callbacks]) this.tell(callback, slice);
  }

  /** A host's callback that fails must not cut off the others. */
  tell(callback: (slice: T) => void, slice = this.signal.get()): void {
    isolated(this.#name, () => callback(slice));
  }
}

type Cells = {readonly [Name in SliceName]: Cell<Snapshot[Name]>};

/** The page's mirror of the hub's snapshot. Keeps no state of its own but the warnings that only this page knows. */
export class SliceSignals {
  readonly #cells: Cells = {
    agent: new Cell('agent', EMPTY_SNAPSHOT.agent),
    interactions: new Cell('interactions', EMPTY_SNAPSHOT.interactions),
    acw: new Cell('acw', EMPTY_SNAPSHOT.acw),
    pops: new Cell('pops', EMPTY_SNAPSHOT.pops),
    notices: new Cell('notices', EMPTY_SNAPSHOT.notices),
    connection: new Cell('connection', EMPTY_SNAPSHOT.connection),
  };
  /** Whether a call is heard: as this page is set, until the agent's own choice is known. */
  ringTone = false;
  #ownWarnings: readonly Problem[] = [];
  #connection: ConnectionSlice = EMPTY_SNAPSHOT.connection;
  /** How far this page's time is ahead of the hub's, in ms. */
  #aheadMs = 0;

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

  get<Name extends SliceName>(name: Name): Snapshot[Name] {
    return this.#cells[name].signal.get();
  }

  subscribe<Name extends SliceName>(name: Name, callback: (slice: Snapshot[Name]) => void): () => void {
    const cell = this.#cells[name] as Cell<Snapshot[Name]>;
    // Wrapped, so that one function given twice is two subscriptions.
    const own = (slice: Snapshot[Name]): void => callback(slice);
    cell.callbacks.add(own);
    cell.tell(callback);
    return () => void cell.callbacks.delete(own);
  }

  /** Takes the snapshot of the hub that was joined, whatever its versions: another hub counts anew. @param now what it takes for now. */
  join(snapshot: Snapshot, now = steadyNow()): void {
    const ahead = steadyNow() - now;
    this.#aheadMs = Math.abs(ahead) > ON_THE_WAY_MS ? ahead : 0;
    for (const name of Object.keys(snapshot) as SliceName[]) this.#learn(name, snapshot[name]);
  }

  /** Takes a slice, unless it is older than what is shown. */
  apply<Name extends SliceName>(name: Name, slice: Snapshot[Name]): void {
    if (slice.version >= this.get(name).version) this.#learn(name, slice);
  }

  /** There is no hub: nothing is known, and the reason, if there is one, is shown. */
  forget(problem?: Problem): void {
    const {connection, ...others} = EMPTY_SNAPSHOT;
    for (const name of Object.keys(others) as (keyof typeof others)[]) this.#set(name, others[name]);
    this.#set('connection', problem ? {...connection, mode: 'error', problem} : connection);
  }

  /**
   * Shows a lasting warning of this page beside the hub's, one a code.
   * @param holds `false`: what was warned of is over.
   */
  warn(problem: Problem, holds = true): void {
    const others = this.#ownWarnings.filter(({code}) => code !== problem.code);
    this.#ownWarnings = holds ? [...others, problem] : others;
    this.#set('connection', this.#connection);
  }

  /** A hub that has just begun has read nothing yet: what the one before it knew stays, with its age, until it has. */
  #learn<Name extends SliceName>(name: Name, told: Snapshot[Name]): void {
    const known = this.get(name);
    const slice = this.#aheadMs ? moved(told, this.#aheadMs) : told;
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
