import {readGuid} from '../common/odata.js';
import type {Lookup} from './lookup.js';

/** The table of the people who work in Dynamics. */
const USER = 'systemuser';

/**
 * The setting `agentId`, from a column of the user who is signed in; nothing where there is no such id, which the
 * session then tells.
 * @param userId as Dynamics gives it.
 * @throws {AdapterError} `badConfig` for what cannot be a column's name; `refused`, `timeout` of the host.
 */
export async function agentIdSetting(
  lookup: Lookup,
  column: unknown,
  userId: unknown,
  signal: AbortSignal,
): Promise<{readonly agentId?: string}> {
  const id = readGuid(userId);
  if (typeof column !== 'string' || !id) return {};
  const agentId = (await lookup.text(USER, id, column, signal))?.trim();
  return agentId ? {agentId} : {};
}
