import {onDocumentSession} from '/dist/static/cxone-crm-widgets.js';

/** A host's own component, with a shadow root of its own. */
customElements.define(
  'demo-card',
  class extends HTMLElement {
    connectedCallback() {
      const root = this.shadowRoot ?? this.attachShadow({mode: 'open'});
      root.replaceChildren(Object.assign(document.createElement('cxone-status-picker'), {label: 'In a shadow root'}));
    }
  },
);

const made = document.createElement('cxone-acw-timer');
made.setAttribute('warn-at', '10');
document.querySelector('#made').append(made);

/** What React 19 and Vue 3 do with a custom element: a property where there is one, else an attribute. */
function mount(parent, tag, props) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  parent.append(element);
  return element;
}
mount(document.querySelector('#framework'), 'cxone-screen-pop', {max: 5, 'data-testid': 'pops'});

onDocumentSession((session) => {
  session?.subscribe('agent', ({presence}) => {
    document.querySelector('#script').textContent = presence
      ? `The agent is: ${presence.label ?? presence.state}`
      : 'Not known yet.';
  });
});

// A page that prevents the event opens the record itself.
document.addEventListener('cxone-screen-pop', (event) => {
  event.preventDefault();
  document.querySelector('#pops').textContent =
    `Interaction ${event.interactionId}: this page opens ${event.payload.crm_account_id ?? 'a new record'}.`;
});
