/**
 * What the widgets' adapter is handed: Salesforce gives navigation, tabs and Apex to components only. Everything that
 * is Salesforce's own comes in as a function, so that this file needs no org.
 */
export function lwcHost({
  navigate,
  encodeDefaultFieldValues,
  openTab,
  isConsole,
  search,
  saveTask,
  openUtility,
  listenForDials,
}) {
  return {
    navigate,
    encodeDefaultFieldValues,
    openTab,
    isConsole,
    search: ({entity, by, values}) => search({entity, kind: by, values: [...values]}),
    // As text: Apex reads dates and numbers of a task by their fields' types.
    saveTask: (fields) => saveTask({fields: JSON.stringify(fields)}),
    showCallState: ({state}) => (state === 'ringing' ? openUtility() : undefined),
    subscribe: (listener) =>
      listenForDials(({number, recordId, objectApiName}) =>
        listener({type: 'click-to-dial', number, recordId, objectApiName}),
      ),
  };
}
