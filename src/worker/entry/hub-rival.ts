import {CxoneError} from '../../domain/errors.js';
import {openHubChannel, isHubLetter, type HubLetter} from '../../domain/hub-channel.js';

/** A look-out for a live hub of the same agent, while the hub lock is waited for. */
export interface RivalWatch {
  /** Aborts as soon as one says that it is there: its pages would wait here for nothing. */
  readonly signal: AbortSignal;
  stop(): void;
}

/** Asks once; a hub that starts later announces itself. One that hangs is silent, and may be waited for. */
export function watchForRival(apiBase: string, agentId: string): RivalWatch {
  const found = new AbortController();
  const channel = openHubChannel(apiBase, agentId);
  channel?.addEventListener('message', ({data}) => {
    if (!isHubLetter(data) || !('here' in data)) return;
    found.abort(new CxoneError('HUB_UNREACHABLE', 'another hub serves this agent'));
  });
  channel?.postMessage({to: 'hub', from: 'hub', ask: 'anybody there'} satisfies HubLetter);
  return {signal: found.signal, stop: () => channel?.close()};
}
