/** A page of widgets only, for a frame in a CRM. The query says which CRM frames it, and which widgets to show. */
const query = new URLSearchParams(location.search);
const session = document.querySelector('cxone-session');

/** Only pages of this machine may be the CRM: an address that anyone can write must not choose where records go. */
function hostOrigin() {
  const given = query.get('host') ?? '';
  if (!URL.canParse(given)) return undefined;
  const {origin, hostname} = new URL(given);
  return origin === given && /^(.+\.)?localhost$/.test(hostname) ? origin : undefined;
}

const origin = hostOrigin();
if (origin && window.parent !== window) session.config = {generic: {message: {target: 'parent', origin}}};
else session.setAttribute('crm', 'none');

const part = query.get('show');
for (const widget of document.querySelectorAll('[data-in]'))
  widget.hidden = part !== null && widget.dataset.in !== part;
