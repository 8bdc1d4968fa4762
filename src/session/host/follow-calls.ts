import type {CallStateChange} from '../../adapters/crm-adapter.js';
import type {CxoneSession} from '../session.js';

/** Calls back with each contact's changes of state and its end, as long as the session lives. For a host's panel, label and icon. */
export function followCalls(session: Pick<CxoneSession, 'subscribe'>, tell: (change: CallStateChange) => void): void {
  let known = new Map<string, CallStateChange>();
  session.subscribe('interactions', ({items}) => {
    const before = known;
    known = new Map();
    for (const {interactionId, state, mediaType, direction} of items) {
      if (state === 'queued') continue;
      const change = {interactionId, state, mediaType, direction};
      known.set(interactionId, change);
      if (state !== before.get(interactionId)?.state) tell(change);
    }
    for (const [id, last] of before) if (!known.has(id)) tell({...last, state: 'ended'});
  });
}
