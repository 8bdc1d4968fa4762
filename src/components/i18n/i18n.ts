import {signal} from '@lit-labs/signals';
import {en} from './strings.en.js';

export type StringKey = keyof typeof en;

/** A text, or one text for each plural form of the language (`other` always). */
export type Text = string | (Partial<Record<Intl.LDMLPluralRule, string>> & {readonly other: string});

/** A complete language. */
export type Strings = Readonly<Record<StringKey, Text>>;

/** What is filled into a text. `n` also chooses the plural form. */
export type Parameters = Readonly<Record<string, string | number>>;

const languages = new Map<string, Partial<Strings>>([['en', en]]);

/** Languages that come with the package, fetched when a page first asks for them. */
const included: Record<string, () => Promise<{readonly strings: Strings}>> = {
  de: () => import('./strings.de.js'),
};

/** Grows when a language arrives; read by every text, so that the widgets draw again. */
const arrivals = signal(0);

/**
 * Adds a language, or replaces some texts of one. What is missing is shown in English.
 * @param language - A BCP 47 tag: `fr`, or `fr-CA` for one region.
 */
export function addLanguage(language: string, strings: Partial<Strings>): void {
  const key = language.toLowerCase();
  languages.set(key, {...languages.get(key), ...strings});
  arrivals.set(arrivals.get() + 1);
}

/** The text of a key in a language, with parameters filled in. An unknown key is answered with the key of last resort. */
export function translate(language: string, key: StringKey, parameters: Parameters = {}): string {
  arrivals.get();
  const text = find(language, key);
  const form =
    typeof text === 'string' ? text : (text[plural(language, Number(parameters['n']))] ?? text.other);
  return form.replace(/\{(\w+)\}/g, (_, name: string) => String(parameters[name] ?? ''));
}

/** Whether a key has a text at all: for codes that come over a wire from a newer or older version. */
export const isStringKey = (key: string): key is StringKey => Object.hasOwn(en, key);

/** The language of an element: the nearest `lang` around it, through shadow roots, else the document's, else English. */
export function languageOf(element: Element): string {
  for (let at: Element | null = element; at; ) {
    const holder: Element | null = at.closest('[lang]');
    if (holder) return holder.getAttribute('lang') || 'en';
    const root: Node = at.getRootNode();
    at = root instanceof ShadowRoot ? root.host : null;
  }
  return 'en';
}

function find(language: string, key: StringKey): Text {
  const tag = language.toLowerCase();
  const base = tag.split('-')[0] ?? tag;
  load(base);
  return languages.get(tag)?.[key] ?? languages.get(base)?.[key] ?? en[key];
}

function load(base: string): void {
  const fetchIt = Object.hasOwn(included, base) ? included[base] : undefined;
  if (!fetchIt) return;
  delete included[base];
  // An integrator's own texts win over the included ones, whichever came first. Not reachable: English stays.
  fetchIt().then(
    ({strings}) => addLanguage(base, {...strings, ...languages.get(base)}),
    () => undefined,
  );
}

const rules = new Map<string, Intl.PluralRules>();

function plural(language: string, n: number): Intl.LDMLPluralRule {
  let rule = rules.get(language);
  if (!rule) {
    try {
      rule = new Intl.PluralRules(language);
    } catch {
      // `lang` may hold anything; a tag that is none must not take the widget down.
      rule = new Intl.PluralRules('en');
    }
    rules.set(language, rule);
  }
  return rule.select(n);
}
