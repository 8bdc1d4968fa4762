import * as z from 'zod/mini';

/** A name or a key: never empty. */
export const text = z.string().check(z.minLength(1));

/** Text that some platforms send as a number, such as a phone number or a skill id. A number becomes decimal text. */
export const textOrNumber = z.pipe(
  z.union([z.string(), z.number()]),
  z.transform((value) => (typeof value === 'number' ? String(value) : value)),
);

/** An id, as text or as a number. Real contact ids are numbers. Never empty. */
export const id = z.pipe(textOrNumber, text);

/** A time on the wire: ISO 8601 as `Date.parse` reads it. Source: contract §2, §11. */
export const isoTime = z
  .string()
  .check(z.refine((value) => Number.isFinite(Date.parse(value)), {error: 'not an ISO 8601 time'}));

/** The longest time we accept: a year, in seconds. Source: our choice; no real countdown is longer. */
const MAX_SECONDS = 366 * 86_400;

/** A duration in seconds, whole or fractional, not negative. */
export const seconds = z.number().check(z.gte(0), z.lte(MAX_SECONDS));

/** A field that may be absent. Some platforms send `null` instead; both become `undefined`. */
export const maybe = <T extends z.core.$ZodType>(schema: T) =>
  z.optional(
    z.pipe(
      z.nullable(schema),
      z.transform((value) => (value === null ? undefined : value)),
    ),
  );

/**
 * The deepest nesting of a record from outside. Source: our choice: far more than real payloads have, and far less than the
 * depth at which `JSON.stringify` and `postMessage` throw.
 */
const MAX_DEPTH = 100;

function isShallow(root: unknown): boolean {
  let level: unknown[] = [root];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return false;
    level = level.flatMap((item) =>
      typeof item === 'object' && item !== null ? (Object.values(item) as unknown[]) : [],
    );
  }
  return true;
}

/**
 * A record from outside, such as a screen pop's payload. A `__proto__` key is dropped at the top level; text parsed by
 * {@link parseJson} has none at any level. The nesting is limited, so that the record can be sent on.
 */
export const freeRecord = z
  .record(z.string(), z.unknown())
  .check(z.refine(isShallow, {error: `nested deeper than ${MAX_DEPTH}`}));

/**
 * Parses JSON from outside and drops `__proto__` keys at any depth, so that a later `{...}` or assignment cannot change a
 * prototype.
 * @throws {SyntaxError} if the text is not JSON.
 */
export function parseJson(json: string): unknown {
  // The reviver is slow and rarely needed. An escaped key (\u005f…) contains a backslash and a u.
  if (!json.includes('__proto__') && !json.includes('\\u')) return JSON.parse(json) as unknown;
  return JSON.parse(json, (key: string, value: unknown) => (key === '__proto__' ? undefined : value)) as unknown;
}
