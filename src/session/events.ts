import type {ClickToDial} from '../adapters/crm-adapter.js';
import type {AgentState} from '../domain/agent-state.js';
import type {ErrorCode} from '../domain/errors.js';
import type {InteractionState, MediaType} from '../domain/interaction.js';
import type {PlannedStep, PopPayload, RecordRef} from '../domain/screen-pop.js';
import type {ConnectionMode, Problem, ProblemCode} from '../domain/snapshot.js';

const TELLS: EventInit = {bubbles: true, composed: true};

/** The agent's presence is now `state`, as the platform confirmed it. */
export class CxoneStateChangeEvent extends Event {
  /**
   * @param label The tenant's own name of a `custom` state.
   * @param previous The state before; absent for the first one that is known.
   */
  constructor(
    readonly state: AgentState,
    readonly label: string | undefined,
    readonly previous: AgentState | undefined,
  ) {
    super('cxone-state-change', TELLS);
  }
}

/** An interaction arrived, changed its state or ended. */
export class CxoneInteractionChangeEvent extends Event {
  /** @param previous Absent for an interaction that is new here. */
  constructor(
    readonly interactionId: string,
    readonly state: InteractionState,
    readonly previous: InteractionState | undefined,
    readonly mediaType: MediaType,
  ) {
    super('cxone-interaction-change', TELLS);
  }
}

/**
 * This page should show the customer's record now. A host that calls `preventDefault()` does it itself.
 * Carries customer data.
 */
export class CxoneScreenPopEvent extends Event {
  constructor(
    readonly interactionId: string,
    readonly popId: string,
    readonly payload: PopPayload,
    /** What the rules would try, in order. */
    readonly steps: readonly PlannedStep[],
  ) {
    super('cxone-screen-pop', {...TELLS, cancelable: true});
  }
}

/** A command failed. Dispatched once, whether or not the caller looked at the promise. */
export class CxoneCommandErrorEvent extends Event {
  constructor(
    readonly code: ErrorCode,
    readonly action: string,
    readonly interactionId: string | undefined,
    /** For developers: ids only. */
    readonly message: string,
  ) {
    super('cxone-command-error', TELLS);
  }
}

/** The connection's mode is now `mode`. */
export class CxoneConnectionChangeEvent extends Event {
  constructor(
    readonly mode: ConnectionMode,
    readonly previous: ConnectionMode,
    readonly problem: Problem | undefined,
  ) {
    super('cxone-connection-change', TELLS);
  }
}

/** Something a person should know or do. The banner puts it into words. */
export class CxoneWarningEvent extends Event {
  constructor(
    readonly code: ProblemCode,
    /** Ids and names only. */
    readonly detail: string | undefined,
  ) {
    super('cxone-warning', TELLS);
  }
}

/** The agent clicked a number in the host. Carries customer data. */
export class CxoneClickToDialEvent extends Event {
  readonly number: string;
  readonly record: RecordRef | undefined;

  constructor(request: ClickToDial) {
    super('cxone-click-to-dial', TELLS);
    this.number = request.number;
    this.record = request.record;
  }
}

/** All events of the package, by name. */
export interface CxoneEventMap {
  'cxone-state-change': CxoneStateChangeEvent;
  'cxone-interaction-change': CxoneInteractionChangeEvent;
  'cxone-screen-pop': CxoneScreenPopEvent;
  'cxone-command-error': CxoneCommandErrorEvent;
  'cxone-connection-change': CxoneConnectionChangeEvent;
  'cxone-warning': CxoneWarningEvent;
  'cxone-click-to-dial': CxoneClickToDialEvent;
}

declare global {
  // A session that a script made has no element: it dispatches on the document.
  interface HTMLElementEventMap extends CxoneEventMap {}
  interface DocumentEventMap extends CxoneEventMap {}
}
