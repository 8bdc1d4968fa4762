/**
 * Runs something whose failure must not stop what comes after it. What it throws is reported to the page by name, as an
 * uncaught error is.
 * @param what names it: a slice, an event, a message.
 */
export function reported(what: string, run: () => void): void {
  try {
    run();
  } catch (cause) {
    reportError(new Error(`cxone: a handler of ${what} failed`, {cause}));
  }
}
