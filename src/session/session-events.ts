import type {InteractionView, Problem} from '../domain/snapshot.js';
import type {HubNotice} from '../worker/hub-api.js';
import {
  CxoneCommandErrorEvent,
  CxoneConnectionChangeEvent,
  CxoneInteractionChangeEvent,
  CxoneStateChangeEvent,
  CxoneWarningEvent,
} from './events.js';
import {reported} from './reported.js';
import type {SliceSignals} from './hub/slice-signals.js';

/** Dispatches DOM events for what changed in the slices. Keeps only what it needs to see a difference. */
export class SessionEvents {
  readonly #dispatch: (event: Event) => void;
  readonly #warned = new Set<string>();

  constructor(slices: SliceSignals, dispatch: (event: Event) => void) {
    // The page chooses the target, and dispatching may fail: the next event is dispatched all the same.
    this.#dispatch = (event) => reported(event.type, () => dispatch(event));
    this.#watchAgent(slices);
    this.#watchInteractions(slices);
    this.#watchConnection(slices);
  }

  notice(notice: HubNotice): void {
    if (notice.type === 'warning') {
      this.#warned.add(notice.problem.code);
      this.#dispatch(new CxoneWarningEvent(notice.problem.code, notice.problem.detail));
    } else {
      const {code, action, interactionId, message} = notice;
      this.#dispatch(new CxoneCommandErrorEvent(code, action, interactionId, message));
    }
  }

  #watchAgent(slices: SliceSignals): void {
    let shown = slices.get('agent').presence;
    slices.subscribe('agent', ({presence}) => {
      if (!presence || (presence.state === shown?.state && presence.label === shown.label)) return;
      const previous = shown?.state;
      shown = presence;
      this.#dispatch(new CxoneStateChangeEvent(presence.state, presence.label, previous));
    });
  }

  #watchInteractions(slices: SliceSignals): void {
    let known = new Map<string, InteractionView>();
    slices.subscribe('interactions', ({items, asOf}) => {
      // Nothing is known at the moment. That does not mean that a call is over.
      if (asOf === 0) return;
      const before = known;
      known = new Map(items.map((item) => [item.interactionId, item]));
      for (const [id, {state, mediaType}] of known) {
        const previous = before.get(id)?.state;
        if (state !== previous) this.#dispatch(new CxoneInteractionChangeEvent(id, state, previous, mediaType));
      }
      for (const [id, {state, mediaType}] of before) {
        if (!known.has(id)) this.#dispatch(new CxoneInteractionChangeEvent(id, 'ended', state, mediaType));
      }
    });
  }

  #watchConnection(slices: SliceSignals): void {
    let {mode} = slices.get('connection');
    let told: Problem | undefined;
    slices.subscribe('connection', ({mode: next, problem, warnings}) => {
      const previous = mode;
      mode = next;
      if (next !== previous) this.#dispatch(new CxoneConnectionChangeEvent(next, previous, problem));
      // An error that went away and comes back is worth telling again.
      if (told && told.code !== problem?.code) this.#warned.delete(told.code);
      told = next === 'error' ? problem : undefined;
      // There is no notice for an error, nor for warnings from before this page joined.
      for (const known of told ? [told, ...warnings] : warnings) this.#warnOnce(known);
    });
  }

  #warnOnce(problem: Problem): void {
    if (!this.#warned.has(problem.code)) this.notice({type: 'warning', problem});
  }
}
