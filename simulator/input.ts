import * as z from 'zod/mini';
import {Refusal} from './model/refusal.js';

// Without a locale, zod/mini says "Invalid input" for everything.
z.config(z.locales.en());

type Issue = z.core.$ZodIssue;

function words(issue: Issue): string {
  const where = issue.path.map(String).join('.') || 'body';
  if (issue.code === 'invalid_union' && 'options' in issue && Array.isArray(issue.options)) {
    return `${where}: expected one of ${issue.options.map((option) => `"${String(option)}"`).join(', ')}`;
  }
  // Among alternatives, the one that came closest gives the most useful message.
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const closest = [...issue.errors].sort((a, b) => a.length - b.length)[0] ?? [];
    const inner = closest.map((one) => words({...one, path: [...issue.path, ...one.path]}));
    if (inner.length > 0) return inner.join('; ');
  }
  return `${where}: ${issue.message}`;
}

/** What is wrong with an input: `path: message`, separated by semicolons. */
export function describeIssues(error: z.core.$ZodError): string {
  return error.issues.map(words).join('; ');
}

/**
 * Checks an input with its schema.
 * @throws {Refusal} `BAD_REQUEST` with a description of what is wrong.
 */
export function checked<Schema extends z.core.$ZodType>(schema: Schema, input: unknown): z.core.output<Schema> {
  const result = z.safeParse(schema, input);
  if (result.success) return result.data;
  throw new Refusal('BAD_REQUEST', describeIssues(result.error));
}

/** A query parameter's first value. */
export function queryValue(query: unknown, name: string): string | undefined {
  if (typeof query !== 'object' || query === null) return undefined;
  const value: unknown = (query as Record<string, unknown>)[name];
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' ? first : undefined;
}
