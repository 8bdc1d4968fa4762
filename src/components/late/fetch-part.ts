/**
 * Imports a part that is loaded late. Some browsers remember that a module could not be fetched, so another try needs another
 * address. Those browsers name the old address in their error.
 * @param failure - What the first try ended with, on a later one.
 */
export function fetchPart<Part>(load: () => Promise<Part>, failure?: unknown): Promise<Part> {
  const address = /\bhttps?:\S+/.exec(String(failure))?.[0];
  return address ? (import(/* @vite-ignore */ `${address}?again=${Date.now()}`) as Promise<Part>) : load();
}
