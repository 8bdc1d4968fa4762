import {CxoneError} from '../../domain/errors.js';
import type {HubConfig} from '../../domain/settings.js';
import type {HubLog} from '../log.js';
import type {HubStore} from '../store/store.js';
import {hubLockName, type HeldLocks} from './hub-lock.js';
import {watchForRival} from './hub-rival.js';

/** What a hub needs to become the one hub of its agent. */
export interface Turn {
  readonly config: HubConfig;
  readonly locks: HeldLocks;
  readonly store: HubStore;
  readonly log: HubLog;
  /** Another hub took the lock by force. */
  onStolen(): void;
}

/** Resolves once the hub lock is held and the store is open. @param takesOver by force. */
export function takeTurn(turn: Turn, takesOver: boolean): Promise<void> {
  return takesOver ? takeOver(turn) : waitForTurn(turn);
}

async function waitForTurn({config, locks, store, onStolen}: Turn): Promise<void> {
  const {apiBase, agentId, settings} = config;
  const rival = watchForRival(apiBase, agentId);
  try {
    await locks.hold(hubLockName(apiBase, agentId), {onStolen, signal: rival.signal});
  } finally {
    rival.stop();
  }
  await store.open(Date.now(), settings.customerDataMaxAgeMs);
}

/** The store first: its new epoch is what keeps the other hub from sending when it wakes. */
async function takeOver({config, locks, store, log, onStolen}: Turn): Promise<void> {
  const {apiBase, agentId, settings} = config;
  await store.open(Date.now(), settings.customerDataMaxAgeMs);
  if (!store.durable) throw new CxoneError('HUB_UNREACHABLE', 'without a store no hub is taken over');
  await locks.hold(hubLockName(apiBase, agentId), {onStolen, steal: true});
  log.warn('hub_taken_over', {epoch: store.epoch});
}
