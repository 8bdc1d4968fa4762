import {EMPTY_SNAPSHOT, type SliceHead, type SliceName, type Snapshot} from '../domain/snapshot.js';
import {isolated} from './isolated.js';
import type {HubLog} from './log.js';

type Body<Name extends SliceName> = Omit<Snapshot[Name], 'version'>;

/** Holds the snapshot and sends changed slices, at most once per `coalesceMs` however many changes come. */
export class Slices {
  readonly #coalesceMs: number;
  readonly #log: HubLog;
  readonly #send: <Name extends SliceName>(name: Name, slice: Snapshot[Name]) => void;
  #snapshot: Snapshot;
  readonly #dirty = new Set<SliceName>();
  readonly #unsent = new Set<SliceName>();
  readonly #builders = new Map<SliceName, () => unknown>();
  #lastFlushAt = -Infinity;
  #scheduled = false;

  constructor(
    agentId: string,
    coalesceMs: number,
    log: HubLog,
    send: <Name extends SliceName>(name: Name, slice: Snapshot[Name]) => void,
  ) {
    this.#coalesceMs = coalesceMs;
    this.#log = log;
    this.#send = send;
    this.#snapshot = {...EMPTY_SNAPSHOT, agent: {...EMPTY_SNAPSHOT.agent, agentId}};
  }

  /** Who builds a slice when it is marked as changed. */
  define<Name extends SliceName>(name: Name, build: () => Body<Name>): void {
    this.#builders.set(name, build);
  }

  /** The slice is built and sent soon; many marks make one message. */
  mark(...names: SliceName[]): void {
    for (const name of names) this.#dirty.add(name);
    if (this.#scheduled) return;
    this.#scheduled = true;
    const wait = this.#lastFlushAt + this.#coalesceMs - performance.now();
    // In a hidden page timers come late, up to a minute, and a call that rings must not.
    if (wait <= 0 || isHidden()) queueMicrotask(() => this.#flush());
    else setTimeout(() => this.#flush(), wait);
  }

  /** The snapshot as of now, with every mark worked in. */
  current(): Snapshot {
    this.#rebuild();
    return this.#snapshot;
  }

  #flush(): void {
    this.#scheduled = false;
    this.#lastFlushAt = performance.now();
    this.#rebuild();
    // Last: what it calls live is there.
    if (this.#unsent.delete('connection')) this.#unsent.add('connection');
    for (const name of this.#unsent) isolated(this.#log, `send ${name}`, () => this.#send(name, this.#snapshot[name]));
    this.#unsent.clear();
  }

  #rebuild(): void {
    // One that cannot be built stays as it was until its next mark.
    for (const name of this.#dirty) isolated(this.#log, `slice ${name}`, () => this.#build(name));
    this.#dirty.clear();
  }

  #build(name: SliceName): void {
    const build = this.#builders.get(name);
    if (!build) return;
    const before: SliceHead = this.#snapshot[name];
    const next = {...(build() as object), version: before.version} as SliceHead;
    if (JSON.stringify(next, sortKeys) === JSON.stringify(before, sortKeys)) return;
    this.#snapshot = {...this.#snapshot, [name]: {...next, version: before.version + 1}};
    this.#unsent.add(name);
  }
}

const isHidden = (): boolean => typeof document !== 'undefined' && document.hidden;

/** Makes equal objects give equal text whatever the order of their keys. */
function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
