import {signal} from '@lit-labs/signals';
import {fetchPart} from '../late/fetch-part.js';
import {en} from './strings.en.js';
import type {strings as later} from './strings.en-later.js';

export type StringKey = keyof typeof en | keyof typeof later;

/** A text, or one text for each plural form of the language (`other` always). */
export type Text = string | (Partial<Record<Intl.LDMLPluralRule, string>> & {readonly other: string});

/** A complete language. */
export type Strings = Readonly<Record<StringKey, Text>>;

/** What is filled into a text. `n` also chooses the plural form. */
export type Parameters = Readonly<Record<string, string | number>>;

const languages = new Map<string, Partial<Strings>>([['en', en]]);

/** The languages of the package, each a part of its own. English comes in several parts. */
const included = {
  de: (): Promise<{readonly strings: Partial<Strings>}> => import('./strings.de.js'),
  en: (): Promise<{readonly strings: Partial<Strings>}> => import('./strings.en-later.js'),
};

/** Wait before a text that is missing has its part fetched once more, in ms. Source: our choice. */
const RETRY_MS = 5_000;

const loading = new Map<keyof typeof included, Promise<void>>();
/** Why the first try failed. */
const failures = new Map<keyof typeof included, unknown>();

/** The parts that the languages of this page need. */
const wanted = new Set<keyof typeof included>();

/** Grows when a language arrives or the page's language changes. Every text reads it, so the widgets draw again. */
const changes = signal(0);
const changed = (): void => changes.set(changes.get() + 1);

const watched = new WeakSet<Document>();

function watch(page: Document): void {
  if (watched.has(page)) return;
  watched.add(page);
  new MutationObserver(changed).observe(page, {attributeFilter: ['lang'], subtree: true});
}

/**
 * Adds a language, or replaces some texts of one. What is missing is shown in English.
 * @param language - A BCP 47 tag: `fr`, or `fr-CA` for one region; `fr_CA` is the same.
 */
export function addLanguage(language: string, strings: Partial<Strings>): void {
  const key = asTag(language);
  languages.set(key, {...languages.get(key), ...strings});
  changed();
}

/**
 * The text of a key in a language, with parameters filled in. A key that nobody knows, or whose part could not be
 * fetched, gets the words of its group with the key's own name: `error.TIMEOUT` → "That did not work (TIMEOUT)."
 */
export function translate(language: string, key: StringKey, parameters: Parameters = {}): string {
  changes.get();
  const [group, code = ''] = key.split('.');
  const text = find(language, key) ?? instead(language, key, group as StringKey) ?? '';
  const form =
    typeof text === 'string' ? text : (text[pluralsOf(language).select(Number(parameters['n']))] ?? text.other);
  return form.replace(/\{(\w+)\}/g, (_, name: string) => String(parameters[name] ?? (name === 'code' ? code : '')));
}

/**
 * The language of an element: the nearest `lang` around it, through shadow roots, else that of the page that loaded the
 * widgets (a window that they were moved into seldom has one), else English.
 */
export function languageOf(element: Element): string {
  watch(element.ownerDocument);
  watch(document);
  for (let at: Element | undefined = element; at;) {
    const holder: Element | null = at.closest('[lang]');
    if (holder) return asTag(holder.getAttribute('lang')!) || 'en';
    // Not by `instanceof`, because another document has its own classes.
    at = (at.getRootNode() as Partial<ShadowRoot>).host;
  }
  return asTag(document.documentElement.lang) || 'en';
}

/** Java writes `de_DE`, some add a character set: `de_DE.UTF-8`. */
const asTag = (written: string): string =>
  written
    .trim()
    .toLowerCase()
    .replaceAll('_', '-')
    .replace(/[.@].*$/, '');

function find(language: string, key: StringKey): Text | undefined {
  const tag = asTag(language);
  const base = tag.split('-')[0]!;
  wanted.add(base === 'de' ? base : 'en');
  if (base === 'de') void load(base);
  return [tag, base, 'en'].map((name) => languages.get(name)?.[key]).find((text) => text !== undefined);
}

/** The words of a group, until those that are missing are here. */
function instead(language: string, key: StringKey, group: StringKey): Text | undefined {
  // It may be in what is being fetched now.
  void Promise.all(loading.values()).then(() => void (find(language, key) ?? load('en')));
  return find(language, group);
}

/** Fetches all texts of the languages that were shown; where none was, the English ones. Never rejects. */
export const loadTexts = async (): Promise<void> =>
  void (await Promise.all((wanted.size ? [...wanted] : (['en'] as const)).map(load)));

function load(name: keyof typeof included): Promise<void> {
  let under = loading.get(name);
  if (!under) {
    under = fetchPart(included[name], failures.get(name)).then(
      // An integrator's own texts win over the included ones, whichever came first.
      ({strings}) => addLanguage(name, {...strings, ...languages.get(name)}),
      // It cannot be fetched: go on with the words of the group.
      (error: unknown) => {
        failures.set(name, failures.get(name) ?? error);
        setTimeout(() => loading.delete(name), RETRY_MS);
      },
    );
    loading.set(name, under);
  }
  return under;
}

const plurals = new Map<string, Intl.PluralRules>();

function pluralsOf(language: string): Intl.PluralRules {
  const tag = asTag(language);
  let found = plurals.get(tag);
  if (!found) {
    try {
      found = new Intl.PluralRules(tag);
    } catch {
      // `lang` may hold anything, and an invalid tag must not break the widget.
      found = pluralsOf('en');
    }
    plurals.set(tag, found);
  }
  return found;
}
