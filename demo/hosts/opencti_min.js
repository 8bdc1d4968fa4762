/**
 * Stands in for Salesforce's Open CTI library in the demo and in tests: the same global, methods and messages, written
 * anew from its documents. An org serves its own at `/support/api/<version>/lightning/opencti_min.js`; the simulator
 * serves this one there. Beside Salesforce's hosts it takes names of localhost for an org.
 */
(() => {
  /** Stamped into each message; the host's answers must bear it. */
  const API_VERSION = Number(/\/api\/(\d+)\.0\//.exec(document.currentScript?.src ?? '')?.[1] ?? 66);
  const SALESFORCE =
    /^https?:\/\/[\w.-]+\.(force|visualforce|my-visualforce|my-lightning|salesforce|my-salesforce)\.com(:\d+)?$|^https?:\/\/[\w.-]+\.(salesforce|crmforce)\.(mil|ms)(:\d+)?$/;
  const LOCAL = /^https?:\/\/([\w-]+\.)*localhost(:\d+)?$/;

  let org;
  let calls = 0;
  const callbacks = new Map();
  const listeners = new Map();

  function send(methodName, args, callback, listener) {
    const callId = calls++;
    if (callback) callbacks.set(`${methodName}_${callId}`, callback);
    if (listener) listeners.set(methodName, [...(listeners.get(methodName) ?? []), listener]);
    const message = {
      methodName,
      callId,
      apiVersion: API_VERSION,
      apiType: 'opencti',
      isCallbackRegistered: Boolean(callback),
      isListenerRegistered: Boolean(listener),
      args,
    };
    // As the genuine one: without an org nothing is ever answered.
    if (org) parent.postMessage(message, org);
  }

  const checkOneObject = (given) => {
    const [object] = given;
    if (given.length === 1 && object && typeof object === 'object' && Object.keys(object).length > 0) return object;
    throw new Error('Must pass in only one object which holds arguments to this API method call.');
  };
  const need = (object, name) => {
    if (typeof object[name] !== 'function') throw new Error(`Missing the required argument \`${name}\`!`);
  };

  /** A method whose arguments go to the host under `names`. */
  const command =
    (methodName, names, {callback = false} = {}) =>
    (...given) => {
      const object = checkOneObject(given);
      if (callback) need(object, 'callback');
      send(methodName, Object.fromEntries(names.map((name) => [name, object[name]])), object.callback);
    };
  /** A method that may do without any argument. */
  const bare =
    (methodName) =>
    (...given) => {
      const object = given.length === 0 ? {} : checkOneObject(given);
      send(methodName, {}, object.callback);
    };
  const event =
    (methodName) =>
    (...given) => {
      const object = checkOneObject(given);
      need(object, 'listener');
      send(methodName, {}, object.callback, object.listener);
    };

  function saveLog(...given) {
    const {value, callback} = checkOneObject(given);
    if (!value || typeof value !== 'object') throw new Error('Missing the required argument `value object`!');
    send('saveLog', {object: value}, callback);
  }

  const opencti = {
    SCREENPOP_TYPE: {
      URL: 'url',
      SOBJECT: 'sobject',
      OBJECTHOME: 'objecthome',
      LIST: 'list',
      SEARCH: 'search',
      NEW_RECORD_MODAL: 'newRecord',
      FLOW: 'flow',
    },
    CALL_TYPE: {INBOUND: 'inbound', OUTBOUND: 'outbound', INTERNAL: 'internal'},
    screenPop: command('screenPop', ['type', 'params']),
    searchAndScreenPop: command('searchAndScreenPop', [
      'searchParams',
      'callType',
      'queryParams',
      'defaultFieldValues',
      'deferred',
      'params',
    ]),
    saveLog,
    setSoftphonePanelHeight: command('setSoftphonePanelHeight', ['heightPX']),
    setSoftphonePanelWidth: command('setSoftphonePanelWidth', ['widthPX']),
    setSoftphonePanelVisibility: command('setSoftphonePanelVisibility', ['visible']),
    setSoftphonePanelLabel: command('setSoftphonePanelLabel', ['label']),
    setSoftphonePanelIcon: command('setSoftphonePanelIcon', ['key']),
    setSoftphoneItemLabel: command('setSoftphoneItemLabel', ['label']),
    setSoftphoneItemIcon: command('setSoftphoneItemIcon', ['key']),
    getAppViewInfo: command('getAppViewInfo', [], {callback: true}),
    getCallCenterSettings: command('getCallCenterSettings', [], {callback: true}),
    getSoftphoneLayout: command('getSoftphoneLayout', [], {callback: true}),
    isSoftphonePanelVisible: command('isSoftphonePanelVisible', [], {callback: true}),
    refreshView: bare('refreshView'),
    enableClickToDial: bare('enableClickToDial'),
    disableClickToDial: bare('disableClickToDial'),
    notifyInitializationComplete: bare('notifyInitializationComplete'),
    onClickToDial: event('onClickToDial'),
    onNavigationChange: event('onNavigationChange'),
  };
  globalThis.sforce = {...globalThis.sforce, opencti};

  const query = new Map(
    location.search
      .slice(1)
      .split('&')
      .map((pair) => pair.split('='))
      .map(([name, value = '']) => [name, decodeURIComponent(value)]),
  );
  const given = query.get('sfdcIframeOrigin') ?? '';
  const allowed = (SALESFORCE.test(given) || LOCAL.test(given)) && given.startsWith(location.protocol);
  if (!allowed || !query.get('mode')) {
    // The genuine one throws a text, no Error: whoever loads it must bear with that.
    throw 'Failed to initialize Open CTI. Ensure that it is loaded from the right frame with correct URL parameters';
  }
  org = given;

  addEventListener('message', ({data, origin}) => {
    if (origin !== org || data?.apiType !== 'opencti' || data.apiVersion !== API_VERSION) return;
    if (data.shouldExecuteCallback) {
      const key = `${data.methodName}_${data.callId}`;
      const callback = callbacks.get(key);
      callbacks.delete(key);
      callback?.(data.response);
    }
    if (data.shouldExecuteListener)
      for (const listener of listeners.get(data.methodName) ?? []) listener(data.response);
  });
})();
