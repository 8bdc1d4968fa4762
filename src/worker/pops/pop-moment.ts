import type {InteractionState} from '../../domain/interaction.js';
import type {HubSettings} from '../../domain/settings.js';
import type {InteractionView, PopView} from '../../domain/snapshot.js';
import type {PopRecord} from '../store/schema.js';

/** The agent took the contact, whatever came after. */
const ANSWERED: ReadonlySet<InteractionState> = new Set(['talking', 'hold', 'acw']);

/**
 * Why a pop may not open by itself now; `undefined`: it may. A pop that once waited for the agent to be free opens when its
 * own contact is answered, even if the contact that it waited for is over: the agent may still be writing notes. Source: contract §6 "When". Pure.
 */
export function whyWait(
  pop: Pick<PopRecord, 'interactionId' | 'waited'>,
  views: readonly InteractionView[],
  {popMoment, popWhileBusy}: Pick<HubSettings, 'popMoment' | 'popWhileBusy'>,
): Extract<PopView['waitsFor'], 'answer' | 'agent' | 'busy'> | undefined {
  const own = views.find(({interactionId}) => interactionId === pop.interactionId);
  // Until the interaction is known, its medium is unknown: the pop opens only if every medium pops at the ring.
  const moment = own ? popMoment[own.mediaType] : Object.values(popMoment).find((each) => each !== 'ring');
  if (moment === 'manual') return 'agent';
  if (own && ANSWERED.has(own.state)) return undefined;
  if (moment === 'answer') return 'answer';
  // The agent may be typing in the record of another contact, and this pop would replace that record.
  const isInAnother = views.some(({state}) => state === 'talking' || state === 'hold');
  if (popWhileBusy === 'wait' && (pop.waited || isInAnother)) return 'busy';
  return undefined;
}
