/**
 * How long after a request's failure the browser may still report that a policy refused it, in ms. Source: our choice:
 * Chromium queues both at the same moment and reports the failed fetch first.
 */
const TOLD_LATE_MS = 50;

/** Requested addresses (scheme and host), each with the directive that last refused it; `at`: by `performance.now()`. */
const refusals = new Map<string, {readonly directive: string; readonly at: number} | undefined>();
let isWatching = false;

/**
 * Tells whether the Content Security Policy of this page or worker refused a request; the request itself fails as if there
 * were no network. Call this before the request, and the returned function after a failure: it resolves with the directive
 * and the refused address (`connect-src wss://api.example.com`), or `undefined`.
 */
export function watchPolicy(url: string): () => Promise<string | undefined> {
  watch();
  const since = performance.now();
  const origin = originOf(url);
  if (!refusals.has(origin)) refusals.set(origin, undefined);
  const refusal = (): string | undefined => {
    const last = refusals.get(origin);
    return last && last.at >= since ? `${last.directive} ${origin}` : undefined;
  };
  return async () => {
    if (isWatching && !refusal()) await new Promise((resolve) => setTimeout(resolve, TOLD_LATE_MS));
    return refusal();
  };
}

function watch(): void {
  // Outside a browser there are no policies and no such events.
  if (isWatching || !('addEventListener' in globalThis)) return;
  isWatching = true;
  // In a worker the event fires on its global scope; in a page it bubbles up to the window.
  globalThis.addEventListener('securitypolicyviolation', (event) => {
    const {blockedURI, effectiveDirective, disposition} = event as SecurityPolicyViolationEvent;
    const origin = originOf(blockedURI);
    // If the hub runs in a page, the page's other requests also fire this event.
    if (disposition !== 'enforce' || !refusals.has(origin)) return;
    refusals.set(origin, {directive: effectiveDirective, at: performance.now()});
  });
}

/** Scheme and host only, because the rest of an address may hold a token. The scheme matters: `https:` does not allow `wss:`. */
function originOf(url: string): string {
  const base = globalThis.location?.href;
  if (!URL.canParse(url, base)) return '';
  const {protocol, host} = new URL(url, base);
  return `${protocol}//${host}`;
}
