import type {MediaType} from '../domain/interaction.js';
import type {PlannedStep, PopPayload, PopRule} from '../domain/screen-pop.js';

/** What the rules may look at besides the payload. */
export interface PopSubject {
  readonly interactionId: string;
  readonly mediaType: MediaType | undefined;
  readonly ani: string | undefined;
  readonly dnis: string | undefined;
  readonly payload: PopPayload;
}

/** Longest value that is matched, searched or filled in: what a form field holds. Our choice. */
const MAX_VALUE = 1_024;

/** A payload value as text; objects and lists say nothing to a rule. */
function text(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim().slice(0, MAX_VALUE) || undefined;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

function field(subject: PopSubject, name: string): string | undefined {
  if (Object.hasOwn(subject.payload, name)) return text(subject.payload[name]);
  switch (name) {
    case 'ani':
      return text(subject.ani);
    case 'dnis':
      return text(subject.dnis);
    case 'interactionId':
      return subject.interactionId;
    default:
      return undefined;
  }
}

function matches(rule: PopRule, subject: PopSubject): boolean {
  if (rule.media && !(subject.mediaType && rule.media.includes(subject.mediaType))) return false;
  return Object.entries(rule.when ?? {}).every(([name, wanted]) => {
    const actual = field(subject, name)?.toLowerCase();
    const list = typeof wanted === 'string' ? [wanted] : wanted;
    return actual !== undefined && list.some((value) => value.toLowerCase() === actual);
  });
}

/** Turns a payload into what to try, by the first rule that matches. Steps whose field is empty are left out. Pure. */
export function planPop(rules: readonly PopRule[], subject: PopSubject): PlannedStep[] {
  const rule = rules.find((candidate) => matches(candidate, subject));
  const planned: PlannedStep[] = [];
  for (const step of rule?.steps ?? []) {
    if (step.kind === 'open') {
      const id = field(subject, step.idField);
      if (id) planned.push({kind: 'open', record: {entity: step.entity, id}});
    } else if (step.kind === 'search') {
      const value = field(subject, step.field);
      if (value) planned.push({kind: 'search', query: {entity: step.entity, by: step.by, value}});
    } else {
      const fields: Record<string, string> = {};
      for (const [name, template] of Object.entries(step.fill)) {
        const value = template.replace(/\{([^{}]+)\}/g, (_all, key: string) => field(subject, key.trim()) ?? '').trim();
        if (value) fields[name] = value;
      }
      planned.push({kind: 'create', draft: {entity: step.entity, fields}});
    }
  }
  return planned;
}
