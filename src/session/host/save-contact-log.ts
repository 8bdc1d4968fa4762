import {isAdapterError, type CrmAdapter} from '../../adapters/crm-adapter.js';
import type {ContactLogResult} from '../../domain/contact-log.js';
import type {Liveness} from '../hub/liveness.js';

/** Shorter than the 10 s that the hub waits before it takes the result for unknown. Source: contract §6, the limit after `go`. */
const LIMIT_MS = 9_000;

/**
 * The page's part of a contact's log: takes it from the hub, lets the host write it, reports the result. Rejects when the
 * hub cannot be told.
 * @param adapter one that writes logs.
 */
export async function saveContactLog(
  hub: Pick<Liveness, 'call' | 'pageId'>,
  adapter: CrmAdapter,
  contactId: string,
): Promise<void> {
  const {pageId} = hub;
  const log = await hub.call('acceptLog', pageId, contactId);
  if (!log) return;
  let result: ContactLogResult = {ok: true};
  try {
    await adapter.saveLog?.(log, AbortSignal.timeout(LIMIT_MS));
  } catch (error) {
    result = {ok: false, code: isAdapterError(error) ? error.code : 'failed'};
  }
  await hub.call('reportLog', pageId, contactId, result);
}
