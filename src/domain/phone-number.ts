/** What a field for numbers can hold: a number, an address, or nothing that could be called back. */
export type Party =
  /** Digits, with a plus sign before a country's code. The extension is no part of it. */
  | {readonly kind: 'number'; readonly text: string; readonly extension?: string}
  /** `alice@pbx.example` */
  | {readonly kind: 'address'; readonly text: string}
  /** Withheld, unknown, or no number. */
  | {readonly kind: 'none'};

const NONE: Party = {kind: 'none'};

/** A longer text is no number, even with name, address and parameters. Our choice. */
const MAX_TEXT = 512;
/** E.164 allows 15 digits; a dialling prefix adds up to five. Source: ITU-T E.164. */
const MAX_DIGITS = 20;

/** ANONYMOUS, UNAVAILABLE, RESTRICTED, UNKNOWN, PRIVATE and BLOCKED on a keypad, as carriers send them for numbers. */
const KEYPAD_WORDS = new Set(['266696687', '86282452253', '7378742833', '8656696', '7748283', '2562533']);
/** ANONYMOUS is no number in any country, so it is recognised without a plus sign too. */
const KEYPAD_ANONYMOUS = '266696687';

/** The zeros of other scripts: Arabic, Persian, Devanagari, full width. Source: Unicode, general category Nd. */
const ZEROS = [0x660, 0x6f0, 0x966, 0xff10];

const EXTENSION = /[\s;,]*(?:;\s*ext\s*=|\bext(?:ension|n)?\b\.?[:=]?|ext\.?|[x×#]|[,;])\s*(\d{1,11})#?$/i;
const SEPARATED = /^\+?[\d\s().\-/·\u2010-\u2015\u202a-\u202e\u2060\ufeff]*$/;

function asciiDigits(text: string): string {
  return text.replace(/\p{Nd}/gu, (digit) => {
    const code = digit.codePointAt(0)!;
    const zero = ZEROS.find((first) => code >= first && code < first + 10);
    return zero === undefined ? digit : String(code - zero);
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function readNumber(written: string): Party {
  const text = asciiDigits(written).replace(/＋/g, '+').trim();
  const found = EXTENSION.exec(text);
  const main = found ? text.slice(0, found.index).trim() : text;
  const digits = main.replace(/\D/g, '');
  if (/\p{Cc}/u.test(text) || !SEPARATED.test(main) || !/[1-9]/.test(digits) || digits.length > MAX_DIGITS) return NONE;
  const international = main.startsWith('+');
  if (international ? KEYPAD_WORDS.has(digits) : digits === KEYPAD_ANONYMOUS) return NONE;
  const extension = found?.[1];
  return {kind: 'number', text: (international ? '+' : '') + digits, ...(extension !== undefined && {extension})};
}

/** `+14155550119;ext=12;phone-context=+1`. Source: RFC 3966. */
function readTel(text: string): Party {
  const [main = '', ...parameters] = text.split(';');
  const of = (name: string): string | undefined =>
    parameters.map((parameter) => parameter.split('=')).find(([key]) => key?.trim().toLowerCase() === name)?.[1];
  const context = of('phone-context') ?? '';
  const extension = of('ext');
  const whole = /^\s*\+/.test(main) || !context.startsWith('+') ? main : context + main;
  return readNumber(extension === undefined ? whole : `${whole};ext=${extension}`);
}

/** `+1415…@host;user=phone`, `alice@host`. Source: RFC 3261, 19.1. */
function readSip(text: string): Party {
  const at = text.lastIndexOf('@');
  const user = decoded(text.slice(0, at)).replace(/:.*$/s, '');
  const host = /^[^;?>:\s]*/.exec(text.slice(at + 1))![0].toLowerCase();
  // The host that anonymous callers use. Source: RFC 3323, 4.1.1.3.
  if (at < 1 || host === '' || /(^|\.)invalid$/.test(host)) return NONE;
  const party = readTel(user);
  if (party.kind === 'number') return party;
  return /^(anonymous|unknown|unavailable|restricted|withheld|private|blocked)$/i.test(user.trim())
    ? NONE
    : {kind: 'address', text: `${user}@${host}`};
}

/**
 * Reads a caller or a called party as carriers, PBXs, CRMs and people write it: a number with or without extension, a
 * `tel:` or `sip:` address, `Name <sip:…>`, or a word for a withheld number. Never throws.
 */
export function readParty(written: string | undefined): Party {
  if (written === undefined || written.length > MAX_TEXT) return NONE;
  const text = (/<([^<>]*)>/.exec(written)?.[1] ?? written).trim();
  const [, scheme = '', rest = text] = /^(sips?|tel|callto):(?:\/\/)?(.*)$/is.exec(text) ?? [];
  if (/^sip/i.test(scheme) || rest.includes('@')) return readSip(rest);
  return scheme ? readTel(decoded(rest)) : readTel(rest);
}

/** The number without extension and separators; `undefined` where there is none. */
export function numberText(written: string | undefined): string | undefined {
  const party = readParty(written);
  return party.kind === 'number' ? party.text : undefined;
}

/** What is dialled for a text that was typed or clicked: a number without separators and extension, any other text as it is. */
export const dialTarget = (written: string): string => numberText(written) ?? written.trim();
