import type {HubContext} from '../hub-context.js';

/** An idempotency key that never repeats: not after a restart, nor in another storage partition. Source: contract §3 "The key". */
export async function newCommandKey(
  {config, store}: Pick<HubContext, 'config' | 'store'>,
  action: string,
  subject: string,
): Promise<string> {
  const text = [config.apiBase, config.agentId, action, subject, store.journal.nextCounter(), store.storeId].join('\n');
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  let key = '';
  for (const byte of new Uint8Array(digest)) key += byte.toString(16).padStart(2, '0');
  return key;
}
