/** Invisible marks, as of writing direction, that come along in copied text. */
const INVISIBLE = /[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;

/** The full-width forms of ASCII, as input methods write them. */
const FULL_WIDTH = /[\uff01-\uff5e]/g;

/**
 * The value of a digit of any script. Each script has its ten digits in a row, whose zero's code point ends in 0 or in 6.
 * Source: Unicode Standard, "Decimal Digits", general category Nd.
 */
function digitOf(written: string): string {
  // Some are styled forms of ASCII digits, as in mathematics.
  const digit = written.normalize('NFKC');
  if (digit < ':') return digit;
  const code = digit.codePointAt(0)!;
  const row = code & ~15;
  return String((code & 15) - (/\p{Nd}/u.test(String.fromCodePoint(row)) ? 0 : 6));
}

/** A text for the platform: digits of all scripts as 0–9, full-width forms as ASCII, without invisible characters. */
export const plain = (text: string): string =>
  text
    .replace(INVISIBLE, '')
    .replace(FULL_WIDTH, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/\p{Nd}/gu, digitOf);

/** Characters that only group the digits of a number. */
const GROUPING = /[\s().\-\u2010-\u2015/]/g;

/** The tones of a text; `undefined` if any part of it is no tone, because half a code is no code. */
export function tonesIn(text: string): string | undefined {
  const tones = plain(text).replace(GROUPING, '').toUpperCase();
  return /[^0-9A-D*#]/.test(tones) ? undefined : tones;
}

/** What was added to a field: browsers report an input method's whole text again at each key. */
export function addedTo(before: string, now: string): string {
  const [old, text] = [plain(before), plain(now)];
  const most = Math.min(old.length, text.length);
  let start = 0;
  while (start < most && old[start] === text[start]) start++;
  let end = 0;
  while (end < most - start && old.at(-1 - end) === text.at(-1 - end)) end++;
  return text.slice(start, text.length - end);
}
