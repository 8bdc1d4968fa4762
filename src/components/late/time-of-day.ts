const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(language: string): Intl.DateTimeFormat {
  let found = formats.get(language);
  if (!found) {
    try {
      found = new Intl.DateTimeFormat(language, {hour: '2-digit', minute: '2-digit'});
    } catch {
      // `lang` may hold anything; a tag that is none must not take the widget down.
      found = formatOf('en');
    }
    formats.set(language, found);
  }
  return found;
}

/** Hours and minutes as the language writes them; empty for a time that no calendar holds. */
export const timeOfDay = (language: string, at: number): string =>
  Math.abs(at) <= 8.64e15 ? formatOf(language).format(at) : '';
