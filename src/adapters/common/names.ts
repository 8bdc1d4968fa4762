import type {RecordDraft} from '../../domain/screen-pop.js';
import {entry} from './own.js';

/**
 * A host's own names for what rules call `account`, `contact`, `email` … so that one set of rules serves every host. A
 * name that is not in the table is the host's own already.
 */
export interface HostNames {
  /** Rule's entity → the host's. */
  readonly entities?: Readonly<Record<string, string>>;
  /** The host's entity → (rule's field → the host's); `*` is for all entities. */
  readonly fields?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export function hostEntity(names: HostNames, entity: string): string {
  return entry(names.entities, entity) ?? entity;
}

/** @param entity the host's own name, as `hostEntity` gives it. */
export function hostField(names: HostNames, entity: string, field: string): string {
  return entry(entry(names.fields, entity), field) ?? entry(entry(names.fields, '*'), field) ?? field;
}

/** A draft in the host's own names. */
export function hostDraft(names: HostNames, draft: RecordDraft): RecordDraft {
  const entity = hostEntity(names, draft.entity);
  const fields = Object.entries(draft.fields).map(([field, value]) => [hostField(names, entity, field), value]);
  return {entity, fields: Object.fromEntries(fields) as Record<string, string>};
}

/** The defaults with an admin's names on top, for each entity and field. */
export function mergeNames(defaults: HostNames, own: HostNames = {}): HostNames {
  const fields: Record<string, Readonly<Record<string, string>>> = {...defaults.fields};
  for (const [entity, names] of Object.entries(own.fields ?? {})) fields[entity] = {...fields[entity], ...names};
  return {entities: {...defaults.entities, ...own.entities}, fields};
}
