import type {CachedAnswer} from '../../src/domain/screen-pop.js';
import type {JournalEntry, PopRecord} from '../../src/worker/store/schema.js';

/** A command that was begun. */
export const entry = (commandId: string, more: Partial<JournalEntry> = {}): JournalEntry => ({
  commandId,
  key: `key-${commandId}`,
  interactionId: 'i1',
  action: 'transfer',
  parameters: {target: '1234', type: 'blind'},
  clickedAt: Date.now(),
  ...more,
});

/** A screen pop that waits. */
export const pop = (popId: string, more: Partial<PopRecord> = {}): PopRecord => ({
  popId,
  interactionId: popId,
  assignment: 1,
  source: 'test',
  payload: {crm_account_id: 'ACC-1'},
  receivedAt: Date.now(),
  outcome: 'waiting',
  ...more,
});

/** What a CRM found by an e-mail address. */
export const answer = (value: string, at = Date.now()): CachedAnswer => ({
  query: {entity: 'contact', by: 'email', value},
  records: [{entity: 'contact', id: value}],
  at,
});
