import {parsePhoneNumberFromString, type CountryCode} from 'libphonenumber-js/core';
import metadata from 'libphonenumber-js/metadata.min';

/** A number in its international form, and in the forms that records may hold. */
export interface Spellings {
  /** E.164. */
  readonly written: string;
  /** Digits only: with the country's code, without it, and as it is dialled within the country. */
  readonly numbers: readonly string[];
}

/**
 * A separate chunk, loaded with the first screen pop: the number rules of all countries take 28 kB.
 * @param text digits, with or without plus sign.
 * @param defaultCountry of numbers that name none: `US`.
 * @returns nothing for what cannot be a number of any country.
 */
export function spellingsOf(text: string, defaultCountry?: string): Spellings | undefined {
  const country = defaultCountry as CountryCode | undefined;
  const number = parsePhoneNumberFromString(
    text,
    {...(country && {defaultCountry: country}), extract: false},
    metadata,
  );
  if (!number?.isPossible()) return undefined;
  const {countryCallingCode, nationalNumber} = number;
  const home = number.formatNational().replace(/\D/g, '');
  const numbers = [`${countryCallingCode}${nationalNumber}`, nationalNumber, home];
  return {written: number.number, numbers: [...new Set(numbers)]};
}
