import {signal} from '@lit-labs/signals';
import {en} from './strings.en.js';
import type {strings as trouble} from './strings.en-trouble.js';

export type StringKey = keyof typeof en | keyof typeof trouble;

/** A text, or one text for each plural form of the language (`other` always). */
export type Text = string | (Partial<Record<Intl.LDMLPluralRule, string>> & {readonly other: string});

/** A complete language. */
export type Strings = Readonly<Record<StringKey, Text>>;

/** What is filled into a text. `n` also chooses the plural form. */
export type Parameters = Readonly<Record<string, string | number>>;

const languages = new Map<string, Partial<Strings>>([['en', en]]);

/** What comes with the package and is fetched when a page first shows a text. */
const included: Record<string, () => Promise<{readonly strings: Partial<Strings>}>> = {
  de: () => import('./strings.de.js'),
  en: () => import('./strings.en-trouble.js'),
};

/** Grows when a language arrives or the page changes its own; read by every text, so that the widgets draw again. */
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
  const text = find(language, key) ?? find(language, group as StringKey) ?? '';
  const form =
    typeof text === 'string' ? text : (text[formats(language).plural.select(Number(parameters['n']))] ?? text.other);
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
    // No `instanceof`: another document has classes of its own.
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
  load(base);
  return [tag, base, 'en'].map((name) => languages.get(name)?.[key]).find((text) => text !== undefined);
}

function load(base: string): void {
  const name = base === 'de' ? base : 'en';
  const fetchIt = included[name];
  if (!fetchIt) return;
  delete included[name];
  // An integrator's own texts win over the included ones, whichever came first. Not reachable: the words of the group stay.
  fetchIt().then(
    ({strings}) => addLanguage(name, {...strings, ...languages.get(name)}),
    () => undefined,
  );
}

/** Hours and minutes as the language writes them; empty for a time that no calendar holds. */
export function asTimeOfDay(language: string, at: number): string {
  return Math.abs(at) <= 8.64e15 ? formats(language).time.format(at) : '';
}

/** What the browser knows of a language. */
interface Formats {
  readonly plural: Intl.PluralRules;
  readonly time: Intl.DateTimeFormat;
}

const known = new Map<string, Formats>();

function formats(language: string): Formats {
  const tag = asTag(language);
  let found = known.get(tag);
  if (!found) {
    try {
      found = {
        plural: new Intl.PluralRules(tag),
        time: new Intl.DateTimeFormat(tag, {hour: '2-digit', minute: '2-digit'}),
      };
    } catch {
      // `lang` may hold anything; a tag that is none must not take the widget down.
      found = formats('en');
    }
    known.set(tag, found);
  }
  return found;
}
