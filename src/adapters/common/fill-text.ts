import {entry} from './own.js';

/** Fills an admin's template for people to read: `{from}` becomes the value of that name, unknown names become nothing. */
export function fillText(template: string, values: Readonly<Record<string, string | undefined>>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => entry(values, name) ?? '').trim();
}

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
