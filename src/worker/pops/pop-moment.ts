import type {InteractionState} from '../../domain/interaction.js';
import type {HubSettings} from '../../domain/settings.js';
import type {InteractionView, PopView} from '../../domain/snapshot.js';
import type {PopRecord} from '../store/schema.js';

/** The agent took the contact, whatever came after. */
const ANSWERED: ReadonlySet<InteractionState> = new Set(['talking', 'hold', 'acw']);

/**
 * Why a pop may not open by itself now; `undefined`: it may. A pop that once waited for the agent to be free opens when its
 * own contact is answered, even if the other one has ended meanwhile: notes are still being written. Source: contract §6 "When". Pure.
 */
export function whyWait(
  pop: Pick<PopRecord, 'interactionId' | 'waited'>,
  views: readonly InteractionView[],
  {popMoment, popWhileBusy}: Pick<HubSettings, 'popMoment' | 'popWhileBusy'>,
): Extract<PopView['waitsFor'], 'answer' | 'agent' | 'busy'> | undefined {
  const own = views.find(({interactionId}) => interactionId === pop.interactionId);
  // Before its interaction is known any of the moments may be meant: it opens only where all of them are now.
  const moment = own ? popMoment[own.mediaType] : Object.values(popMoment).find((each) => each !== 'ring');
  if (moment === 'manual') return 'agent';
  if (own && ANSWERED.has(own.state)) return undefined;
  if (moment === 'answer') return 'answer';
  // Its own is not among them. The agent may be typing in the record of one that is, which this pop would replace.
  const isInAnother = views.some(({state}) => state === 'talking' || state === 'hold');
  if (popWhileBusy === 'wait' && (pop.waited || isInAnother)) return 'busy';
  return undefined;
}
