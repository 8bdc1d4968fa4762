/** For the widgets' pages of the bare hosts: settings that the address asks for, which scenarios need. */
const query = new URLSearchParams(location.search);

/** @param config of the session; the address's settings are added. */
export function configure(config = {}) {
  const session = document.querySelector('cxone-session');
  const settings = query.get('settings');
  session.config = {...config, ...(settings && {settings: JSON.parse(settings)})};
}

/** The exact origin of the page around this one; only pages of this machine may be a host. */
export function hostOrigin() {
  const origin = location.ancestorOrigins?.[0] ?? (document.referrer && new URL(document.referrer).origin);
  return origin && /^(.+\.)?localhost$/.test(new URL(origin).hostname) ? origin : undefined;
}
