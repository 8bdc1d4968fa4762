/**
 * How long after a request's failure the browser may tell that a policy refused it, in ms. Source: our choice: Chromium
 * queues both at the same moment, and tells of a fetch's failure first.
 */
const TOLD_LATE_MS = 50;

/** What was asked for, by scheme and host, and the directive that refused it last; at: by `performance.now()`. */
const refusals = new Map<string, {readonly directive: string; readonly at: number} | undefined>();
let isWatching = false;

/**
 * To be called before a request leaves. What it returns is asked after a failure: if the Content Security Policy of this
 * page or worker refused the request, it gives the directive and what it refused (`connect-src wss://api.example.com`).
 * The request itself fails like one without a network.
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
  // Tools that run outside of a browser have neither a policy nor these events.
  if (isWatching || !('addEventListener' in globalThis)) return;
  isWatching = true;
  // A worker is told itself; what a document is told bubbles up to its window.
  globalThis.addEventListener('securitypolicyviolation', (event) => {
    const {blockedURI, effectiveDirective, disposition} = event as SecurityPolicyViolationEvent;
    const origin = originOf(blockedURI);
    // A page in which the hub runs is told of everything else that it asks for, too.
    if (disposition !== 'enforce' || !refusals.has(origin)) return;
    refusals.set(origin, {directive: effectiveDirective, at: performance.now()});
  });
}

/** Scheme and host: the rest of an address may hold a token. Both are told apart, since `https:` does not allow `wss:`. */
function originOf(url: string): string {
  const base = globalThis.location?.href;
  if (!URL.canParse(url, base)) return '';
  const {protocol, host} = new URL(url, base);
  return `${protocol}//${host}`;
}
