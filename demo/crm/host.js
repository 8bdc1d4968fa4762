/**
 * The host's end of the message protocol (docs/generic.md): answers the widgets that `isWidgets` knows by origin and
 * window, and nobody else.
 */
export function answerWidgets(crm, isWidgets) {
  const methods = {
    ping: () => undefined,
    'call-state': () => undefined,
    open: crm.open,
    search: crm.search,
    create: crm.create,
    show: crm.show,
  };
  addEventListener('message', ({data, origin, source}) => {
    if (data?.type !== 'cxone-crm' || !isWidgets(origin, source)) return;
    const reply = (body) => source.postMessage({type: 'cxone-crm-reply', id: data.id, ...body}, {targetOrigin: origin});
    try {
      if (!Object.hasOwn(methods, data.method)) throw new Error('no such method');
      reply({ok: true, result: methods[data.method](data)});
    } catch (error) {
      reply({ok: false, error: error.message});
    }
  });
}
