/** A CRM host page in a frame: answers the protocol of docs/generic.md as its query says, and keeps what it was asked. */
const query = new URLSearchParams(location.search);
const mode = query.get('mode') ?? 'good';
const bornAt = performance.now();

addEventListener('message', ({data, origin, source}) => {
  if (data?.type === 'host-say') return parent.postMessage(data.message, '*');
  if (data?.type !== 'cxone-crm') return;
  parent.postMessage({type: 'host-heard', origin, data}, '*');
  if (mode === 'silent' || performance.now() - bornAt < Number(query.get('lateMs') ?? 0)) return;
  const reply = (body) => source.postMessage({type: 'cxone-crm-reply', id: data.id, ...body}, origin);
  if (data.method === 'ping') return reply({ok: true});
  if (mode === 'refuse') return reply({ok: false, error: 'no'});
  if (data.method === 'search') return reply({ok: true, result: JSON.parse(query.get('result') ?? '[]')});
  reply({ok: true});
});
parent.postMessage({type: 'host-ready'}, '*');
