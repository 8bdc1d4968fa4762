import {numberText} from '../../domain/phone-number.js';

/** The shortest number that is compared by its end, in digits; shorter ones are extensions. Our choice: a local number. */
export const MIN_SUFFIX = 7;

/** Digits without a prefix that only some callers dial: `00`, or the `0` of a national number. */
export const significantDigits = (number: string): string =>
  (numberText(number) ?? '').replace(/\D/g, '').replace(/^0+/, '');

/** The digits that every spelling of a number ends with, to search for; empty if it is no number. */
export const searchDigits = (number: string): string => significantDigits(number).slice(-MIN_SUFFIX);

/** Whether two spellings mean one number: the same digits, or one of them lacks the country or area code. */
export function sameNumber(a: string, b: string): boolean {
  const [x, y] = [significantDigits(a), significantDigits(b)];
  if (x === '' || y === '') return false;
  if (x === y) return true;
  const [short, long] = x.length < y.length ? [x, y] : [y, x];
  return short.length >= MIN_SUFFIX && long.endsWith(short);
}
