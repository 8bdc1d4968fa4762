import assert from 'node:assert/strict';
import fc from '../support/fast-check.js';
import {
  initialTransition,
  transition,
  type AnyStateMachine,
  type EmittedFrom,
  type EventFrom,
  type ExecutableActionObject,
  type InputFrom,
  type SnapshotFrom,
  type StateValue,
} from 'xstate';

/** Runs of a model, and the longest run. Source: our choice: every state is met hundreds of times, within a second or two. */
const RUNS = 1_000;
const MAX_COMMANDS = 60;

/** Pure transitions, no actor: what throws is thrown here, not reported later. */
export class Machine<Logic extends AnyStateMachine> {
  snapshot: SnapshotFrom<Logic>;
  /** What it emitted on the latest event. */
  emitted: readonly EmittedFrom<Logic>[] = [];

  constructor(
    readonly logic: Logic,
    input: InputFrom<Logic>,
    readonly coverage: Coverage<Logic>,
  ) {
    [this.snapshot] = initialTransition(logic, input) as [SnapshotFrom<Logic>, unknown];
    coverage.note(this.snapshot);
  }

  send(event: EventFrom<Logic>): void {
    const [snapshot, actions] = transition(this.logic, this.snapshot, event);
    this.snapshot = snapshot;
    this.emitted = (actions as readonly ExecutableActionObject[])
      .filter(({type}) => type === 'xstate.emit')
      .map(({params}) => (params as {readonly event: EmittedFrom<Logic>}).event);
    this.coverage.note(this.snapshot);
  }
}

function leaves(value: StateValue): string[] {
  if (typeof value === 'string') return [value];
  return Object.entries(value).flatMap(([region, inner]) =>
    inner === undefined ? [] : leaves(inner).map((leaf) => `${region}.${leaf}`),
  );
}

/** Which states and commands the runs came by: a model whose preconditions are wrong must not pass by doing nothing. */
export class Coverage<Logic extends AnyStateMachine> {
  /** How often each command was carried out. */
  readonly commands = new Map<string, number>();
  readonly #states = new Set<string>();
  readonly #examples = new Map<string, SnapshotFrom<Logic>>();

  note(snapshot: SnapshotFrom<Logic>): void {
    const {value} = snapshot as {readonly value: StateValue};
    for (const leaf of leaves(value)) this.#states.add(leaf);
    const key = JSON.stringify(value);
    if (!this.#examples.has(key)) this.#examples.set(key, snapshot);
  }

  /** @param transient states that are left as soon as they are entered. */
  assertEveryState(logic: Logic, transient: readonly string[] = []): void {
    const all: string[] = [];
    const collect = (node: AnyStateMachine['root']): void => {
      const children = Object.values(node.states);
      if (children.length === 0) all.push(node.path.join('.'));
      children.forEach(collect);
    };
    collect(logic.root);
    assert.deepEqual([...this.#states].sort(), all.filter((state) => !transient.includes(state)).sort());
  }

  /** Each command was carried out often, not just once by luck. */
  assertEveryCommand(names: readonly string[], atLeast = 100): void {
    const rare = names.filter((name) => (this.commands.get(name) ?? 0) < atLeast);
    assert.deepEqual(rare, [], 'commands that hardly ever ran');
  }

  /**
   * No event throws in any combination of states that the runs came by, whether or not it makes sense there.
   * @param atLeast combinations: a run that came by fewer proves little.
   */
  assertNothingThrows(logic: Logic, events: readonly EventFrom<Logic>[], atLeast: number): void {
    assert.ok(this.#examples.size >= atLeast, `only ${this.#examples.size} combinations of states`);
    for (const snapshot of this.#examples.values()) {
      for (const event of events) {
        const {status} = transition(logic, snapshot, event)[0] as {readonly status: string};
        assert.equal(status, 'active', JSON.stringify(event));
      }
    }
  }
}

/** A command by name. `can`: whether it makes sense now; absent: always. */
export function command<Model extends object, Logic extends AnyStateMachine>(
  name: string,
  detail: unknown,
  run: (model: Model, real: Machine<Logic>) => void,
  can: (model: Readonly<Model>) => boolean = () => true,
): fc.Command<Model, Machine<Logic>> {
  return {
    check: can,
    run(model, real) {
      real.coverage.commands.set(name, (real.coverage.commands.get(name) ?? 0) + 1);
      run(model, real);
    },
    toString: () => `${name}(${detail === undefined ? '' : JSON.stringify(detail)})`,
  };
}

/** Compares machine and model after every command of many random rows of commands. */
export function runModel<Model extends object, Logic extends AnyStateMachine, Start>(
  commands: fc.Arbitrary<fc.Command<Model, Machine<Logic>>>[],
  starts: fc.Arbitrary<Start>,
  begin: (start: Start) => {model: Model; real: Machine<Logic>},
): void {
  fc.assert(
    fc.property(starts, fc.commands(commands, {maxCommands: MAX_COMMANDS, size: 'max'}), (start, row) =>
      fc.modelRun(() => begin(start), row),
    ),
    {numRuns: RUNS, includeErrorInReport: true},
  );
}
