/** Writes OData query options as Dataverse reads them. Values are escaped for OData first, then for the address. */

/** Half a surrogate pair cannot be encoded; browsers write the replacement character for it. */
const encode = (text: string): string => encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'));

/** A text value with its quotes: `'O''Brien'`. */
const quoted = (text: string): string => `'${encode(text.replaceAll("'", "''"))}'`;

/** `contains` takes wildcards; brackets make them plain characters. Source: Dataverse, "Wildcard characters". */
const literal = (text: string): string => text.replace(/[[%_]/g, '[$&]');

/** The name of a column or table in Dataverse. Other text in a setting would become part of the query. */
export const isLogicalName = (name: string): boolean => /^[a-z_][a-z0-9_]{0,127}$/i.test(name);

/** A GUID without braces, in lower case; `undefined` for anything else. */
export function readGuid(value: unknown): string | undefined {
  const text = typeof value === 'string' ? /^\{?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}?$/i.exec(value) : null;
  return text?.[1]?.toLowerCase();
}

export const equals = (column: string, text: string): string => `${column} eq ${quoted(text)}`;

/** Ids are not quoted. @param guid as `readGuid` gives it. */
export const equalsId = (column: string, guid: string): string => `${column} eq ${guid}`;

export const contains = (column: string, text: string): string => `contains(${column},${quoted(literal(text))})`;

/** Finds the digits in this order with anything between: `(503) 555-0100` for `5550100`. */
export const containsDigits = (column: string, digits: string): string =>
  `contains(${column},${quoted([...digits].join('%'))})`;

export const anyOf = (filters: readonly string[]): string => filters.join(' or ');

/** `?$select=…&$filter=…&$top=…` */
export function queryOptions(select: readonly string[], filter: string, top: number): string {
  return `?$select=${[...new Set(select)].join(',')}&$filter=${filter}&$top=${top}`;
}
