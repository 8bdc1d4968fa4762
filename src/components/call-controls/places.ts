import {CALL_ACTIONS, type ActionAvailability, type CallAction} from '../../domain/actions.js';
import type {InteractionView} from '../../domain/snapshot.js';

const ENDED = Object.fromEntries(
  CALL_ACTIONS.map((action): [CallAction, ActionAvailability] => [action, {allowed: false, block: 'ended'}]),
) as InteractionView['actions'];

/** A contact that is over but keeps its place: nothing can be done with it. */
const ended = (view: InteractionView): InteractionView => ({
  ...view,
  state: 'ended',
  muted: false,
  consultOpen: false,
  participants: [],
  actions: ENDED,
  waitingFor: undefined,
  unknownOutcome: undefined,
});

/** The order of the contacts. */
export class Places {
  #shown: readonly InteractionView[] = [];

  /**
   * Arranges the contacts: oldest first. While nothing may move, each keeps its place, also one that has ended, and new
   * ones come below. Ended ones at the end go as soon as nobody has just pressed there, or a new one takes their
   * place (which takes no press at first): nothing moves when they do.
   * @param items - In the order in which they began.
   */
  arrange(items: readonly InteractionView[], isSteady: boolean, isPressed: boolean): readonly InteractionView[] {
    if (!isSteady) return (this.#shown = items);
    const left = new Map(items.map((item) => [item.interactionId, item]));
    const shown = this.#shown.map((view) => {
      const item = left.get(view.interactionId);
      left.delete(view.interactionId);
      return item ?? ended(view);
    });
    const isTaken = left.size > 0;
    while ((isTaken || !isPressed) && shown.at(-1)?.state === 'ended') shown.pop();
    return (this.#shown = [...shown, ...left.values()]);
  }
}
