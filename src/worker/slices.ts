import {listChange, withChange} from '../domain/list-change.js';
import {sameData} from '../domain/same-data.js';
import {
  EMPTY_SNAPSHOT,
  isListSlice,
  keyOfItem,
  type ListSlice,
  type ListSliceName,
  type SliceName,
  type Snapshot,
} from '../domain/snapshot.js';
import type {PageSnapshot, SliceMessage} from './hub-api.js';
import {isolated} from './isolated.js';
import type {HubLog} from './log.js';

type Body<Name extends SliceName> = Omit<Snapshot[Name], 'version'>;

/**
 * Holds the snapshot and sends what changed, at most once per `coalesceMs` however many changes come: small slices
 * whole, lists by what changed in them. Every version of a slice is sent exactly once.
 */
export class Slices {
  readonly #coalesceMs: number;
  readonly #log: HubLog;
  readonly #send: (message: SliceMessage) => void;
  #snapshot: Snapshot;
  readonly #dirty = new Set<SliceName>();
  readonly #builders = new Map<SliceName, () => unknown>();
  #lastFlushAt = -Infinity;
  #scheduled = false;

  constructor(agentId: string, coalesceMs: number, log: HubLog, send: (message: SliceMessage) => void) {
    this.#coalesceMs = coalesceMs;
    this.#log = log;
    this.#send = send;
    this.#snapshot = {...EMPTY_SNAPSHOT, agent: {...EMPTY_SNAPSHOT.agent, agentId}};
  }

  /** Who builds a slice when it is marked as changed. Items of a list that are the same objects as before cost nothing. */
  define<Name extends SliceName>(name: Name, build: () => Body<Name>): void {
    this.#builders.set(name, build);
  }

  /** Marks slices to be built and sent soon; many marks make one message. */
  mark(...names: SliceName[]): void {
    for (const name of names) this.#dirty.add(name);
    if (this.#scheduled) return;
    this.#scheduled = true;
    const wait = this.#lastFlushAt + this.#coalesceMs - performance.now();
    // In a hidden page, timers can be a minute late, and a ringing call must not be.
    if (wait <= 0 || isHidden()) queueMicrotask(() => this.#flush());
    else setTimeout(() => this.#flush(), wait);
  }

  /** The snapshot as of now, with every mark worked in and sent: what is sent next changes this one. */
  current(): Snapshot {
    this.#sendDirty();
    return this.#snapshot;
  }

  /** Like `current`, but with only the lists in `follows`. */
  currentFor(follows: ReadonlySet<ListSliceName>): PageSnapshot {
    const entries = Object.entries(this.current()) as [SliceName, Snapshot[SliceName]][];
    return Object.fromEntries(
      entries.filter(([name]) => !isListSlice(name) || follows.has(name)),
    ) as unknown as PageSnapshot;
  }

  #flush(): void {
    this.#scheduled = false;
    this.#lastFlushAt = performance.now();
    this.#sendDirty();
  }

  #sendDirty(): void {
    // Send `connection` last: once it says live, pages must already have the data.
    if (this.#dirty.delete('connection')) this.#dirty.add('connection');
    const names = [...this.#dirty];
    this.#dirty.clear();
    // A slice that cannot be built stays as it was until its next mark.
    const messages = names.map((name) => isolated(this.#log, `slice ${name}`, () => this.#build(name)));
    for (const message of messages) {
      if (message) isolated(this.#log, `send ${message.name}`, () => this.#send(message));
    }
  }

  /** @returns the message to the pages, if anything changed. */
  #build(name: SliceName): SliceMessage | undefined {
    const build = this.#builders.get(name);
    if (!build) return undefined;
    const before = this.#snapshot[name];
    const built = {...(build() as object), version: before.version} as Snapshot[SliceName];
    if (isListSlice(name)) return this.#buildList(name, before as ListSlice, built as ListSlice);
    if (sameData(built, before)) return undefined;
    const slice = {...built, version: before.version + 1};
    this.#snapshot = {...this.#snapshot, [name]: slice};
    return {kind: 'slice', name, slice};
  }

  #buildList(name: ListSliceName, {items: itemsBefore, ...before}: ListSlice, built: ListSlice) {
    const {items, ...restNow} = built;
    const change = listChange(itemsBefore, items, keyOfItem(name));
    if (change.put.length + change.gone.length === 0 && sameData(restNow, before)) return undefined;
    const rest = {...restNow, version: before.version + 1};
    this.#snapshot = {
      ...this.#snapshot,
      [name]: {...rest, items: withChange(itemsBefore, change, keyOfItem(name))},
    };
    return {kind: 'list-change', name, rest, change} as const;
  }
}

const isHidden = (): boolean => typeof document !== 'undefined' && document.hidden;
