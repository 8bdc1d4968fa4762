import {loadDialect} from '../../platform/dialects.js';
import {HubHost} from './hub-host.js';

/** A hub that runs in this very page. */
export interface InPageHub {
  /** The page's own end of the wire. */
  readonly port: MessagePort;
  stop(): void;
}

/** Starts the hub here, where no worker may run (Lightning Web Security, a Content Security Policy). */
export function startInPageHub(): InPageHub {
  const host = new HubHost('page', loadDialect, () => undefined);
  const {port1, port2} = new MessageChannel();
  host.attach(port1);
  port1.start();
  return {
    port: port2,
    stop() {
      host.close();
      port1.close();
    },
  };
}
