/** The one policy of the package. Source: architecture.md "Script URLs". */
const POLICY_NAME = 'cxone-crm-widgets';

interface ScriptUrlPolicy {
  createScriptURL(url: string): unknown;
}

interface PolicyFactory {
  createPolicy(name: string, rules: {createScriptURL(url: string): string}): ScriptUrlPolicy;
}

/** The resolved addresses that passed our own checks; the policy lets nothing else through. */
const allowed = new Set<string>();
let policy: ScriptUrlPolicy | undefined;

/**
 * Makes an address acceptable to `new SharedWorker`, `new Worker` and `script.src` where Trusted Types are enforced. Only
 * for addresses that passed a check: the worker's own, and a CRM's library from the org's host.
 * @throws {TypeError} when the page's Content Security Policy does not allow the policy `cxone-crm-widgets`.
 */
export function trustedScriptUrl(url: string): string {
  const factory = (globalThis as {trustedTypes?: PolicyFactory}).trustedTypes;
  if (!factory) return url;
  allowed.add(url);
  policy ??= factory.createPolicy(POLICY_NAME, {
    createScriptURL(candidate) {
      if (allowed.has(candidate)) return candidate;
      throw new TypeError('not an address that cxone-crm-widgets loads');
    },
  });
  // TypeScript's DOM types only know strings here; the browser accepts a TrustedScriptURL.
  return policy.createScriptURL(url) as string;
}
