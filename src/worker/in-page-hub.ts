import {HubHost} from './hub-host.js';

/**
 * Runs the hub in this very page, where no worker may run (Lightning Web Security, a Content Security Policy).
 * @returns the page's own end of the wire; closing the page ends the hub.
 */
export function startInPageHub(onRetired: () => void): MessagePort {
  const dialect = import('./platform/v2/dialect.js').then((module) => module.dialect);
  const host = new HubHost('page', dialect, onRetired);
  const {port1, port2} = new MessageChannel();
  host.attach(port1);
  return port2;
}
