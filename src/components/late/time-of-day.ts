const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(language: string): Intl.DateTimeFormat {
  let found = formats.get(language);
  if (!found) {
    try {
      found = new Intl.DateTimeFormat(language, {hour: '2-digit', minute: '2-digit'});
    } catch {
      // `lang` may hold anything, and an invalid tag must not break the widget.
      found = formatOf('en');
    }
    formats.set(language, found);
  }
  return found;
}

/** Hours and minutes as the language writes them; empty for a time outside of the calendar. */
export const timeOfDay = (language: string, at: number): string =>
  Math.abs(at) <= 8.64e15 ? formatOf(language).format(at) : '';
