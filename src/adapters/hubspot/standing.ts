import type {HostPhone} from '../crm-adapter.js';
import type {HubSpotChannel} from './channel.js';

const CONNECTED: ReadonlySet<string> = new Set(['live', 'polling', 'degraded']);
const FREE: ReadonlySet<string> = new Set(['available', 'ready']);

/**
 * Tells HubSpot whether the agent is signed in and available. HubSpot only dials for an agent who is signed in.
 * @returns whether the telephone is connected, and the way to end it.
 */
export function tellStanding({sdk}: HubSpotChannel, phone: HostPhone): {isConnected: () => boolean; stop: () => void} {
  let connected: boolean | undefined;
  let available: boolean | undefined;
  const ends = [
    phone.subscribe('connection', ({mode}) => {
      const now = CONNECTED.has(mode);
      if (now === connected) return;
      if (connected === undefined) sdk.initialized({isLoggedIn: now});
      else if (now) sdk.userLoggedIn();
      else sdk.userLoggedOut();
      connected = now;
    }),
    phone.subscribe('agent', ({presence}) => {
      const now = presence && FREE.has(presence.state);
      if (now === undefined || now === available) return;
      available = now;
      if (now) sdk.userAvailable();
      else sdk.userUnavailable();
    }),
  ];
  return {
    isConnected: () => connected === true,
    stop() {
      for (const end of ends) end();
      if (connected) sdk.userLoggedOut();
    },
  };
}
