/** An old Prototype.js in the page gives lists a `toJSON`, by which they become texts: lists are taken as they are. */
function asItIs(this: unknown, key: string, value: unknown): unknown {
  const raw: unknown = (this as Readonly<Record<string, unknown>>)[key];
  return Array.isArray(raw) ? raw : value;
}

/** JSON for somebody else to read: for what leaves the page, whatever other scripts did to its built-ins. */
export const jsonText = (value: unknown): string => JSON.stringify(value, asItIs);
