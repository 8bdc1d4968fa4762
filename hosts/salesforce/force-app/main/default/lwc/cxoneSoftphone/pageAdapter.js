/**
 * What the widgets' adapter is handed: Salesforce gives navigation, tabs and Apex to components only. A page may have
 * several of them, as a console keeps the pages of its tabs: they share an adapter, and so one connection, and the one
 * that came last and is still there acts for all. Everything of Salesforce comes in as a function: this file needs no org.
 */
const components = [];
const dialListeners = new Set();
const adapters = new Map();

const current = () => components.at(-1);

const host = {
  navigate: (page) => current().navigate(page),
  encodeDefaultFieldValues: (fields) => current().encodeDefaultFieldValues(fields),
  openTab: (tab) => current().openTab(tab),
  isConsole: () => current().isConsole(),
  search: ({entity, by, values}) => current().search({entity, kind: by, values: [...values]}),
  // As text: Apex reads dates and numbers of a task by their fields' types.
  saveTask: (fields) => current().saveTask({fields: JSON.stringify(fields)}),
  // Only one in the utility bar can be opened, whichever came last.
  showCallState: ({state}) =>
    state === 'ringing' ? Promise.all(components.map((component) => component.openUtility())) : undefined,
  subscribe(listener) {
    dialListeners.add(listener);
    return () => dialListeners.delete(listener);
  },
};

/** A component is in the page from now on, until `leave` is called. */
export function enter(component) {
  components.push(component);
  return {
    leave: () => void components.splice(components.indexOf(component), 1),
    /** Somebody in the page asks for a call; all components hear of it. */
    dial({number, recordId, objectApiName}) {
      if (component !== current()) return;
      for (const listener of dialListeners) listener({type: 'click-to-dial', number, recordId, objectApiName});
    },
  };
}

/** One adapter for all components with the same options. */
export function adapterOf(Adapter, options = {}) {
  const key = JSON.stringify(options);
  if (!adapters.has(key)) adapters.set(key, new Adapter(host, options));
  return adapters.get(key);
}
