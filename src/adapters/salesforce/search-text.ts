import {numberText} from '../../domain/phone-number.js';
import type {SearchQuery} from '../../domain/screen-pop.js';

/** The fewest characters to search for; fewer find everything or nothing. Source: Salesforce's search takes two, crm-hosts.md A3. */
const MIN_SEARCH = 2;
/** The fewest characters for the search page. Source: crm-hosts.md A3, screenPop SEARCH. */
const MIN_SEARCH_PAGE = 3;
/** The most characters to search for. Our choice: the length of a text field. */
const MAX_SEARCH = 255;
/** The fewest digits to search for: shorter numbers are extensions and match half of all records. Our choice. */
const MIN_DIGITS = 5;

/** Characters with a special meaning in a search string. Source: Salesforce, SOSL "FIND" reserved characters. */
const RESERVED = /[?&|!{}[\]()^~*:\\"'+-]/g;
const OPERATOR = /(^|\s)(and|or|not)(\s|$)/i;
// We remove control characters, because a line break might end the search string.
const NO_TEXT = /[\p{Cc}\p{Zl}\p{Zp}\p{Surrogate}]+/gu;

/** One or two digits; all other country codes have three. Source: ITU-T E.164, list of country codes. */
const COUNTRY_CODE = /^(?:1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})/;

const clean = (text: string): string => text.replace(NO_TEXT, ' ').trim();

/** A search string that finds exactly this text: reserved characters are escaped, operators quoted. */
export function escapeSearch(text: string): string {
  const escaped = clean(text).replace(RESERVED, '\\$&');
  return OPERATOR.test(escaped) ? `"${escaped}"` : escaped;
}

/**
 * The ways a number may be written in a record: all digits, the digits without the country code, and, for most countries
 * outside North America, with a zero instead of the country code. For queries that do not list the spellings.
 */
function plainVariants(written: string): readonly string[] {
  const number = numberText(written);
  if (number === undefined) return [];
  const digits = number.replace(/\D/g, '').replace(/^00/, '');
  const international = /^(\+|00)/.test(number);
  // In North America people also write their country code without a plus sign.
  const code = international ? COUNTRY_CODE.exec(digits)?.[0] : /^1\d{10}$/.exec(digits) ? '1' : undefined;
  if (code === undefined) return [number.replace(/\D/g, '')];
  const national = digits.slice(code.length);
  return code === '1' ? [digits, national] : [digits, national, `0${national}`];
}

type Asked = Pick<SearchQuery, 'by' | 'value' | 'numbers'>;

/** The digits to search for; empty if the value is not a number. */
export const phoneVariants = ({value, numbers}: Omit<Asked, 'by'>): readonly string[] =>
  numbers ?? plainVariants(value);

/** The search string of a query; `undefined` if a search makes no sense. It never becomes part of a SOQL query. */
export function searchText({by, value, numbers}: Asked): string | undefined {
  const text = clean(value);
  if (text.length < MIN_SEARCH || text.length > MAX_SEARCH) return undefined;
  if (by !== 'phone') return escapeSearch(text);
  const variants = phoneVariants({value: text, ...(numbers && {numbers})}).filter(
    (digits) => digits.length >= MIN_DIGITS,
  );
  return variants.length > 0 ? variants.join(' OR ') : undefined;
}

/** What a person would type into the search page; `undefined` if it is too short for the page. */
export function searchPageText(query: Asked): string | undefined {
  const {by, value} = query;
  const text = by === 'phone' ? (phoneVariants(query).at(-1) ?? '') : clean(value).replace(RESERVED, ' ');
  const typed = clean(text.replace(/\s+/g, ' ')).slice(0, MAX_SEARCH);
  return typed.length >= MIN_SEARCH_PAGE ? typed : undefined;
}
