import {readParty} from '../../domain/phone-number.js';
import type {Spellings} from './phone-library.js';

/** How long a pop waits for the library, in ms; without it numbers are compared by their digits. Our choice: no agent notices. */
const LOAD_LIMIT_MS = 2_000;

/** A number to search for or to fill in. Without the library it has no spellings. */
export type PhoneNumber = Pick<Spellings, 'written'> & Partial<Spellings>;

/** The part of the library that is used here. */
interface PhoneLibrary {
  readonly spellingsOf: (text: string, defaultCountry?: string) => Spellings | undefined;
}

let library: PhoneLibrary | undefined;
let loading: Promise<void> | undefined;

/** Whether the library is loaded or has failed to load, so that `readPhone` will not improve by waiting. */
export const arePhoneNumbersReady = (): boolean => library !== undefined;

/**
 * Loads the phone library once. Never rejects: without it, numbers are compared by their digits.
 * @param onMissing called when the library could not be loaded.
 */
export function loadPhoneNumbers(onMissing: (error: unknown) => void = () => undefined): Promise<void> {
  loading ??= import('./phone-library.js')
    .then((loaded) => void (library = loaded))
    .catch((error: unknown) => {
      onMissing(error);
      library = {spellingsOf: () => undefined};
    });
  const late = new Promise<void>((resolve) => {
    setTimeout(() => {
      library ??= {spellingsOf: () => undefined};
      resolve();
    }, LOAD_LIMIT_MS);
  });
  return Promise.race([loading, late]);
}

/** An international number that is written without a plus sign: with `00`, or with North America's `1`. */
function international(text: string): string | undefined {
  const rest = /^00([1-9]\d{6,14})$/.exec(text)?.[1] ?? /^1[2-9]\d{9}$/.exec(text)?.[0];
  return rest && `+${rest}`;
}

/**
 * The number in a text; `undefined` where there is none: a withheld caller, an address, an empty field.
 * @param defaultCountry for numbers without a country code; if it is missing, such numbers stay as they are.
 */
export function readPhone(text: string | undefined, defaultCountry?: string): PhoneNumber | undefined {
  const party = readParty(text);
  if (party.kind !== 'number') return undefined;
  const plain = international(party.text) ?? party.text;
  const known = defaultCountry === undefined ? undefined : library?.spellingsOf(party.text, defaultCountry);
  return known ?? library?.spellingsOf(plain) ?? {written: plain};
}
