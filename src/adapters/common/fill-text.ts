import {entry} from './own.js';

/** A text for people to read, by an admin's template: `{from}` stands for the value of that name, and what is unknown for nothing. */
export function fillText(template: string, values: Readonly<Record<string, string | undefined>>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => entry(values, name) ?? '').trim();
}

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
