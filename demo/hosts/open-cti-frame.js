/** Only pages of this machine may be the phone: an address that anyone can write must not get what an org tells. */
export function phoneUrl(given) {
  if (!given || !URL.canParse(given)) return undefined;
  const url = new URL(given);
  if (!/^https?:$/.test(url.protocol) || !/^(.+\.)?localhost$/.test(url.hostname)) return undefined;
  // What Salesforce adds to the address that the call center names.
  const added = {
    mode: 'Lightning',
    isdtp: 'vw',
    sfdcIframeOrigin: location.origin,
    ltn_app_id: '06mHs00000DEMO',
    clc: '0',
  };
  for (const [name, value] of Object.entries(added)) if (!url.searchParams.has(name)) url.searchParams.set(name, value);
  return url;
}

/** How the org is to behave, by the page's query: `mode`, `delayMs`, `readyAfterMs`. */
export function behaviourOf(query) {
  const ms = (name) => Math.max(0, Number(query.get(name)) || 0);
  const mode = query.get('mode');
  return {
    mode: ['silent', 'refuse'].includes(mode) ? mode : 'ok',
    delayMs: ms('delayMs'),
    readyAfterMs: ms('readyAfterMs'),
  };
}
