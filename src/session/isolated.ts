/**
 * Does what must keep nothing else from being done. What it throws is reported to the page as an uncaught error is, by name.
 * @param what names it: a slice, an event, a message.
 */
export function isolated(what: string, run: () => void): void {
  try {
    run();
  } catch (cause) {
    reportError(new Error(`cxone: a handler of ${what} failed`, {cause}));
  }
}
