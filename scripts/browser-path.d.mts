/**
 * The path of a working Chrome or Chromium: from `CHROME_PATH`, installed, from npm, or from apt.
 * @throws {Error} with instructions if there is none.
 */
export function browserPath(): Promise<string>;

/** Arguments that the browser needs to start as this user. */
export function sandboxArgs(): string[];
