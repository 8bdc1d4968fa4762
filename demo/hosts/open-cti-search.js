/** What Salesforce's search does with a search string, as far as a softphone needs it. */

const digitsOf = (text) => text.replace(/\D/g, '');
const tokensOf = (text) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** Numbers are found with and without the country's code. */
function isNumber(field, wanted) {
  const digits = digitsOf(field);
  const [short, long] = digits.length < wanted.length ? [digits, wanted] : [wanted, digits];
  return short.length >= 7 && long.endsWith(short);
}

function matches(record, term) {
  const texts = [record.id, record.name, ...Object.values(record.fields)].filter((value) => typeof value === 'string');
  if (/^\d{5,}$/.test(term)) {
    if (Object.entries(record.fields).some(([name, value]) => /phone/i.test(name) && isNumber(String(value), term)))
      return true;
  }
  const wanted = tokensOf(term);
  const present = new Set(texts.flatMap(tokensOf));
  return wanted.length > 0 && wanted.every((token) => present.has(token));
}

/**
 * The records that a search string finds. Backslashes make reserved characters plain; ` OR ` parts alternatives.
 * A string that has reserved characters without a backslash is refused, as an org's search would misread it.
 */
export function findRecords(records, searchString) {
  const quoted = /^"(.*)"$/s.exec(searchString);
  const plain = (quoted ? quoted[1] : searchString).replace(/\\./gs, '');
  if (/[?&|!{}[\]()^~*:\\"'+-]/.test(plain)) return undefined;
  const terms = quoted ? [quoted[1]] : searchString.split(' OR ');
  const wanted = terms.map((term) => term.replace(/\\(.)/gs, '$1').trim());
  return records.filter((record) => wanted.some((term) => matches(record, term)));
}
