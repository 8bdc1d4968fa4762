/**
 * The path of a Chrome or Chromium that starts: `CHROME_PATH`, an installed one, one from npm, one from apt.
 * @throws {Error} with what to do, where there is none.
 */
export function browserPath(): Promise<string>;

/** Arguments that a browser needs to start as this user. */
export function sandboxArgs(): string[];
