import {adapterOf, enter} from '/dist/salesforce/force-app/main/default/lwc/cxoneSoftphone/pageAdapter.js';
import {LwcHost} from './lwc-host.js';

const query = new URLSearchParams(location.search);
const page = document.querySelector('output');
const tabs = document.querySelector('[data-tabs]');

const host = new LwcHost({
  isConsole: query.get('app') !== 'standard',
  changed({shown, tabs: open}) {
    page.textContent = shown;
    tabs.textContent = String(open.length);
  },
});
window.fakeHost = host;

/** A component whose functions come late: calls and pops wait for them. */
class LateAdapter extends globalThis.CxoneCrmWidgets.SalesforceLwcAdapter {
  constructor(functions, options) {
    super(
      host.ready.then(() => functions),
      options,
    );
  }
}

/** As the component does it, from `connectedCallback` to what its template shows. */
function addComponent() {
  const functions = host.component();
  const presence = enter(functions);
  const unsubscribe = host.subscribe(presence);
  const part = document.importNode(document.querySelector('template').content, true);
  const session = part.querySelector('cxone-session');
  const settings = query.get('settings');
  session.config = {adapter: adapterOf(LateAdapter), ...(settings && {settings: JSON.parse(settings)})};
  document.querySelector('aside').append(part);
  return {
    remove() {
      presence.leave();
      unsubscribe();
      // What is gone from the page can do nothing in it.
      for (const name of Object.keys(functions)) functions[name] = () => Promise.reject(new Error('gone'));
      session.remove();
    },
  };
}

window.addComponent = addComponent;
window.component = addComponent();
