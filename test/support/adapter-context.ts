import type {AdapterContext, ClickToDial} from '../../src/adapters/crm-adapter.js';
import type {SessionCommands} from '../../src/domain/session-commands.js';
import {EMPTY_SNAPSHOT, isListSlice, type LogEntry, type SliceName, type Snapshot} from '../../src/domain/snapshot.js';

/** What a page gives an adapter, with everything the adapter did with it on record. */
export interface RecordedContext extends AdapterContext {
  readonly dialled: ClickToDial[];
  readonly notes: Omit<LogEntry, 'at'>[];
  /** Commands the host asked for, in order: `['answer', 'i1']`. */
  readonly asked: unknown[][];
  active: number;
  /** Shows the adapter a slice. */
  show<Name extends SliceName>(name: Name, slice: Partial<Snapshot[Name]>): void;
}

/** @param refuse commands that the platform does not carry out: name → the error. */
export function recordedContext(signal: AbortSignal, refuse: Readonly<Record<string, Error>> = {}): RecordedContext {
  const snapshot: Record<string, unknown> = {...EMPTY_SNAPSHOT};
  const listeners = new Map<SliceName, Set<(slice: never) => void>>();
  const asked: unknown[][] = [];
  const commands = new Proxy({} as SessionCommands, {
    get:
      (_, name: string) =>
      async (...args: unknown[]) => {
        asked.push([name, ...args]);
        if (Object.hasOwn(refuse, name)) throw refuse[name]!;
      },
  });
  const context: RecordedContext = {
    dialled: [],
    notes: [],
    asked,
    active: 0,
    onHostActivity: () => void context.active++,
    onClickToDial: (request) => void context.dialled.push(request),
    note: (entry) => void context.notes.push(entry),
    signal,
    phone: {
      agentId: 'agent-1',
      commands,
      subscribe(name, callback) {
        // As in a page: a list comes only after somebody has asked for it.
        const isLate = isListSlice(name) && !listeners.has(name);
        const own = listeners.get(name) ?? new Set();
        listeners.set(name, own.add(callback));
        callback((isLate ? EMPTY_SNAPSHOT[name] : snapshot[name]) as never);
        if (isLate) queueMicrotask(() => own.has(callback) && callback(snapshot[name] as never));
        return () => void own.delete(callback);
      },
    },
    show(name, slice) {
      snapshot[name] = {...(snapshot[name] as object), ...slice};
      for (const callback of listeners.get(name) ?? []) callback(snapshot[name] as never);
    },
  };
  return context;
}
