/**
 * A stand-in for the library of the Channel Integration Framework, written for this demo: the same messages to the
 * window at the top, the same functions and promises. A real org serves its own at this place.
 *
 * One difference: the real library leaves the port out of the origin that it speaks to. This one keeps it, for servers
 * on this machine, unless its tag has the attribute `data-drop-port`.
 */
(() => {
  const TIMEOUT_MS = 10_000;
  const script = document.currentScript;
  const {protocol, hostname, port} = new URL(script.dataset.crmurl);
  const target = `${protocol}//${hostname}${port && !('dropPort' in script.dataset) ? `:${port}` : ''}`;

  const waiting = new Map();
  const handlers = new Map();
  const newId = () => (Math.random() + 1).toString(36).substring(7);

  const plain = (value) =>
    value instanceof Map ? Object.fromEntries([...value].map(([key, item]) => [key, plain(item)])) : value;

  function post(message) {
    window.top.postMessage(message, target);
  }

  /** Asks the window at the top; without `timeLimit` it may take as long as a person needs. */
  function ask(messageType, entries, {timeLimit = true, correlationId} = {}) {
    return new Promise((resolve, reject) => {
      const messageCorrelationId = correlationId ?? newId();
      const timer = timeLimit
        ? setTimeout(() => {
            waiting.delete(messageCorrelationId);
            const message = 'Timeout occurred as no response was received from listener window';
            reject(JSON.stringify({message, msdyn_name: messageType}));
          }, TIMEOUT_MS)
        : undefined;
      waiting.set(messageCorrelationId, {resolve, reject, timer, messageType});
      post({messageType, messageData: new Map(entries), messageCorrelationId});
    });
  }

  const asText = (promise) => promise.then((value) => JSON.stringify(plain(value)));
  const need = (name, value) => {
    if (value === undefined || value === null || value === '') {
      return Promise.reject(
        JSON.stringify({message: `The ${name} parameter is blank. Provide a value to the parameter.`}),
      );
    }
    return undefined;
  };

  function take({messageOutcome, messageData, messageCorrelationId}) {
    const call = waiting.get(messageCorrelationId);
    if (!call) return;
    waiting.delete(messageCorrelationId);
    clearTimeout(call.timer);
    if (messageOutcome === 'success') call.resolve(messageData.get('value'));
    else call.reject(JSON.stringify({...plain(messageData), msdyn_name: call.messageType}));
  }

  async function tell({messageType, messageData, messageCorrelationId}) {
    const answers = [...(handlers.get(messageType) ?? [])].map((handler) =>
      handler(JSON.stringify(plain(messageData))),
    );
    const respond = (messageOutcome, entries) =>
      post({messageType: 'CIF_Response', messageOutcome, messageData: new Map(entries), messageCorrelationId});
    try {
      if (!answers.every((answer) => typeof answer?.then === 'function')) throw new Error('a handler gave no promise');
      await Promise.all(answers);
      respond('success', [['value', true]]);
    } catch (error) {
      respond('failure', [['message', String(error?.message ?? error)]]);
    }
  }

  addEventListener('message', ({data, origin, source}) => {
    if (source !== window.top || !URL.canParse(origin) || new URL(origin).hostname !== hostname) return;
    if (data?.messageOutcome !== undefined && data.messageData instanceof Map) take(data);
    else if (handlers.has(data?.messageType)) void tell(data);
  });

  const CIFramework = {
    searchAndOpenRecords: (entityName, queryParameters, searchOnly = false) =>
      need('EntityName', entityName) ??
      asText(ask('searchandopenrecords', Object.entries({entityName, queryParameters, searchOnly}))),
    renderSearchPage: (entityName, searchString) =>
      need('EntityName', entityName) ?? ask('renderSearchPage', Object.entries({entityName, searchString})),
    openForm: (entityFormOptions, entityFormParameters) =>
      need('entityFormOptions', entityFormOptions) ??
      asText(ask('openform', Object.entries({entityFormOptions, entityFormParameters}), {timeLimit: false})),
    createRecord: (entityName, data) =>
      need('EntityName', entityName) ?? asText(ask('createrecord', Object.entries({entityName, data}))),
    retrieveRecord: (entityName, entityId, queryParameters) =>
      need('EntityName', entityName) ??
      asText(ask('retrieverecord', Object.entries({entityName, entityId, queryParameters}))),
    getEnvironment: (correlationId) => asText(ask('getenvironment', [], {correlationId})),
    setMode: (value) =>
      [0, 1, 2].includes(value)
        ? ask('setmode', [['value', value]])
        : Promise.reject(JSON.stringify({message: 'The setMode paramter value must be 0, 1 or 2.'})),
    getMode: () => ask('getmode', []),
    setWidth: (value) => ask('setwidth', [['value', value]]),
    getWidth: () => ask('getwidth', []),
    setClickToAct: (value) => ask('setclicktoact', [['value', value]]),
    getClickToAct: () => ask('getclicktoact', []),
    notifyEvent: (input, correlationId) =>
      ask('notifyEvent', Object.entries(input), {timeLimit: false, correlationId}).then((value) =>
        JSON.stringify(plain(value)),
      ),
    cancelEvent: (cancellationToken, correlationId) =>
      ask('cancelEvent', Object.entries({cancellationToken}), {correlationId}),
    createSession: (input, correlationId) =>
      ask('createSession', Object.entries(input), {timeLimit: false, correlationId}),
    createTab: (input, correlationId) => ask('createTab', Object.entries(input), {correlationId}),
    getFocusedSession: (correlationId) => ask('getFocusedSession', [], {correlationId}),
    addHandler(eventType, handler) {
      const known = handlers.get(eventType) ?? new Set();
      const first = known.size === 0;
      handlers.set(eventType, known.add(handler));
      return first ? ask('addGenericHandler', [['eventType', eventType]]) : Promise.resolve();
    },
    removeHandler(eventType, handler) {
      const known = handlers.get(eventType);
      known?.delete(handler);
      if (!known || known.size > 0) return Promise.resolve();
      handlers.delete(eventType);
      return ask('removeGenericHandler', [['eventType', eventType]]);
    },
  };

  window.Microsoft = {...window.Microsoft, CIFramework};
  // The real one is ready as soon as it has run. This one asks the page around first, so that a slow start can be seen.
  const ready = () => window.dispatchEvent(new CustomEvent('CIFInitDone', {detail: [hostname]}));
  ask('standInHello', [], {timeLimit: false}).then(() => setTimeout(ready, 0));
})();
