/** The hosts whose adapters the package has, beside `generic`. The `crm` attribute takes these names too. */
export const HOSTS = ['salesforce', 'salesforce-voice', 'dynamics', 'dynamics-xrm', 'hubspot'] as const;
export type HostName = (typeof HOSTS)[number];

/** Reads from another window, which most windows do not allow. */
function peek<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/**
 * Which CRM this page is in, by what the CRM itself leaves in it: query parameters, its library, its form. Never throws,
 * wherever the page is. Service Cloud Voice leaves nothing before its first message, so it has to be named.
 */
export function detectHost(): HostName | undefined {
  const query = new URLSearchParams(location.search);
  if (query.has('sfdcIframeOrigin') && query.has('mode')) return 'salesforce';
  const globals = globalThis as {Microsoft?: {CIFramework?: unknown}; Xrm?: unknown};
  if (query.has('ucilib') || globals.Microsoft?.CIFramework || document.querySelector('script[data-cifid]')) {
    return 'dynamics';
  }
  if (globals.Xrm || peek(() => (parent as {Xrm?: unknown}).Xrm)) return 'dynamics-xrm';
  const referrer = URL.canParse(document.referrer) ? new URL(document.referrer).hostname : '';
  return /(^|\.)hubspot\.com$/.test(referrer) ? 'hubspot' : undefined;
}
