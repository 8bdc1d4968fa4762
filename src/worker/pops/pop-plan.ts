import type {MediaType} from '../../domain/interaction.js';
import {readParty} from '../../domain/phone-number.js';
import type {PlannedStep, PopPayload, PopRule} from '../../domain/screen-pop.js';
import {readPhone} from './phone-numbers.js';

/** What the rules may read besides the payload. */
export interface PopSubject {
  readonly interactionId: string;
  readonly mediaType: MediaType | undefined;
  readonly ani: string | undefined;
  readonly dnis: string | undefined;
  readonly payload: PopPayload;
}

/** Longest value that is matched, searched or filled in: what a form field holds. Our choice. */
const MAX_VALUE = 1_024;

/** A payload value as text; rules ignore objects and lists. */
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

/** Fields of a record that hold a number, by their names in rules and in CRMs: `phone`, `MobilePhone`, `telephone1`. */
const NUMBER_FIELD = /phone|mobile|fax/i;
const PLACEHOLDER = /\{([^{}]+)\}/g;

/** A field to search by or to fill in. A withheld caller gives no value; a phone number is read as one. */
function value(subject: PopSubject, name: string, defaultCountry: string | undefined): string | undefined {
  const found = field(subject, name);
  if (found === undefined || Object.hasOwn(subject.payload, name) || (name !== 'ani' && name !== 'dnis')) return found;
  const party = readParty(found);
  return party.kind === 'number'
    ? readPhone(found, defaultCountry)?.written
    : party.kind === 'address'
      ? party.text
      : undefined;
}

function filled(subject: PopSubject, name: string, template: string, defaultCountry: string | undefined): string {
  const text = template
    .replace(PLACEHOLDER, (_all, key: string) => value(subject, key.trim(), defaultCountry) ?? '')
    .trim();
  // "anonymous" is no number to call back. A fixed text in a rule stays as the admin wrote it.
  if (text === template.trim() || !NUMBER_FIELD.test(name)) return text;
  return readPhone(text, defaultCountry)?.written ?? '';
}

function matches(rule: PopRule, subject: PopSubject): boolean {
  if (rule.media && !(subject.mediaType && rule.media.includes(subject.mediaType))) return false;
  return Object.entries(rule.when ?? {}).every(([name, wanted]) => {
    const actual = field(subject, name)?.toLowerCase();
    const list = typeof wanted === 'string' ? [wanted] : wanted;
    return actual !== undefined && list.some((value) => value.toLowerCase() === actual);
  });
}

/**
 * Turns a payload into what to try, by the first rule that matches. Steps whose field is empty, or no number where one is
 * asked for, are left out, and so is a new record's form if nothing would be filled in. Pure.
 * @param defaultCountry of numbers that name none.
 */
export function planPop(rules: readonly PopRule[], subject: PopSubject, defaultCountry?: string): PlannedStep[] {
  const rule = rules.find((candidate) => matches(candidate, subject));
  const planned: PlannedStep[] = [];
  for (const step of rule?.steps ?? []) {
    if (step.kind === 'open') {
      const id = field(subject, step.idField);
      if (id) planned.push({kind: 'open', record: {entity: step.entity, id}});
    } else if (step.kind === 'search' && step.by === 'phone') {
      const phone = readPhone(field(subject, step.field), defaultCountry);
      if (!phone) continue;
      const {written, numbers} = phone;
      planned.push({
        kind: 'search',
        query: {entity: step.entity, by: 'phone', value: written, ...(numbers && {numbers})},
      });
    } else if (step.kind === 'search') {
      const text = value(subject, step.field, defaultCountry);
      if (text) planned.push({kind: 'search', query: {entity: step.entity, by: step.by, value: text}});
    } else {
      const templates = Object.entries(step.fill);
      const fields: Record<string, string> = {};
      for (const [name, template] of templates) {
        const text = filled(subject, name, template, defaultCountry);
        if (text) fields[name] = text;
      }
      if (templates.length > 0 && Object.keys(fields).length === 0) continue;
      planned.push({kind: 'create', draft: {entity: step.entity, fields}});
    }
  }
  return planned;
}
