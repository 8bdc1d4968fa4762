/** The first three characters of a standard object's ids. Source: Salesforce, "Standard field record ID prefix decoder". */
const PREFIXES: Readonly<Record<string, string>> = {
  '001': 'Account',
  '003': 'Contact',
  '00Q': 'Lead',
  '006': 'Opportunity',
  '500': 'Case',
};
const STANDARD = new Set(Object.values(PREFIXES));

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

/** The last 3 of 18 characters. They encode which of the first 15 are capitals, so that an id survives a loss of case. */
function suffixOf(id: string): string {
  return [0, 5, 10]
    .map((start) => {
      const bits = [...id.slice(start, start + 5)].reduce((sum, char, i) => sum + (/[A-Z]/.test(char) ? 1 << i : 0), 0);
      return ALPHABET[bits] ?? '';
    })
    .join('');
}

/** The standard object that an id belongs to; `undefined` for the org's own objects. */
export function entityOfId(id: string): string | undefined {
  const prefix = id.slice(0, 3);
  return Object.hasOwn(PREFIXES, prefix) ? PREFIXES[prefix] : undefined;
}

/**
 * Whether an id is Salesforce's own, not another system's. The suffix proves it for 18 characters. With 15 characters, the
 * id of a standard object must have a standard prefix, because an account number may have 15 characters too.
 * @param entity the host's name for the object
 */
export function isSalesforceId(id: string, entity: string): boolean {
  if (/^[a-z0-9]{18}$/i.test(id)) return suffixOf(id) === id.slice(15).toUpperCase();
  if (!/^[a-z0-9]{15}$/i.test(id)) return false;
  return !STANDARD.has(entity) || entityOfId(id) !== undefined;
}
