import {isAdapterError, type CrmAdapter} from '../../adapters/crm-adapter.js';
import type {ContactLogResult} from '../../domain/contact-log.js';
import type {Liveness} from '../hub/liveness.js';

/** The host may be slow, but the hub waits 10 s: what takes longer is unknown there. Source: contract §6, the limit after `go`. */
const LIMIT_MS = 9_000;

/**
 * The page's part of a contact's log: take it, have the host write it, report. Rejects when the hub cannot be told.
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
