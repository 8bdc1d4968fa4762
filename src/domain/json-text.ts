/** An old Prototype.js in the page gives lists a `toJSON` that turns them into text, so lists are serialised without it. */
function asItIs(this: unknown, key: string, value: unknown): unknown {
  const raw: unknown = (this as Readonly<Record<string, unknown>>)[key];
  return Array.isArray(raw) ? raw : value;
}

/** Correct JSON for what leaves the page, whatever other scripts have done to the page's built-ins. */
export const jsonText = (value: unknown): string => JSON.stringify(value, asItIs);
